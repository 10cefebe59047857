#!/bin/sh
# Runs the README's example, and holds its picture against the one that the program makes of the same request.
set -eu
example=$1 program=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
network=$root/experiments/pretrained/stylegan3-t-64.safetensors
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$example" "$network" "$folder/example.png"
"$program" generate --network="$network" --seeds=0 --trunc=0.7 --translate=0.00390625,0 --rotate=10 \
    --outdir="$folder" > /dev/null
cmp "$folder/example.png" "$folder/seed0000.png"

if "$example" "$root/README.md" "$folder/none.png" 2> "$folder/message"; then
    echo "a README passed for a network" >&2
    exit 1
fi
grep -q README.md "$folder/message"
[ ! -e "$folder/none.png" ]
echo "the example's picture equals the program's"
