#!/bin/sh
# The installed headers are C++, from C++11 on, and a program in C++ uses the library.
# Usage: cxx.sh BUILD_FOLDER C_COMPILER; without the C++ compiler that belongs to it the test is skipped.
set -eu
build=$1 cc=$2
case ${cc##*/} in
    clang*) cxx=clang++ ;;
    *) cxx=g++ ;;
esac
command -v "$cxx" > /dev/null || { echo "skipped: there is no $cxx"; exit 77; }
. "$(dirname "$0")/tree.sh"

for standard in 11 20; do
    for header in "$prefix"/include/aliasfree/*.h; do
        echo "#include <aliasfree/${header##*/}>" |
            "$cxx" -std=c++$standard -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Wold-style-cast -Werror \
                -I"$prefix/include" -x c++ - || fail "${header##*/} is no C++$standard"
    done
done

configure() {
    cmake -S "$here/cxx" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx" "$@"
}
quietly configure
quietly cmake --build "$work/build"
"$work/build/consumer"

# What is not there is not found, and said so.
for wanted in 'COMPONENTS dsp;0.2' 'COMPONENTS dsp;1' 'COMPONENTS gpu;0.1'; do
    mkdir -p "$work/wrong"
    sed "s/aliasfree 0.1 REQUIRED.*/aliasfree ${wanted#*;} REQUIRED ${wanted%;*})/" "$here/cxx/CMakeLists.txt" \
        > "$work/wrong/CMakeLists.txt"
    if cmake -S "$work/wrong" -B "$work/wrong-build" -DCMAKE_PREFIX_PATH="$prefix" > "$work/log" 2>&1; then
        fail "find_package finds version ${wanted#*;} with ${wanted%;*}"
    fi
    grep -q 'aliasfree' "$work/log" || fail "find_package does not say what it misses"
done
