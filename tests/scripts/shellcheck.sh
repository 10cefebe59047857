#!/bin/sh
# Nothing is found in any script, of sh or bash, by shellcheck, which would find something. Skipped where it is missing.
set -eu
cd "$(dirname "$0")/../.."
command -v shellcheck > /dev/null || { echo "skipped: there is no shellcheck"; exit 77; }
list=$(mktemp)
trap 'rm -f "$list"' EXIT

# Programs outside are sourced by their names beside the script; what is only known when it runs says so itself.
check() {
    tr '\n' '\0' | xargs -0 shellcheck --external-sources --source-path=SCRIPTDIR --severity=warning "$@"
}

find src tests experiments .ci \( -name '*.sh' -o -path .ci/run \) | sort > "$list"
check < "$list"
find src tests experiments -name '*.bash' | sort | check --shell=bash

# shellcheck disable=SC2016 # it is the text that is broken
printf '#!/bin/sh\nunused=$1\n[ $2 = "]\n' > "$list"
if echo "$list" | check > /dev/null; then
    echo "shellcheck let a broken script pass"
    exit 1
fi
count=$(find src tests experiments .ci \( -name '*.sh' -o -name '*.bash' -o -path .ci/run \) | wc -l)
[ "$count" -ge 40 ] || { echo "only $count scripts were found: the check looks in the wrong place"; exit 1; }
echo "shellcheck: $count scripts, nothing found"
