#!/bin/sh
# Who may include whom: every #include "..." of a folder must point to a folder that the table allows, public headers and
# worked examples include headers of C beside them, and the headers of a few libraries belong to one folder each.
# ARCHITECTURE.md has the same table for people.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
list=$(mktemp)
trap 'rm -f "$list"' EXIT
failures=0

find include src dsp experiments tests/examples -name '*.[ch]' | sort > "$list"

# shellcheck disable=SC2046 # a list of words: no name has a space
awk -v list="$list" '
# What each folder may include besides itself: folders, and single headers.
BEGIN {
    allowed["public"] = ""
    allowed["core"] = "public"
    allowed["dsp/kernels"] = "public core dsp/plans.h dsp/fourier.h dsp/maths.h"
    allowed["dsp"] = "public core dsp/kernels"
    allowed["tensor/kernels"] = "public"
    allowed["tensor"] = "public core dsp dsp/kernels/naive.h tensor/kernels"
    allowed["autograd"] = "public core tensor"
    allowed["io"] = "public core"
    allowed["models"] = "public core tensor autograd io"
    allowed["data"] = "public core dsp io"
    allowed["training"] = "public core tensor autograd models io"
    allowed["metrics"] = "public core"
    allowed["report"] = "public"
    allowed["cli"] = allowed["experiments"] = "public report"
    allowed["examples"] = "public"

    # One owner for each of these.
    owner["fftw3.h"] = "dsp/"
    owner["cblas.h"] = "src/tensor/"
    owner["mpi.h"] = "src/cli/"
    owner["png.h"] = owner["zip.h"] = owner["turbojpeg.h"] = owner["webp/decode.h"] = "src/io/"
    owner["pthreadpool.h"] = "src/core/"

    # Who uses public headers needs nothing but a C compiler, and examples show what they do in C alone.
    count = split("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg " \
        "stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype", names, " ")
    for (i = 1; i <= count; i++) of_c[names[i] ".h"] = 1

    while ((getline file < list) > 0) there[file] = 1
    split("src/ dsp/ include/ experiments/", places, " ")
    checked = failures = 0
}

# Folder of a file, as the table above calls it.
function layer_of(file) {
    if (file ~ /^include\/aliasfree\//) return "public"
    if (file ~ /^src\/tensor\/kernels\//) return "tensor/kernels"
    if (file ~ /^dsp\/kernels\//) return "dsp/kernels"
    if (file ~ /^tests\/examples\//) return "examples"
    if (file ~ /^src\//) sub(/^src\//, "", file)
    sub(/\/.*/, "", file)
    return file
}

# The file that an include names, found as the compiler finds it.
function resolve(from, name,    i, beside) {
    beside = from
    sub(/[^\/]*$/, "", beside)
    if ((beside name) in there) return beside name
    for (i = 1; i <= 4; i++) if ((places[i] name) in there) return places[i] name
    return "missing"
}

function fail(text) {
    print "layers: " text
    failures++
}

/^ *# *include *"/ {
    split($0, parts, "\"")
    from = layer_of(FILENAME)
    target = resolve(FILENAME, parts[2])
    to = layer_of(target)
    checked++
    if (to != from && index(" " allowed[from] " ", " " to " ") == 0 && index(" " allowed[from] " ", " " target " ") == 0)
        fail(FILENAME " (" from ") includes " parts[2] " (" to "); " from " may use: " allowed[from])
}

/^ *# *include *</ {
    split($0, parts, /[<>]/)
    name = parts[2]
    from = layer_of(FILENAME)
    checked++
    if (name in owner && index(FILENAME, owner[name]) != 1)
        fail(FILENAME " includes " name ", which only " owner[name] " may")
    if ((from == "public" || from == "examples") && !(name in of_c) && !(from == "examples" && name ~ /^aliasfree\//))
        fail(FILENAME " includes " name ", which is no header of C")
}

END {
    if (checked < 1000) fail("only " checked " includes were found: the check looks in the wrong place")
    print "layers: " checked " includes checked, " failures " wrong"
    exit failures > 0
}' $(cat "$list") || failures=1

# The library never prints to the terminal, exits or aborts; programs and what they share do.
if grep -E '^(src|dsp)/' "$list" | grep -vE '^src/(cli|report)/' | tr '\n' '\0' |
    xargs -0 grep -HnE '(^|[^a-z_.])(printf|puts|perror|exit|abort|_exit)\(|fprintf\((stderr|stdout)'; then
    echo "layers: the lines above print, exit or abort"
    failures=1
fi
[ "$failures" -eq 0 ]
