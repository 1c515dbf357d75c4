#!/usr/bin/env bash
# Builds etcd, kube-apiserver and kubectl from the Go modules pinned by go.mod and go.sum beside this file.
# In: go, and the modules (from go's cache or its usual source). Out: the folder of the three programs, printed as the
# only line on standard output; it lies below the ignored target/ and is named by the pins, so a second run only prints it.
# `build.sh --where` prints the folder and builds nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
pins=$(cat "$here/go.mod" "$here/go.sum" | sha256sum | cut -c1-16)
prefix=${CWC_CONFORMANCE_PREFIX:-$root/target/conformance}/kube/$pins

if [ "${1:-}" = --where ] || [ -e "$prefix/complete" ]; then
	echo "$prefix"
	exit 0
fi

version=$(sed -n 's/^\tk8s.io\/kubernetes v\([0-9.]*\).*/\1/p' "$here/go.mod")
started=$SECONDS
# A cache of its own: these two gigabytes of objects serve no other build, so they go once the programs are there.
# After an interruption they are still there, and the next run goes on from them.
export GOCACHE=$prefix/cache CGO_ENABLED=0 GOFLAGS=-mod=readonly
mkdir -p "$prefix"
echo "apiserver: building Kubernetes $version from its modules, about four minutes on two cores" >&2
# Without gitVersion the server runs but calls itself v0.0.0-master+$Format:%H$, which clients cannot parse.
(cd "$here" && nice -n 15 go build -trimpath -buildvcs=false \
	-ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$version" -o "$prefix/" tool) >&2
mv "$prefix/server" "$prefix/etcd"
rm -rf "$GOCACHE"
touch "$prefix/complete"
echo "apiserver: built in $((SECONDS - started)) s" >&2
echo "$prefix"
