#!/bin/sh
# Who may include whom: every #include "..." of a folder must point to a folder that the table allows, and the headers
# of a few libraries belong to one folder each.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
failures=0

fail() {
    echo "layers: $1" >&2
    failures=$((failures + 1))
}

# Folder of a file, as the table below calls it.
layer_of() {
    case $1 in
        include/aliasfree/*) echo public ;;
        src/*/*) echo "$1" | cut -d/ -f2 ;;
        dsp/*) echo dsp ;;
        experiments/*) echo experiments ;;
        *) echo other ;;
    esac
}

# What each folder may include besides itself.
allowed() {
    case $1 in
        public) echo "" ;;
        core) echo "public" ;;
        dsp) echo "public core" ;;
        tensor) echo "public core dsp" ;;
        autograd) echo "public core tensor" ;;
        io) echo "public core" ;;
        models) echo "public core tensor autograd io" ;;
        data) echo "public core dsp io" ;;
        training) echo "public core tensor autograd models io" ;;
        metrics) echo "public core" ;;
        report) echo "public" ;;
        cli | experiments) echo "public report" ;;
    esac
}

# The file that an include names, found as the compiler finds it.
resolve() {
    for place in "$(dirname "$1")/$2" "src/$2" "dsp/$2" "include/$2" "experiments/$2"; do
        [ -f "$place" ] && { echo "$place"; return; }
    done
    echo "missing"
}

files=$(find include src dsp experiments -name '*.[ch]' | sort)
count=0
for file in $files; do
    from=$(layer_of "$file")
    for name in $(sed -n 's/^ *# *include  *"\([^"]*\)".*/\1/p' "$file"); do
        target=$(resolve "$file" "$name")
        to=$(layer_of "$target")
        count=$((count + 1))
        [ "$to" = "$from" ] && continue
        case " $(allowed "$from") " in
            *" $to "*) ;;
            *) fail "$file ($from) includes $name ($to); $from may use: $(allowed "$from")" ;;
        esac
    done
done

# One owner for each of these.
owner() {
    header=$1 folder=$2
    for file in $(grep -lE "#include <$header>" $files || true); do
        case $file in
            "$folder"/*) ;;
            *) fail "$file includes $header, which only $folder may" ;;
        esac
    done
}
owner 'fftw3\.h' dsp
owner 'cblas\.h' src/tensor
owner 'png\.h' src/io
owner 'turbojpeg\.h' src/io
owner 'webp/decode\.h' src/io
owner 'mpi\.h' src/cli
owner 'zip\.h' src/io
owner 'pthreadpool\.h' src/core

# The library never prints to the terminal, exits or aborts; programs and what they share do.
for file in $(echo "$files" | grep -E '^(src|dsp)/' | grep -vE '^src/(cli|report)/'); do
    if grep -HnE '(^|[^a-z_.])(printf|puts|perror|exit|abort|_exit)\(|fprintf\((stderr|stdout)' "$file"; then
        fail "$file prints, exits or aborts"
    fi
done

[ "$count" -gt 100 ] || fail "only $count includes were found: the check looks in the wrong place"
echo "layers: $count includes checked, $failures wrong"
[ "$failures" -eq 0 ]
