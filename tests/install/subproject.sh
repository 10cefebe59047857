#!/bin/sh
# A project that takes the source as a part of itself: nothing of it leaks, and one of its libraries is built and used.
# Usage: subproject.sh SOURCE_FOLDER C_COMPILER [COMPILER_LAUNCHER]
set -eu
source=$1 cc=$2
launcher=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What takes long to compile is left out: it is the building that is tested.
cmake -S "$here/subproject" -B "$work" -DALIASFREE_SOURCE="$source" -DALIASFREE_AVX=OFF -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O1 ${launcher:+-DCMAKE_C_COMPILER_LAUNCHER="$launcher"} \
    > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --build "$work" --target consumer_dsp > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
(cd "$work" && ctest --output-on-failure --no-tests=error)
