#!/usr/bin/env bash
# Every system call on files that a build makes, as strace counts them, fails once with each of three errors, and is once where the process is
# killed. Enters: the program and a folder to work in, which is made anew. Leaves: how many runs there were, or the first that broke a promise:
# files old or new, what is a person's untouched, and the next build repairs. By hand, as it needs strace: some 20 minutes.
set -euo pipefail
cwc=$(realpath "$1") work=$2
calls=openat,openat2,mkdirat,unlinkat,renameat,renameat2,write,read,fsync,fdatasync,syncfs,fchmod,fchmodat,statx,newfstatat,fstat,getdents64,fcntl,flock,close
rm -rf "$work"
mkdir -p "$work/before" "$work/after"

document() {
    printf '[clusters.east]\ngateway = "203.0.113.10"\n\n[clusters.west]\n'
    while [ $# -gt 0 ]; do
        printf '\n[services.%s]\nnamespace = "%s"\nports = { tcp = %s }\nclusters = ["east"]\n' "$1" "$2" "$3"
        shift 3
    done
}
# What a build starts from: a tree of another document, a leftover, and what a person keeps there.
(
    cd "$work/before"
    document a one 80 b two 80 > mesh.toml
    "$cwc" build --quiet
    printf "a person's\n" | tee generated/README.md generated/east/values.yaml > generated/east/.notes.yaml.cwc-new
    printf '# Gen' > generated/west/.gateway.yaml.cwc-new
    document a one 81 c three 80 > mesh.toml
)
cp -a "$work/before/." "$work/after"
(cd "$work/after" && "$cwc" build --quiet --threads 1)

judge() {
    (cd "$work/now" && find . -type f) | while read -r path; do
        cmp --silent "$work/now/$path" "$work/before/$path" || cmp --silent "$work/now/$path" "$work/after/$path" ||
            case $path in
            *.cwc-new) [ "$1" = signal=KILL ] ;;
            *) false ;;
            esac || { echo "$2: $path is neither old nor new"; return 1; }
    done
    (cd "$work/after" && find . -type f) | while read -r path; do
        [ ! -e "$work/before/$path" ] || [ -e "$work/now/$path" ] || { echo "$2: $path is gone"; return 1; }
    done
}

total=$(cd "$work/after" && rm -rf "$work/count" && cp -a "$work/before" "$work/count" && cd "$work/count" &&
    strace -f -o "$work/trace" -e trace="$calls" "$cwc" build --quiet --threads 1 && wc -l < "$work/trace")
runs=0 failed=0
for fault in error=EIO error=ENOSPC error=EACCES signal=KILL; do
    for call in ${calls//,/ }; do
        many=$(grep -c " $call(" "$work/trace" || true)
        for ((n = 1; n <= many; n++)); do
            rm -rf "$work/now"
            cp -a "$work/before" "$work/now"
            status=0
            (cd "$work/now" && strace -f -o /dev/null -e trace="$call" -e inject="$call:$fault:when=$n" \
                "$cwc" build --quiet --threads 1 > "$work/said" 2>&1) 2> /dev/null || status=$?
            what="$fault at $call $n of $many, status $status"
            judge "$fault" "$what"
            if [ "$status" = 0 ]; then
                diff -r "$work/now" "$work/after" > "$work/diff" || { echo "$what: says that all is well"; cat "$work/diff"; exit 1; }
            else
                failed=$((failed + 1))
            fi
            if grep --quiet panicked "$work/said"; then
                echo "$what: panics"
                exit 1
            fi
            (cd "$work/now" && "$cwc" build --quiet --threads 1) > "$work/said" 2>&1 || { echo "$what: the next build fails"; cat "$work/said"; exit 1; }
            diff -r "$work/now" "$work/after" > "$work/diff" || { echo "$what: not repaired"; cat "$work/diff"; exit 1; }
            runs=$((runs + 1))
        done
    done
done
echo "$runs runs over $total system calls, $failed of them stopped the build; every file old or new, every next build repaired"
