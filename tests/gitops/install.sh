#!/bin/sh
# Installs what judges the examples for Argo CD and Flux below the target directory: the definitions of their resources, out of the sources of the
# releases that carry them. Needs go; may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}
mkdir -p "$target/gitops"
into=$(CDPATH='' cd -- "$target/gitops" && pwd)

# Where a Go module is, once it is downloaded.
module() {
    (cd "$into" && GOWORK=off GOFLAGS=-mod=mod go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
}

argo=$(module github.com/argoproj/argo-cd/v3@v3.3.2)
flux=$(module github.com/fluxcd/kustomize-controller@v1.7.3)
source=$(module github.com/fluxcd/source-controller@v1.7.3)
cp -f "$argo/manifests/crds/application-crd.yaml" "$argo/manifests/crds/applicationset-crd.yaml" \
    "$flux/config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml" \
    "$source/config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml" "$into"
chmod u+w "$into"/*.yaml
