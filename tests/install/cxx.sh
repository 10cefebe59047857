#!/bin/sh
# The installed headers are C++, from C++11 on, and a program in C++ uses the library.
# Usage: cxx.sh BUILD_FOLDER VERSION C_COMPILER; without the C++ compiler that belongs to it the test is skipped.
set -eu
build=$1 minor=${2%.*} cc=$3
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

quietly cmake -S "$here/cxx" -B "$work/build" -DVERSION="$minor" -DCOMPONENT=dsp -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_CXX_COMPILER="$cxx"
quietly cmake --build "$work/build"
"$work/build/consumer"

# Every function is found by its name in C, which takes more than a header that compiles: a program that knows them all.
{
    echo '#include <aliasfree/aliasfree.h>'
    echo 'typedef void (*function)();'
    echo 'function all[] = {'
    declared "$prefix"/include/aliasfree/*.h | sed 's/.*/    reinterpret_cast<function>(\&&),/'
    echo '};'
    echo 'int main() { return sizeof all / sizeof *all > 200 ? 0 : 1; }'
} > "$work/all.cpp"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name aliasfree.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH") # where the libraries are shared
export PKG_CONFIG_PATH LD_LIBRARY_PATH
eval "set -- $(pkg-config --cflags --libs aliasfree)"
quietly "$cxx" -std=c++11 "$work/all.cpp" -o "$work/all" "$@"
"$work/all" || fail "few functions are declared"

# What is not there is not found, and said so.
not_found() { # VERSION COMPONENT MESSAGE
    rm -rf "$work/wrong"
    if cmake -S "$here/cxx" -B "$work/wrong" -DVERSION="$1" -DCOMPONENT="$2" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_CXX_COMPILER="$cxx" > "$work/log" 2>&1; then
        fail "find_package finds version $1, component $2"
    fi
    grep -qF "$3" "$work/log" || { cat "$work/log"; fail "find_package does not say: $3"; }
}
next_minor=${minor%.*}.$((${minor#*.} + 1)) next_major=$((${minor%.*} + 1))
not_found "$next_minor" dsp "requested version \"$next_minor\""
not_found $next_major dsp "requested version \"$next_major\""
not_found "$minor" gpu "no component 'gpu'"
