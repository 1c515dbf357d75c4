#!/bin/sh
# Installs what judges the formats in tests/formats.rs below the target directory, each from a package that carries it: the
# JSON schemas of SARIF (go-sarif) and of reviewdog's diagnostics (reviewdog), and JUnit's XML schema (pytest's sources) with
# lxml to read it. Needs python3 (with venv) and go; may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}
mkdir -p "$target/formats"
target=$(CDPATH='' cd -- "$target" && pwd)
into=$target/formats

# Where a Go module is, once it is downloaded.
module() {
    (cd "$into" && GOWORK=off GOFLAGS=-mod=mod go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
}

sarif=$(module github.com/owenrumney/go-sarif/v3@v3.3.1)
# The schema is a constant of the module's source.
sed -e '1,/^const schema = `/{s/^const schema = `//;t' -e 'd' -e '}' -e 's/^`$//' \
    "$sarif/pkg/report/v210/sarif/schema.go" >"$into/sarif.json"
reviewdog=$(module github.com/reviewdog/reviewdog@v0.21.2)
cp -f "$reviewdog/proto/rdf/jsonschema/DiagnosticResult.json" "$into/rdjson.json"
chmod u+w "$into/rdjson.json"

python3 -m venv "$target/formats-python"
pip="$target/formats-python/bin/pip --quiet --disable-pip-version-check"
$pip install lxml==6.1.3
$pip download --no-deps --no-binary :all: --dest "$into" pytest==8.4.2
tar -xzf "$into/pytest-8.4.2.tar.gz" -C "$into" --strip-components 3 pytest-8.4.2/testing/example_scripts/junit-10.xsd
