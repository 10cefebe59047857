#!/bin/sh
# Installs a build into a temporary prefix, moves the prefix away, looks at what is there, and builds and runs two small
# programs against it, once with CMake's find_package and once with pkg-config.
# Usage: check.sh BUILD_FOLDER SOURCE_FOLDER ON|OFF (shared libraries) VERSION LIBDIR C_COMPILER
set -eu
build=$1 source=$2 shared=$3 version=$4 libdir=$5 cc=$6
. "$(dirname "$0")/tree.sh"

echo "== the tree"
(cd "$prefix" && find . ! -type d | sort) > "$work/files"
for file in bin/aliasfree "$libdir/cmake/aliasfree/aliasfreeConfig.cmake" "$libdir/pkgconfig/aliasfree-dsp.pc" \
    include/aliasfree/aliasfree.h share/man/man1/aliasfree.1 share/man/man1/aliasfree-spectra-calc.1 \
    share/bash-completion/completions/aliasfree share/doc/aliasfree/LICENSE; do
    grep -qxF "./$file" "$work/files" || fail "$file is missing"
done
[ "$("$prefix/bin/aliasfree" --version)" = "aliasfree $version" ] || fail "the program does not tell its version"
if grep -rlF -e "$build" -e "$source" -e "$work" "$prefix"; then
    fail "the files above name the place where they were built or installed"
fi
# As those who make packages install: below DESTDIR, the same files and nothing else.
DESTDIR=$work/stage install_with --prefix /usr
(cd "$work/stage/usr" && find . ! -type d | sort) | diff "$work/files" - || fail "DESTDIR changes what is installed"
[ "$(ls "$work/stage")" = usr ] || fail "DESTDIR: there is more than its usr"

echo "== headers, each alone"
for header in "$prefix"/include/aliasfree/*.h; do
    echo "#include <aliasfree/${header##*/}>" |
        "$cc" -std=c11 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Werror -I"$prefix/include" -x c - ||
        fail "${header##*/} does not compile alone"
done

echo "== names"
for library in aliasfree_dsp aliasfree; do
    file=$prefix/$libdir/lib$library
    if [ "$shared" = ON ]; then
        objdump -p "$file.so" | grep -q "SONAME *lib$library.so.${version%.*}\$" || fail "lib$library.so: wrong soname"
        nm -D --defined-only "$file.so" > "$work/symbols"
    else
        nm -g --defined-only "$file.a" > "$work/symbols"
    fi
    awk 'NF == 3 { print $3 }' "$work/symbols" | LC_ALL=C sort -u > "$work/names"
    grep -q '^alf_version$' "$work/names" || fail "lib$library lacks alf_version"
    ! grep -v '^alf_' "$work/names" || fail "lib$library offers the names above, which lack the prefix alf_"
    # It has what its headers declare: all of a header, or of one that belongs to the other library nothing.
    for header in "$prefix"/include/aliasfree/*.h; do
        declared "$header" > "$work/declared"
        LC_ALL=C comm -23 "$work/declared" "$work/names" > "$work/lacks"
        [ -s "$work/lacks" ] || continue
        [ $library = aliasfree ] || ! cmp -s "$work/declared" "$work/lacks" || continue
        [ $library = aliasfree ] || [ "$(cat "$work/lacks")" != alf_machine_versions ] || continue # its comment says so
        cat "$work/lacks"
        fail "lib$library has not the names above, which ${header##*/} declares"
    done
    # A shared library offers nothing that only its own files may use.
    [ "$shared" = ON ] || continue
    declared "$prefix"/include/aliasfree/*.h > "$work/declared"
    LC_ALL=C comm -23 "$work/names" "$work/declared" > "$work/inner"
    [ ! -s "$work/inner" ] || { cat "$work/inner"; fail "lib$library exports the names above, which no header declares"; }
    echo "lib$library.so exports $(wc -l < "$work/names") names"
done

echo "== find_package"
minor=${version%.*}
grep -qF "find_package(aliasfree $minor REQUIRED)" "$source/README.md" || fail "the README asks for another version"
quietly cmake -S "$here/c" -B "$work/build" -DVERSION="$minor" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc"
quietly cmake --build "$work/build"
"$work/build/consumer_dsp"
"$work/build/consumer"

echo "== pkg-config"
PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
LD_LIBRARY_PATH=$prefix/$libdir # where the libraries are shared
export PKG_CONFIG_PATH LD_LIBRARY_PATH
static=--static
[ "$shared" = OFF ] || static=
for package in aliasfree-dsp:consumer_dsp aliasfree:consumer; do
    program=${package#*:} package=${package%:*}
    pkg-config --exact-version="$version" "$package" || fail "pkg-config: $package is not $version"
    for option in '' $static; do
        # pkg-config quotes for the shell what stands in a folder whose name has a space
        eval "set -- $(pkg-config --cflags --libs $option "$package")"
        "$cc" -std=c11 "$here/c/$program.c" -o "$work/$program" "$@"
        "$work/$program"
    done
done

echo "== worked examples"
eval "set -- $(pkg-config --cflags --libs aliasfree)"
for example in "$source"/tests/examples/*.c; do
    quietly "$cc" -std=c11 "$example" -o "$work/example" "$@" -lm
done
