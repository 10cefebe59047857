#!/bin/sh
# Training from outside: what the options mean, what a run leaves, how it is stopped and goes on.
# usage: train.sh PROGRAM
set -u
. "$(dirname "$0")/program_checks.sh"

run 0 dataset --synthetic=textured-blobs --max-images=24 --resolution=16 --dest=blobs.zip
run 0 dataset --synthetic=textured-blobs --max-images=4 --resolution=20 --dest=odd.zip
few="--data=blobs.zip --batch=8 --batch-gpu=4 --cbase=128 --cmax=8 --z-dim=8 --w-dim=8 --map-depth=2 --grid=2x2"
t="train --cfg=stylegan3-t --num-layers=3 $few"
two="train --cfg=stylegan2 $few"
short="--kimg=0.016 --tick=0.008 --snap=1 --metrics=swd8"

# has FILE TEXT: the file says it.
has() { checks=$((checks + 1)); grep -qF -- "$2" $1 || complain "$1 lacks '$2'"; }

# --- a run from beginning to end
run 0 $t --outdir=runs $short
out 'gamma 0.0064: 0.0002 x 16^2 / 8, a rule of thumb, since --gamma is not given'
out 'tick 0     kimg 0.008    time '
out '"metric": "swd8"'
out 'finished 0.016 kimg in '
silent err
lists runs '00000-stylegan3-t-blobs-gpus1-batch8-gamma0.0064 '
one=runs/00000-stylegan3-t-blobs-gpus1-batch8-gamma0.0064
lists $one '.lock fakes000000.png fakes_init.png log.txt metric-swd8.jsonl network-snapshot-000000.safetensors reals.png stats.jsonl training-state.safetensors training_options.json '
tail -n +2 logs/out >logs/said # all but the rule of thumb, which is of the command
holds cmp -s logs/said $one/log.txt
run 0 metrics --network=$one/network-snapshot-000000.safetensors --metrics=eqt8_int
run 0 info $one/network-snapshot-000000.safetensors

# --- the same command again: a new run, since the first is finished; the same bits from one thread
run 0 $t --outdir=runs $short --threads=1
second=runs/00001-stylegan3-t-blobs-gpus1-batch8-gamma0.0064
for name in fakes000000.png network-snapshot-000000.safetensors training-state.safetensors; do
    holds cmp -s $one/$name $second/$name
done

