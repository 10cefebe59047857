#!/bin/sh
# Takes the seeds, and the inputs that fuzzing found (found/TARGET), through every target: replay.sh SEEDS REPLAY
set -eu
seeds=$1 replay=$2
found=$(cd "$(dirname "$0")" && pwd)/found
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

TMPDIR=$work "$seeds" "$work/seeds"
for target in $("$replay" --list); do
    set -- "$work/seeds/$target"
    [ ! -d "$found/$target" ] || set -- "$@" "$found/$target"
    TMPDIR=$work "$replay" "$target" "$@"
done
