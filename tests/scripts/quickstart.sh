#!/bin/sh
# The quick start's program and `aliasfree bench` at the smallest size: what they print and what they leave behind.
# usage: quickstart.sh PROGRAM QUICKSTART
set -eu
program=$1 quickstart=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "quickstart: $1" >&2
    exit 1
}

# make CONFIGURATION NAME
make() {
    "$program" init --cfg="$1" --resolution=16 --cbase=256 --cmax=8 --z-dim=16 --w-dim=16 \
        --out="$folder/networks/$2-64.safetensors" > /dev/null
}
mkdir "$folder/networks"
make C config-c
make stylegan3-t stylegan3-t
make stylegan3-r stylegan3-r

"$quickstart" --networks="$folder/networks" --outdir="$folder/out" --samples=8 > "$folder/stdout"
[ "$(grep -cE '^(config-c|stylegan3-[tr]) +EQ-[TR]' "$folder/stdout")" = 9 ] || fail "the table has not nine figures"
for picture in config-c stylegan3-t stylegan3-r sticking; do
    [ "$(head -c 4 "$folder/out/$picture.png" | od -An -tx1 | tr -d ' ')" = 89504e47 ] || fail "$picture.png is no PNG"
done
grep -q '"eqr"' "$folder/out/equivariance.json" || fail "the JSON has no EQ-R"
[ "$(find "$folder/out" -type f | wc -l)" = 5 ] || fail "there are other files than four pictures and a JSON"

"$quickstart" --networks="$folder/networks" --outdir="$folder/out" --samples=4 > "$folder/stdout"
[ "$(grep -cE ' EQ-.* +[0-9.]+ +- +[0-9.]+ +4$' "$folder/stdout")" = 9 ] ||
    fail "one transform has an interval"
tr -d ' \n' < "$folder/out/equivariance.json" | grep -q '"interval95":\[null,null\]' ||
    fail "one transform has an interval in the JSON"

# A path that is not UTF-8 is repaired in the JSON.
odd=$folder/$(printf 'L\344nge-\303\266')
"$quickstart" --networks="$folder/networks" --outdir="$odd" --samples=1 > "$folder/stdout" ||
    fail "a folder whose name is not UTF-8 fails"
grep -q "$(printf 'L\357\277\275nge-\303\266/config-c.png')" "$odd/equivariance.json" ||
    fail "a name that is not UTF-8 is not repaired in the JSON"

# A network without input transform has no figures and no slices.
make stylegan2 config-c
"$quickstart" --networks="$folder/networks" --outdir="$folder/two" --samples=1 > "$folder/stdout"
grep -q 'config-c .*not applicable' "$folder/stdout" || fail "StyleGAN2 is not said to be not applicable"
height() {
    od -An -j20 -N4 -tu1 "$1/sticking.png" | awk '{print $3 * 256 + $4}'
}
[ "$(height "$folder/two")" -lt "$(height "$folder/out")" ] || fail "StyleGAN2 has slices"
make stylegan2 stylegan3-t
make stylegan2 stylegan3-r
"$quickstart" --networks="$folder/networks" --outdir="$folder/no" --samples=1 > "$folder/stdout"
[ ! -e "$folder/no/sticking.png" ] || fail "slices of networks that do not move"
! grep -q sticking "$folder/stdout" || fail "slices that are not there are explained"

rm "$folder/networks/stylegan3-r-64.safetensors"
code=0
"$quickstart" --networks="$folder/networks" --outdir="$folder/none" --samples=8 > /dev/null 2> "$folder/stderr" || code=$?
[ $code = 1 ] || fail "exit code $code without a network"
grep -q 'stylegan3-r-64.safetensors' "$folder/stderr" || fail "the missing network is not named"
code=0
"$quickstart" --samples=none > /dev/null 2>&1 || code=$?
[ $code = 2 ] || fail "exit code $code after a bad option"

"$program" bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --json > "$folder/bench.json" 2> /dev/null
for key in fma_gflops sgemm_gflops stream_gbs; do
    grep -q "\"$key\"" "$folder/bench.json" || fail "bench does not tell $key"
done
grep -q 'image' "$folder/bench.json" || fail "bench has no whole images"
"$program" bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter=fourier > "$folder/bench.txt" 2> /dev/null
grep -q '^FMA peak .* SGEMM .* stream ' "$folder/bench.txt" || fail "bench does not show the machine"
[ "$(grep -c '^stylegan3-[tr] fourier_features input .*%' "$folder/bench.txt")" = 2 ] || fail "bench has not two rows"
echo "quickstart and bench: as they should be"
