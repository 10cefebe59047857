#!/bin/sh
# Manual pages and the completion for bash, which the program makes of its tables: pages are clean troff with every
# section and say of each option what --help says; completion offers what the tables have.
# usage: pages.sh PROGRAM; where a reader of either is missing, the rest is checked and the test counts as skipped.
set -u
. "$(dirname "$0")/program_checks.sh"

run 0 help --list
cp logs/out commands
holds grep -qx generate commands
holds grep -qx 'spectra calc' commands

# Text of a page as a reader gets it, without bold letters.
read_page() { groff -man -Tascii -P-c -P-b -P-u -rLL=200n "$1"; }
# Words of all lines, one space between any two.
flat() { tr -s '\n ' '  ' <"$1"; }

# --- manual pages
without= # what is left out
command -v groff >groff || without="manual pages are not read, there is no groff"
{ echo; cat commands; } >pages
while read -r words; do
    # shellcheck disable=SC2086 # a command of a group is two words
    run 0 help --man $words
    silent err
    cp logs/out page
    # shellcheck disable=SC2086
    run 0 help $words
    cp logs/out help
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' 'SEE ALSO'; do
        holds grep -qx ".SH $section" page
    done
    [ "$words" = help ] || holds grep -qx '.SH ENVIRONMENT' page
    holds test "$(grep -c "$folder\|$scripts" page)" = 0
    [ -s groff ] || continue
    groff -man -ww -Tutf8 page >/dev/null 2>warnings
    holds test ! -s warnings
    read_page page >text
    flat text >words
    # Each option's lines in --help, from its name on, stand in the page.
    awk '/^  --/ { if (option) print option; option = "" }
         /^  --/ || (option && /^ {20}/) { sub(/^ +/, option ? " " : ""); option = option $0; next }
         { if (option) print option; option = "" }
         END { if (option) print option }' help | tr -s ' ' >options
    holds test -s options
    while read -r option; do
        checks=$((checks + 1))
        grep -qF -- "$option" words || complain "the page of '$words' lacks: $option"
    done <options
done <pages
checks=$((checks + 1))
run 2 help --man genrate
err "unknown command 'genrate'; did you mean 'generate'?"
run 2 help plan more
run 2 help --man --list
run 2 help --list plan
if command -v mandoc >/dev/null; then
    run 0 help --man train
    holds mandoc -Tlint -W error logs/out
fi

# --- the environment: help names every variable, and what it may be is what a refusal says was expected
run 0 help
cp logs/out help
sed -n 's/^  \(ALIASFREE_[A-Z_]*\) .*/\1/p' help >variables
holds grep -qx ALIASFREE_THREADS variables
flat help >words
while read -r variable; do
    checks=$((checks + 2))
    env "$variable=!" "$program" generate --network=none --seeds=0 --outdir=none >logs/out 2>logs/err
    err "$variable=!: expected "
    expected=$(sed -n "s/.*$variable=!: expected //p" logs/err)
    grep -qF "$expected" words || complain "the help of $variable lacks '$expected'"
done <variables
for command in plan train; do
    run 0 help $command
    grep -o 'ALIASFREE_[A-Z_]*' logs/out | sort -u >named
    holds test -s named
    sort -u variables | comm -13 - named >unknown
    holds test ! -s unknown
done

# --- completion
if ! command -v bash >/dev/null; then
    without="${without:+$without; }completion is not tried, there is no bash"
else
    run 0 help --bash-completion
    silent err
    cp logs/out completion
    # Every option of every command stands in the table, and where its value is a path the table says so.
    while read -r words; do
        # shellcheck disable=SC2086
        run 0 help $words
        sed -n "s/^ *'$words') echo '\(.*\)' ;;/\1/p" completion | tr ' ' '\n' >entries
        sed -n 's/^  \(--[a-z-]*\).*/\1/p' logs/out >options
        while read -r option; do
            checks=$((checks + 1))
            grep -qE -- "^$option(\$|=|\[)" entries || complain "completion of '$words' lacks $option"
        done <options
        sed -n 's/^  \(--[a-z-]*\)=\(FILE\|DIR\|ZIP\|SET\|FOLDER\|[FP]\.\).*/\1/p' logs/out >paths
        while read -r option; do
            checks=$((checks + 1))
            grep -qE -- "^$option=<(file|files|folder)>" entries || complain "'$words' completes no path for $option"
        done <paths
    done <commands
    checks=$((checks + 1))
    bash "$scripts/completion.bash" completion || complain "the completion is wrong"
fi

echo "pages: $checks checks, $failures failed"
[ "$failures" -eq 0 ] || exit 1
[ -z "$without" ] || { echo "skipped: $without"; exit 77; }
