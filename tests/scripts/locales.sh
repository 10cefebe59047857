#!/bin/sh
# In Turkish, where I is not the large i, and in German, where numbers have a comma, the library and the program write
# what they write in C. The locales are made here, in a folder of their own; skipped where localedef has no sources.
#
# The library must hold in a program that has set the user's locale, which LOCALE_CLIENT does. Our program sets none; what
# is tried of it is that no library does so behind its back, and USERS_LOCALE, preloaded, shows that this would be seen.
# Usage: locales.sh LOCALE_CLIENT PROGRAM USERS_LOCALE TEST...: programs of unit tests that change the locale by themselves
set -u
client=$1 program=$2 users_locale=$3
shift 3
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
cd "$base" || exit 1
mkdir locales
for name in tr_TR de_DE; do
    if ! localedef --no-archive -i "$name" -f UTF-8 "$base/locales/$name.UTF-8" > localedef.log 2>&1; then
        echo "skipped: localedef cannot make $name"
        exit 77
    fi
done
LOCPATH=$base/locales
export LOCPATH
failures=0
complain() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}

# What the program says and writes, with numbers to be read: a network, images, figures.
commands() {
    network=$1/network.safetensors
    "$program" init --cfg=stylegan3-r --resolution=16 --cbase=256 --cmax=8 --seed=1 --out="$network" &&
        "$program" info "$network" --json &&
        "$program" plan --cfg=stylegan3-t --resolution=32 --json &&
        "$program" filter --cutoff=0.21 --width=0.3 --json &&
        "$program" generate --network="$network" --seeds=1 --trunc=0.7 --translate=0.25,0.1 --outdir="$1/images" &&
        "$program" metrics --network="$network" --metrics=eqt4_frac --json
}

for locale in C tr_TR.UTF-8 de_DE.UTF-8; do
    mkdir "$locale"
    LC_ALL=$locale "$client" "$locale" > "$locale/client.out" 2> err || complain "the client in $locale: $(cat err)"
    case $locale in
        C) point=. ;;
        *) point=, ;;
    esac
    grep -q "locale $locale, decimal point '$point'" err || complain "$locale was not used: $(cat err)"
    LC_ALL=$locale commands "$locale" > "$locale/program.out" 2> err || complain "the program in $locale: $(cat err)"
done
cp "$users_locale" users_locale.so # where its path has no spaces, which part those of LD_PRELOAD
figures() { "$program" filter --cutoff=0.21 --width=0.3; }
LC_ALL=C figures > figures.C 2> err || complain "filter: $(cat err)"
if LC_ALL=de_DE.UTF-8 LD_PRELOAD=$base/users_locale.so figures 2> err | cmp -s - figures.C; then
    complain "a library that sets the locale would not be seen"
fi
# Paths, times, what depends on times.
for locale in C tr_TR.UTF-8 de_DE.UTF-8; do
    find "$locale" -name log.txt -exec rm {} +
    find "$locale" -type f \( -name '*.json*' -o -name '*.out' \) -exec sed -i -e "s|$locale/|PLACE/|g" \
        -e 's/"\(Timing\|Resources\)[^"]*": {[^}]*}/"\1": -/g' \
        -e 's/"\(timestamp\|total_time\|total_time_str\|seconds\)": *[^,}]*/"\1": -/g' {} +
done
for locale in tr_TR.UTF-8 de_DE.UTF-8; do
    diff -r C "$locale" > difference || { complain "$locale differs from C"; cut -c1-300 difference | head -20; }
done
[ "$(find C -type f | wc -l)" -ge 15 ] || complain "there is little to compare: $(find C -type f)"

for test in "$@"; do
    "$test" > test.out 2>&1 || { complain "$test"; cat test.out; }
done
[ "$failures" -eq 0 ] || exit 1
echo "locales: $(find C -type f | wc -l) files are the same in C, Turkish and German"
