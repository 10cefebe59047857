#!/bin/sh
# The scripts around the benchmarks, on a small run: the page of results, and what moved between two runs.
# usage: bench.sh PROGRAM
set -u
program=$1
bench=$(cd "$(dirname "$0")/../bench" && pwd)
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0

fail() {
    echo "bench: $*" >&2
    failures=$((failures + 1))
}
says() { grep -qF -- "$1" "$folder/out" || fail "'$1' is missing in: $(cat "$folder/out")"; }

"$program" bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter='stylegan3-t filtered' --json \
    > "$folder/bench.json" 2> /dev/null || fail "bench fails"
cp "$folder/bench.json" "$folder/large.json"
echo 0.123 > "$folder/start.txt"
printf 'stylegan3-t filtered_lrelu L0_36_8\tlatency of small layers\n' > "$folder/binds.txt"
RESULTS=$folder/page.md sh "$bench/results.sh" --page "$folder" || fail "no page"
cp "$folder/page.md" "$folder/out"
for text in 'FMA peak' '| stylegan3-t filtered_lrelu L0_36_8 | 8 channels' 'latency of small layers |' 'x forward |' \
    '| `stylegan3-? filtered_lrelu_mask L*` | time over forward | at most 1.15x |' '0.123 s'; do
    says "$text"
done

"$bench/compare" "$folder/bench.json" "$folder/bench.json" > "$folder/out" || fail "a run against itself"
says '9 rows in both: 0 faster, 0 slower'
# ten times slower than before, far beyond noise; and one row of another name
sed '/"name": "stylegan3-t filtered_lrelu L0_36_8"/,/median_ms/s/\(ms": \)\([0-9.e-]*\)/\1100\2/
     s/filtered_lrelu L13_16_8/filtered_lrelu L13_new/' "$folder/bench.json" > "$folder/after.json"
"$bench/compare" "$folder/bench.json" "$folder/after.json" > "$folder/out" || fail "two runs"
says 'slower   stylegan3-t filtered_lrelu L0_36_8 '
says 'new      stylegan3-t filtered_lrelu L13_new'
says 'gone     stylegan3-t filtered_lrelu L13_16_8'
says '8 rows in both: 0 faster, 1 slower'
"$bench/compare" "$folder/after.json" "$folder/bench.json" > "$folder/out"
says 'faster   stylegan3-t filtered_lrelu L0_36_8 '
"$bench/compare" "$folder/start.txt" "$folder/bench.json" > "$folder/out" 2>&1 && fail "any file is taken for a run"
says 'not a run of bench --json'
[ $failures = 0 ]
