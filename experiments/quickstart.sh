#!/bin/sh
# The main job in one command: installs what is missing, builds, measures the equivariance of the networks that the
# project carries, and writes pictures and figures to results/quickstart/. Options go to the program: --help lists them.
# build/aliasfree, the command line, and the other experiments are built too.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}

sh "$root/tests/run.sh" --deps
echo "Building in $root/build"
mkdir -p "$root/build"
log=$root/build/quickstart.log
build() {
    cd "$root"
    cmake --preset release
    cmake --build --preset release --parallel "$jobs" --target quickstart aliasfree_cli experiments
}
if ! (build) > "$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
"$root/build/experiments/quickstart" --networks="$root/experiments/pretrained" \
    --outdir="$root/results/quickstart" "$@"
echo
echo "The command line is built too: $root/build/aliasfree --help"
