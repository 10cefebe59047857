#!/bin/sh
# The experiment on the ladder at the smallest size; interrupted in training and continued; with bad input.
# usage: ladder.sh PROGRAM LADDER
set -eu
. "$(dirname "$0")/study_checks.sh"

# --- a whole run -------------------------------------------------------------------------------------------------------
try 0 --rungs=T,A,B --outdir="$folder/whole" --export="$folder/export"
for name in ladder fresh order; do
    [ -s "$folder/whole/$name.csv" ] && [ -s "$folder/whole/$name.json" ] || fail "there is no table $name"
done
for name in eqt eqt_frac eqr relative swd; do
    [ -s "$folder/whole/$name.dat" ] && [ -s "$folder/whole/$name.gp" ] || fail "there is no plot $name"
done
[ -s "$folder/whole/images.png" ] && [ -s "$folder/whole/data.png" ] || fail "a contact sheet is not there"
[ -s "$folder/export/ladder/ladder.ipynb" ] || fail "nothing is exported"
[ "$(tail -n +2 "$folder/whole/ladder.csv" | cut -d, -f1 | tr '\n' ' ')" = "A B T " ] || fail "other rungs, or another order"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
    $1 == "A" { bad += $column["eqt_db"] != "" || $column["eqt_paper"] != "" || $column["fid_paper"] != 5.14 }
    $1 == "B" { b = $column["eqt_db"]; bad += $column["eqt_paper"] != 16.23 || !($column["swd"] > 0) }
    $1 == "T" { t = $column["eqt_db"]; bad += !($column["eqt_low"] < t && t < $column["eqt_high"]) }
    END { exit bad > 0 || !(t > b + 10) }' "$folder/whole/ladder.csv" || fail "the table is not as it must be"
grep -q '^B to T,EQ-T,46.78.*,as in the paper$' "$folder/whole/order.csv" || fail "the step from B to T is judged otherwise"
! grep -q '^A to B' "$folder/whole/order.csv" || fail "a step from A is judged, which has no figures"

# --- again: nothing is made; another length is another run, and the first one stays -------------------------------------
keep() { (cd "$1" && cat ./*.csv ./*.png ./*.ipynb | cksum); }
whole=$(keep "$folder/whole")
try 0 --rungs=T,A,B --outdir="$folder/whole" --export="$folder/export"
! grep -q training "$folder/stderr" || fail "a finished network is trained again"
[ "$(keep "$folder/whole")" = "$whole" ] || fail "the same run gives something else"
try 0 --rungs=B --kimg=0.048 --outdir="$folder/whole"
said 'B: training B for 0.048 kimg'
try 0 --rungs=T,A,B --outdir="$folder/whole" --export="$folder/export"
! grep -q training "$folder/stderr" || fail "a network of other settings replaces one"
[ "$(keep "$folder/whole")" = "$whole" ] || fail "a run of other settings changes this one"

# --- interrupted in training, and continued: the notebook holds the command, so it is in a folder of the same name -------
mkdir "$folder/a" "$folder/b"
(cd "$folder/a" && "$study" --scale=tiny --rungs=B --kimg=0.8 --outdir=out > /dev/null 2> ../stderr) || fail "a long run fails"
(cd "$folder/b" && exec "$study" --scale=tiny --rungs=B --kimg=0.8 --outdir=out > /dev/null 2> ../stderr) &
pid=$!
tries=0
until cat "$folder"/b/out/runs/B-*/*/stats.jsonl 2> /dev/null | grep -q . || [ $tries -ge 1200 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
stop $pid
[ $code = 1 ] || fail "exit code $code when it is interrupted"
said "stopped; finished parts are kept in 'out': the same command goes on"
[ ! -e "$folder/b/out/ladder.ipynb" ] || fail "an interrupted run has a report"
(cd "$folder/b" && "$study" --scale=tiny --rungs=B --kimg=0.8 --outdir=out > /dev/null 2> ../stderr) || fail "it does not go on"
[ "$(find "$folder/b/out/runs" -name 'training-state.safetensors' | wc -l)" = 1 ] || fail "training has begun again"
for file in ladder.csv fresh.csv images.png ladder.ipynb; do
    cmp -s "$folder/a/out/$file" "$folder/b/out/$file" || fail "an interrupted run gives another $file"
done

# --- what cannot be done -------------------------------------------------------------------------------------------------
try 2 --rungs=B,Q --outdir="$folder/none"
said "--rungs: there is no rung 'Q': expected some of A, B, C, D, E, F, G, H, T, R between commas"
try 2 --rungs=B,T,B --outdir="$folder/none"
said "twice the rung 'B'"
try 2 --rungs=B, --outdir="$folder/none"
said "there is no rung ''"
try 2 --kimg=0 --outdir="$folder/none"
said kimg
mkdir "$folder/empty"
try 1 --source="$folder/empty" --outdir="$folder/none"
said "'aliasfree dataset' ended with exit code 1"
said empty
try 1 --source="$folder/absent.zip" --outdir="$folder/none"
said absent.zip
[ ! -e "$folder/none/runs" ] || fail "something is trained without pictures"
try 1 --rungs=B --outdir="$folder/stderr/out"
said "cannot make the folder"
(ALIASFREE="$folder/absent" && try 1 --rungs=B --outdir="$folder/none" && said "'aliasfree dataset' ended with exit code 127")

echo "ladder: as it should be"
