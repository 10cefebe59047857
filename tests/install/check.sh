#!/bin/sh
# Installs a build into a temporary prefix, moves the prefix away, and builds and runs two small programs against it,
# once with CMake's find_package and once with pkg-config. Shared libraries must export nothing but public names.
# Usage: check.sh BUILD_FOLDER ON|OFF (shared libraries) LIBDIR C_COMPILER
set -eu
build=$1 shared=$2 libdir=$3 cc=$4
here=$(cd "$(dirname "$0")" && pwd)

base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
work="$base/with a space"
mkdir "$work"
prefix=$work/moved
cmake --install "$build" --prefix "$work/first" > "$work/install.log" || { cat "$work/install.log"; exit 1; }
mv "$work/first" "$prefix"

"$prefix/bin/aliasfree" --help > /dev/null

echo "== find_package"
cmake -S "$here" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" > "$work/cmake.log" ||
    { cat "$work/cmake.log"; exit 1; }
cmake --build "$work/build"
"$work/build/consumer_dsp"
"$work/build/consumer"

echo "== pkg-config"
PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
LD_LIBRARY_PATH=$prefix/$libdir # where the libraries are shared
export PKG_CONFIG_PATH LD_LIBRARY_PATH
for package in aliasfree-dsp:consumer_dsp aliasfree:consumer; do
    program=${package#*:}
    # pkg-config quotes for the shell what stands in a folder whose name has a space
    eval "set -- $(pkg-config --cflags --libs "${package%:*}")"
    "$cc" -std=c11 "$here/$program.c" -o "$work/$program" "$@"
    "$work/$program"
done

if [ "$shared" = ON ]; then
    echo "== exported names"
    for library in aliasfree_dsp aliasfree; do
        nm -D --defined-only "$prefix/$libdir/lib$library.so" | awk '{ print $3 }' > "$work/names"
        grep -q '^alf_version$' "$work/names"
        if grep -v '^alf_' "$work/names"; then
            echo "lib$library.so exports the names above, which lack the prefix alf_" >&2
            exit 1
        fi
    done
fi
