#!/bin/sh
# All experiments, one after the other, each into results/NAME/SCALE. What was finished before is kept: the same command
# goes on. Options go to every program; --scale=tiny|small|full (default small) says how much is done.
# usage: all.sh [--scale=SCALE] [OPTION...]
# $BUILD: the build folder (default: build, in the project's folder).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build}
experiments="equivariance texture_sticking ladder nonaligned_training"

scale=small
before=
for word in "$@"; do
    case $word in
    --help | -h)
        sed -n '2,/^set -eu$/{/^set -eu$/d;s/^# \{0,1\}//;p;}' "$0"
        exit 0
        ;;
    --scale=*) scale=${word#--scale=} ;;
    --outdir | --outdir=*)
        echo "all.sh: --outdir would be the same for all: each writes to results/NAME/SCALE in this folder" >&2
        exit 2
        ;;
    esac
    [ "$before" != --scale ] || scale=$word
    before=$word
done
for name in $experiments; do
    if [ ! -x "$build/experiments/$name" ]; then
        echo "all.sh: $build/experiments/$name is not there: build the project first ('sh experiments/quickstart.sh' does), or name its build folder in \$BUILD" >&2
        exit 1
    fi
done

count=0
for name in $experiments; do
    count=$((count + 1))
    echo "== $count of 4: $name ($scale)"
    "$build/experiments/$name" --scale="$scale" "$@"
done
echo "== done; open:"
for name in $experiments; do echo "  results/$name/$scale/$name.ipynb"; done
