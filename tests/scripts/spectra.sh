#!/bin/sh
# aliasfree spectra from outside: spectra of data sets and networks, pictures of them, bad input. With python3 and NumPy
# the spectrum is held against one that NumPy makes.
# usage: spectra.sh PROGRAM
set -u
. "$(dirname "$0")/program_checks.sh"
mkdir work

few="--resolution=16 --cbase=256 --cmax=8 --z-dim=8 --w-dim=8 --map-depth=2"
run 0 init --cfg=stylegan3-t --num-layers=3 $few --out=t.safetensors
run 0 init --cfg=stylegan2 $few --c-dim=3 --out=classes.safetensors
run 0 dataset --synthetic=textured-blobs --max-images=12 --resolution=16 --dest=set

# --- the group
run 2 spectra
err 'usage: aliasfree spectra COMMAND'
run 2 spectra clac
err "aliasfree spectra: unknown command 'clac'; did you mean 'calc'?"
run 0 spectra --help
out 'spectra heatmap'
cp logs/out work/group.txt
holds grep -qx '  spectra calc    the average .*' logs/out # summaries stand below each other
run 0 help spectra
out 'spectra slices'
run 0 spectra help
holds cmp -s logs/out work/group.txt
for command in calc heatmap slices; do
    run 0 spectra $command --help
    out "usage: aliasfree spectra $command"
    cp logs/out work/help.txt
    for words in "help spectra $command" "spectra help $command"; do
        run 0 $words
        holds cmp -s logs/out work/help.txt
    done
done

# --- calc
run 0 spectra calc --source=set --dest=work/set.npz
out 'images 12'
mean=$(sed -n 's/^mean //p' logs/out) std=$(sed -n 's/^std //p' logs/out)
run 0 spectra calc --source=set --dest=work/again.npz --threads=1
holds cmp -s work/set.npz work/again.npz
run 0 spectra calc --source=set --dest=work/five.npz --num=5 --seed=1 --interp=2
out 'images 5'
run 0 spectra calc --source=t.safetensors --mean=$mean --std=$std --num=6 --dest=work/t.npz
out "mean $mean"
run 0 spectra calc --source=t.safetensors --mean=$mean --std=$std --num=6 --seed=6 --dest=work/other.npz
differ work/t.npz work/other.npz
for class in '' --class=1; do
    run 0 spectra calc --source=classes.safetensors --mean=0 --std=1 --num=3 --dest=work/class$class.npz $class
done
differ work/class.npz work/class--class=1.npz
refuses '--mean and --std must be given for a network' spectra calc --source=t.safetensors --dest=no.npz
refuses '--mean and --std go together' spectra calc --source=set --mean=1 --dest=no.npz
refuses "--dest: 'no.npy': expected a name that ends in .npz" spectra calc --source=set --dest=no.npy
refuses "--interp: '17'" spectra calc --source=set --dest=no.npz --interp=17
refuses "--class: '3'" spectra calc --source=classes.safetensors --mean=0 --std=1 --class=3 --dest=no.npz
refuses "unknown command 'clac'" spectra help clac
fails 'missing' spectra calc --source=missing --dest=no.npz
cp t.safetensors vast.safetensors # its last weight becomes the largest float
printf '\377\377\177\177' | dd of=vast.safetensors bs=1 seek=$(($(wc -c <vast.safetensors) - 4)) conv=notrunc 2>/dev/null
fails 'picture 0: the image has values that are not finite' spectra calc --source=vast.safetensors --mean=0 --std=1 --dest=no.npz
fails 'No such file' spectra calc --source=set --dest=missing/no.npz
fails 'memory budget' spectra calc --source=set --dest=no.npz --max-memory=20K
run 0 spectra calc --source=set --dest=work/one.npz --class=1
err 'warning: --class is ignored'

