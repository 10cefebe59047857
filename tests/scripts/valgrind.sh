#!/bin/sh
# What the sanitizers do not see, such as memory that was never written: unit tests, a golden test and the program under
# valgrind's memcheck. Scalar kernels, since valgrind knows no AVX-512, and OpenBLAS's for a processor without it too;
# one thread, since it runs one at a time. Skipped where valgrind is not installed. Takes some minutes.
# Usage: valgrind.sh PROGRAM FOLDER_OF_TESTS
set -u
program=$1 tests=$2
if ! command -v valgrind > /dev/null; then
    echo "skipped: valgrind is not installed"
    exit 77
fi
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
cd "$base" || exit 1
ALIASFREE_ISA=scalar OPENBLAS_CORETYPE=Haswell ALIASFREE_THREADS=1 OPENBLAS_NUM_THREADS=1
export ALIASFREE_ISA OPENBLAS_CORETYPE ALIASFREE_THREADS OPENBLAS_NUM_THREADS
failures=0 runs=0

# No suppressions: a library's own loss at its end is "still reachable", which is no error.
check() {
    runs=$((runs + 1))
    if ! valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible \
        --show-leak-kinds=definite,possible --num-callers=25 --log-file=report "$@" > out 2>&1 || [ -s report ]; then
        failures=$((failures + 1))
        echo "FAILED: $*"
        head -60 report
        tail -5 out
    fi
}

for test in test_core test_fir test_random test_npy test_pickle test_png test_archive test_dataset \
    test_heap golden_filters golden_interpolation golden_pickles; do
    check "$tests/$test"
done
check "$program" init --cfg=stylegan3-r --resolution=16 --cbase=128 --cmax=4 --out=network.safetensors
check "$program" generate --network=network.safetensors --seeds=1 --outdir=images
check "$program" dataset --synthetic=textured-blobs --resolution=16 --max-images=4 --dest=data.zip
check "$program" info network.safetensors
[ -f images/seed0001.png ] || { failures=$((failures + 1)); echo "FAILED: no image"; }
[ "$failures" -eq 0 ] || exit 1
echo "valgrind: $runs programs without an error"
