#!/bin/sh
# experiments/all.sh at the smallest size: all notebooks are there; and what it refuses.
# usage: experiments.sh BUILD
set -eu
export BUILD="$1"
all=$(cd "$(dirname "$0")/../../experiments" && pwd)/all.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
    echo "experiments: $1" >&2
    [ ! -f stderr ] || tail -n 5 stderr >&2
    exit 1
}

sh "$all" --scale=tiny --seed=3 > stdout 2> stderr || fail "a run of all experiments fails"
for name in equivariance texture_sticking ladder nonaligned_training; do
    [ -s "results/$name/tiny/$name.ipynb" ] || fail "there is no notebook of $name"
    grep -q 'Seed: 3' "results/$name/tiny/$name.ipynb" || fail "options are not passed on to $name"
    grep -q "^== . of 4: $name (tiny)$" stdout || fail "it is not said that $name is run"
done

code=0
sh "$all" --scale tiny --outdir=here > stdout 2> stderr || code=$?
[ $code = 2 ] && grep -q -e '--outdir would be the same for all' stderr || fail "one folder for all is taken"
code=0
BUILD="$folder/none" sh "$all" > stdout 2> stderr || code=$?
[ $code = 1 ] && grep -q 'build the project first' stderr || fail "what is not built is not named"
code=0
sh "$all" --scale=huge > stdout 2> stderr || code=$?
[ $code = 2 ] || fail "a scale that there is not is taken"
echo "experiments: as they should be"
