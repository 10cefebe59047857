#!/bin/sh
# Builds the project and runs its tests; --help tells more.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

packages="gcc libc6-dev make cmake pkg-config libfftw3-dev libopenblas-dev libpng-dev zlib1g-dev libpthreadpool-dev
          libjansson-dev libzip-dev libcmocka-dev"
ci_packages="clang gnuplot-nox ffmpeg python3-numpy python3-pil libturbojpeg0-dev libwebp-dev libopenmpi-dev openmpi-bin
             doxygen locales g++ groff-base clang-format shellcheck"
fuzz_packages=libclang-rt-dev # libFuzzer and the sanitizers of clang

usage() {
    cat << 'END'
Usage: sh tests/run.sh [--deps] [--sanitize | --threads | --clang | --fuzz [SECONDS] | --ci | --lint | --portability |
                                 --faults | --coverage]

Installs what is missing (on Debian, with apt-get and if need be sudo), builds and runs the tests.

  (no option)  optimised build in build/, all tests
  --sanitize   with the address and undefined-behaviour sanitizers in build-asan/, most tests
  --threads    with the thread sanitizer in build-tsan/; the tests of what runs on several threads
  --clang      shared libraries by clang, warnings are errors, in build-clang/; golden and install tests, examples
  --fuzz       fuzzers by clang in build-fuzz/, each for so many seconds (default 15), or that of --target=NAME alone; what
               they learn stays in build-fuzz/corpus
  --ci         all five, warnings are errors throughout
  --lint       no tests but format, layers, lengths, shellcheck, and what clang-tidy finds, which takes minutes
  --portability  what continuous integration has no time for (an hour): no AVX kernels, no optional parts, valgrind,
               other kernels than the best, folders with odd names; tests/portability.sh tells more
  --faults     what fails in the midst of work (an hour and more of one processor), in build/: each allocation, each call on
               files and archives, 100 kills of a run; other builds do a few of them, others each day, and --ci others for
               each commit
  --coverage   lines that tests run, counted by gcov in build-coverage/ (6 minutes of two processors); fails below 90% of
               src or dsp; tests/coverage.sh tells more
  --deps       only install what the chosen build needs

Environment: ALIASFREE_GOLDEN_DIR  folder of the golden data (default tests/golden)
             ALIASFREE_OFFSET      number that chooses which failures are tried (default: the date; with --ci the commit)
             JOBS                  compilers and tests at a time (default: one per processor)
END
}

deps_only=no builds=release werror=OFF seconds=15 faults=no ci=no targets=
for option in "$@"; do
    case $option in
        --deps) deps_only=yes ;;
        --sanitize) builds=asan ;;
        --threads) builds=tsan ;;
        --clang) builds=clang ;;
        --fuzz) builds=fuzz ;;
        --target=?*) targets="$targets ${option#--target=}" ;;
        [1-9]*) seconds=$option ;;
        --ci) builds="release asan tsan clang fuzz" werror=ON ci=yes ;;
        --lint) builds=lint ;;
        --portability) builds=portability ;;
        --faults) faults=yes ;;
        --coverage) builds=coverage ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done

case $seconds in
    *[!0-9]*) usage >&2; exit 2 ;;
esac

case $builds in
    *clang*) packages="$packages $ci_packages" ;;
    lint) packages="$packages clang-format clang-tidy shellcheck" ;;
    portability) packages="$packages valgrind locales" ;;
esac
case $builds in
    *fuzz*) packages="$packages clang $fuzz_packages" ;;
esac
# shellcheck disable=SC2086 # a list of words
sh "$root/tests/install-packages.sh" $packages
[ $deps_only = no ] || exit 0
[ "$builds" != portability ] || exec sh "$root/tests/portability.sh"

cd "$root"
if [ "$builds" = lint ]; then
    cmake --preset release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
    exec sh tests/lint.sh build
fi
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
# One commit has one result, whatever the day.
if [ $ci = yes ]; then
    commit=$(git rev-parse --short=7 HEAD 2> /dev/null || echo 0)
    ALIASFREE_OFFSET=${ALIASFREE_OFFSET:-$((0x$commit))}
    export ALIASFREE_OFFSET
    echo "== ALIASFREE_OFFSET=$ALIASFREE_OFFSET"
fi

