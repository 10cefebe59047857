#!/bin/sh
# The program from outside: every command on good and on bad input, exit codes, messages, and what is left on disk.
# usage: cli.sh PROGRAM
set -u
. "$(dirname "$0")/program_checks.sh"
golden=${ALIASFREE_GOLDEN_DIR:-$scripts/../golden}
mkdir work

# --- the program itself
run 2
err 'usage: aliasfree COMMAND'
run 0 --help
out 'usage: aliasfree COMMAND'
silent err
run 0 --version
out 'aliasfree '
run 2 genrate
err "unknown command 'genrate'; did you mean 'generate'?"
run 0 --help
cp logs/out work/help.txt
out '--option=value or --option value'
run 0 help
holds cmp -s logs/out work/help.txt
run 2 help genrate
err "unknown command 'genrate'"
# The common options of a command are those that make a difference to it.
takes() {
    case $1 in
        plan | filter | init) echo max-memory ;;
        info | convert) echo max-memory files ;;
        dataset) echo max-memory files threads isa ;;
        metrics) echo max-memory files threads isa backend precision ;;
        *) echo max-memory files threads isa backend precision conv ;;
    esac
}
for command in plan filter init info convert generate metrics dataset train bench video; do
    run 0 $command --help
    out "usage: aliasfree $command"
    cp logs/out work/help.txt
    run 0 help $command
    holds cmp -s logs/out work/help.txt
    silent err
    for option in backend=cpu threads=N isa=auto conv=auto precision=auto files=auto max-memory=BYTES; do
        case " $(takes $command) " in
            *" ${option%=*} "*) out "--$option" ;;
            *) holds [ "$(grep -c -e "^  --${option%=*}=" logs/out)" = 0 ] ;;
        esac
    done
    refuses "unknown option '--hepl'; did you mean '--help'?" $command --hepl
    for option in $(takes $command); do
        case $option in
            threads) refuses "--threads: '-1': expected a whole number from 0 to 256" $command --threads=-1 ;;
            backend) refuses "--backend: 'gpu': expected one of cpu|reference" $command --backend gpu ;;
            conv) refuses "--conv: 'winograd': expected one of auto|direct|fast" $command --conv=winograd ;;
            precision) refuses "--precision: 'fp16': expected one of auto|float32|bf16" $command --precision=fp16 ;;
            files) refuses "--files: 'steal': expected one of auto|map|read" $command --files=steal ;;
            max-memory) refuses "--max-memory: 'much'" $command --max-memory=much ;;
        esac
    done
done
refuses "unknown option '--threads'" plan --cfg=stylegan2 --resolution=16 --threads=1
# The environment stands for options that are not given, and for no others.
run 0 init --cfg=stylegan2 --resolution=16 --cbase=128 --cmax=4 --out=work/small.safetensors
small='generate --network=work/small.safetensors --seeds=0 --outdir=work/small'
export ALIASFREE_CONV=winograd
fails 'ALIASFREE_CONV=winograd: expected direct or fast' $small
run 0 $small --conv=fast
run 0 plan --cfg=stylegan2 --resolution=16
unset ALIASFREE_CONV
export ALIASFREE_PRECISION=half
fails 'ALIASFREE_PRECISION=half: expected float32 or bf16' $small
run 0 $small --precision=float32
run 0 plan --cfg=stylegan2 --resolution=16
unset ALIASFREE_PRECISION
export ALIASFREE_FILES=steal
fails 'ALIASFREE_FILES=steal: expected map or read' $small
run 0 $small --files=read
run 0 plan --cfg=stylegan2 --resolution=16
run 0 filter --numtaps=12 --cutoff=0.2 --width=0.3 --fs=1
run 0 init --cfg=stylegan2 --resolution=16 --cbase=128 --cmax=4 --out=work/small.safetensors
unset ALIASFREE_FILES
fails 'precision bf16: the reference backend computes in double' $small --precision=bf16 --backend=reference

# --- plan
run 0 plan --cfg=stylegan3-t --resolution=256 --cbase=16384
out 'num_parameters 23320443'
out L13_256_64
run 0 plan --cfg=stylegan3-r --resolution=256 --cbase=16384
out 'num_parameters 15779565'
run 0 plan --cfg stylegan3-t --resolution 16 --cbase 128 --cmax 8 --json
out '"name": "L14_16_3"'
out '"num_ws": 16'
run 0 plan --cfg=stylegan2 --resolution=32 --architecture=resnet
out b32.skip
refuses 'missing option --cfg' plan --resolution=16
refuses "--cfg: 'stylegan'" plan --cfg=stylegan --resolution=16
refuses 'img_resolution is 100' plan --cfg=stylegan2 --resolution=100
refuses 'img_resolution is 8' plan --cfg=stylegan3-t --resolution=8
refuses '--num-layers: stylegan2 has no such setting' plan --cfg=stylegan2 --resolution=16 --num-layers=9
refuses '--architecture: stylegan3-t has no such setting' plan --cfg=stylegan3-t --resolution=16 --architecture=orig
refuses "--num-layers: '1': expected a whole number from 2 to 64" plan --cfg=stylegan3-t --resolution=16 --num-layers=1
run 0 plan --cfg=stylegan3-t --resolution=16 --num-layers=2 --num-critical=1
refuses "--cbase: '16777216': expected 1 to 8388608, since stylegan3-r multiplies it by 2" \
    plan --cfg=stylegan3-r --resolution=16 --cbase=16777216
