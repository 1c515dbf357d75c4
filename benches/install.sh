#!/bin/sh
# Installs the programs that cwc is measured against (benches/rivals.rs) below the target directory, each at one version. Needs cargo, go and python3
# (with venv), and some minutes; may be run again, and leaves out what is there.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../target}
mkdir -p "$target/rivals/bin"
into=$(CDPATH='' cd -- "$target/rivals" && pwd)

# A program is there when the mark of its version is; a newer version here has another mark.
is_there() {
    [ -e "$into/$1" ] && echo "benches: $1 is there"
}
from_cargo() {
    is_there "$1-$2" && return
    cargo install "$1" --version "$2" --locked --root "$into" --target-dir "$into/build"
    rm -rf "$into/build"
    touch "$into/$1-$2"
}
from_go() {
    is_there "$1-$2" && return
    GOBIN="$into/bin" GOWORK=off go install "$3@$2"
    touch "$into/$1-$2"
}
from_python() {
    is_there "python-$1" && return
    python3 -m venv "$into/python"
    # shellcheck disable=SC2086 # they are words
    "$into/python/bin/pip" install --quiet --disable-pip-version-check $2
    touch "$into/python-$1"
}

from_python 1 'Jinja2==3.1.6 PyYAML==6.0.3'
from_go go-jsonnet v0.22.0 github.com/google/go-jsonnet/cmd/jsonnet
from_go kustomize v5.8.1 sigs.k8s.io/kustomize/kustomize/v5
from_go cue v0.17.1 cuelang.org/go/cmd/cue
from_go helm v4.3.1 helm.sh/helm/v4/cmd/helm
from_cargo jrsonnet 0.5.0-pre98
