#!/bin/sh
# A disk that is full: what is written there is an error that says so, what was there is whole, nothing else is there, and
# a training run goes on to the same bits once there is room. Skipped (77) where no file system can be mounted.
#
# full_disk.sh PROGRAM
set -u
program=$1
if [ "${2:-}" != mounted ]; then
    unshare -rm true 2>/dev/null || { echo "skipped: no mounts for this user here"; exit 77; }
    exec unshare -rm sh "$0" "$program" mounted
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/aliasfree-full-XXXXXX")
trap 'umount "$folder/disk" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
scripts=$(cd "$(dirname "$0")" && pwd)
cd "$folder" || exit 1
mkdir logs disk
. "$scripts/checks.sh"
mount -t tmpfs -o size=128k none disk 2>/dev/null || { echo "skipped: no file system in memory here"; exit 77; }
full='No space left on device'

# --- files
few="--cbase=64 --cmax=4"
run 0 init --cfg=stylegan3-t --resolution=16 $few --z-dim=8 --w-dim=8 --num-layers=3 --out=small.safetensors
run 0 init --cfg=stylegan3-t --resolution=16 $few --out=large.safetensors
run 0 dataset --synthetic=textured-blobs --max-images=96 --resolution=16 --dest=set.zip
cp small.safetensors disk/network.safetensors
fails "$full" convert large.safetensors disk/network.safetensors
err 'disk/network.safetensors'
holds cmp -s small.safetensors disk/network.safetensors
for dest in set.zip set; do
    fails "$full" dataset --source=set.zip --dest=disk/$dest --resolution=32x32
    err "disk/$dest"
    lists disk 'network.safetensors '
done
head -c 200000 /dev/zero >disk/filler 2>/dev/null
fails "$full" generate --network=small.safetensors --seeds=1 --outdir=disk
lists disk 'filler network.safetensors '

# --- a run
train="train --cfg=stylegan2 --data=set.zip --batch=8 --batch-gpu=8 $few --z-dim=8 --w-dim=8 --map-depth=2 --grid=2x2
       --kimg=0.032 --tick=0.008 --snap=1 --metrics=none"
rm disk/*
run 0 $train --outdir=whole
size=$(du -sk whole | cut -f1)
mount -o remount,size=$((size * 5 / 4))k disk
fails "$full" $train --outdir=disk
mount -o remount,size=$((size * 4))k disk
run 0 $train --outdir=disk
out 'resuming 00000-stylegan2-set-gpus1-batch8-gamma0.0064 at 0.0'
lists disk '00000-stylegan2-set-gpus1-batch8-gamma0.0064 '
for file in whole/*/*.safetensors whole/*/*.png; do holds cmp -s "$file" "disk/${file#whole/}"; done
holds test "$(ls -A whole/*)" = "$(ls -A disk/*)"

echo "$checks checks, $failures failures"
[ $failures = 0 ]