folder() {
    case $1 in
        release) echo build ;;
        *) echo "build-$1" ;;
    esac
}

# Looking for leaks needs ptrace, which some containers forbid.
leak_check() {
    probe=$(mktemp)
    echo 'int main(void) { return 0; }' | gcc -fsanitize=address -x c - -o "$probe"
    if ASAN_OPTIONS=detect_leaks=1 "$probe" > /dev/null 2>&1; then echo 1; else echo 0; fi
    rm -f "$probe"
}

fuzz() {
    leaks=$(leak_check)
    # shellcheck disable=SC2086 # a list of words
    ASAN_OPTIONS=detect_leaks=$leaks sh tests/fuzz/run.sh build-fuzz "$seconds" "$jobs" $targets
}

for build in $builds; do
    echo "== $build"
    case $build in
        clang) cmake --preset clang ;;
        *) cmake --preset "$build" -DALIASFREE_WERROR=$werror ;;
    esac
    cmake --build --preset "$build" --parallel "$jobs"
    if [ "$build" = fuzz ]; then
        fuzz
        continue
    fi
    # A sanitizer that finds something exits with 99, and not with what a program says that fails as it should.
    if [ "$build" = tsan ]; then
        TSAN_OPTIONS=halt_on_error=1:exitcode=99${TSAN_OPTIONS:+:$TSAN_OPTIONS}
        export TSAN_OPTIONS
    fi
    if [ "$build" = asan ]; then
        leaks=$(leak_check)
        echo "== leak detection: $leaks"
        ASAN_OPTIONS=detect_leaks=$leaks:exitcode=99${ASAN_OPTIONS:+:$ASAN_OPTIONS}
        UBSAN_OPTIONS=print_stacktrace=1:exitcode=99${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}
        export ASAN_OPTIONS UBSAN_OPTIONS
    fi
    # Threads that wait for each other in slow programs take the processors away from other tests. Tests of what runs on
    # several threads ask for them.
    threads=
    [ "$build" != asan ] || threads=ALIASFREE_THREADS=${ALIASFREE_THREADS:-1}
    if [ "$build" = coverage ]; then
        threads=ALIASFREE_THREADS=1
        find build-coverage -name '*.gcda' -exec rm {} +
    fi
    only=
    [ $faults = no ] || only="-L ^faults\$ --timeout 36000"
    [ $faults = no ] || threads="ALIASFREE_LONG_TESTS=1 ALIASFREE_THREADS=${ALIASFREE_THREADS:-1}"
    # shellcheck disable=SC2086 # none, or words
    env $threads ctest --preset "$build" $only --parallel "$jobs" --output-log "$(folder "$build")/ctest.log"
done

[ "$builds" != fuzz ] || exit 0
builds=${builds% fuzz}
first=${builds%% *}
echo "== golden data ($first)"
grep -h '^golden ' "$(folder "$first")/Testing/Temporary/LastTest.log" || true
# The tests that CTest skipped, each with the reason that it gave in a line "skipped: ...", and the parts that programs
# of unit tests skipped.
skipped() {
    sed -n 's/.* - \(.*\) (Skipped)$/\1/p' "$(folder "$1")/ctest.log" | while read -r name; do
        reason=$(sed -n "/ Testing: $name\$/,/^<end of output>/s/^skipped: //p" \
            "$(folder "$1")/Testing/Temporary/LastTest.log")
        echo "skipped: $name${reason:+ ($reason)}"
    done
    awk '/^[0-9]+\/[0-9]+ Testing: / { test = $3; names = reasons = 0; split("", seen) }
         /^skipped: / { reason[++reasons] = " (" substr($0, 10) ")" }
         /^\[  SKIPPED \] [A-Za-z_0-9]+$/ && !seen[$4]++ { name[++names] = $4 }
         /^<end of output>/ {
             for (i = 1; i <= names; i++) print "skipped: " test ", " name[i] (i <= reasons ? reason[i] : "")
             names = 0
         }' "$(folder "$1")/Testing/Temporary/LastTest.log"
}

for build in $builds; do
    echo "== $build"
    skipped "$build"
    sed -n '/tests passed/p; /Total Test time/p' "$(folder "$build")/ctest.log"
done
[ "$builds" != coverage ] || sh tests/coverage.sh build-coverage
