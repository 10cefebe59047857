#!/bin/sh
# Measures everything that tests/bench/RESULTS.md keeps, and writes that page; the machine should be quiet.
# usage: results.sh [--no-large] PROGRAM [FOLDER [OPTION...]]
#                                        what was measured stays in FOLDER (default: results/bench); the OPTIONs, such as
#                                        --resolution=64, go to each `bench`; --no-large: without images of 1024 pixels
#        results.sh --page FOLDER        writes the page anew from what is in FOLDER
#
# In FOLDER: bench.json (the default rows), large.json (images of 1024 pixels), peer.json (where python3 has PyTorch),
# start.txt (seconds of `generate` from process start), binds.txt (by hand: a line NAME, tab, what binds the row).
# The page is replaced when all of it is there: it is $RESULTS, by default RESULTS.md beside this script.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tab=$(printf '\t')
unset OPENBLAS_CORETYPE

lines() { awk -v list="$1" -v fields="$2" -f "$here/rows.awk" "$3"; }

die() {
    echo "results: $*" >&2
    exit 1
}
usage() {
    sed -n '/^# usage: /,/^#$/{/^#$/d;s/^# //;p;}' "$0" >&2
    exit 2
}

# Best of 9 starts of `generate` on a network of 64 pixels: process start to process end, picture written. Only some
# systems have a `date` that knows parts of a second.
measure_start() {
    rm -f "$folder/start.txt" "$folder/start.all"
    case $(date +%N) in
        *[!0-9]* | '') echo "results: date knows no parts of a second: start is not timed" >&2; return ;;
    esac
    "$program" init --cfg=stylegan3-t --resolution=64 --cbase=8192 --cmax=128 --out="$folder/start.safetensors" \
        > /dev/null || die "no network of 64 pixels"
    for _ in 1 2 3 4 5 6 7 8 9; do
        before=$(date +%s%N)
        "$program" generate --network="$folder/start.safetensors" --seeds=0 --outdir="$folder/start" \
            > "$folder/start.log" 2>&1 || die "generate fails: $(cat "$folder/start.log")"
        echo $(($(date +%s%N) - before)) >> "$folder/start.all"
    done
    sort -n "$folder/start.all" | awk 'NR == 1 { printf "%.3f\n", $1 / 1e9 }' > "$folder/start.txt"
    rm -rf "$folder/start" "$folder/start.safetensors" "$folder/start.log" "$folder/start.all"
}

# bench_to FILE OPTION...: a file that is there is whole.
bench_to() {
    file=$1
    shift
    rm -f "$folder/$file"
    "$program" bench --json "$@" > "$folder/unfinished" || return 1
    mv "$folder/unfinished" "$folder/$file"
}

measure() {
    mkdir -p "$folder"
    bench_to bench.json "$@" || die "bench fails"
    rm -f "$folder/large.json"
    [ $large = no ] || bench_to large.json "$@" --resolution=1024 --filter=image || die "bench of large images fails"
    bench_to peer.json "$@" --peer || echo "results: without PyTorch" >&2
    rm -f "$folder/unfinished"
    measure_start
}

machine() {
    name=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
    lines machine version,isa,threads,blas_core,fma_gflops,sgemm_gflops,stream_gbs,conv "$folder/bench.json" |
        awk -F "$tab" -v name="${name:-unknown processor}" '{
            printf "%s, %s threads, %s, OpenBLAS kernels %s, version %s, convolutions %s.\n", name, $3, $2, $4, $1,
                   $8 == "auto" ? "by shape" : $8
            printf "FMA peak %.1f GFLOP/s, SGEMM %.1f GFLOP/s, stream %.1f GB/s.\n", $5, $6, $7 }'
}

# Each target with its worst row.
targets() {
    echo "| target | bound | wanted | worst row | | reached |"
    echo "|---|---|---|---|---|---|"
    lines targets target,bound,at_most,want,value,reached,row "$1" | awk -F "$tab" '
        {
            key = $1 "\t" $2
            margin = $3 == "true" ? $4 / $5 : $5 / $4
            if (!(key in least)) order[++count] = key
            if (!(key in least) || margin < least[key]) { least[key] = margin; worst[key] = $0 }
            rows[key]++
            reached[key] += $6 == "true"
        }
        function figure(bound, value) {
            if (bound ~ /share|stream/) return sprintf("%.1f%%", 100 * value)
            if (bound == "seconds") return sprintf("%.3f s", value)
            return bound == "memory" ? sprintf("%.2f GB", value / 1e9) : sprintf("%.2fx", value)
        }
        END {
            for (i = 1; i <= count; i++) {
                $0 = worst[order[i]]
                printf "| `%s` | %s | %s %s | %s | %s | %d of %d |\n", $1, $2, $3 == "true" ? "at most" : "at least",
                       figure($2, $4), $7, figure($2, $5), reached[order[i]], rows[order[i]]
            }
        }'
}

rows() {
    [ -r "$folder/binds.txt" ] || : > "$folder/binds.txt"
    echo "| row | shape | ms | median | GFLOP/s | of FMA | of stream | against | what binds |"
    echo "|---|---|---|---|---|---|---|---|---|"
    lines rows name,shape,ms,median_ms,gflops,share_of_fma,share_of_stream,against,speed "$1" |
        awk -F "$tab" -v binds="$folder/binds.txt" '
        BEGIN { while ((getline line < binds) > 0) { split(line, part, "\t"); why[part[1]] = part[2] } }
        function share(x) { return x == "" ? "" : sprintf("%.0f%%", 100 * x) }
        {
            against = $8 == "" ? "" : sprintf("%.2fx %s", $8 == "forward" ? 1 / $9 : $9, $8)
            printf "| %s | %s | %.3f | %.3f | %s | %s | %s | %s | %s |\n", $1, $2, $3, $4,
                   $5 == "" ? "" : sprintf("%.1f", $5), share($6), share($7), against, why[$1]
        }'
}

page() {
    echo "# Results of the benchmarks"
    echo
    echo "Made by \`sh tests/bench/results.sh build/aliasfree\`; \`aliasfree bench --help\` says what the figures mean."
    echo
    machine
    echo
    echo "## Targets"
    echo
    targets "$folder/bench.json"
    echo
    [ ! -s "$folder/start.txt" ] ||
        echo "\`generate\` of a network of 64 pixels, from process start: $(cat "$folder/start.txt") s (wanted: under 0.15 s)."
    if [ -r "$folder/large.json" ]; then
        echo
        echo "## Images of 1024 pixels"
        echo
        targets "$folder/large.json"
        echo
        rows "$folder/large.json"
    fi
    if [ -r "$folder/peer.json" ]; then
        echo
        echo "## The same layers in PyTorch"
        echo
        rows "$folder/peer.json"
    fi
    echo
    echo "## All rows"
    echo
    rows "$folder/bench.json"
}

large=yes
if [ "${1:-}" = --no-large ]; then
    large=no
    shift
fi
case ${1:-} in
    --page)
        [ $# = 2 ] || usage
        folder=$2
        ;;
    '' | -*) usage ;;
    *)
        program=$1
        folder=${2:-results/bench}
        shift
        [ $# = 0 ] || shift
        measure "$@"
        ;;
esac
[ -s "$folder/bench.json" ] || die "$folder/bench.json is missing"
page > "$folder/RESULTS.md"
page=${RESULTS:-$here/RESULTS.md}
cp "$folder/RESULTS.md" "$page.new"
mv "$page.new" "$page"
