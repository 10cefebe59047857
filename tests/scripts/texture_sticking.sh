#!/bin/sh
# The experiment on texture sticking at the smallest size: what it leaves behind, interrupted and continued, with bad input.
# usage: texture_sticking.sh PROGRAM TEXTURE_STICKING
set -eu
. "$(dirname "$0")/study_checks.sh"

"$program" init --cfg=B --resolution=16 --cbase=256 --cmax=8 --z-dim=16 --w-dim=16 --out="$folder/net.safetensors" \
    > /dev/null

# A network that cannot be moved, one of a file with another size, a fresh rung; and the rows of the ablation.
try 0 --networks="A,$folder/net.safetensors,T" --outdir="$folder/out" --export="$folder/export"
for name in neighbourhoods_32.png neighbourhoods_16.png slices_32.png slices_16.png networks.csv networks.json \
    ablation.csv ablation.json texture_sticking.ipynb T_spectrum.npy T_spectrum.dat net_spectrum.npy; do
    [ -s "$folder/out/$name" ] || fail "there is no $name"
done
[ ! -e "$folder/out/A_spectrum.npy" ] || fail "a network that cannot be moved has a spectrum"
[ "$(find "$folder/out/parts" -name '*.json' | wc -l)" = 13 ] || fail "there are not 13 finished parts"
[ -s "$folder/export/texture_sticking/texture_sticking.ipynb" ] || fail "nothing was exported"
notebook=$folder/out/texture_sticking.ipynb
grep -q 'takes part in the latent pictures only' "$notebook" || fail "what A takes part in is not said"
grep -q 'image/png' "$notebook" || fail "the notebook shows no picture"
[ "$(grep -cE '^(A|net|T),' "$folder/out/networks.csv")" = 3 ] || fail "the table has not three networks"

# Figures: T is carried along, noise sticks.
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
    $1 == "T" { bad += !($column["stuck"] < 0.01 && $column["carried"] > 0.9) }
    $1 == "T-noise" { bad += !($column["stuck"] > 0.9); seen = 1 }
    END { exit bad > 0 || !seen }' "$folder/out/ablation.csv" || fail "T sticks, or noise does not"

# The same again makes nothing new, and ends with the same report; another seed does not take what is there.
cp "$notebook" "$folder/before.ipynb"
find "$folder/out/parts" -name '*.json' -exec ls -i {} + | sort > "$folder/parts.before"
try 0 --networks="A,$folder/net.safetensors,T" --outdir="$folder/out" --export="$folder/export"
find "$folder/out/parts" -name '*.json' -exec ls -i {} + | sort > "$folder/parts.after"
cmp -s "$folder/parts.before" "$folder/parts.after" || fail "finished parts were made again"
cmp -s "$folder/before.ipynb" "$notebook" || fail "the same run gives another report"

# Interrupted after its first part, and continued.
"$study" --scale=tiny --networks=T --rows=rungs --outdir="$folder/cut" > "$folder/stdout" 2> "$folder/stderr" &
pid=$!
for _ in $(seq 600); do
    [ -e "$folder/cut/parts/T-shares.json" ] && break
    sleep 0.1
done
stop $pid
[ $code = 1 ] || fail "exit code $code of an interrupted run"
[ -s "$folder/cut/parts/T-shares.json" ] || fail "a finished part is not kept"
[ ! -e "$folder/cut/texture_sticking.ipynb" ] || fail "an interrupted run has a report"
try 0 --networks=T --rows=rungs --outdir="$folder/cut"
[ -s "$folder/cut/texture_sticking.ipynb" ] || fail "a run that was continued has no report"
[ "$(tail -n +2 "$folder/cut/ablation.csv" | cut -d, -f1 | tr '\n' ' ')" = "B T " ] || fail "other rows than rungs"

# Without rows, and with nothing that moves.
try 0 --networks=A --rows=none --outdir="$folder/still"
[ ! -e "$folder/still/ablation.csv" ] || fail "there is an ablation without rows"

try 2 --rows=some
said rows
try 2 --k-min=0.6
said k-min
try 2 --radius=none
said radius
try 1 --networks="$folder/none.safetensors" --outdir="$folder/none"
said none.safetensors
try 2 --networks=Z --outdir="$folder/none"
said "'Z'"
try 2 --networks=T, --outdir="$folder/none"
echo "texture sticking: as it should be"
