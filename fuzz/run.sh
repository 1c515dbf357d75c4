#!/usr/bin/env bash
# Looks for bytes at which something in fuzz/src does not hold: each target for so many seconds, or those that are named.
#
#   fuzz/run.sh SECONDS [TARGET...]
#
# Begins with what is kept in corpus/ and with the documents of the tests, keeps in target/ what it finds on the way, and what breaks a target in
# artifacts/. How much of a processor each target has had by now is counted in target/processor. `fuzz/run.sh keep [TARGET...]` then puts what is
# worth keeping into corpus/. Needs a C++ compiler, and no other rustc than the one that builds cwc: what libFuzzer needs of it is told to LLVM. As
# there is no unsafe code, no sanitizer is asked for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
seconds=$1
shift
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    targets=(check compile fmt yaml lock addresses tree import_coddiwomple import_istio import_kubernetes http)
fi
# The largest entry that is kept, how many of a target's, and how many bytes of them.
most_bytes=4096 most_files=60

triple=$(rustc -vV | sed -n 's/^host: //p')
coverage='-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing'
features=()
[[ " ${targets[*]} " != *' http '* ]] || features=(--features ui)
RUSTFLAGS=$(echo $coverage) cargo build --release --quiet --target "$triple" --bins "${features[@]}"
programs=target/$triple/release

# The documents of the tests, in the form that each target reads.
seeds() {
    local to=target/seeds/$1 n=0 file
    rm -rf "$to"
    mkdir -p "$to"
    case $1 in
    check | compile | fmt)
        for file in ../mesh.toml.example ../examples/*/mesh.toml ../tests/rules/*/*.toml ../tests/conformance/cases/*/mesh.toml ../tests/properties/*.toml; do
            n=$((n + 1))
            cp "$file" "$to/$n"
            local lock=${file%/*}/mesh.lock
            [ "$1" != check ] || [ ! -e "$lock" ] || { printf '\n%%%%%%\n' && cat "$lock"; } >> "$to/$n"
        done
        ;;
    lock)
        for file in ../examples/*/mesh.lock; do
            n=$((n + 1))
            { cat "$file" && printf '\n%%%%%%\n' && cat "$file" && printf '\n%%%%%%\n' && head -n 6 "$file"; } > "$to/$n"
        done
        ;;
    import_istio | import_kubernetes)
        for file in ../tests/import/istio/* ../tests/import/kubernetes/* ../examples/*/generated/*/services.*.yaml; do
            [ ! -f "$file" ] || { n=$((n + 1)) && cp "$file" "$to/$n"; }
        done
        ;;
    esac
}

words=target/words
mkdir -p target
grep -rhoE '^ *"[a-z][a-z-]{2,}"' ../schemas/mesh.schema.json | tr -d ' ' | sort -u > "$words"
printf '"%s"\n' '[clusters.east]\x0a' '[services.a]\x0a' '[[services.a.routes]]\x0a' 'gateway = ' 'apiVersion: ' 'kind: ServiceEntry\x0a' '\x0a---\x0a' >> "$words"

for target in "${targets[@]}"; do
    kept=corpus/$target found=target/corpus/$target broken=artifacts/$target/
    mkdir -p "$kept" "$found" "$broken"
    seeds "$target"
    if [ "$seconds" = keep ]; then
        rm -rf target/kept
        mkdir -p target/kept
        "$programs/$target" -merge=1 -max_len=$most_bytes target/kept "$kept" "$found" "target/seeds/$target" 2> /dev/null
        rm -f "$kept"/*
        most_kept=49152
        # Of all sizes, so that whole documents are among them.
        all=$(find target/kept -type f | wc -l)
        find target/kept -type f -printf '%s %p\n' | sort -n | awk -v all="$all" -v most="$most_files" '
            int(NR * most / all) > int((NR - 1) * most / all) || all <= most { print }' | while read -r size file; do
            most_kept=$((most_kept - size))
            [ $most_kept -lt 0 ] || cp "$file" "$kept/"
        done
        continue
    fi
    TIMEFORMAT="$target %U %S"
    { time "$programs/$target" -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=2048 -dict="$words" -artifact_prefix="$broken" \
        -print_final_stats=1 "$found" "$kept" "target/seeds/$target" > "target/$target.log" 2>&1; } 2>> target/processor || {
        tail -n 40 "target/$target.log"
        echo "$target: what broke it is in fuzz/$broken"
        exit 1
    }
    used=$(awk -v target="$target" '$1 == target { sum += $2 + $3 } END { printf "%d", sum }' target/processor)
    echo "$target: $(grep -c . < <(ls "$found")) found on the way, $(sed -n 's/^stat::number_of_executed_units: *//p' "target/$target.log") runs in $seconds s, $used s of a processor in all"
done
