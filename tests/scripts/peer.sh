#!/bin/sh
# What `aliasfree bench --peer` gives to python3: the plan as it reads it, its filters against ours, and, where PyTorch
# is, a run. Exit code 77: a part was skipped.
# usage: peer.sh PROGRAM
set -u
program=$1
script=$(cd "$(dirname "$0")/../../src/cli" && pwd)/peer.py
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0

fail() {
    echo "peer: $*" >&2
    failures=$((failures + 1))
}

command -v python3 > /dev/null || { echo "skipped: there is no python3"; exit 77; }

# Sizes are checked by the script itself: it refuses a layer that does not come out as the plan says.
for cfg in stylegan3-t stylegan3-r; do
    "$program" plan --cfg=$cfg --resolution=64 --json > "$folder/plan.json" || fail "no plan of $cfg"
    python3 "$script" --check < "$folder/plan.json" > "$folder/check.json" || fail "the plan of $cfg is refused"
    python3 - "$program" "$folder" << 'END' || fail "the filters of $cfg are others"
import json, subprocess, sys
program, folder = sys.argv[1:]
plan, check = (json.load(open("%s/%s.json" % (folder, name)))["layers"] for name in ("plan", "check"))
flat = lambda rows: [tap for row in rows for tap in (row if isinstance(row, list) else [row])]
assert len(plan) == len(check) == 15
for layer, ours in zip(plan, check):
    if layer["down_taps"] == 1:
        continue
    options = ["--numtaps=%d" % layer["down_taps"], "--cutoff=%r" % layer["out_cutoff"],
               "--width=%r" % (2 * layer["out_half_width"]), "--fs=%r" % layer["tmp_rate"], "--json"]
    options += ["--radial"] if layer["down_radial"] else []
    taps = json.loads(subprocess.run([program, "filter"] + options, stdout=subprocess.PIPE, check=True).stdout)["taps"]
    apart = [abs(a - b) for a, b in zip(flat(taps), flat(ours["down"]))]
    assert max(apart) < 1e-9 and len(flat(taps)) == len(flat(ours["down"])), layer["name"]
END
done
sed 's/"out_size": 64/"out_size": 65/' "$folder/plan.json" | python3 "$script" --check > /dev/null 2> "$folder/err" &&
    fail "a plan that does not fit is taken"
grep -q '^the plan: layer .* the plan says 65' "$folder/err" || fail "what does not fit is not said"
"$program" plan --cfg=stylegan2 --resolution=16 --json | python3 "$script" --check > /dev/null 2>&1 &&
    fail "a plan of StyleGAN2 is taken"

bench() {
    "$program" bench --peer --resolution=16 --cbase=256 --cmax=8 --repeats=1 > "$folder/out" 2> "$folder/err"
}
# a python3 that prints what it is told
mkdir "$folder/bin"
prints() {
    printf '#!/bin/sh\ncat > /dev/null\necho "%s"\n' "$1" > "$folder/bin/python3"
    chmod +x "$folder/bin/python3"
    PATH="$folder/bin:$PATH" bench
}
prints '{\"torch\": \"1.0\", \"ms\": [9e6, 8e6, 7e6]}' || fail "times are refused: $(cat "$folder/err")"
[ "$(grep -c '^stylegan3-[tr] synthesis .*x PyTorch' "$folder/out")" = 2 ] || fail "not two rows: $(cat "$folder/out")"
for ms in '[9e6, 8e6]' '[9e6, null, 7e6]' '[9e6, 0, 7e6]' '9e6'; do
    prints "{\\\"torch\\\": \\\"1.0\\\", \\\"ms\\\": $ms}" && fail "times $ms are taken"
    grep -q 'what python3 printed is not a result' "$folder/err" || fail "times $ms: $(cat "$folder/err")"
done
if python3 -c 'import torch' 2> /dev/null; then
    bench || fail "bench --peer fails: $(cat "$folder/err")"
    [ "$(grep -c '^stylegan3-[tr] synthesis .*x PyTorch' "$folder/out")" = 2 ] || fail "bench --peer has not two rows"
    [ $failures = 0 ]
    exit
fi
bench && fail "bench --peer ends well without PyTorch"
grep -q 'python3 has no module torch' "$folder/err" || fail "the missing PyTorch is not named"
[ $failures = 0 ] || exit 1
echo "skipped: python3 has no PyTorch: plans and filters are as they should be, nothing was timed"
exit 77
