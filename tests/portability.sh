#!/bin/sh
# What continuous integration has no time for: the project as it is elsewhere. Run by `sh tests/run.sh --portability`.
#
#   portable  the preset `scalar`: no AVX kernels, as on processors without them; no JPEG, WebP and MPI; warnings are errors;
#             gnuplot, ffmpeg and mpirun not to be found; all tests, and the whole library as a part of another project
#   valgrind  memcheck on that build
#   isa       the optimised build in build/ told to use other kernels than the best: golden tests
#   odd       sources, build and prefix in folders with spaces and letters beyond ASCII; shared libraries, by gcc: what runs
#             programs, since unit tests are linked with the objects themselves
#
# Environment: JOBS  compilers and tests at a time; PARTS  some of: portable valgrind isa odd
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
parts=${PARTS:-portable valgrind isa odd}
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT

wanted() {
    case " $parts " in
        *" $1 "*) echo "== $2" ;;
        *) return 1 ;;
    esac
}

# A PATH of one folder that has all programs but some.
thin_path() {
    mkdir "$base/programs"
    echo "$PATH" | tr ':' '\n' | sort -u | while read -r place; do
        ln -sf "$place"/* "$base/programs/" 2> /dev/null || true
    done
    (cd "$base/programs" && rm -f gnuplot* ffmpeg mpirun* mpiexec* orterun prterun)
    echo "$base/programs"
}

build_scalar() {
    cmake --preset scalar
    cmake --build --preset scalar --parallel "$jobs"
}

if wanted portable "without AVX kernels and optional parts"; then
    build_scalar
    PATH=$(thin_path) ctest --preset scalar --parallel "$jobs"
    ALIASFREE_LONG_TESTS=1 ctest --preset scalar -R '^install_subproject$'
fi

if wanted valgrind "valgrind"; then
    build_scalar
    code=0
    sh tests/scripts/valgrind.sh "$root/build-scalar/aliasfree" "$root/build-scalar/tests" || code=$?
    [ "$code" = 0 ] || [ "$code" = 77 ] || exit "$code" # 77: skipped, and said so
fi

if wanted isa "other kernels than the best"; then
    cmake --preset release
    cmake --build --preset release --parallel "$jobs"
    for isa in scalar avx2; do
        if [ $isa != scalar ] && ! grep -qw $isa /proc/cpuinfo; then continue; fi
        echo "== $isa"
        ALIASFREE_ISA=$isa ctest --preset release --parallel "$jobs" -R golden
    done
fi

if wanted odd "an odd path"; then
    odd="$base/mit Leerzeichen äöü 中"
    mkdir "$odd" "$odd/Quellen ß"
    git ls-files -z -- . ':!notebooks-export' | tar -c --null -T - | tar -x -C "$odd/Quellen ß"
    cmake -S "$odd/Quellen ß" -B "$odd/Bau é" -DALIASFREE_TESTS=ON -DBUILD_SHARED_LIBS=ON -DALIASFREE_WERROR=ON
    cmake --build "$odd/Bau é" --parallel "$jobs"
    cd "$odd/Bau é"
    words='golden install odd_path study experiments readme example_ layers symbols locales test_dataset test_report cli'
    for word in $words; do
        ctest -N -R "$word" | grep -q '^ *Test *#' || { echo "there is no test whose name has '$word'"; exit 1; }
    done
    ctest --output-on-failure --parallel "$jobs" -R "$(echo "$words" | tr ' ' '|')"
fi
echo "== portability: done ($parts)"
