#!/bin/sh
# What the library keeps and whom it calls, read from its objects: nothing writable outlives a call, and no function is
# called that is not for several threads, follows the locale, or prints or ends the process. Both lists below say what may
# be, and why; an entry that is no longer needed is an error too.
# Usage: symbols.sh OBJECTS  a file with the objects' paths, one a line: CMakeFiles/TARGET.dir/src/core/text.c.o
set -eu
list=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "symbols: $1" >&2
    failures=$((failures + 1))
}

# Writable symbols: source, name, reason.
cat > "$work/kept" << 'END'
dsp/fft.c planner_lock  FFTW plans for one thread of the process at a time, so its lock is the process's too
END

# Calls that others may not make: source, function, reason. With _FORTIFY_SOURCE or without, compilers may put another
# function in the place of one (fputs for a printf of a text), so it is the source that must still name it.
cat > "$work/calls" << 'END'
src/core/environment.c getenv  the environment is read when a context is made
src/core/text.c newlocale      the C locale, which is this file's task
src/core/text.c uselocale      of this thread alone, and back
src/core/text.c freelocale     the same
src/core/text.c vsnprintf      in the C locale
src/core/text.c strtod         in the C locale
src/core/text.c strtoll        in base 10, where locales make no difference
src/io/staging.c snprintf      whole numbers alone
dsp/flrelu.c fprintf           whole numbers, to the file that the caller named
src/models/plan.c fprintf      texts, to the file that the caller named
END

# Not for several threads at once; of the locale; of the process.
threads='strtok|strerror|strsignal|localtime|gmtime|asctime|ctime|rand|srand|random|srandom|drand48|lrand48|mrand48|srand48'
threads="$threads|tmpnam|tempnam|mktemp|ttyname|getpw[a-z]*|getgr[a-z]*|gethostby[a-z]*|inet_ntoa|getopt|getopt_long|dlerror"
threads="$threads|lgamma|lgammaf|gamma|readdir64_r|basename|dirname|setenv|putenv|unsetenv|secure_getenv|getenv"
locale='setlocale|localeconv|nl_langinfo|strtod|strtof|strtold|strtol|strtoul|strtoll|strtoull|ato[fil]|.*scanf'
locale="$locale|v?s?n?printf|v?fprintf|v?dprintf|v?asprintf|strcasecmp|strncasecmp|strcoll|strxfrm|strftime|toupper|tolower"
# Classes of characters are tables of the locale: isalpha() becomes __ctype_b_loc().
locale="$locale|__ctype_[a-z_]*|is(alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit)|isw[a-z]*|tow[a-z]*"
locale="$locale|mb[a-z]*towcs?|mbr?len|wcr?tomb|wcs[a-z]*tombs|wcsto.*|strto[iu]max|strfmon|[a-z]*locale"
process='puts|putchar|perror|stdout|stderr|stdin|exit|_exit|_Exit|quick_exit|abort|__assert_fail|atexit|signal|sigaction'
process="$process|raise|kill|umask|chdir|fchdir|fork|system|popen|execv|setrlimit|fesetround|fesetenv|feenableexcept"

# What stands in front of a name and behind a path: "/build/CMakeFiles/alf_objects.dir/src/core/text.c.o".
source_of='function source_of(path) { sub(/.*[.]dir\/([.]\/)?/, "", path); sub(/[.]o$/, "", path); return path }'
each_object() { tr '\n' '\0' < "$list" | xargs -0 "$@"; }

# Sections whose names begin with .data.rel.ro are writable for the loader alone, who protects them.
each_object objdump -t | awk "$source_of"'
    /: +file format / { object = $0; sub(/: +file format .*/, "", object); object = source_of(object) }
    / (\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && !/ \.data\.rel\.ro/ && !/ d / { print object, $NF }' > "$work/writable"
# With _FORTIFY_SOURCE printf() is __printf_chk().
each_object nm -A -u | awk "$source_of"'{ object = $0; sub(/: +[A-Za-z] [^ ]*$/, "", object); object = source_of(object)
    name = $NF; sub(/^__isoc[0-9]*_/, "", name); if (name ~ /^__.*_chk$/) { sub(/^__/, "", name); sub(/_chk$/, "", name) }
    print object, name }' | sort -u > "$work/called"
objects=$(cut -d' ' -f1 "$work/called" | sort -u | wc -l)
[ "$objects" -gt 100 ] || fail "only $objects objects in $list"
grep -q ' memcpy$' "$work/called" || fail "no calls are found in $list"
grep -E " ($threads|$locale|$process)\$" "$work/called" > "$work/suspects" || true

# not_allowed FOUND LIST: what is found and does not stand on the list.
not_allowed() {
    cut -d' ' -f1,2 "$2" > "$work/allowed"
    grep -vxFf "$work/allowed" "$1" || true
}
not_allowed "$work/writable" "$work/kept" > "$work/new"
while read -r object name; do fail "$object keeps $name, which is not on the list"; done < "$work/new"
not_allowed "$work/suspects" "$work/calls" > "$work/new"
while read -r object name; do fail "$object calls $name, which is not on the list"; done < "$work/new"
while read -r object name _; do
    grep -qxF "$object $name" "$work/writable" || fail "$object no longer keeps $name, which is on the list"
done < "$work/kept"
while read -r object name _; do
    grep -qw "$name" "$root/$object" || fail "$object no longer names $name, which is on the list"
done < "$work/calls"

[ "$failures" -eq 0 ] || exit 1
echo "symbols: $objects objects, $(wc -l < "$work/kept") of them with something writable, $(wc -l < "$work/suspects") calls on the list"
