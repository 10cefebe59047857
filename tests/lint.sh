#!/bin/sh
# What machines can say of how the code is written: format, layers, lengths, what clang-tidy and shellcheck find.
# usage: lint.sh BUILD [TEXT]  BUILD: a configured build folder with compile_commands.json; TEXT: clang-tidy looks only at
# files whose path holds it. Environment: JOBS (programs at a time).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
text=${2:-}
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
wrong=

# part NAME COMMAND...: runs it and remembers when something is wrong; 77 is a part that cannot be run here.
part() {
    name=$1
    shift
    echo "== $name"
    code=0
    "$@" || code=$?
    [ $code = 0 ] || [ $code = 77 ] || wrong="$wrong $name"
}

# As they are compiled; headers are looked at where they are included. tests/lint stands before the public headers, but
# not for the file that defines what is replaced there.
tidy() {
    sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | sort -u |
        grep -E "^$root/(src|dsp|experiments|tests)/" | grep -F -- "$text" > "$folder/files" || true
    [ -s "$folder/files" ] || { echo "no file is compiled that holds '$text'"; return 1; }
    export root build folder
    # shellcheck disable=SC2016 # for the inner shell
    tr '\n' '\0' < "$folder/files" | xargs -0 -P "$jobs" -n 1 sh -c '
        before=--extra-arg-before=-I$root/tests/lint
        [ "$0" != "$root/src/core/context.c" ] || before=
        clang-tidy --quiet -p "$build" ${before:+"$before"} "$0" > "$folder/$$.found" 2> "$folder/$$.said" ||
            : > "$folder/$$.failed"
        cat "$folder/$$.found"
        # what it cannot compile it says on the other stream, among counts of what it left out
        [ -s "$folder/$$.found" ] || [ ! -e "$folder/$$.failed" ] || cat "$folder/$$.said"'
    failed=$(find "$folder" -name '*.failed' | wc -l)
    echo "clang-tidy: $(wc -l < "$folder/files") files, $failed with findings"
    [ "$failed" = 0 ]
}

part format sh tests/scripts/format.sh
part layers sh tests/scripts/layers.sh
part lengths sh tests/scripts/lengths.sh
part shellcheck sh tests/scripts/shellcheck.sh
if command -v clang-tidy > /dev/null; then part clang-tidy tidy; else echo "skipped: there is no clang-tidy"; fi
if [ -z "$wrong" ]; then echo "lint: nothing is wrong"; else echo "lint: wrong:$wrong"; fi
[ -z "$wrong" ]
