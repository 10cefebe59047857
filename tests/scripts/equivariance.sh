#!/bin/sh
# The experiment on equivariance at the smallest scale: what it leaves behind, that an interrupted run goes on to the same
# bytes, and what it says about networks that are bad, missing or without a transform.
# usage: equivariance.sh PROGRAM EQUIVARIANCE
set -eu
. "$(dirname "$0")/study_checks.sh"

# Runs the experiment in a folder of its own: no networks of the project are found there. The last words are its options.
run() {
    out=$1
    shift
    (cd "$folder" && "$study" --scale=tiny --outdir="$out" "$@" > "$folder/stdout" 2> "$folder/stderr")
}

init() {
    "$program" init --cfg="$1" --resolution=16 --cbase=256 --cmax=8 --z-dim=16 --w-dim=16 --out="$2" > /dev/null
}

init stylegan3-r "$folder/turns.safetensors"
init stylegan2 "$folder/stays.safetensors"

# --- a whole run: one network without transform is named and left out --------------------------------------------------
networks=turns.safetensors,stays.safetensors,T
run whole --networks=$networks --export="$folder/export" || fail "a run fails"
grep -q 'left out: .*stays' "$folder/stderr" || fail "the network without a transform is not named"
for part in translation rotation layers bands; do
    for network in turns T; do
        [ -s "$folder/whole/parts/$network-$part.json" ] || fail "there is no part $network-$part"
        [ -s "$folder/whole/${network}_$part.npy" ] || fail "there is no array ${network}_$part"
    done
done
[ ! -e "$folder/whole/parts/stays-translation.json" ] || fail "the network without a transform was measured"
for table in networks summary sweeps losses layers shares bands; do
    [ -s "$folder/whole/$table.csv" ] && [ -s "$folder/whole/$table.json" ] || fail "there is no table $table"
done
for plot in translation translation_relative rotation rotation_relative layers_45deg layers_width_16 bands_1px; do
    [ -s "$folder/whole/$plot.dat" ] && [ -s "$folder/whole/$plot.gp" ] || fail "there is no plot $plot"
done
for network in turns T; do
    [ "$(head -c 4 "$folder/whole/${network}_moves.png" | od -An -tx1 | tr -d ' ')" = 89504e47 ] ||
        fail "${network}_moves.png is no PNG"
    [ "$(grep -c "^$network," "$folder/whole/summary.csv")" = 3 ] || fail "$network has not three figures"
    grep -q "^$network,45 deg,0,input,36,16,[0-9.]*," "$folder/whole/layers.csv" || fail "$network has no input features"
done
grep -q '"nbformat": *4' "$folder/export/equivariance/equivariance.ipynb" || fail "no notebook is exported"

# --- again: nothing is measured, the tables come out the same; another seed is another run -------------------------------
keep() {
    (cd "$1" && cat ./*.csv ./*.npy parts/*.json | cksum)
}
whole=$(keep "$folder/whole")
touch -d '2001-01-01' "$folder/whole/parts/T-layers.json"
run whole --networks=$networks || fail "a second run fails"
[ "$(keep "$folder/whole")" = "$whole" ] || fail "a second run gives something else"
[ -z "$(find "$folder/whole/parts/T-layers.json" -newermt '2002-01-01')" ] || fail "a finished part is made again"

# --- interrupted as soon as a part is finished, then continued -----------------------------------------------------------
(cd "$folder" && exec "$study" --scale=tiny --outdir=stopped --networks=$networks > /dev/null 2> stopped.err) &
pid=$!
while kill -0 $pid 2> /dev/null && ! ls "$folder"/stopped/parts/*.json > /dev/null 2>&1; do sleep 0.01; done
stop $pid
[ $code = 1 ] || [ $code = 0 ] || fail "exit code $code when it is interrupted" # 0: it was faster
parts=$(find "$folder/stopped/parts" -name '*.json' | wc -l)
run stopped --networks=$networks || fail "an interrupted run does not go on"
[ "$(keep "$folder/stopped")" = "$whole" ] || fail "an interrupted run gives something else ($parts parts were finished)"

# --- what cannot be done -----------------------------------------------------------------------------------------------
refused() { # code, text, options
    expected=$1 text=$2
    shift 2
    code=0
    run refused "$@" || code=$?
    [ $code = "$expected" ] || fail "exit code $code, not $expected, for $*"
    grep -q -- "$text" "$folder/stderr" || fail "'$text' is not said for $*"
}
echo 'no network' > "$folder/bad.safetensors"
refused 1 stays --networks=stays.safetensors
refused 1 missing.safetensors --networks=T,missing.safetensors
refused 1 bad.safetensors --networks=bad.safetensors
refused 2 Q --networks=Q
refused 2 networks --networks=
refused 2 sizes --sizes=3
echo "equivariance: as it should be; $parts parts were finished when it was interrupted"
