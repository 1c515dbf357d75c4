#!/bin/sh
# Installs what judges action.yml and the CI snippets: check-jsonschema below the target directory, which carries the schemas of GitHub's actions and
# workflows and of GitLab's pipelines, and curl and jq, which the action uses, from Debian's packages where they are missing and this user may.
# Needs python3 (with venv); may be run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
environment=${CARGO_TARGET_DIR:-$here/../../target}/action-python

python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0

missing=
for program in curl jq; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
if [ -n "$missing" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update --quiet --quiet
    # shellcheck disable=SC2086 # they are words
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends $missing
fi