refuses "--cmax: '32769': expected 1 to 32768" plan --cfg=stylegan3-r --resolution=16 --cmax=32769
run 0 plan --cfg=stylegan3-t --resolution=16 --cbase=16777216
run 0 plan --cfg=E --resolution=256 --cbase=16384
out 'step E of the ladder: boundaries and upsampling (D with {"margin_size": 10, "filter_family": "kaiser"})'
out 'input: 512 Fourier features, 24x24 at rate 4, cutoff 2'
out 'L12_276_64      128>64     148>276     128>256     128.000     53.019   2:12    1:1    critical plain'
run 0 plan --cfg=E --resolution=256 --json
out '"cfg": "E"'
out '"nonlinearity": "plain"'
out '"conv_in_size": 278'
run 0 plan --cfg=T --resolution=16 --json
out '"cfg": "stylegan3-t"'
run 0 plan --cfg=R --resolution=32 --filter-family=lanczos --filter-size=8 --first-stopband=8.574 --noise --input-transform=false
out 'cutoff 2'
out ' lanczos noise'
refuses '--num-layers: H has no such setting: it is one of T and R' plan --cfg=H --resolution=16 --num-layers=9
refuses '--first-stopband: G has no such setting' plan --cfg=G --resolution=16 --first-stopband=4
refuses '--filter-size: D has no such setting' plan --cfg=D --resolution=16 --filter-size=8
refuses '--lrelu-upsampling: E has no such setting' plan --cfg=E --resolution=16 --lrelu-upsampling=4
refuses '--margin-size: C has no such setting: it is one of D to R' plan --cfg=C --resolution=16 --margin-size=4
refuses 'filter_family is "taps"' plan --cfg=F --resolution=16 --filter-family=taps
refuses 'num_critical is 7: expected at most 6' plan --cfg=G --resolution=16 --num-critical=7
run 0 plan --cfg=stylegan3-t --resolution=64 --cbase=1
out 'note: layer L0_36_0 is without channels: no network can be made of this plan, --cbase is too small'
refuses 'L0_36_0' init --cfg=stylegan3-t --resolution=64 --cbase=1 --out=x.safetensors
refuses "--seed: '9007199254740993': expected a whole number from 0 to 9007199254740992" \
    init --cfg=stylegan2 --resolution=16 --seed=9007199254740993 --out=x.safetensors
refuses "unexpected argument 'more'" plan --cfg=stylegan2 --resolution=16 more
if [ -c /dev/full ]; then
    checks=$((checks + 1))
    "$program" plan --cfg=stylegan2 --resolution=16 >/dev/full 2>logs/err
    [ $? = 1 ] || complain 'a full disk behind stdout is not noticed'
    err 'standard output: cannot write'
fi

# --- filter
run 0 filter --numtaps=12 --cutoff=0.2 --width=0.3 --fs=1
out 'stopband attenuation'
out 'transition, requested  0.3 '
out 'transition, measured   0.1'
out 'taps (to full precision: --json)'
cp logs/out work/filter.txt
# This shows something only where these locales are installed and some library sets the locale behind our back.
for locale in de_DE.UTF-8 tr_TR.UTF-8; do
    checks=$((checks + 1))
    LC_ALL=$locale "$program" filter --numtaps=12 --cutoff=0.2 --width=0.3 --fs=1 >logs/out 2>logs/err
    cmp -s logs/out work/filter.txt || complain "the output depends on the locale $locale"
done
run 0 filter --numtaps=6 --json
out '"taps": ['
out '"stopband_db": '
run 0 filter --radial --numtaps=4 --json
run 0 filter --radial --numtaps=4
out 'radially symmetric, 4 x 4 taps'
holds test "$(sed -n '/^taps/,$p' logs/out | awk 'NF == 4' | wc -l)" -eq 4
run 0 filter --cutoff=0.1 --width=0.2
out 'passband ripple        none: the transition band reaches down to 0'
run 0 filter --cutoff=0.4 --width=0.3
out 'stopband attenuation   none: the transition band reaches up to fs/2'
run 0 filter --numtaps=1
out 'identity, 1 tap at'
out 'gain of 1/2            none'
for window in kaiser lanczos gaussian; do run 0 filter --window=$window; done
refuses 'cutoff is 0.6' filter --cutoff=0.6
err 'aliasfree filter: cutoff is 0.6'
refuses '--radial: the window is lanczos: expected kaiser' filter --radial --window=lanczos
refuses "--cutoff: '0,25': expected a number" filter --cutoff=0,25
refuses "--fs: 'nan'" filter --fs=nan
refuses "--plot: 'x.pdf': expected a name that ends in .png" filter --plot=x.pdf
mkdir 'work/Bäume und '\''x'\'
run 0 filter --plot="work/Bäume und 'x'/h ö'.png"
if command -v gnuplot >/dev/null; then
    lists "work/Bäume und 'x'" "h ö'.png h ö'.png.dat h ö'.png.gp "
    holds test "$(head -c 4 "work/Bäume und 'x'/h ö'.png" | od -An -tx1 | tr -d ' ')" = 89504e47
    (cd "work/Bäume und 'x'" && rm "h ö'.png" && gnuplot "h ö'.png.gp")
    holds test -s "work/Bäume und 'x'/h ö'.png" # the script draws it again by itself
