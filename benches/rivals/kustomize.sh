#!/bin/sh
# kustomize: a folder for each cluster enters (benches/rivals/input.rs), with its ServiceEntries but for one label; they leave with the label, as one
# stream. A run a cluster, as no two objects of one run may have the same name.
set -eu
for cluster in kustomize/*/; do
    echo ---
    "$1" build "$cluster"
done