# --- pictures
pictures() { if command -v gnuplot >/dev/null; then echo "$1"; fi; }
mkdir plots
run 0 spectra heatmap work/set.npz --save=plots/map.png
out "plots/map.$(pictures png || true)"
lists plots "map.dat map.gp $(pictures 'map.png map.svg ')"
rm plots/*
run 0 spectra slices work/set.npz work/t.npz work/five.npz --save=plots/cut.png --smooth=1 --files=read
lists plots "cut-0.dat cut-0.gp $(pictures 'cut-0.png cut-0.svg ')cut-45.dat cut-45.gp $(pictures 'cut-45.png cut-45.svg ')"
holds grep -q 'set yrange \[-50:30\]' plots/cut-0.gp
rm plots/*
(cd plots && PATH=/nonexistent "$program" spectra heatmap ../work/t.npz --save=map.png >../logs/out 2>../logs/err)
err 'warning: no picture: there is no gnuplot'
lists plots 'map.dat map.gp '
refuses 'missing argument: expected F.npz...' spectra slices --save=no.png
refuses "unexpected argument 'work/t.npz'" spectra heatmap work/set.npz work/t.npz --save=no.png
refuses "--save: 'no.svg': expected a name that ends in .png" spectra heatmap work/set.npz --save=no.svg
for command in heatmap slices; do
    refuses "--files: 'steal': expected one of auto|map|read" spectra $command work/set.npz --save=no.png --files=steal
done
fails "cannot open 'missing.npz'" spectra heatmap missing.npz --save=no.png
fails 'expected a NumPy .npz archive' spectra heatmap t.safetensors --save=no.png

# --- NumPy
python=
for candidate in ${PYTHON:-python3 /usr/bin/python3}; do
    "$candidate" -c 'import numpy' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
    run 0 generate --network=t.safetensors --seeds=0-5 --outdir=images --npy
    checks=$((checks + 1))
    "$python" - $mean $std >logs/out 2>logs/err <<'SCRIPT' || complain 'NumPy finds another spectrum'
import sys
import numpy as np

ours = np.load("work/t.npz")
assert ours["image_size"] == 16 and ours["image_size"].shape == (), ours["image_size"]
mean, std = (float(text) for text in sys.argv[1:])
assert abs(ours["mean"] - mean) < 1e-9 and abs(ours["std"] - std) < 1e-9
images = np.concatenate([np.load(f"images/seed{i:04d}.npy") for i in range(6)]).astype(np.float64)
levels = np.floor(np.clip(images * 127.5 + 128, 0, 255))
window = np.kaiser(16, 8)
window /= np.sqrt(np.sum(window**2))
x = (levels - mean) / std * window[:, None] * window[None, :]
spectrum = np.mean(np.abs(np.fft.fft2(x, s=(64, 64))) ** 2, axis=(0, 1))
assert np.allclose(ours["spectrum"], spectrum, rtol=1e-8, atol=1e-12), np.max(np.abs(ours["spectrum"] - spectrum))

# what is no spectrum
np.savez("work/bad_size.npz", spectrum=np.ones((8, 8)), image_size=9)
np.savez("work/bad_shape.npz", spectrum=np.ones((8, 4)), image_size=4)
np.savez("work/bad_value.npz", spectrum=np.full((8, 8), np.nan), image_size=4)
np.savez("work/negative.npz", spectrum=-np.ones((8, 8)), image_size=4)
np.savez("work/large.npz", spectrum=np.ones((1200, 1200)), image_size=600)
np.savez("work/bad_scalar.npz", spectrum=np.ones((8, 8)), image_size=np.array([4]))
np.savez("work/lacks.npz", spectrum=np.ones((8, 8)))
np.savez_compressed("work/good.npz", spectrum=np.ones((8, 8)), image_size=4)
SCRIPT
    fails 'image_size is 9: expected 1 to 8' spectra heatmap work/bad_size.npz --save=no.png
    fails 'no square matrix' spectra heatmap work/bad_shape.npz --save=no.png
    fails 'value 0 of the spectrum is' spectra heatmap work/bad_value.npz --save=no.png
    fails 'value 0 of the spectrum is -1' spectra heatmap work/negative.npz --save=no.png
    fails 'no single number' spectra heatmap work/bad_scalar.npz --save=no.png
    fails "no array 'image_size'" spectra heatmap work/lacks.npz --save=no.png
    run 0 spectra heatmap work/good.npz --save=plots/good.png
    run 0 spectra heatmap work/large.npz --save=plots/large.png --smooth=0 # every third of 1201 cells is drawn
    holds test "$(wc -l <plots/large.dat)" = 401
    holds grep -qx 'set xrange \[-300.75:300.75\]' plots/large.gp
else
    echo 'python3 with NumPy is not here, left out'
fi
for ending in png svg dat gp npz; do absent no.$ending; done

echo "$checks checks, $failures failures"
[ "$failures" -eq 0 ]
