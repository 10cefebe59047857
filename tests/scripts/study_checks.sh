# shellcheck shell=sh
# What scripts that try an experiment share: its two programs are $program and $study, $folder is theirs alone. Sourced.
program=$1 study=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export ALIASFREE="$program"

fail() {
    echo "$(basename "$0" .sh): $1" >&2
    [ ! -f "$folder/stderr" ] || sed 's/^/    /' "$folder/stderr" >&2
    exit 1
}

# try CODE ARGUMENTS...: at the smallest scale the study exits so.
try() {
    expected=$1
    shift
    code=0
    "$study" --scale=tiny "$@" > "$folder/stdout" 2> "$folder/stderr" || code=$?
    [ $code = "$expected" ] || fail "exit code $code instead of $expected: $*"
    ! grep -qE 'Sanitizer|runtime error:' "$folder/stderr" || fail "a sanitizer reports: $*"
}
said() { grep -qF -- "$1" "$folder/stderr" || fail "stderr lacks '$1'"; }

# stop PID: by a signal; what it then exits with is $code.
stop() {
    kill -TERM "$1" 2> /dev/null || true
    code=0
    wait "$1" || code=$?
}
