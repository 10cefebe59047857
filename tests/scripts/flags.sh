#!/bin/sh
# Every source of ours is compiled with all warnings, whatever target it belongs to.
# Usage: flags.sh COMPILE_COMMANDS.json
set -eu
commands=$(grep -c '"command":' "$1")
[ "$commands" -gt 300 ] || { echo "flags: only $commands commands in $1" >&2; exit 1; }
for flag in -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -std=c11; do
    if grep '"command":' "$1" | grep -vF -e " $flag "; then
        echo "flags: the commands above lack $flag" >&2
        exit 1
    fi
done
echo "flags: $commands sources"
