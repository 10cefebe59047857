#!/bin/sh
# aliasfree video from outside: what frames show, options, ffmpeg in all its moods, and what is left on disk.
# usage: video.sh PROGRAM
set -u
. "$(dirname "$0")/program_checks.sh"
mkdir out bin

few="--resolution=16 --cbase=256 --cmax=8 --z-dim=8 --w-dim=8 --map-depth=2"
run 0 init --cfg=stylegan3-r --num-layers=3 $few --out=r.safetensors
run 0 init --cfg=stylegan2 $few --out=two.safetensors
run 0 init --cfg=stylegan2 $few --c-dim=3 --out=classes.safetensors
r="video --network=r.safetensors"

# The first frame of an animation as a picture of a data set, which can be compared.
first_frame() {
    run 0 dataset --source="$1" --dest="$2"
}

# --- frames
run 0 $r --seeds=0-3 --w-frames=3 --output=out/walk.png
out 'out/walk.png'
run 0 $r --seeds=0-3 --w-frames=3 --output=out/again.apng --threads=1
holds cmp -s out/walk.png out/again.apng
run 0 generate --network=r.safetensors --seeds=0 --outdir=out/images
first_frame out/walk.png out/first
first_frame out/images/seed0000.png out/expected
holds cmp -s out/first/00000/img00000000.png out/expected/00000/img00000000.png
run 0 $r --seeds=0-3 --num-keyframes=6 --w-frames=2 --output=out/six.png
run 0 $r --seeds=0-3,0,1 --w-frames=2 --output=out/repeated.png # seeds start again
holds cmp -s out/six.png out/repeated.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/shuffled.png --shuffle-seed=0 # of 4: 2, 3, 1, 0
run 0 $r --seeds=2,3,1,0 --w-frames=3 --output=out/given.png
holds cmp -s out/shuffled.png out/given.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/trunc.png --trunc=0.5
differ out/trunc.png out/walk.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/slow.png --fps=30
differ out/slow.png out/walk.png

# --- layers that walk
run 0 $r --seeds=0-3 --w-frames=3 --output=out/all.png --layers=0-4
holds cmp -s out/walk.png out/all.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/some.png --layers=2-3
differ out/some.png out/walk.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/one.png --layers=0
differ out/one.png out/some.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/last.png --layers=1-4 # style 0 moves the input, once it has learned to
holds cmp -s out/last.png out/all.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/but_first.png --layers=2-4
differ out/but_first.png out/all.png
run 0 $r --seeds=0-3 --w-frames=3 --output=out/but_last.png --layers=0-3
differ out/but_last.png out/all.png

# --- grids and clips
run 0 $r --seeds=0-5 --grid=3x2 --kind=translate --distance=0.5 --w-frames=4 --output=out/translated.png
run 0 $r --seeds=0-5 --grid=3x2 --kind=rotate --w-frames=4 --output=out/rotated.png
differ out/translated.png out/rotated.png
run 0 generate --network=r.safetensors --seeds=0-5 --grid=3x2 --outdir=out/grid
for kind in translated rotated; do
    run 0 dataset --source=out/$kind.png --dest=out/$kind --transform=center-crop --resolution=32
done
holds cmp -s out/translated/00000/img00000000.png out/rotated/00000/img00000000.png # nothing has moved yet
run 0 video --network=two.safetensors --seeds=0,1 --w-frames=2 --noise-mode=none --output=out/two.png
run 0 video --network=two.safetensors --seeds=0,1 --w-frames=2 --noise-mode=random --output=out/two.png
silent err
run 0 $r --seeds=0,1 --w-frames=2 --noise-mode=random --output=out/two.png
err 'warning: --noise-mode is ignored'
run 0 video --network=classes.safetensors --seeds=0,1 --w-frames=2 --class=2 --output=out/two.png

# --- what is refused
refuses '--seeds: 3 seeds do not divide among the 2 cells of --grid' $r --seeds=0-2 --grid=2x1 --output=no.png
refuses '--seeds: 3 seeds: --kind=rotate takes one for each of 2 cells' $r --seeds=0-2 --grid=2x1 --kind=rotate --output=no.png
refuses "--output: 'no.gif': expected a name that ends in .mp4, .png or .apng" $r --seeds=0 --output=no.gif
refuses "--output: 'out/.mp4'" $r --seeds=0 --output=out/.mp4
for layers in 0-5 x 3-2 -1 2- 1-2-3 99999999999999999999; do
    refuses "--layers: '$layers': expected a range such as 4-7 within 0-4" $r --seeds=0 --output=no.png --layers=$layers
done
refuses '--layers: only --kind=walk' $r --seeds=0 --kind=rotate --layers=1 --output=no.png
refuses '--distance: only --kind=translate' $r --seeds=0 --distance=2 --output=no.png
refuses '--num-keyframes: only --kind=walk' $r --seeds=0 --kind=translate --num-keyframes=2 --output=no.png
refuses 'expected at most 1048576 frames' $r --seeds=0-99 --w-frames=1000000 --output=no.png
refuses '--kind=rotate: two.safetensors has no input transform' \
    video --network=two.safetensors --seeds=0 --kind=rotate --output=no.png
