#!/bin/sh
# What the library keeps and whom it calls, read from a static archive of all its objects: nothing writable outlives a
# call, and no function is called that is not for several threads, follows the locale, or prints or ends the process.
# Both lists below say what may be, and why; an entry that no longer is needed is an error too.
# Usage: symbols.sh ARCHIVE
set -eu
cd "$(dirname "$1")"
archive=$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "symbols: $1" >&2
    failures=$((failures + 1))
}

# Writable symbols: object, name, reason.
cat > "$work/kept" << 'END'
fft.c planner_lock  FFTW plans for one thread of the process at a time, so its lock is the process's too
END

# Calls that others may not make: object, function, reason.
cat > "$work/calls" << 'END'
environment.c getenv  the environment is read when a context is made
text.c vsnprintf    in the C locale, which is this file's task
text.c strtod       in the C locale
text.c strtoll      in base 10, where locales make no difference
staging.c snprintf  whole numbers alone
flrelu.c fprintf    whole numbers, to the file that the caller named
plan.c fprintf      texts, to the file that the caller named
END

# Not for several threads at once; of the locale; of the process.
threads='strtok|strerror|strsignal|localtime|gmtime|asctime|ctime|rand|srand|random|srandom|drand48|lrand48|mrand48|srand48'
threads="$threads|tmpnam|tempnam|mktemp|ttyname|getpw[a-z]*|getgr[a-z]*|gethostby[a-z]*|inet_ntoa|getopt|getopt_long|dlerror"
threads="$threads|lgamma|lgammaf|gamma|readdir64_r|basename|dirname|setenv|putenv|unsetenv|secure_getenv|getenv"
locale='setlocale|localeconv|nl_langinfo|strtod|strtof|strtold|strtol|strtoul|strtoll|strtoull|ato[fil]|.*scanf'
locale="$locale|v?s?n?printf|v?fprintf|v?dprintf|v?asprintf|strcasecmp|strncasecmp|strcoll|strxfrm|strftime|toupper|tolower"
process='puts|putchar|perror|stdout|stderr|stdin|exit|_exit|_Exit|quick_exit|abort|__assert_fail|atexit|signal|sigaction'
process="$process|raise|kill|umask|chdir|fchdir|fork|system|popen|execv|setrlimit|fesetround|fesetenv|feenableexcept"

# Sections whose names begin with .data.rel.ro are writable for the loader alone, who protects them.
objdump -t "$archive" | awk '
    /file format/ { object = $1; sub(/:$/, "", object); sub(/\.o$/, "", object) }
    / (\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && !/ \.data\.rel\.ro/ && !/ d / { print object, $NF }' > "$work/writable"
# With _FORTIFY_SOURCE printf() is __printf_chk().
nm -A -u "$archive" | awk '{ object = $1; sub(/:$/, "", object); sub(/.*:/, "", object); sub(/\.o$/, "", object)
    name = $NF; sub(/^__isoc[0-9]*_/, "", name); if (name ~ /^__.*_chk$/) { sub(/^__/, "", name); sub(/_chk$/, "", name) }
    print object, name }' | sort -u > "$work/called"
objects=$(cut -d' ' -f1 "$work/called" | sort -u | wc -l)
[ "$objects" -gt 100 ] || fail "only $objects objects in $archive"
grep -q ' memcpy$' "$work/called" || fail "no calls are found in $archive"

grep -E " ($threads|$locale|$process)\$" "$work/called" > "$work/suspects" || true
# compare FOUND ALLOWED WHAT: both ways.
compare() {
    while read -r object name; do
        grep -q "^$object $name " "$2" || fail "$object $3 $name, which is not on the list"
    done < "$1"
    while read -r object name _; do
        grep -qx "$object $name" "$1" || fail "$object no longer $3 $name, which is on the list"
    done < "$2"
}
compare "$work/writable" "$work/kept" "keeps"
# Without _FORTIFY_SOURCE a printf of a text alone may be fputs; what is on the list need not be called.
while read -r object name; do
    grep -q "^$object $name " "$work/calls" || fail "$object calls $name, which is not on the list"
done < "$work/suspects"

[ "$failures" -eq 0 ] || exit 1
echo "symbols: $objects objects, $(wc -l < "$work/kept") of them with something writable, $(wc -l < "$work/suspects") calls on the list"
