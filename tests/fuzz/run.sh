#!/bin/sh
# Runs the fuzzers of a build: run.sh BUILD SECONDS JOBS [TARGET...]
# Corpora stay in BUILD/corpus and grow; what is found goes to BUILD/findings. One line per target; fails on any finding.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1 seconds=$2 jobs=$3
shift 3

# One target, which xargs calls.
if [ "$jobs" = 0 ]; then
    name=$1
    mkdir -p "$build/corpus/$name" "$build/findings/$name"
    log=$build/findings/$name.log
    set -- "$build/corpus/$name" "$build/seeds/$name"
    [ ! -d "$here/found/$name" ] || set -- "$@" "$here/found/$name"
    [ ! -f "$here/dict/$name.dict" ] || set -- "-dict=$here/dict/$name.dict" "$@"
    status=0
    "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=256 \
        -print_final_stats=1 -artifact_prefix="$build/findings/$name/" "$@" > "$log" 2>&1 || status=$?
    awk -v name="$name" -v status="$status" -v log_file="$log" '
        /^INFO: Loaded .* inline 8-bit counters\)/ && !edges { split($0, part, "("); edges = part[2] + 0 }
        / cov: [0-9]+ ft: / {
            for (i = 1; i < NF; i++) {
                if ($i == "cov:") covered = $(i + 1)
                if ($i == "ft:") features = $(i + 1)
                if ($i == "corp:") { split($(i + 1), part, "/"); inputs = part[1] }
            }
        }
        /^stat::number_of_executed_units:/ { runs = $2 }
        /^stat::average_exec_per_sec:/ { rate = $2 }
        /Test unit written to/ { artefact = $NF }
        END {
            printf "fuzz %-12s %9d runs, %6d a second, %5d of %d edges, %5d features, %5d inputs, %d findings\n",
                name, runs, rate, covered, edges, features, inputs, status != 0
            if (status != 0) printf "fuzz %s: %s; see %s\n", name, artefact ? artefact : "failed", log_file
        }' "$log"
    exit "$status"
fi

# Files of targets are in memory where that can be: they write thousands a second, and bring them to disk.
base=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || base=/dev/shm
TMPDIR=$(mktemp -d "$base/fuzz-XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

rm -rf "$build/seeds"
"$build/tests/fuzz/fuzz_seeds" "$build/seeds"
if [ $# -eq 0 ]; then
    for source in "$here"/fuzz_*.c; do
        name=${source##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi
printf '%s\n' "$@" | xargs -P "$jobs" -n 1 sh "$here/run.sh" "$build" "$seconds" 0
