#!/bin/sh
# Installs pre-commit below the target directory, for tests/hooks.rs. Needs python3 (with venv); may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
environment=${CARGO_TARGET_DIR:-$here/../../target}/hooks-python

python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check pre-commit==4.7.0
