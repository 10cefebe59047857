#!/bin/sh
# Runs a worked example and holds the figures that it prints against bounds.
# Usage: check.sh NAME PROGRAM ALIASFREE
set -eu
name=$1 example=$2 program=$3
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The number behind the label is between two bounds.
figure() {
    value=$(sed -n "s/^.*$1:\{0,1\} \(-\{0,1\}[0-9.]*\).*/\1/p" "$folder/out")
    awk -v v="$value" -v low="$2" -v high="$3" 'BEGIN { exit !(v ~ /[0-9]/ && v + 0 >= low + 0 && v + 0 <= high + 0) }' ||
        { echo "$name: $1 is '$value', expected $2 to $3"; exit 1; }
}

# Short of memory it says so and fails.
refused() {
    if ALIASFREE_MAX_MEMORY=100 "$example" "$@" 2> "$folder/message" > /dev/null; then
        echo "$name: 100 bytes are enough for it"
        exit 1
    fi
    grep -q 'memory' "$folder/message" || { cat "$folder/message"; exit 1; }
}

case $name in
    design_filter)
        "$example" | tee "$folder/out"
        figure "gain at  0 cycles" 1 1
        figure "gain at  6 cycles" 0.49 0.51
        figure "gain at  8 cycles" 0 0.01
        figure " 6 taps: stopband" 15 18
        figure "24 taps: stopband" 45 51
        figure "48 taps: stopband" 85 99
        refused
        ;;
    resample_image)
        "$program" dataset --synthetic=textured-blobs --max-images=1 --resolution=64 --dest="$folder/set" > /dev/null
        "$example" "$(find "$folder/set" -name '*.png')" "$folder/out.png" | tee "$folder/out"
        grep -qx '64 -> 96 pixels' "$folder/out"
        figure "aliases, filtered" -200 -70
        figure "aliases, repeated" -25 -10
        "$program" dataset --source="$folder/out.png" --dest="$folder/again" | grep -q '96 x 96'
        if "$example" "$0" "$folder/none.png" 2> "$folder/message"; then exit 1; fi
        grep -q 'check.sh' "$folder/message"
        refused "$folder/out.png" "$folder/none.png"
        [ ! -e "$folder/none.png" ]
        ;;
    own_layer)
        "$example" | tee "$folder/out"
        figure "equivariance, filtered" 50 65
        figure "equivariance, pointwise" 28 40
        figure "slope along the gradient" 0.995 1.005
        refused
        ;;
    own_generator)
        "$example" | tee "$folder/out"
        figure "waves, eqt32_int" 250 400
        figure "waves, eqt32_frac" 58 66
        figure "waves, eqr32" 65 73
        figure "with texture, eqt32_int" 20 26
        figure "with texture, eqt32_frac" 20 30
        figure "with texture, eqr32" 30 40
        refused
        ;;
    *)
        echo "there is no check of the example $name"
        exit 1
        ;;
esac
