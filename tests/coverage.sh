#!/bin/sh
# How many lines of src/ and dsp/ were run by the tests of a build with ALIASFREE_COVERAGE; fails where that is less than 90%.
# Prints a line for each folder, and writes coverage.txt into the build folder: the same, a line for each file, and all
# lines that did not run. Counts add up from one test run to the next; deleting the *.gcda files starts anew.
# usage: coverage.sh BUILD     Environment: GCOV  the gcov of the compiler's version
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
least=90
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Objects that no program ran have notes and no counts: gcov then takes them for not run. Sources that are compiled into
# tests once more, such as the program's parser, count as well.
find "$build" \( -path '*/src/*.gcno' -o -path '*/dsp/*.gcno' \) -print0 > "$folder/objects"
[ -s "$folder/objects" ] || { echo "$build: nothing there was compiled with ALIASFREE_COVERAGE" >&2; exit 2; }
: > "$folder/missed"
{
    xargs -0 "${GCOV:-gcov}" --stdout --relative-only --source-prefix "$root" < "$folder/objects" 2> "$folder/said" ||
        : > "$folder/failed"
} | awk -v missed="$folder/missed" -f "$root/tests/coverage.awk" > "$folder/counts"
grep -v 'assuming not executed' "$folder/said" >&2 || true
[ ! -e "$folder/failed" ] || { echo "$build: gcov failed" >&2; exit 2; }
[ -s "$folder/counts" ] || { echo "$build: gcov says nothing of lines in $root" >&2; exit 2; }

# table KIND: its rows of the counts
table() {
    awk -v kind="$1" '$1 == kind { printf "%6.1f%% %6d of %6d  %s\n", 100 * $3 / $4, $3, $4, $2 }' "$folder/counts" |
        LC_ALL=C sort -k 5
}

report=$build/coverage.txt
{
    table folder
    echo
    table part
} | tee "$report"
{
    echo
    table file
    sort -t '	' -k 1,1 -k 2,2n "$folder/missed" |
        awk -F '\t' '$1 != file { file = $1; print "\n" file } { printf "%6d %s\n", $2, $3 }'
} >> "$report"
echo "coverage: files and lines in $report"
awk -v least="$least" '$1 == "part" { covered[$2] = $3; lines[$2] = $4 }
    END {
        for (i = split("src dsp", parts); i > 0; i--) {
            part = parts[i]
            if (lines[part] > 0 && 100 * covered[part] >= least * lines[part]) continue
            print "coverage: " (lines[part] > 0 ? "less than " least "% of " : "no lines of ") part
            less = 1
        }
        exit less
    }' "$folder/counts"