# --- stopped by a signal after a tick or more, and gone on with
"$program" $t --outdir=stopped --kimg=0.8 --tick=0.008 --snap=0 --metrics=none >logs/out 2>logs/err &
process=$!
tries=0
until [ "$(cat stopped/*/stats.jsonl 2>/dev/null | wc -l)" -ge 2 ] || [ $tries -ge 1200 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
kill -TERM $process
wait $process
code=$?
checks=$((checks + 1))
[ $code = 1 ] || complain "exit code $code after SIGTERM"
sound stopped
out 'kimg; the same command goes on from here'
err 'aliasfree train: stopped by a signal'
has "stopped/*/log.txt" 'kimg; the same command goes on from here'
absent stopped/00000-stylegan3-t-blobs-gpus1-batch8-gamma0.0064/network-snapshot-000000.safetensors
run 0 $t --outdir=stopped --kimg=0.8 --tick=0.008 --snap=0 --metrics=none
out 'resuming 00000-stylegan3-t-blobs-gpus1-batch8-gamma0.0064 at 0.'
lists stopped '00000-stylegan3-t-blobs-gpus1-batch8-gamma0.0064 '
run 0 $t --outdir=whole --kimg=0.8 --tick=0.008 --snap=0 --metrics=none
for name in fakes000000.png network-snapshot-000000.safetensors training-state.safetensors; do
    holds cmp -s stopped/*/$name whole/*/$name
done

# --- options
run 0 $two --outdir=options $short --gamma=2 --mirror=1 --cond=false --aug=fixed --p=0.3 --freezed=1 --glr=0.001 \
    --dlr=0.004 --mbstd-group=2 --desc=try --seed=5 --gpus=1 --max-images=20 --metrics=none
options="options/00000-stylegan2-blobs-gpus1-batch8-gamma2-try/training_options.json"
for line in '"r1_gamma": 2.0' '"xflip": true' '"use_labels": false' '"max_size": 20' '"augment_p": 0.2999' \
    '"ada_target": 0.0' '"freeze_layers": 1' '"lr": 0.001' '"lr": 0.004' '"mbstd_group_size": 2' '"random_seed": 5' \
    '"batch_gpu": 4' '"metrics": []' '"image_snapshot_ticks": 1' '"pl_weight": 2.0' '"style_mixing_prob": 0.90' \
    '"G_reg_interval": 4'; do has $options "$line"; done
run 0 $two --outdir=options $short --gamma=2 --resume=${options%/*}/network-snapshot-000000.safetensors --grid=none --metrics=none
out 'starting from options/00000-stylegan2-blobs-gpus1-batch8-gamma2-try/network-snapshot-000000.safetensors: '
transfer=options/00001-stylegan2-blobs-gpus1-batch8-gamma2
has $transfer/training_options.json '"ada_kimg": 100.0'
has $transfer/training_options.json '"ema_rampup": null'
lists $transfer '.lock log.txt network-snapshot-000000.safetensors stats.jsonl training-state.safetensors training_options.json '
run 0 train --cfg=stylegan3-r --num-layers=3 $few --outdir=options $short --gamma=2 --aug=noaug --metrics=eqr4 --grid=none \
    --blur-fade=0.5
has "options/00002-*/training_options.json" '"blur_init_sigma": 10.0'
has "options/00002-*/training_options.json" '"blur_fade_kimg": 0.5'
has "options/00002-*/metric-eqr4.jsonl" '"snapshot_pkl": "network-snapshot-000000.safetensors"'
run 0 $two --outdir=options $short --metrics=eqt8_int --grid=none
out 'metric eqt8_int is left out: stylegan2 has no input transform'
run 0 $two --outdir=warned $short --aug=noaug --p=0.1 --target=0.5 --blur-fade=1 --metrics=none --grid=none
err 'warning: --p is ignored'
err 'warning: --target is ignored'
err 'warning: --blur-fade is ignored'

# --- steps of the ladder and their ablations
for step in C E; do
    run 0 train --cfg=$step $few --outdir=ladder $short --noise --metrics=eqt8_int --grid=none
    has "ladder/*-$step-*/metric-eqt8_int.jsonl" '"snapshot_pkl"'
done
ablated="train --cfg=G $few --outdir=ladder $short --filter-family=gaussian --lrelu-upsampling=1 --num-critical=0 --margin-size=4 --metrics=none --grid=none"
run 0 $ablated --input-transform
options="ladder/00002-G-blobs-gpus1-batch8-gamma0.0064/training_options.json"
for line in '"filter_family": "gaussian"' '"lrelu_upsampling": 1' '"num_critical": 0' '"margin_size": 4' \
    '"schedule": "octaves"' '"style_mixing_prob": 0.0'; do has $options "$line"; done
run 0 $ablated
has 'ladder/00003-G-*/training_options.json' '"input_transform": false'

# --- what is refused, before anything is written
refuses 'missing option --outdir' train --cfg=stylegan2 --data=blobs.zip
refuses 'missing option --data' train --cfg=stylegan2 --outdir=refused
refuses "--cfg: 'stylegan'" train --cfg=stylegan --outdir=refused --data=blobs.zip
refuses "--batch-gpu: '3'" $t --outdir=refused --batch-gpu=3
refuses "--mbstd-group: '8': expected at most the 4 images of a micro-batch" $t --outdir=refused --mbstd-group=8
refuses "--mbstd-group: '3': expected a number that the 4 images of a micro-batch" $t --outdir=refused --mbstd-group=3
refuses "--num-layers: stylegan2 has no such setting" $two --outdir=refused --num-layers=4
refuses "--metrics: there is no metric 'fid50k_full'" $t --outdir=refused --metrics=fid50k_full
refuses "--grid: '0x4'" $t --outdir=refused --grid=0x4
refuses "--desc: 'a/b'" $t --outdir=refused --desc=a/b --max-images=1000
err 'warning: --max-images: 24 instead of 1000: the data set has no more'
refuses "'eqt64_int': there is 'eqt64_int' before it" $t --outdir=refused --metrics=eqt64_int,eqt64_int
refuses "--gpus: '2': there is 1 process: start them with mpirun -np 2" $t --outdir=refused --gpus=2
refuses "--kimg: '0'" $t --outdir=refused --kimg=0
refuses "--cond: 'maybe'" $t --outdir=refused --cond=maybe
refuses "--cbase: '16777216'" train --cfg=stylegan3-r --outdir=refused --data=blobs.zip --cbase=16777216
fails 'pictures of 20 pixels: expected a power of two from 16 to 4096' $t --outdir=refused --data=odd.zip
fails 'absent.zip' $t --outdir=refused --data=absent.zip
fails 'labels' $t --outdir=refused --cond
absent refused

# --- what fails
fails 'absent.safetensors' $two --outdir=failed $short --resume=absent.safetensors
absent failed
if [ -c /dev/full ]; then
    checks=$((checks + 1))
    (ulimit -f 40 && exec "$program" $two --outdir=full $short --metrics=none) >logs/out 2>logs/err
    [ $? = 1 ] || complain 'a full disk is not noticed'
    err 'has no state yet, the same command begins again'
    run 0 $two --outdir=full $short --metrics=none
    lists full '00000-stylegan2-blobs-gpus1-batch8-gamma0.0064 '
fi

echo "train: $checks checks, $failures failed"
[ $failures = 0 ]