refuses '--class must be given for a conditional network: 0 to 2' \
    video --network=classes.safetensors --seeds=0 --output=no.png
refuses "--class: '3'" video --network=classes.safetensors --seeds=0 --class=3 --output=no.png
fails "cannot open 'missing.pkl'" video --network=missing.pkl --seeds=0 --output=no.png
fails 'No such file' $r --seeds=0 --output=missing/no.png
fails 'memory budget' $r --seeds=0 --output=no.png --max-memory=10K
absent no.png

# --- ffmpeg: programs of that name that behave in one way each, and none at all
mkdir mp4
with_ffmpeg() { # the body of a shell script, whose last argument is $last
    printf '#!/bin/sh\nfor last; do :; done\n%s\n' "$1" >bin/ffmpeg
    chmod +x bin/ffmpeg
}
short="$r --seeds=0,1 --w-frames=2 --output=mp4/walk.mp4"
path=$PATH
PATH=$folder/bin:$path
with_ffmpeg 'echo "$@" >../arguments; cat >../frames; printf made >"$last"'
(cd mp4 && "$program" video --network=../r.safetensors --seeds=0,1 --w-frames=2 --output='a $(touch b) "c.mp4' >/dev/null)
lists mp4 'a $(touch b) "c.mp4 '
holds grep -qx made mp4/*.mp4
holds grep -qF -- '-f rawvideo -pix_fmt rgb24 -s 16x16 -r 60 -i pipe:0' arguments
holds test "$(wc -c <frames)" = $((4 * 16 * 16 * 3))
rm mp4/* arguments frames

run 0 $short
out 'mp4/walk.mp4'
rm -f arguments frames
printf 'earlier' >mp4/walk.mp4
with_ffmpeg 'cat >/dev/null; printf half >"$last"; exit 3'
fails 'mp4/walk.mp4: ffmpeg failed with exit code 3' $short
with_ffmpeg 'exit 4' # before it has read anything: no SIGPIPE
fails 'ffmpeg failed with exit code 4' $r --seeds=0-5 --w-frames=40 --output=mp4/walk.mp4
with_ffmpeg 'exit 0'
fails 'ffmpeg did not take all frames' $r --seeds=0-5 --w-frames=40 --output=mp4/walk.mp4
with_ffmpeg 'kill -9 $$'
fails 'ffmpeg was ended by signal 9' $r --seeds=0-5 --w-frames=40 --output=mp4/walk.mp4
lists mp4 'walk.mp4 '
holds grep -qx earlier mp4/walk.mp4

with_ffmpeg 'cat >/dev/null; printf made >"$last"'
"$program" $r --seeds=0 --w-frames=1000000 --output=mp4/walk.mp4 >logs/out 2>logs/err &
sleep 1
kill -TERM $!
wait $!
holds test $? = 1
lists mp4 'walk.mp4 '
holds grep -qx earlier mp4/walk.mp4
mkdir mp4/folder.mp4
fails 'it is there and no file' $r --seeds=0 --w-frames=1 --output=mp4/folder.mp4
ln -s absent mp4/link.mp4
fails 'a link that leads nowhere' $r --seeds=0 --w-frames=1 --output=mp4/link.mp4
fails 'cannot make a file beside' $r --seeds=0 --w-frames=1 --output=missing/walk.mp4
rm -r mp4/folder.mp4
ln -sf walk.mp4 mp4/link.mp4
run 0 $r --seeds=0 --w-frames=1 --output=mp4/link.mp4
lists mp4 'link.mp4 walk.mp4 '
holds test -L mp4/link.mp4
holds grep -qx made mp4/walk.mp4

if env --ignore-signal=CHLD true 2>/dev/null; then # as some supervisors start their programs
    env --ignore-signal=CHLD "$program" $short >logs/out 2>logs/err
    holds test $? = 0
fi

rm mp4/*
PATH=/nonexistent "$program" $short >logs/out 2>logs/err
err "warning: there is no ffmpeg to make 'mp4/walk.mp4': an animated PNG instead"
out 'mp4/walk.png'
lists mp4 'walk.png '
PATH=$path

# --- the real one
if command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null; then
    run 0 $r --seeds=0-5 --grid=3x1 --w-frames=10 --fps=24 --output=mp4/real.mp4
    lists mp4 'real.mp4 walk.png '
    found=$(ffprobe -v error -show_entries stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_frames -of csv=p=0 mp4/real.mp4)
    holds test "$found" = h264,48,16,yuv420p,24/1,20
else
    echo "ffmpeg is not here, left out"
fi

echo "$checks checks, $failures failures"
[ "$failures" -eq 0 ]
