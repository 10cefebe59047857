#!/bin/sh
# The program, when allocations fail in whichever library they are made: it ends as it should, or says why not and ends with
# 1. Never by a signal, and never with half of a file. A few allocations of each command, spread over all of them and others
# each day (ALIASFREE_OFFSET, which is printed, repeats them), or each seventeenth with ALIASFREE_LONG_TESTS=1.
#
# Two things are not ours to mend. FFTW ends the process by an assertion where it has no memory for a plan. And a folder
# cannot be listed without memory, so where there is none at all any more, what is temporary cannot be found to be removed.
#
# scarce.sh PROGRAM LIBRARY [COMMAND]; LIBRARY is tools/scarce.c, to be preloaded.
set -u
program=$1
library=$2
only=${3:-}
golden=$(cd "$(dirname "$0")/../golden" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/aliasfree-scarce-XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder" || exit 1
unset SCARCE_AT SCARCE_LATER SCARCE_COUNT
export ALIASFREE_THREADS=1
failures=0
points=7
offset=${ALIASFREE_OFFSET:-$(($(date +%s) / 86400))}
echo "ALIASFREE_OFFSET=$offset"

fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
    sed 's/^/    /' err | head -n 3
}

# once ARGUMENTS...: runs the command, with what SCARCE_* say.
once() {
    rm -rf made
    mkdir made
    LD_PRELOAD=$library "$program" "$@" >told 2>err
    code=$?
    without_times told >out
}

# What neither time nor memory has an influence on, of lines of JSON.
without_times() {
    sed 's/"\(Timing\|Resources\)[^{}]*{[^{}]*}//g; s/"\(total_time\|timestamp\)": [0-9.e+-]*//g
         s/"total_time_str": "[^"]*"//g' "$1"
}

# listing FOLDER: its files and what they hold; log.txt is told while train runs, in times.
listing() {
    (cd "$1" && find . -type f ! -name log.txt | sort | while read -r name; do
        case $name in
            *.jsonl) echo "$name $(without_times "$name" | cksum)" ;;
            *) echo "$name $(cksum <"$name")" ;;
        esac
    done)
}

# try ARGUMENTS...: what is made goes to made/.
try() {
    [ -z "$only" ] || [ "$only" = "$1" ] || return
    SCARCE_COUNT=$folder/count once "$@"
    [ $code = 0 ] || { fail "$* does not work"; return; }
    all=$(cat count)
    rm -rf whole
    mv made whole
    mv out whole.out
    listing whole >whole.list
    step=$((all / points + 1))
    [ "${ALIASFREE_LONG_TESTS:-}" != 1 ] || step=17
    tried=0
    errors=0
    aborts=0
    n=$((offset * 7919 % step))
    while [ "$n" -lt "$all" ]; do
        for later in 0 1; do
            SCARCE_AT=$n SCARCE_LATER=$later once "$@"
            tried=$((tried + 1))
            case $code in
                0)
                    [ "$1" = train ] || cmp -s out whole.out || fail "$1, allocation $n, later=$later: another output"
                    listing made >list
                    cmp -s list whole.list || fail "$1, allocation $n, later=$later: other files"
                    ;;
                1)
                    errors=$((errors + 1))
                    [ -s err ] || fail "$1, allocation $n, later=$later: ended with 1 and no word"
                    [ $later = 1 ] || ! find made -name '.aliasfree-*' | grep -q . || fail "$1, allocation $n: leftovers"
                    ;;
                134)
                    aborts=$((aborts + 1))
                    grep -q '^fftw: alloc.c' err || fail "$1, allocation $n, later=$later: aborted"
                    ;;
                *) fail "$1, allocation $n, later=$later: ended with $code" ;;
            esac
        done
        n=$((n + step))
    done
    echo "$1: $tried failures over $all allocations: $errors errors, $aborts ends by FFTW"
    [ $((errors + aborts)) -gt 0 ] || fail "$1: nothing failed"
}

"$program" init --cfg=stylegan3-t --resolution=16 --cbase=64 --cmax=4 --out=network.safetensors >/dev/null || exit 1
"$program" dataset --synthetic=textured-blobs --max-images=8 --resolution=16 --dest=set.zip >/dev/null || exit 1

try plan --cfg=stylegan3-t --resolution=16 --json
try info "$golden/stylegan3-t-32.pkl" --json
try generate --network=network.safetensors --seeds=1 --outdir=made
try convert "$golden/stylegan2-32-cond2.pkl" made/network.safetensors
try dataset --source=set.zip --dest=made/set.zip --resolution=8x8
try metrics --network=network.safetensors --metrics=eqt1_int,swd1 --data=set.zip --json
points=4
try train --cfg=stylegan2 --data=set.zip --outdir=made --batch=4 --batch-gpu=4 --cbase=64 --cmax=4 --z-dim=8 --w-dim=8 \
    --map-depth=2 --grid=2x2 --kimg=0.004 --tick=0.004 --snap=1 --metrics=swd2
points=7
try filter --numtaps=12 --cutoff=4 --width=4 --fs=16 --json

[ $failures = 0 ] || { echo "$failures failures"; exit 1; }
