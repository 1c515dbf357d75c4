#!/bin/sh
# Installs the programs that judge cwc in the tests, by each tests/*/install.sh: below the target directory, and from
# Debian's packages where this user may. Needs python3 (with venv) and go, and a network; may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for script in "$here"/*/install.sh; do
    echo "${script#"$here"/}"
    sh "$script"
done
