#!/bin/sh
# The experiment on non-aligned training at the smallest size, with pictures of the user's; its report, going on, bad input.
# usage: nonaligned_training.sh PROGRAM NONALIGNED_TRAINING
set -eu
. "$(dirname "$0")/study_checks.sh"
keep() { (cd "$folder/out" && cat ./*.csv ./*.png ./*.ipynb | cksum); }

# --- a whole run ---------------------------------------------------------------------------------------------------------
"$program" dataset --synthetic=textured-blobs --max-images=8 --resolution=32 --dest="$folder/mine.zip" > /dev/null
set -- --networks=T,C --source="$folder/mine.zip" --outdir="$folder/out"
try 0 "$@" --export="$folder/export"
for name in networks training; do
    [ -s "$folder/out/$name.csv" ] && [ -s "$folder/out/$name.json" ] || fail "there is no table $name"
done
for name in swd eqt eqt_frac eqr turn shift; do
    [ -s "$folder/out/$name.dat" ] && [ -s "$folder/out/$name.gp" ] || fail "there is no plot $name"
done
for name in data images_C images_T; do
    [ -s "$folder/out/$name.png" ] || fail "there is no contact sheet $name"
done
[ -s "$folder/export/nonaligned_training/nonaligned_training.ipynb" ] || fail "nothing is exported"
[ "$(tail -n +2 "$folder/out/networks.csv" | cut -d, -f1,2 | tr '\n' ' ')" = "C,aligned C,non-aligned T,aligned T,non-aligned " ] ||
    fail "other networks, or another order"
[ "$(tail -n +2 "$folder/out/training.csv" | wc -l)" = 8 ] || fail "there are not two points of each network"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { bad += !($column["swd"] > 0) }
    $1 == "C" { bad += $column["turn_degrees"] != "" || $column["shift_widths"] != "" }
    $1 == "T" && $column["kimg"] > 0 { bad += !($column["turn_degrees"] > 0 && $column["shift_widths"] > 0) }
    END { exit bad > 0 }' "$folder/out/training.csv" || fail "the table is not as it must be"
cmp -s "$folder/out/data/aligned.zip" "$folder/out/data/nonaligned.zip" && fail "both data sets are the same"

# --- again: nothing is made; without a network's parts that network alone is measured ------------------------------------
whole=$(keep)
rm "$folder/out/parts/T-aligned-fresh.json"
try 0 "$@" --export="$folder/export"
! grep -q 'training\b.*kimg' "$folder/stderr" || fail "a finished network is trained again"
[ "$(grep -c 'finished before' "$folder/stderr")" = 7 ] || fail "other parts than the lost one are made again"
[ "$(keep)" = "$whole" ] || fail "the same run gives something else"

# --- other pictures: both data sets and the networks are others, though their files are called alike ---------------------
"$program" dataset --synthetic=textured-blobs --max-images=8 --resolution=32 --seed=1 --dest="$folder/other.zip" > /dev/null
try 0 --networks=C --source="$folder/other.zip" --outdir="$folder/out"
said 'C-aligned: training C'
said 'C-nonaligned: training C'
! grep -q 'finished before' "$folder/stderr" || fail "figures of other pictures are taken"
said '1 more of 0.064 kimg in all'

# --- what cannot be done -------------------------------------------------------------------------------------------------
try 2 --networks=T,stylegan3-r --outdir="$folder/none"
said "--networks: there is no rung 'stylegan3-r'"
mkdir "$folder/empty"
try 1 --source="$folder/empty" --outdir="$folder/none"
said "'aliasfree dataset' ended with exit code 1"
said empty
try 2 --source= --outdir="$folder/none"
said source
try 1 --outdir="$folder/mine.zip/out"
said "cannot make the folder"
(ALIASFREE="$folder/absent" && try 1 --outdir="$folder/none" && said "'aliasfree dataset' ended with exit code 127")
[ ! -e "$folder/none/runs" ] || fail "something is trained without pictures"

echo "nonaligned_training: as it should be"
