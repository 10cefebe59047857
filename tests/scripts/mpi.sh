#!/bin/sh
# Training in several processes: any number of them ends with the same bytes, and losing one costs nothing but time.
# usage: mpi.sh PROGRAM
set -u
case $1 in /*) program=$1 ;; *) program=$PWD/$1 ;; esac
if ! command -v mpirun > /dev/null; then
    echo 'skipped: there is no mpirun'
    exit 77
fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

# Libraries that MPI loads never give back all of their memory. Containers forbid to copy out of another process.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
OMPI_MCA_btl_vader_single_copy_mechanism=none
export ASAN_OPTIONS OMPI_MCA_btl_vader_single_copy_mechanism
root=
[ "$(id -u)" -ne 0 ] || root=--allow-run-as-root

complain() {
    failures=$((failures + 1))
    echo "FAILED: $*"
    sed 's/^/    /' log
}
says() { grep -qF -- "$1" log || complain "nothing says '$1'"; }

# Forty iterations, a tick and a state after every second: long enough to be interrupted halfway.
settings="--cfg=stylegan3-t --data=data.zip --batch=8 --batch-gpu=2 --mbstd-group=2 --cbase=256 --cmax=8 --z-dim=8
          --w-dim=8 --num-layers=6 --kimg=0.32 --tick=0.016 --snap=100 --metrics=none --grid=none"

# ranks N OUTDIR OPTIONS...: trains in N processes, each of which leaves its number in OUTDIR.RANK.
ranks() {
    count=$1 out=$2
    shift 2
    # One thread each: with more, waiting for each other would be most of what they do. The single process has its own.
    export ALIASFREE_THREADS=1
    # shellcheck disable=SC2016,SC2086 # expanded by each rank; a list of words
    exec mpirun $root --oversubscribe -np "$count" sh -c \
        'echo $$ > "$0.$OMPI_COMM_WORLD_RANK"; exec "$@"' "$out" "$program" train --outdir="$out" $settings "$@"
}

# train CODE N OUTDIR OPTIONS...: ... and exits so.
train() {
    expected=$1
    shift
    (ranks "$@") > log 2>&1
    code=$?
    [ "$code" = "$expected" ] || complain "exit code $code instead of $expected: $*"
    ! grep -qE 'Sanitizer|runtime error:' log || complain "a sanitizer reports: $*"
}

# same OUTDIR: its one run has the files of the run in `one`.
same() {
    set -- "$1"/*/*.safetensors
    [ $# = 2 ] || complain "not one network and one state: $*"
    for file in "$@"; do cmp -s one/*/"${file##*/}" "$file" || complain "$file differs from that of one process"; done
}

# interrupt OUTDIR TICKS SIGNAL RANK: starts two ranks, and sends the signal to one of them after so many lines of
# statistics; the whole must then end as a failure, by itself.
interrupt() {
    (ranks 2 "$1") > log 2>&1 &
    mpirun=$!
    tries=0
    until [ "$(cat "$1"/*/stats.jsonl 2> /dev/null | wc -l)" -ge "$2" ] || [ $tries -ge 1200 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    kill "-$3" "$(cat "$1.$4")" || complain "there was nothing to interrupt: $*"
    wait $mpirun
    code=$?
    [ $code -ne 0 ] || complain "exit code 0 after $3 to $4"
    ! grep -qE 'Sanitizer|runtime error:' log || complain "a sanitizer reports: $*"
}

"$program" dataset --synthetic=textured-blobs --max-images=40 --resolution=16 --dest=data.zip > log 2>&1 ||
    complain 'no data set'
(ranks 1 probe --kimg=0.001) > log 2>&1
if grep -q 'built without MPI' log; then
    echo 'skipped: this program was built without MPI'
    exit 77
fi

# --- as many processes as one likes
# shellcheck disable=SC2086 # a list of words
"$program" train --outdir=one $settings > log 2>&1 || complain 'one process does not train'
train 0 2 two
says '2 processes'
same two
train 0 4 four
says '4 processes'
same four

# --- options that do not fit are refused by all, in good order
train 2 2 refused --gpus=3
[ ! -e refused ] || complain 'a refused run left a folder'

# --- a process fails by itself: the others, which wait for it, are ended, and what went wrong is said
"$program" dataset --synthetic=textured-blobs --max-images=40 --resolution=16 --dest=folder > log 2>&1 ||
    complain 'no data set'
for number in 07 08; do # one is met by each rank
    picture=$(ls folder/*/*"$number.png")
    cp "$picture" whole.png
    printf 'damage' | dd of="$picture" bs=1 seek=50 conv=notrunc 2> /dev/null
    (ranks 2 "hurt$number" --data=folder) > log 2>&1
    code=$?
    [ $code -ne 0 ] || complain 'exit code 0 with a damaged picture'
    says "$picture"
    ! grep -qE 'Sanitizer|runtime error:' log || complain 'a sanitizer reports'
    mv log "said$number"
    cp whole.png "$picture"
    # shellcheck disable=SC2086
    "$program" train --outdir="hurt$number" $settings --data=folder > log 2>&1 || complain 'the run does not go on'
    cmp -s one/*/network-*.safetensors "hurt$number"/*/network-*.safetensors || complain "the networks of hurt$number differ"
done
[ "$(grep -lF "; 'hurt" said* | wc -l)" = 1 ] || complain 'not each of the two ranks met a damaged picture'

# --- the first process is killed
interrupt first 2 KILL 0
says 'rank 0 was lost'
# shellcheck disable=SC2086
"$program" train --outdir=first $settings > log 2>&1 || complain 'the run does not go on'
says 'resuming'
same first

# --- a process is killed, then one told to stop, which takes the other with it; one process goes on to the end
interrupt lost 2 KILL 1
says 'rank 1 was lost'
interrupt lost 4 TERM 0
says 'resuming'
says 'stopped at'
ls -A lost/*/ > log
! grep -q '\.tmp' log || complain 'something half-written is left'
# shellcheck disable=SC2086
"$program" train --outdir=lost $settings > log 2>&1 || complain 'the run does not go on'
says 'resuming'
same lost

echo "mpi: $failures failures"
[ $failures -eq 0 ]
