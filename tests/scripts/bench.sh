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

# --- the page: measured end to end, then written anew with what binds a row

export RESULTS="$folder/page.md"
sh "$bench/results.sh" --no-large "$program" "$folder" --resolution=16 --cbase=256 --cmax=8 --repeats=1 \
    > "$folder/out" 2>&1 || fail "results.sh fails: $(cat "$folder/out")"
printf 'stylegan3-t filtered_lrelu L0_36_8\tlatency of small layers\n' > "$folder/binds.txt"
sh "$bench/results.sh" --page "$folder" || fail "no page"
cp "$folder/page.md" "$folder/out"
for text in 'FMA peak' 'convolutions by shape' '| stylegan3-t filtered_lrelu L0_36_8 | 8 channels' \
    'latency of small layers |' 'x forward |' 'from process start: ' \
    '| `stylegan3-? filtered_lrelu_mask L*` | time over forward | at most 1.15x |'; do
    says "$text"
done
grep -Eq 'from process start: [0-9]+[.][0-9]{3} s' "$folder/out" || fail "the time of a start is no number"
grep -q '1024 pixels' "$folder/out" && fail "large images in spite of --no-large"
# what fails leaves the page as it was
printf '#!/bin/sh\ncase $1 in generate) exit 1 ;; esac\nexec "%s" "$@"\n' "$program" > "$folder/broken"
chmod +x "$folder/broken"
sh "$bench/results.sh" --no-large "$folder/broken" "$folder/other" --resolution=16 --cbase=256 --cmax=8 --repeats=1 \
    --filter='stylegan3-t filtered_lrelu L0' > /dev/null 2> "$folder/out" && fail "a failing generate is not noticed"
says 'generate fails'
sh "$bench/results.sh" --page "$folder/nowhere" > /dev/null 2> "$folder/out" && fail "a page of nothing"
says 'bench.json is missing'
sh "$bench/results.sh" --no-large /bin/false "$folder/other" > /dev/null 2>&1 && fail "a failing bench is not noticed"
cp "$folder/page.md" "$folder/out"
says 'latency of small layers |'

# --- two runs compared: made of one row and what is given: ms, median, repeats, the shape's channels, the method

run_of() {
    cat << END
{
  "machine": {
    "version": "1",
    "isa": "avx2",
    "conv": "$5",
    "precision": "float32",
    "threads": 2,
    "blas_core": "Zen",
    "fma_gflops": 100.0,
    "sgemm_gflops": 90.0,
    "stream_gbs": 10.0
  },
  "rows": [
    {
      "name": "a row",
      "shape": "$4 channels",
      "repeats": $3,
      "ms": $1,
      "median_ms": $2
    }
  ]
}
END
}
before() { run_of "$@" > "$folder/before.json"; }
after() {
    run_of "$@" > "$folder/after.json"
    "$bench/compare" "$folder/before.json" "$folder/after.json" > "$folder/out" || fail "two runs"
}

before 10.0 10.1 25 8 auto
after 10.0 10.1 25 8 auto
[ "$(cat "$folder/out")" = '1 rows in both: 0 faster, 0 slower, 0 unsure, the rest within noise' ] ||
    fail "a run against itself: $(cat "$folder/out")"
after 10.5 10.6 25 8 auto
says '0 faster, 0 slower, 0 unsure'
after 11.0 11.1 25 8 auto
says 'slower   a row'
says '+10.0% (noise 5.7%)'
after 9.0 9.1 25 8 auto
says 'faster   a row'
# noise hides what is small, and nothing that is large
after 11.0 14.0 25 8 auto
says 'unsure   a row'
after 100.0 900.0 25 8 auto
says '1 slower, 0 unsure'
after 1.0 9.0 25 8 auto
says '1 faster'
before 10.0 10.0 1 8 auto
after 11.0 11.0 1 8 auto
says '+10.0% (measured once)'
says '0 slower, 1 unsure'
after 20.0 20.0 1 8 auto
says '1 slower, 0 unsure'
# other sizes are other rows, other settings are said
after 10.0 10.0 1 16 fast
says 'machine: convolutions auto before, fast after'
says 'new      a row, 16 channels'
says 'gone     a row, 8 channels'
says '0 rows in both'
echo 0.123 > "$folder/before.json"
"$bench/compare" "$folder/before.json" "$folder/after.json" > "$folder/out" 2>&1 && fail "any file is taken for a run"
says 'not a run of bench --json'
"$bench/compare" "$folder/bench.json" "$folder/bench.json" > "$folder/out" || fail "a run against itself"
says "$(grep -c '"name": ' "$folder/bench.json") rows in both: 0 faster, 0 slower, 0 unsure"
[ $failures = 0 ]
