#!/bin/sh
# Our files in the programs that others use, and theirs in ours: NumPy, the safetensors package, Pillow, whichever
# $PYTHON (default: python3, /usr/bin/python3) has. Exits 77, which CTest shows as skipped, when there is none.
# usage: real_clients.sh path/to/format_client
set -eu

client=$1
has() { "$python" -c "import $1" 2>/dev/null; }

# The first of these that has NumPy; the distribution's own may stand behind another in the path.
python=
for candidate in ${PYTHON:-python3 /usr/bin/python3}; do
    python=$candidate
    if has numpy; then break; fi
    python=
done
if [ -z "$python" ]; then
    echo "skipped: ${PYTHON:-python3} has no numpy"
    exit 77
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$client" write "$folder"

"$python" - "$folder" <<'EOF'
import sys
import numpy as np

folder = sys.argv[1]
kinds = dict(f32="<f4", f64="<f8", f16="<f2", u8="|u1", i8="|i1", i32="<i4", i64="<i8", bool="|b1")


def expected(kind):
    index = np.arange(24)
    values = index % 2 if kind == "bool" else index % 11 - (0 if kind == "u8" else 3)
    return values.reshape(2, 3, 4).astype(kinds[kind])


def check(array, kind):
    assert array.dtype == np.dtype(kinds[kind]), (kind, array.dtype)
    assert np.array_equal(array, expected(kind)), kind


def try_numpy():
    for kind in kinds:
        check(np.load(f"{folder}/ours_{kind}.npy", allow_pickle=False), kind)
        np.save(f"{folder}/theirs_{kind}.npy", expected(kind))
        np.save(f"{folder}/fortran_{kind}.npy", np.asfortranarray(expected(kind)))
    with np.load(f"{folder}/ours.npz", allow_pickle=False) as ours:
        assert sorted(ours.files) == sorted(kinds), ours.files
        for kind in kinds:
            check(ours[kind], kind)
    for save in (np.savez, np.savez_compressed):
        save(f"{folder}/theirs_{save.__name__}.npz", **{kind: expected(kind) for kind in kinds})


def try_safetensors():
    from safetensors import safe_open
    from safetensors.numpy import save_file

    note = {"note": 'caf\u00e9 "quoted"\n'}
    with safe_open(f"{folder}/ours.safetensors", "np") as ours:
        assert ours.metadata() == note, ours.metadata()
        assert sorted(ours.keys()) == sorted([*kinds, "scalar", "empty"]), ours.keys()
        for kind in kinds:
            check(ours.get_tensor(kind), kind)
        assert ours.get_tensor("scalar").shape == () and ours.get_tensor("scalar") == -3
        assert ours.get_tensor("empty").shape == (0, 4)
    save_file({kind: expected(kind) for kind in kinds}, f"{folder}/theirs.safetensors", metadata=note)


def try_pillow():
    from PIL import Image

    for channels, mode in ((1, "L"), (3, "RGB"), (4, "RGBA")):
        picture = Image.open(f"{folder}/ours_{channels}.png")
        picture.load()
        assert picture.mode == mode and picture.size == (5, 3), (picture.mode, picture.size)
        levels = (np.arange(15 * channels) * 37 % 256).astype(np.uint8)
        assert np.array_equal(np.asarray(picture).ravel(), levels), mode
    animation = Image.open(f"{folder}/ours_animation.png")
    assert animation.n_frames == 4, animation.n_frames
    for frame in range(4):
        animation.seek(frame)
        assert animation.info["duration"] == 50, animation.info
        assert np.all(np.asarray(animation.convert("RGB")) == 50 * frame), frame


try_numpy()
for name, attempt in (("safetensors", try_safetensors), ("pillow", try_pillow)):
    try:
        attempt()
    except ModuleNotFoundError:
        print(f"{name} is not here, left out")
EOF

"$client" read-npy "$folder"
if [ -e "$folder/theirs.safetensors" ]; then "$client" read-safetensors "$folder"; fi
if command -v ffprobe >/dev/null; then
    found=$(ffprobe -v error -count_frames -show_entries stream=codec_name,r_frame_rate,nb_read_frames -of csv=p=0 \
        "$folder/ours_animation.png")
    [ "$found" = "apng,20/1,4" ] || { echo "ffprobe finds '$found', expected 'apng,20/1,4'"; exit 1; }
else
    echo "ffprobe is not here, left out"
fi
echo "files agree with real clients"
