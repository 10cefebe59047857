#!/bin/sh
# No file that people write has over 700 lines, unless its first ten say why with the words "long because".
set -eu
cd "$(dirname "$0")/../.."

find ./*.txt ./*.md .ci src dsp include experiments tests \
    \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.sh' -o -name '*.bash' -o -name '*.awk' -o -name '*.py' -o -name '*.md' \
    -o -name '*.dox' -o -name '*.txt' -o -name '*.in' -o -name '*.cmake' -o -path .ci/run \) -print | sort | tr '\n' '\0' | xargs -0 awk '
    FNR <= 10 && tolower($0) ~ /long because/ { why[FILENAME] = 1 }
    { lines[FILENAME] = FNR }
    END {
        for (file in lines) {
            count++
            if (lines[file] > lines[longest]) longest = file
            if (lines[file] <= 700 || why[file]) continue
            print "lengths: " file " has " lines[file] " lines: split it, or say at its top that it is long because..."
            failures++
        }
        if (count < 100) print "lengths: only " count + 0 " files were found: the check looks in the wrong place"
        print "lengths: " count " files, the longest has " lines[longest] " lines (" longest ")"
        exit failures > 0 || count < 100
    }'