fi
# What merely has a similar name is nobody's to overwrite.
mkdir work/plots
for name in h.dat h.gp h.part.png; do echo mine >work/plots/$name; done
run 0 filter --plot=work/plots/h.png
for name in h.dat h.gp h.part.png; do holds test "$(cat work/plots/$name)" = mine; done
run 0 filter --help
out 'F.png.dat and F.png.gp'
checks=$((checks + 1))
PATH='' "$program" filter --plot=work/none.png >logs/out 2>logs/err || complain 'without gnuplot there is no result'
err 'no picture: gnuplot could not be run'
holds test -s work/none.png.dat
holds test -s work/none.png.gp
absent work/none.png
mkdir work/broken
printf '#!/bin/sh\necho "plot it" >&2\necho "\\"./f.gp\\" line 3: broken" >&2\nexit 1\n' >work/broken/gnuplot
chmod +x work/broken/gnuplot
checks=$((checks + 1))
PATH="$PWD/work/broken" "$program" filter --plot=work/none.png >logs/out 2>logs/err && complain 'a gnuplot that fails is no failure'
err 'gnuplot failed on'
err 'line 3: broken'
absent work/none.png
fails "missing/x.png.dat" filter --plot=missing/x.png

# --- init, info, generate: all three configurations, both backends
tiny='--resolution=16 --cbase=256 --cmax=8 --z-dim=16 --w-dim=16'
for cfg in stylegan3-t stylegan3-r stylegan2; do
    net=work/$cfg.safetensors
    run 0 init --cfg=$cfg $tiny --seed=3 --out=$net
    run 0 init --cfg=$cfg $tiny --seed=3 --out=work/again.safetensors
    holds cmp -s $net work/again.safetensors
    run 0 init --cfg=$cfg $tiny --seed=4 --out=work/again.safetensors
    differ $net work/again.safetensors
    run 0 info $net
    out 'network G_ema: Generator'
    run 0 info $net --json
    out '"num_parameters": '
    run 0 generate --network=$net --seeds=0,2-3 --outdir=work/$cfg/deep --npy
    lists work/$cfg/deep 'seed0000.npy seed0000.png seed0002.npy seed0002.png seed0003.npy seed0003.png '
    run 0 generate --network=$net --seeds=2 --outdir=work/$cfg/one --threads=1
    holds cmp -s work/$cfg/deep/seed0002.png work/$cfg/one/seed0002.png
    run 0 generate --network=$net --seeds=2 --outdir=work/$cfg/ref --trunc=0.5 --trunc-cutoff=2 --backend=reference
    lists work/$cfg/ref 'seed0002.png '
    run 0 generate --network=$net --seeds=0-3 --grid=2x2 --outdir=work/$cfg/grid
    lists work/$cfg/grid grid.png' '
    run 0 generate --network=$net --seeds=0,1 --mix-seeds=7 --mix-layer=2 --outdir=work/$cfg/mix
    lists work/$cfg/mix 'seed0000-mix0007.png seed0001-mix0007.png '
done
differ work/stylegan2/deep/seed0000.png work/stylegan2/deep/seed0002.png
refuses "--out: 'x.pkl': expected a name that ends in .safetensors" init --cfg=stylegan2 $tiny --out=x.pkl
refuses "--cbase: '0': expected a whole number from 1 to" init --cfg=stylegan2 --resolution=16 --cbase=0 --out=x.safetensors
fails missing/x.safetensors init --cfg=stylegan2 $tiny --out=missing/x.safetensors
fails 'memory budget' init --cfg=stylegan2 $tiny --out=x.safetensors --max-memory=10K
err '(--max-memory)'
run 0 init --help
out '0 to 9007199254740992'
absent x.safetensors

# --- generate: transforms, noise, classes
t=work/stylegan3-t.safetensors
two=work/stylegan2.safetensors
run 0 generate --network=$t --seeds=2 --translate=0.1,-0.2 --rotate=30 --outdir=work/moved
differ work/moved/seed0002.png work/stylegan3-t/deep/seed0002.png
run 0 generate --network=$t --seeds=2 --translate 0,0 --rotate=-0 --outdir=work/moved
holds cmp -s work/moved/seed0002.png work/stylegan3-t/deep/seed0002.png
for mode in const random none; do run 0 generate --network=$two --seeds=5 --noise-mode=$mode --outdir=work/$mode; done
run 0 generate --network=$two --seeds=1 --class=0 --outdir='work/ein Ördner'
err 'warning: --class is ignored: the network is unconditional'
lists 'work/ein Ördner' 'seed0001.png '
run 0 generate --network=$two --seeds=1 --noise-mode=random --outdir=work/random
silent err
run 0 generate --network=$t --seeds=1 --noise-mode=random --outdir=work/random
err 'warning: --noise-mode is ignored: the network has no noise inputs'
refuses '--translate: work/stylegan2.safetensors has no input transform' \
    generate --network=$two --seeds=1 --translate=0,0.1 --outdir=no
