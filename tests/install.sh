#!/bin/sh
# Installs the programs that judge cwc's output in the tests, below the target directory, by each
# tests/*/install.sh. Needs python3 (with venv) and go, and a network; may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for script in "$here"/*/install.sh; do
    echo "${script#"$here"/}"
    sh "$script"
done
