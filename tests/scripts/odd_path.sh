#!/bin/sh
# Every command that reads or writes files, where all folders and files have spaces and letters beyond ASCII in their
# names: pictures, data sets, networks, runs, spectra and their plots, videos, experiments, temporary folders.
# Usage: odd_path.sh PROGRAM QUICKSTART (an experiment)
set -u
program=$1 quickstart=$2
scripts=$(cd "$(dirname "$0")" && pwd)
base=$(mktemp -d) || exit 1
trap 'rm -rf "$base"' EXIT
# shellcheck disable=SC2089,SC2090 # quotes are part of the name
folder="$base/mit Leerzeichen äöü 中 \$x 'q' %d"
mkdir "$folder" && cd "$folder" || exit 1
mkdir logs 'Bilder ß' 'Netze é' 'temporär 1'
TMPDIR="$folder/temporär 1"
# shellcheck disable=SC2090 # the same
export TMPDIR
. "$scripts/checks.sh"

cp "$program" "$folder/das Programm ä" && program="$folder/das Programm ä"
network="$folder/Netze é/Netz 中 1.safetensors"
run 0 init --cfg=stylegan3-t --num-layers=3 --resolution=16 --cbase=128 --cmax=4 --z-dim=8 --w-dim=8 --out="$network"
run 0 info "$network" --json
run 0 convert "$network" "Netze é/zurück ü.safetensors"
run 0 generate --network="$network" --seeds=0-1 --outdir="$folder/Ausgabe ü"
holds test -s "$folder/Ausgabe ü/seed0001.png"
run 0 dataset --synthetic=textured-blobs --max-images=12 --resolution=16 --dest="Bilder ß/Flecken ä 1"
run 0 dataset --source="Bilder ß/Flecken ä 1" --dest="Bilder ß/Flecken ä 2.zip"
run 0 dataset --source="Bilder ß/Flecken ä 2.zip" --transform=nonaligned --resolution=16 --dest="$folder/gedreht 中"
run 0 metrics --network="$network" --metrics=swd8,eqt4_int --data="$folder/Bilder ß/Flecken ä 2.zip" --outdir="Maße"
holds test -s 'Maße/metric-swd8.jsonl'
run 0 train --outdir="Läufe 1" --cfg=stylegan3-t --num-layers=3 --data="Bilder ß/Flecken ä 2.zip" --batch=4 --cbase=128 \
    --cmax=4 --z-dim=8 --w-dim=8 --map-depth=2 --grid=1x1 --kimg=0.004 --tick=0.004 --snap=1 --gamma=1
run 0 info "$(find "$folder/Läufe 1" -name 'network-snapshot-*.safetensors')"
run 0 spectra calc --source="Bilder ß/Flecken ä 2.zip" --dest="Maße/Spektrum ö.npz"
run 0 spectra heatmap "Maße/Spektrum ö.npz" --save="Maße/Karte-1.png" # its name, but not its folder, is restricted
run 0 video --network="$network" --seeds=0-1 --w-frames=2 --output="Filme ö 1.png"
if command -v ffmpeg > /dev/null; then run 0 video --network="$network" --seeds=0-1 --w-frames=2 --output="Film ö 2.mp4"; fi
mkdir 'Netze é/drei'
for cfg in C=config-c stylegan3-t=stylegan3-t stylegan3-r=stylegan3-r; do
    run 0 init --cfg="${cfg%=*}" --resolution=16 --cbase=128 --cmax=4 --out="Netze é/drei/${cfg#*=}-64.safetensors"
done
program=$quickstart
run 0 --networks="$folder/Netze é/drei" --outdir="$folder/Bericht ü" --samples=1
holds test -s 'Bericht ü/stylegan3-r.png'
[ -z "$(ls -A "$TMPDIR")" ] || complain "left behind: $(ls -A "$TMPDIR")"
echo "odd_path: $checks checks, $failures failures"
[ "$failures" -eq 0 ]