run 0 generate --network=$two --seeds=0 --translate=0,-0 --rotate=0 --outdir=work/identity # no movement is none to refuse
holds cmp -s work/identity/seed0000.png work/stylegan2/deep/seed0000.png
refuses '--rotate: work/stylegan2' generate --network=$two --seeds=1 --rotate=1 --outdir=no
refuses "--grid: '2x2' has 4 places: there are 3 images" generate --network=$t --seeds=0-2 --grid=2x2 --outdir=no
refuses "--seeds: '5-x': expected seeds" generate --network=$t --seeds=5-x --outdir=no
refuses 'expected either --seeds=LIST or --projected-w=F.npy' generate --network=$t --outdir=no
refuses '--mix-seeds and --mix-layer go together' generate --network=$t --seeds=1 --mix-seeds=2 --outdir=no
refuses '--mix-seeds: 2 seeds for 3 images' generate --network=$t --seeds=1-3 --mix-seeds=2,3 --mix-layer=1 --outdir=no
refuses "--mix-layer: '99': the network has 16 styles" \
    generate --network=$t --seeds=1 --mix-seeds=2 --mix-layer=99 --outdir=no
refuses "--noise-mode: 'some'" generate --network=$t --seeds=1 --noise-mode=some --outdir=no
fails "cannot open 'missing.pkl'" generate --network=missing.pkl --seeds=1 --outdir=no
fails "there is a file of that name" generate --network=$t --seeds=1 --outdir=$t
printf 'no archive' >work/w.npz
fails "'work/w.npz' is " generate --network=$t --projected-w=work/w.npz --outdir=no
run 0 generate --network=$t --seeds=1 --trunc=0.5 --trunc-cutoff=16 --outdir=work/cutoff
silent err
run 0 generate --network=$t --seeds=1 --trunc=0.5 --trunc-cutoff=17 --outdir=work/cutoff
err 'warning: --trunc-cutoff: 17: the network has 16 styles, and all of them are truncated'
fails 'memory budget' generate --network=$t --seeds=1 --outdir=no --max-memory=100K
# The file begins like an array, but its values are cut off.
printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 16), }" >work/w.npy
fails work/w.npy generate --network=$two --projected-w=work/w.npy --outdir=no
head -c 64 /dev/zero >>work/w.npy
run 0 generate --network=$two --projected-w=work/w.npy --outdir=work/w
lists work/w 'proj00.png '
# Styles so large that the image overflows: no picture is made of it.
{
    head -c 128 work/w.npy
    for _ in 1 2 3 4 5 6 7 8; do printf '\377\377\177\177\377\377\177\377'; done
} >work/huge.npy
fails 'proj00: 768 of 768 values of the image are not finite' \
    generate --network=$two --projected-w=work/huge.npy --npy --outdir=work/huge
lists work/huge ''
fails 'proj00: ' generate --network=$t --projected-w=work/huge.npy --grid=1x1 --outdir=work/huge
lists work/huge ''
refuses "--translate: '0,2e6': expected two numbers such as 0.25,-0.1, each from -1000000 to 1000000" \
    generate --network=$t --seeds=1 --translate=0,2e6 --outdir=no
refuses "--rotate: '1e300': expected a number from -1000000 to 1000000" \
    generate --network=$t --seeds=1 --rotate=1e300 --outdir=no
refuses "--trunc: '-1e7': expected a number from" generate --network=$t --seeds=1 --trunc=-1e7 --outdir=no
fails 'styles of 16 values: the network takes 64' \
    generate --network="$golden/stylegan3-t-32.pkl" --projected-w=work/w.npy --outdir=no

