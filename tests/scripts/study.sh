#!/bin/sh
# Studies from outside: wrong usage, a whole run and its export, a run that is stopped and goes on, the program that a
# study runs; and the notebook before nbformat, where $PYTHON (default: python3, /usr/bin/python3) has that.
# usage: study.sh PROGRAM STUDY_CLIENT
set -eu
program=$1 client=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export ALIASFREE="$program"

fail() {
    echo "study: $1" >&2
    exit 1
}

# The exit code of a command, its streams in files.
code_of() {
    code=0
    "$@" > "$folder/stdout" 2> "$folder/stderr" || code=$?
    echo $code
}

expect() { # CODE, what stderr must say, command
    wanted=$1 text=$2
    shift 2
    code=$(code_of "$@")
    [ "$code" = "$wanted" ] || fail "exit code $code instead of $wanted: $*"
    grep -q -e "$text" "$folder/stderr" || fail "'$text' is not said: $*"
}

# Starts a study in the background; what it said before is gone by then.
start() {
    rm -f "$folder/stdout" "$folder/stderr"
    "$client" "$@" > "$folder/stdout" 2> "$folder/stderr" &
    study=$!
}

# Sends it a signal, which must end it with exit code 1.
stop() {
    kill -TERM "$study"
    code=0
    wait "$study" || code=$?
    [ $code = 1 ] || fail "exit code $code after a signal"
}

# Waits up to 20 s.
wait_for() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] || fail "in vain: $*"
        sleep 0.05
    done
}

mkdir "$folder/whole" "$folder/parted"

# --- usage ---------------------------------------------------------------------------------------------------------------
cd "$folder"
expect 2 "unknown option '--sclae'" "$client" --sclae=tiny
expect 2 "expected tiny|small|full" "$client" --scale=huge
expect 2 "expected a whole number from 1 to 9" "$client" --parts=10
expect 2 "no value: expected a text" "$client" --outdir
expect 2 "unexpected argument 'tiny'" "$client" tiny
expect 2 "expected no value" "$client" --program=yes
expect 2 "expected a whole number from 0 to 4294967295" "$client" --seed=-1
[ "$(code_of "$client" --help)" = 0 ] || fail "--help fails"
grep -q -e '--parts=N .*default 3' "$folder/stdout" || fail "--help does not tell the study's options"
! grep -q '.\{101\}' "$folder/stdout" || fail "--help has lines of over 100 letters"
grep -q -e '--max-memory=BYTES' "$folder/stdout" || fail "--help does not tell the common options"
[ ! -e results ] || fail "wrong usage makes a folder"

# --- a whole run, and one that is stopped ----------------------------------------------------------------------------------
set -- --scale=tiny --outdir=out --export=export --seed 4
cd "$folder/whole"
[ "$(code_of "$client" "$@")" = 0 ] || fail "a whole run fails: $(cat "$folder/stderr")"
grep -q 'export/study_client/study_client.ipynb' "$folder/stdout" || fail "the notebook is not named"
for file in study_client.ipynb parts.csv parts.json parts-again.csv slope.png values.npy; do
    [ -s "export/study_client/$file" ] || fail "$file is not exported"
done

cd "$folder/parted"
export STUDY_WAIT=30000
start "$@"
wait_for grep -qs 'part-0' "$folder/stderr"
stop
[ ! -e out/parts/part-0.json ] || fail "a part that was stopped is there"
cp -r "$folder/whole/out/parts" out/
rm out/parts/part-2.json
start "$@"
wait_for grep -qs 'part-2' "$folder/stderr"
stop
unset STUDY_WAIT
grep -q "stopped; finished parts are kept in 'out': the same command goes on" "$folder/stderr" ||
    fail "how to go on is not said"
[ -s out/parts/part-1.json ] || fail "a finished part is gone"
[ ! -e export ] && [ ! -e out/study_client.ipynb ] || fail "half a report is left behind"
[ "$(code_of "$client" "$@")" = 0 ] || fail "going on fails"
[ "$(grep -c 'finished before' "$folder/stderr")" = 2 ] || fail "finished parts are made again"
diff -r "$folder/whole/export" export || fail "a run that was stopped gives another report"
! grep -q "$folder" export/study_client/study_client.ipynb || fail "the notebook holds an absolute path"
! find . -name '.*' -type f | grep . || fail "a temporary file is left behind"

