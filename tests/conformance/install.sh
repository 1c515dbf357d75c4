#!/bin/sh
# Installs what the conformance judges need besides Go: the modules of Istio's own code, CoreDNS, and Envoy. The API server is built by
# apiserver/build.sh, which takes minutes; CI runs it.
set -eu
cd "$(dirname "$0")"
# Again where the network failed.
modules() {
    (cd "$1" && { go mod download || go mod download || go mod download; })
}
if command -v go >/dev/null; then
    modules .
    # A module of its own, as CoreDNS does not resolve together with Istio; the first build takes a minute, which no test should wait for.
    modules coredns
    (cd coredns && go build -o ../../../target/conformance/bin/coredns .)
fi
bash ./install-envoy.sh