# --- networks of the original: convert, info, generate
for pickle in "$golden"/*.pkl; do
    name=$(basename "$pickle" .pkl)
    class=
    case $name in *cond*) class=--class=1 ;; esac
    run 0 convert "$pickle" work/$name.safetensors --files=read
    out 'G_ema: Generator'
    out 'D: Discriminator'
    out ' networks, '
    run 0 info "$pickle" --json
    out '"format": "pickle"'
    run 0 info work/$name.safetensors --key=G --files=read
    out 'network G: Generator'
    run 0 convert "$pickle" work/alone.safetensors --key=G_ema
    out ': 1 network, '
    run 0 generate --network=work/alone.safetensors --seeds=0 --trunc=0.7 $class --outdir=work/$name/alone
    holds [ "$(wc -c <work/alone.safetensors)" -lt "$(wc -c <work/$name.safetensors)" ]
    run 0 generate --network="$pickle" --seeds=0,85 --trunc=0.7 $class --outdir=work/$name/pickle
    run 0 generate --network=work/$name.safetensors --seeds=0,85 --trunc=0.7 $class --outdir=work/$name/converted
    for seed in 0000 0085; do
        holds cmp -s work/$name/pickle/seed$seed.png work/$name/converted/seed$seed.png
    done
    holds cmp -s work/$name/pickle/seed0000.png work/$name/alone/seed0000.png
    if [ -n "$class" ]; then
        refuses '--class must be given for a conditional network: 0 to' \
            generate --network="$pickle" --seeds=0 --outdir=no
        refuses "--class: '4000': the network has classes 0 to" \
            generate --network="$pickle" --seeds=0 --class=4000 --outdir=no
    fi
    head -c 5000 "$pickle" >work/cut.pkl
    fails work/cut.pkl convert work/cut.pkl work/never.safetensors
    fails work/cut.pkl generate --network=work/cut.pkl --seeds=0 --outdir=no
    fails work/cut.pkl info work/cut.pkl
done
holds test -d work/stylegan3-t-32
run 0 convert $t work/again.safetensors
out ': 1 network, '
refuses "DST: './$t' is the same file as SRC" convert $t ./$t
refuses "DST: 'x.pkl': expected a name that ends in .safetensors" convert $t x.pkl
refuses 'missing argument: expected SRC DST' convert $t
fails "it holds no network 'G_e'" convert $t work/never.safetensors --key=G_e
fails "cannot open 'missing'" convert missing work/never.safetensors
mkdir work/taken.safetensors
fails work/taken.safetensors convert $t work/taken.safetensors
printf '\200\002cos\nsystem\n(X\016\0\0\0touch executedtR.' >work/hostile.pkl
fails system convert work/hostile.pkl work/never.safetensors
absent executed
absent work/never.safetensors
lists work/taken.safetensors ''
fails "it holds no network 'X'" info $t --key=X
run 0 info --help
out 'show this network of the file alone; all there is unless given'
run 0 info "$golden/filters.safetensors"
out f64.case0
# One tensor of two values, the second not a number.
header='{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  '
printf '\070\0\0\0\0\0\0\0%s\0\0\200\077\0\0\300\177' "$header" >work/nan.safetensors
fails "values that are not finite in 1 tensor, the first is 'x'" info work/nan.safetensors
fails 'nan.safetensors' generate --network=work/nan.safetensors --seeds=0 --outdir=no
absent no
# Two of the largest doubles: their sum overflows, and the mean is null.
header='{"big":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}'
{
    printf '\071\0\0\0\0\0\0\0%s' "$header"
    for _ in 1 2; do printf '\377\377\377\377\377\377\357\177'; done
} >work/big.safetensors
run 0 info work/big.safetensors --json
out '"name": "big"'
out '"max": 1.7976931348623157e308'
out '"std": null'

# Escape sequences (ESC [ and its C1 form) of classes, arguments and names reach no terminal; other letters do.
# escaping KEY: a network file with them, called so.
escaping() {
    header='{"__metadata__":{"'$1$(printf '.class":"\\u001b[1m\\u009b\302\2332J","')
    header=$header$1$(printf '.init_kwargs":"a\177b \\u0007"},"')
    header=$header$1$(printf '.\303\266":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}')
    printf "\\$(printf %03o "$(printf %s "$header" | wc -c)")\\0\\0\\0\\0\\0\\0\\0"
    printf '%s\001' "$header"
}
harmless() { holds test -z "$(LC_ALL=C tr -d '\011\012\040-\176\303\266' <"logs/$1")"; }
escaping X >work/escape.safetensors
run 0 info work/escape.safetensors
harmless out
out 'network X: ?[1m??2J, 1 tensor'
out 'init_kwargs a?b ?'
out 'X.ö '
run 0 info work/escape.safetensors --json
harmless out
out '"class": "\u001B[1m\u009B\u009B2J"'
out '"name": "X.ö"'
run 0 convert work/escape.safetensors work/escaped.safetensors
harmless out
out 'X: ?[1m??2J, 1 tensor'
fails '[31m' info work/escape.safetensors --key="$(printf '\033[31m')"
harmless err
escaping "$(printf '\\u001b[1m\302\233')" >work/escape.safetensors
fails '[1m' info work/escape.safetensors
harmless err

# Many networks in one file: each one finds its tensors without a look at all the others.
awk 'BEGIN {
    printf "{\"__metadata__\":{"
    for (i = 0; i < 40000; i++) printf "%s\"n%05d.class\":\"X\"", i ? "," : "", i
    printf "}"
    for (i = 0; i < 40000; i++) printf ",\"n%05d.x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}", i, i, i + 1
    printf "}"
}' >work/header
# The header in work/header, behind its length.
headed() {
    size=$(wc -c <work/header)
    for byte in $((size % 256)) $((size / 256 % 256)) $((size / 65536)); do printf "\\$(printf %03o "$byte")"; done
    printf '\0\0\0\0\0'
    cat work/header
}
{
    headed
    head -c 40000 /dev/zero
} >work/many.safetensors
checks=$((checks + 1))
timeout 15 "$program" info work/many.safetensors >logs/out 2>logs/err || complain 'info of many networks fails, or takes long'
holds test "$(grep -c '^network n[0-9]*: X, 1 tensor, 1 parameters' logs/out)" -eq 40000

# Metadata that is JSON is shown as such, but not more of it than there is memory for.
awk 'BEGIN {
    printf "{\"__metadata__\":{\"a\":\"[1]\",\"b\":\"[0"
    for (i = 0; i < 600000; i++) printf ",0"
    printf "]\",\"c\":\"[3]\"}}"
}' >work/header
headed >work/long.safetensors
run 0 info work/long.safetensors --json
out '"a": ['
out '"b": "[0,0'
out '"c": ['

# --- files: what a write that fails leaves
mkdir work/limited
(
    ulimit -f 1
    "$program" init --cfg=stylegan2 $tiny --out=work/limited/x.safetensors >/dev/null 2>work/limited.err
    echo $? >work/limited.code
)
holds test "$(cat work/limited.code)" = 1
holds grep -q 'work/limited/x.safetensors' work/limited.err
lists work/limited ''

# --- metrics
run 0 metrics --network=$t --metrics=eqt8_int --batch=4 --outdir=work/metrics
out 'eqt8_int'
out 'relative dB'
run 0 metrics --network=$t --metrics=eqt8_int --json --outdir=work/metrics --threads=1
lists work/metrics 'metric-eqt8_int.jsonl '
holds test "$(wc -l <work/metrics/metric-eqt8_int.jsonl)" -eq 2
holds test "$(wc -l <logs/out)" -eq 1
holds test "$(cut -d, -f1 work/metrics/metric-eqt8_int.jsonl | uniq | wc -l)" -eq 1 # the same for any number of threads
for field in '{"results": {"eqt8_int": ' '"metric": "eqt8_int"' '"total_time": ' '"total_time_str": "' '"num_gpus": 0' \
    "\"snapshot_pkl\": \"$t\"" '"timestamp": ' '"low": ' '"high": ' '"relative_db": ' '"samples": 8'; do out "$field"; done
run 0 metrics --network=$t --metrics=eqt4_int,eqt4_frac,eqr4 --json --backend=reference
holds test "$(wc -l <logs/out)" -eq 3
out '"low": null, "high": null' # one transform has no interval
run 0 metrics --network=$t --metrics=eqt2_int,eqt3_frac --batch=4096 --json
err 'warning: --batch: 3 instead of 4096: no metric has more samples'
out '"samples": 3'
run 0 metrics --network=$t --metrics=eqt4_int
holds test "$(awk '/^eqt4_int / { print $3 }' logs/out)" = -
fails 'has no input transform: equivariance metrics are not applicable' metrics --network=$two --metrics=eqt8_int
refuses "--metrics: there is no metric 'fid50k_full'" metrics --network=$t --metrics=fid50k_full
refuses '--metrics: ' metrics --network=$t --metrics=eqt8_int,
refuses "'eqt8_int': there is 'eqt8_int' before it" metrics --network=$t --metrics=eqt8_int,eqr8,eqt8_int
refuses "'eqr1k': there is 'eqr1000' before it" metrics --network=$t --metrics=eqr1000,eqr1k
refuses "--batch: '0'" metrics --network=$t --metrics=eqt8_int --batch=0
fails "there is a file of that name" metrics --network=$t --metrics=eqt8_int --outdir=$t

# --- dataset: sets of procedural pictures, of folders, archives and single pictures
mkdir work/sets
run 0 dataset --synthetic=textured-blobs --max-images=3 --resolution=16 --dest=work/sets/blobs.zip
out 'work/sets/blobs.zip: 3 pictures, 16 x 16, RGB'
run 0 dataset --synthetic=textured-blobs --max-images=3 --resolution=16x16 --dest=work/sets/again.zip --threads=1
holds cmp -s work/sets/blobs.zip work/sets/again.zip
run 0 dataset --source work/sets/blobs.zip --dest=work/sets/folder --resolution=8 --licence=CC0
out 'work/sets/folder: 3 pictures, 8 x 8, RGB'
lists work/sets/folder '00000 dataset.json '
lists work/sets/folder/00000 'img00000000.png img00000001.png img00000002.png '
holds grep -q '"source": "textured-blobs", "licence": "CC0"' work/sets/folder/dataset.json
run 0 dataset --source=work/sets/folder/00000/img00000002.png work/sets/folder/00000/img00000000.png --source work/sets/folder \
    --dest=work/sets/more --transform=nonaligned --scale=0.3,0.6 --rotation=20 --shift=0.1 --seed=3
out 'work/sets/more: 5 pictures, 8 x 8, RGB'
holds grep -q '"00000/img00000004.png", {"x"' work/sets/more/dataset.json
holds grep -q '"source": "img00000002.png, img00000000.png, textured-blobs", "licence": null' work/sets/more/dataset.json
mkdir -p work/sets/kinds/b work/sets/kinds/a
cp work/sets/folder/00000/img00000000.png work/sets/kinds/b/1.png
cp work/sets/folder/00000/img00000001.png work/sets/kinds/a/1.png
run 0 dataset --source=work/sets/kinds --dest=work/sets/kinds.zip --labels --background=keep
out 'work/sets/kinds.zip: 2 pictures, 8 x 8, RGBA, 2 classes'
head -c 60 work/sets/kinds/b/1.png >work/sets/kinds/b/2.png
fails "work/sets/kinds/b/2.png" dataset --source=work/sets/kinds --dest=work/sets/bad.zip
fails "work/sets/kinds/b/2.png" dataset --source=work/sets/kinds --dest=work/sets/bad
run 0 dataset --source=work/sets/kinds --dest=work/sets/kinds.zip --skip-bad
err "warning: skipped: 'work/sets/kinds/b/2.png'"
out '2 pictures, 8 x 8, RGB, 1 skipped'
fails 'work/sets/folder' dataset --source=work/sets/blobs.zip --dest=work/sets/folder
fails 'not empty' dataset --source=work/sets/blobs.zip --dest=work/sets/folder
fails "cannot open 'work/nowhere'" dataset --source=work/nowhere --dest=work/sets/bad
fails 'holds no pictures' dataset --source=logs --dest=work/sets/bad.zip
fails '"labels" is null' dataset --source=work/sets/blobs.zip --dest=work/sets/bad.zip --labels
ln -s nowhere work/sets/link.zip
fails 'leads nowhere' dataset --source=work/sets/blobs.zip --dest=work/sets/link.zip
holds rm work/sets/link.zip
refuses 'missing option --source' dataset --dest=work/sets/bad
refuses 'missing option --dest' dataset --source=work/sets/blobs.zip
refuses '--synthetic: there is a --source too' dataset --synthetic=textured-blobs --source=logs --dest=work/sets/bad
refuses 'missing option --max-images' dataset --synthetic=textured-blobs --resolution=16 --dest=work/sets/bad
refuses 'missing option --resolution' dataset --synthetic=textured-blobs --max-images=3 --dest=work/sets/bad
refuses "--background: 'white'" dataset --source=logs --background=white --dest=work/sets/bad
refuses "--resolution: '0'" dataset --source=logs --resolution=0 --dest=work/sets/bad
refuses '5 x 6, expected a square' dataset --source=work/sets/folder --resolution=5x6 --dest=work/sets/bad
refuses '--scale: only --transform=nonaligned' dataset --source=logs --scale=1,1 --dest=work/sets/bad
lists work/sets 'again.zip blobs.zip folder kinds kinds.zip more '

# --- metrics against a data set
blobs=work/sets/blobs.zip
small=work/small.safetensors
run 0 init --cfg=stylegan3-t --resolution=16 --cbase=128 --cmax=8 --z-dim=8 --w-dim=8 --num-layers=6 --out=$small
run 0 metrics --network=$small --metrics=swd10,eqt4_int --data=$blobs --outdir=work/distances --json
lists work/distances 'metric-eqt4_int.jsonl metric-swd10.jsonl '
for field in '{"results": {"swd10": ' '"resolutions": [16]' '"distances": [' '"samples": 10' '{"results": {"eqt4_int": '; do
    out "$field"
done
run 0 metrics --network=$small --metrics=swd10 --data=$blobs --json --outdir=work/distances --threads=1
holds test "$(cut -d, -f1 work/distances/metric-swd10.jsonl | uniq | wc -l)" -eq 1
run 0 metrics --network=$small --metrics=swd10 --data=$blobs --mirror --outdir=work/distances
out 'x 1000'
holds test "$(cut -d, -f1 work/distances/metric-swd10.jsonl | uniq | wc -l)" -eq 2
run 0 metrics --network=$small --metrics=eqt4_int --data=$blobs
err 'warning: --data is ignored'
refuses '--metrics: swd10 needs --data' metrics --network=$small --metrics=swd10
fails 'such of 8x8 with 3' metrics --network=$small --metrics=swd10 --data=work/sets/folder
fails "cannot open 'work/nowhere'" metrics --network=$small --metrics=swd10 --data=work/nowhere

# --- bench of training
run 0 bench --train --cfg=stylegan3-t --resolution=16 --cbase=128 --cmax=8 --batch=4 --repeats=3 --json
for field in '"name": "Gboth"' '"name": "Dmain"' '"name": "Dreg"' '"interval": 16' '"memory": ' '"process_memory": '; do
    out "$field"
done
run 0 bench --train --cfg=stylegan3-t --resolution=16 --cbase=128 --cmax=8 --batch=4 --repeats=1
out 'stylegan3-t, 16x16, '
out 'batch 4 in micro-batches of 4'
for line in 'Gboth ' 'Dmain ' 'Dreg .* in every 16th iteration$' \
    'an iteration takes [0-9.]* s on average, [0-9.]* images per second$'; do
    holds grep -q "^  $line" logs/out
done
refuses '--p: only with --train' bench --p=0.5
refuses "--batch: '65': expected a whole number from 1 to 64" bench --batch=65
refuses '--peer: not with --train' bench --train --peer
refuses '--batch: --peer makes one image' bench --peer --batch=2
refuses '--filter=nothing: no row' bench --filter=nothing
refuses '--filter: --train has no rows' bench --train --filter=image
refuses 'batch_gpu is 3' bench --train --resolution=16 --cbase=128 --cmax=8 --batch=4 --batch-gpu=3

run 0 bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter='stylegan3-r image' --precision=bf16 --isa=scalar
out 'PSNR '
fails 'precision bf16: training' bench --train --resolution=16 --cbase=128 --cmax=8 --precision=bf16 --isa=scalar

# --- bench of rows: what takes turns with what, both methods, targets
run 0 bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter=stylegan3-t
for text in 'stylegan3-t conv L0_36_8 ' 'stylegan3-t conv_direct L0_36_8 ' 'stylegan3-t conv_input_gradient_fast L0_36_8 ' \
    'x SGEMM ' 'x forward ' 'x batch 1 ' 'stylegan3-t train Dreg' 'time over forward' 'of  '; do
    out "$text"
done
grep -q '^scalar, ' logs/out || out 'share of FMA' # scalar kernels have no such target
run 0 bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter='stylegan3-t conv' --conv=direct --json
for field in '"median_ms": ' '"against": "SGEMM"' '"speed": ' '"targets": ' '"reached": ' '"conv": "direct"'; do
    out "$field"
done
checks=$((checks + 1))
! grep -q 'conv_fast' logs/out || complain 'rows of both methods in spite of --conv'
export ALIASFREE_CONV=fast
run 0 bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter='stylegan3-t conv' --json
out '"conv": "fast"'
err 'ALIASFREE_CONV is set: convolutions are not by shape, but fast'
unset ALIASFREE_CONV
run 0 bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter=' batch' --batch=2
out 'batch 2'
run 0 bench --resolution=16 --cbase=256 --cmax=8 --repeats=1 --filter='train Dreg'
out 'stylegan3-r train Dreg'
checks=$((checks + 1))
! grep -q 'train Dmain' logs/out || complain 'rows of training that the filter does not want'
refuses '--filter=train Dreggs: no row' bench --filter='train Dreggs'

# --- interruption: exit code 1, and every file that is there is whole
signal=INT
case $(sed -n 's/^SigIgn:.*\(.\)$/\1/p' /proc/self/status) in [2367abef]) signal=TERM ;; esac # ignored: stays so
interrupt() {
    seconds=$1
    shift
    checks=$((checks + 1))
    # --foreground: the signal goes to the program alone, and so only once
    timeout --foreground -s $signal -k 60 --preserve-status "$seconds" "$program" "$@" >logs/out 2>logs/err
    code=$?
    [ $code = 1 ] || complain "exit code $code after an interruption: $*"
    sound "$@"
    err cancelled
}
interrupt 1 metrics --network=$t --metrics=eqt50k_int --outdir=work/stopped-metrics
lists work/stopped-metrics ''
case $(sed -n 's/^SigIgn:.*\(.\)$/\1/p' /proc/self/status) in
    [13579bdf]) ;; # SIGHUP is ignored, under nohup say, and stays so
    *)
        usual=$signal
        signal=HUP
        interrupt 1 metrics --network=$t --metrics=eqt50k_int --outdir=work/stopped-metrics
        signal=$usual
        lists work/stopped-metrics ''
        ;;
esac
# Once there is a picture, so that there is something to look at, at the latest after a minute.
checks=$((checks + 1))
"$program" generate --network=$t --seeds=0-999999 --outdir=work/stopped >logs/out 2>logs/err &
pid=$!
tries=600
until [ -e work/stopped/seed0000.png ] || [ $tries = 0 ]; do
    sleep 0.1
    tries=$((tries - 1))
done
kill -s TERM $pid # a job in the background ignores INT
wait $pid
code=$?
[ $code = 1 ] || complain "exit code $code after an interruption among pictures"
sound generate
err cancelled
checks=$((checks + 1))
# shellcheck disable=SC2010 # names that the program makes
if ls -A work/stopped | grep -v '^seed[0-9]*\.png$' >logs/out; then complain 'a folder that is not clean'; fi
for png in work/stopped/*.png; do
    holds test "$(tail -c 8 "$png" | od -An -tx1 | tr -d ' ')" = 49454e44ae426082
done
interrupt 1 generate --network=$t --seeds=0-4095 --grid=64x64 --outdir=work/stopped-grid
lists work/stopped-grid ''

interrupt 1 dataset --synthetic=textured-blobs --max-images=1000000 --resolution=64 --dest=work/stopped.zip
absent work/stopped.zip
interrupt 1 dataset --synthetic=textured-blobs --max-images=1000000 --resolution=64 --dest=work/stopped-set
absent work/stopped-set
# shellcheck disable=SC2010
holds test -z "$(ls -A work | grep aliasfree)"

echo "cli: $checks checks, $failures failed"
[ $failures = 0 ]
