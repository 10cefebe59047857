# shellcheck shell=sh disable=SC2154 # sourced: $program is there
# What scripts that try the program share: it is $program, and logs/ is there. Sourced.
checks=0
failures=0

complain() {
    failures=$((failures + 1))
    echo "FAILED: $*"
    sed 's/^/    stdout: /' logs/out
    sed 's/^/    stderr: /' logs/err
}

# A sanitizer's report is no failure that was expected, whatever the exit code.
sound() {
    ! grep -qE 'Sanitizer|runtime error:' logs/err || complain "a sanitizer reports: $*"
}

# run CODE ARGUMENTS...: the program exits so; its output is in logs/out and logs/err.
run() {
    expected=$1
    shift
    checks=$((checks + 1))
    "$program" "$@" >logs/out 2>logs/err
    code=$?
    [ "$code" = "$expected" ] || complain "exit code $code instead of $expected: $*"
    sound "$@"
}

# The last run said this text (no pattern) on stdout or stderr; said it nowhere.
out() { checks=$((checks + 1)); grep -qF -- "$1" logs/out || complain "stdout lacks '$1'"; }
err() { checks=$((checks + 1)); grep -qF -- "$1" logs/err || complain "stderr lacks '$1'"; }
silent() { checks=$((checks + 1)); [ ! -s "logs/$1" ] || complain "there is something on std$1"; }
# The condition, a command, holds.
holds() { checks=$((checks + 1)); "$@" || complain "does not hold: $*"; }
# Both files can be read, and they are not the same.
differ() {
    checks=$((checks + 1))
    cmp -s "$1" "$2"
    [ $? = 1 ] || complain "not two different files: $1 $2"
}
absent() { holds test ! -e "$1"; }
# The folder holds exactly these names: no temporary files, nothing half-written.
lists() {
    checks=$((checks + 1))
    [ "$(ls -A "$1" | tr '\n' ' ')" = "$2" ] || complain "$1 holds: $(ls -A "$1" | tr '\n' ' ')"
}

# refuses MESSAGE ARGUMENTS...: wrong usage, said on stderr by the command's name, nothing on stdout.
refuses() {
    message=$1
    shift
    run 2 "$@"
    err "aliasfree $1"
    err "$message"
    silent out
}

# fails MESSAGE ARGUMENTS...: right usage, but it cannot be done.
fails() {
    message=$1
    shift
    run 1 "$@"
    err "aliasfree $1"
    err "$message"
}
