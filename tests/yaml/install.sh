#!/bin/sh
# Installs what the judges of tests/yaml.rs need: PyYAML into a virtual environment below the target
# directory, and the Go modules of tests/yaml/go into Go's own cache. Needs python3 (with venv) and
# go; may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
environment=${CARGO_TARGET_DIR:-$here/../../target}/yaml-python

python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check PyYAML==6.0.3
cd "$here/go"
GOWORK=off go mod download