# Without gnuplot the export has what draws a plot.
PATH=/nonexistent "$client" --scale=tiny --outdir=undrawn --export=undrawn-export > "$folder/stdout" 2> "$folder/stderr" ||
    fail "a study fails without gnuplot"
for file in line.dat line.gp map.dat map.gp slope.png; do
    [ -s "undrawn-export/study_client/$file" ] || fail "$file is not exported without gnuplot"
done
[ ! -e undrawn-export/study_client/line.png ] || fail "there is a picture that nobody drew"

# Another seed makes its parts anew.
[ "$(code_of "$client" --scale=tiny --outdir=out --seed=5)" = 0 ] || fail "another seed fails"
! grep -q 'finished before' "$folder/stderr" || fail "parts of another seed are taken"

# --- the program that it runs ------------------------------------------------------------------------------------------------
cd "$folder"
[ "$(code_of "$client" --program --threads=1)" = 0 ] || fail "the program fails: $(cat "$folder/stderr")"
grep -q 'set.zip' results/study_client/small/program.log || fail "the program's output is not in the log"

cat > stubborn <<'END'
#!/bin/sh
echo "words: $*"
trap 'echo told; sleep 0.3; echo snapshot; exit 0' TERM INT
echo ready
while :; do sleep 0.05; done
END
printf '#!/bin/sh\necho all well so far\necho no such thing >&2\nexit 3\n' > failing
chmod +x stubborn failing
export ALIASFREE="$folder/failing"
expect 1 "'aliasfree dataset' ended with exit code 3: no such thing" "$client" --program --outdir=failed
if env --ignore-signal=CHLD true 2> /dev/null; then # as some supervisors start their programs
    expect 1 "'aliasfree dataset' ended with exit code 3" env --ignore-signal=CHLD "$client" --program --outdir=failed
fi
printf '#!/bin/sh\nexit 4\n' > silent
chmod +x silent
export ALIASFREE="$folder/silent"
expect 1 "'aliasfree dataset' ended with exit code 4: it said nothing" "$client" --program --outdir=silent-run
export ALIASFREE="$folder/none"
expect 1 "'aliasfree dataset' ended with exit code 127" "$client" --program --outdir=failed
export ALIASFREE="$folder/stubborn"
start --program --threads=1 --outdir=told
wait_for grep -qs ready told/program.log
kill -INT "$study" # ignored by a shell's background job, which must stay so
stop
grep -q 'words: dataset .* --threads=1 --max-memory=0' told/program.log || fail "threads are not passed on"
[ "$(grep -c told told/program.log)" = 1 ] || fail "the program is told more than once"
grep -q snapshot told/program.log || fail "the program is not waited for"
grep -q "stopped; finished parts are kept in 'told'" "$folder/stderr" || fail "how to go on is not said"

# --- the notebook before its own library -------------------------------------------------------------------------------------
for python in ${PYTHON:-python3 /usr/bin/python3}; do
    if "$python" -c 'import nbformat, numpy' 2> /dev/null; then
        cd "$folder/whole/export/study_client"
        "$python" - > /dev/null <<'END'
import nbformat

notebook = nbformat.read("study_client.ipynb", as_version=nbformat.NO_CONVERT)
nbformat.validate(notebook)
assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
code = [cell for cell in notebook.cells if cell.cell_type == "code"]
assert len(code) == 1
space = {}
exec(code[0].source, space)
assert space["arrays"]["values"].shape == (3, 5)
assert open("study_client.ipynb").read() == nbformat.writes(notebook) + "\n"
END
        if "$python" -c 'import nbconvert' 2> /dev/null; then
            "$python" -m nbconvert --to markdown study_client.ipynb 2> "$folder/stderr" || fail "nbconvert does not take it"
            grep -q 'Dark to bright' study_client.md || fail "nbconvert loses a caption"
        fi
        echo "study: as it should be, with nbformat"
        exit 0
    fi
done
echo "study: as it should be; nbformat is not here, left out"
