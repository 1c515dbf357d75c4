#!/usr/bin/env bash
# Whether `cwc check`, `build` and `diff` open a connection or start a program, as strace sees it. Enters: the program and a folder with a mesh.toml, of which a
# copy is used. Leaves: what they did that they should not. By hand, as it needs strace.
set -euo pipefail
cwc=$(realpath "$1") from=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a "$from/." "$work"
cd "$work"
for words in check build diff 'build --check' trace fmt; do
    status=0
    # shellcheck disable=SC2086
    strace -f -qq -o trace -e trace=%network,execve,execveat,fork,vfork,clone,clone3 "$cwc" $words > said 2>&1 || status=$?
    [ "$status" -le 1 ] || [ "$words" = trace ] || { cat said; exit 1; }
    # The first is the program itself; what shares its memory is a thread.
    bad=$(sed 1d trace | grep -v -E 'CLONE_THREAD|resumed|^[0-9]+ (\+\+\+|---)' || true)
    [ -z "$bad" ] || { echo "cwc $words:"; echo "$bad"; exit 1; }
    echo "cwc $words: no connection, no program ($(wc -l < trace) calls looked at)"
done
