#!/bin/sh
# A project that takes the source as a part of itself: nothing of it leaks, and its libraries are built and used, that of
# signal processing alone and, with ALIASFREE_LONG_TESTS, the whole.
# Usage: subproject.sh SOURCE_FOLDER C_COMPILER [COMPILER_LAUNCHER]
set -eu
source=$1 cc=$2
launcher=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What takes long to compile is left out: it is the building that is tested.
configure() { # WAY FOLDER
    cmake -S "$here/subproject" -B "$2" -DWAY="$1" -DALIASFREE_SOURCE="$source" -DALIASFREE_AVX=OFF \
        -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O0 \
        ${launcher:+-DCMAKE_C_COMPILER_LAUNCHER="$launcher"}
}
configure add_subdirectory "$work/plain" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
configure FetchContent "$work/fetched" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
for program in consumer_dsp ${ALIASFREE_LONG_TESTS:+consumer}; do
    cmake --build "$work/fetched" --target $program > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    "$work/fetched/$program"
done
