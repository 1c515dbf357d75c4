#!/bin/sh
# Installs what judges the completions and the manual's pages where it is missing and this user may: zsh, fish and groff, from Debian's packages.
set -eu
missing=
for program in zsh fish groff; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
if [ -n "$missing" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update --quiet --quiet
    # shellcheck disable=SC2086 # they are words
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends $missing
fi
