#!/bin/sh
# Installs what judges the documentation and the examples: taplo (PyPI has the unmodified binary) and kustomize below
# the target directory, and kubectl from Debian's packages where there is none and this user may. Needs python3 (with
# venv) and go; may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}
mkdir -p "$target"
target=$(CDPATH='' cd -- "$target" && pwd)

python3 -m venv "$target/docs-python"
"$target/docs-python/bin/pip" install --quiet --disable-pip-version-check taplo==0.9.3

GOBIN="$target/docs-go" GOWORK=off go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1

if ! command -v kubectl >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends kubernetes-client
fi
