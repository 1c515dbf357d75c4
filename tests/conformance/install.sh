#!/bin/sh
# Installs what the conformance judges need besides Go: the modules of Istio's own code, and Envoy. The API server is built by
# apiserver/build.sh, which takes minutes; CI runs it.
set -eu
cd "$(dirname "$0")"
if command -v go >/dev/null; then
    go mod download
fi
bash ./install-envoy.sh
