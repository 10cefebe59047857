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

quietly cmake -S "$here/cxx" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx"
quietly cmake --build "$work/build"
"$work/build/consumer"

# What is not there is not found, and said so.
not_found() { # VERSION COMPONENT MESSAGE
    mkdir -p "$work/wrong"
    sed "s/aliasfree 0.1 REQUIRED COMPONENTS dsp/aliasfree $1 REQUIRED COMPONENTS $2/" "$here/cxx/CMakeLists.txt" \
        > "$work/wrong/CMakeLists.txt"
    if cmake -S "$work/wrong" -B "$work/wrong-build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx" \
        > "$work/log" 2>&1; then
        fail "find_package finds version $1, component $2"
    fi
    grep -qF "$3" "$work/log" || { cat "$work/log"; fail "find_package does not say: $3"; }
}
not_found 0.2 dsp 'requested version "0.2"'
not_found 1 dsp 'requested version "1"'
not_found 0.1 gpu "no component 'gpu'"
