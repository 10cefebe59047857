/* Seed corpora: small whole files made by the project's own writers, and small pickles with torch streams. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aliasfree/aliasfree.h"
#include "aliasfree/archive.h"
#include "data_sets.h"
#include "engines.h"
#include "fuzz.h"
#include "pickle_bytes.h"
#include "picture_bytes.h"
#include "png_bytes.h"
#include "report/parts.h"
#include "resume.h"

/* Where the seeds of a target go. */
static const char *root;

static char *seed_path(const char *target, const char *name)
{
    static char path[1024];

    snprintf(path, sizeof path, "%s/%s", root, target);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/%s", root, target, name);
    return path;
}

static void put(const char *target, const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(seed_path(target, name), "wb");

    fuzz_check(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, "cannot write seed %s of %s", name,
               target);
}

static void put_text(const char *target, const char *name, const char *text)
{
    put(target, name, text, strlen(text));
}

/* --- pickles -------------------------------------------------------------------------------------------------------- */

static pkl_bytes legacy_stream(void)
{
    static const float values[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    return pkl_stream(&(pkl_storage){"FloatStorage", true, 8, 8, values, sizeof values});
}

/* What newer versions of torch write: a zip archive. */
static pkl_bytes zip_stream(const char *type, bool deflate)
{
    static const uint8_t values[32] = {0, 0, 128, 63, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 64};
    pkl_bytes            p = pkl_start(0), id = pkl_storage_id(type, 8);
    size_t               size;
    char                *bytes;

    remove(fuzz_path("stream.zip"));
    test_zip(fuzz_path("stream.zip"), 4,
             (test_entry[]){{"archive/data.pkl", id.at, id.size},
                            {"archive/byteorder", "little", 6},
                            {"archive/data/0", values, sizeof values},
                            {"archive/version", "3\n", 2}},
             deflate);
    bytes = test_read_file(fuzz_path("stream.zip"), &size);
    pkl_raw(&p, bytes, size);
    free(bytes);
    pkl_free(&id);
    return p;
}

static void put_pickle(const char *name, int protocol, pkl_bytes stream)
{
    static const int64_t sides[2] = {2, 3}, strides[2] = {3, 1};
    pkl_bytes            p = pkl_start(protocol);

    pkl_network_begin(&p);
    pkl_tensor(&p, &stream, 1, 2, sides, strides);
    pkl_network_end(&p);
    put("pickle", name, p.at, p.size);
    pkl_free(&p);
    pkl_free(&stream);
}

/* Values of every kind under keys of their own. */
static void put_plain_values(void)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "}(");
    pkl_text(&p, "training_set_kwargs");
    pkl_ops(&p, "}(");
    pkl_text(&p, "path");
    pkl_text(&p, "a.zip");
    pkl_text(&p, "sizes");
    pkl_ints(&p, 3, (int64_t[]){1, -2, 1 << 20});
    pkl_text(&p, "on");
    pkl_ops(&p, "\x88");
    pkl_text(&p, "none");
    pkl_ops(&p, "N");
    pkl_text(&p, "real");
    pkl_float(&p, 0.25);
    pkl_text(&p, "list");
    pkl_ops(&p, "](K\x01K\x02"
                "eq");
    pkl_raw(&p, "\x05", 1);
    pkl_ops(&p, "u");
    pkl_text(&p, "again");
    pkl_ops(&p, "h\x05u.");
    put("pickle", "values", p.at, p.size);
    pkl_free(&p);
}

/* A NumPy scalar and an array, as augmentation settings have them. */
static void put_numpy(void)
{
    pkl_bytes p = pkl_start(3);

    pkl_ops(&p, "}(");
    pkl_text(&p, "scalar");
    pkl_global(&p, "numpy.core.multiarray", "scalar");
    pkl_global(&p, "numpy", "dtype");
    pkl_text(&p, "f8");
    pkl_ops(&p, "\x89\x88\x87R(K\x03");
    pkl_text(&p, "<");
    pkl_ops(&p, "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff");
    pkl_raw(&p, "K\0tb", 4);
    pkl_data(&p, "\0\0\0\0\0\0\xf0\x3f", 8);
    pkl_ops(&p, "\x86Ru.");
    put("pickle", "numpy", p.at, p.size);
    pkl_free(&p);
}

static void put_stream(const char *name, pkl_bytes stream)
{
    pkl_bytes p = pkl_start(0);

    pkl_raw(&p, "", 1);
    pkl_raw(&p, stream.at, stream.size);
    put("torch", name, p.at, p.size);
    pkl_free(&p);
    pkl_free(&stream);
}

static void put_pickles(void)
{
    put_pickle("legacy-2", 2, legacy_stream());
    put_pickle("legacy-3", 3, legacy_stream());
    put_pickle("legacy-4", 4, legacy_stream());
    put_pickle("zip-4", 4, zip_stream("FloatStorage", false));
    put_pickle("zip-2", 2, zip_stream("DoubleStorage", true));
    put_plain_values();
    put_numpy();
    put_stream("legacy", legacy_stream());
    put_stream("zip-float", zip_stream("FloatStorage", false));
    put_stream("zip-half", zip_stream("HalfStorage", true));
    put_stream("zip-long", zip_stream("LongStorage", false));
}

/* --- safetensors, arrays -------------------------------------------------------------------------------------------- */

static void put_archives(alf_ctx *ctx)
{
    static const double values[12] = {0, 1, -1, 0.5};
    alf_archive        *archive = NULL;

    test_ok(ctx, alf_archive_create(ctx, &archive));
    test_ok(ctx, alf_archive_save(archive, seed_path("safetensors", "empty")));
    test_ok(ctx, alf_archive_add(archive, "a", ALF_F32, 2, (int64_t[]){3, 2}, values));
    test_ok(ctx, alf_archive_add(archive, "b", ALF_F64, 0, NULL, values));
    test_ok(ctx, alf_archive_add(archive, "c", ALF_I64, 1, (int64_t[]){0}, values));
    test_ok(ctx, alf_archive_add(archive, "d", ALF_F16, 5, (int64_t[]){1, 2, 1, 2, 1}, values));
    test_ok(ctx, alf_archive_add(archive, "e", ALF_BF16, 1, (int64_t[]){3}, values));
    test_ok(ctx, alf_archive_add(archive, "f", ALF_BOOL, 1, (int64_t[]){3}, values));
    test_ok(ctx, alf_archive_set_meta(archive, "G_ema.init_kwargs", "{\"z_dim\": 4}"));
    test_ok(ctx, alf_archive_save(archive, seed_path("safetensors", "types")));
    alf_archive_destroy(archive);
}

static void put_arrays(alf_ctx *ctx)
{
    static const double  values[24] = {0, 1, -1, 0.5};
    static const int64_t shape[ALF_MAX_DIMS] = {2, 3, 4, 1, 1};
    alf_npz_array        arrays[2] = {{"a", ALF_F64, 2, shape, values}, {"b", ALF_U8, 0, shape, values}};
    char                 name[16];

    for (int dtype = ALF_F32; dtype <= ALF_BOOL; dtype++) {
        if (dtype == ALF_BF16) continue;
        snprintf(name, sizeof name, "type-%d", dtype);
        test_ok(ctx, alf_npy_write(ctx, seed_path("npy", name), (alf_dtype)dtype, dtype % (ALF_MAX_DIMS + 1), shape,
                                   values));
    }
    test_ok(ctx, alf_npz_write(ctx, seed_path("npy", "two.npz"), 2, arrays));
}

/* --- pictures ------------------------------------------------------------------------------------------------------- */

/* Every kind of colour and depth, plain and interlaced, 5 x 3. */
static void put_made_pngs(void)
{
    static const int     kinds[][2] = {{PNG_GREY, 1}, {PNG_GREY, 4},       {PNG_GREY, 16},   {PNG_RGB, 8},
                                       {PNG_RGB, 16}, {PNG_PALETTE, 2},    {PNG_PALETTE, 8}, {PNG_GREY_ALPHA, 8},
                                       {PNG_RGBA, 8}, {PNG_GREY_ALPHA, 16}};
    static const uint8_t rows[256] = {0}, palette[12] = {1, 2, 3, 200, 100, 50}, alpha[4] = {0, 128, 255, 1};
    static const int     channels[] = {1, 0, 3, 1, 2, 0, 4};
    char                 name[32];

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (int interlace = 0; interlace < 2; interlace++) {
            png_file file = {.size = 0};
            int      bits = kinds[i][1] * channels[kinds[i][0]];
            size_t   row = 1 + (size_t)(5 * bits + 7) / 8;
            png_put_head(&file, 5, 3, kinds[i][1], kinds[i][0], interlace);
            if (kinds[i][0] == PNG_PALETTE) {
                png_put_chunk(&file, "PLTE", palette, sizeof palette);
                png_put_chunk(&file, "tRNS", alpha, sizeof alpha);
            }
            png_put_tail(&file, rows, interlace ? 3 * row + 12 : 3 * row);
            snprintf(name, sizeof name, "kind-%d-%d-%d", kinds[i][0], kinds[i][1], interlace);
            put("picture", name, file.bytes, file.size);
        }
}

static void put_pictures(alf_ctx *ctx)
{
    for (int channels = 1; channels <= 4; channels += channels == 1 ? 2 : 1) {
        alf_picture *picture = test_picture(ctx, channels, 7, 5, channels);
        char         name[16];
        snprintf(name, sizeof name, "written-%d", channels);
        test_ok(ctx, alf_picture_write_png(ctx, picture, seed_path("picture", name)));
        alf_picture_destroy(picture);
    }
    put_made_pngs();
    put("picture", "jpeg-colour", test_jpeg_colour, test_jpeg_colour_size);
    put("picture", "jpeg-grey", test_jpeg_grey, test_jpeg_grey_size);
    put("picture", "jpeg-inks", test_jpeg_cmyk, test_jpeg_cmyk_size);
    put("picture", "jpeg-progressive", test_jpeg_progressive, test_jpeg_progressive_size);
    put("picture", "webp-colour", test_webp_colour, test_webp_colour_size);
    put("picture", "webp-alpha", test_webp_alpha, test_webp_alpha_size);
    put("picture", "webp-frames", test_webp_frames, test_webp_frames_size);
    put("picture", "webp-lossy", test_webp_lossy, test_webp_lossy_size);
    put("picture", "webp-lossy-alpha", test_webp_lossy_alpha, test_webp_lossy_alpha_size);
}

/* --- data sets ------------------------------------------------------------------------------------------------------ */

static const char *const sheets[] = {
    "{\"labels\": [[\"a.png\", 1], [\"b.png\", 0]]}",
    "{\"labels\": [[\"a.png\", [0.5, -1e3]], [\"b.png\", [1, 2]]]}",
    "{\"labels\": null, \"sheet\": {\"source\": \"photographs\", \"licence\": \"CC0\"}}",
    "{\"placements\": [[\"a.png\", {\"x\": 0.1, \"y\": 0, \"degrees\": 5}]], \"labels\": [[\"a.png\", 99999]]}",
};

static void put_sets(alf_ctx *ctx)
{
    char   name[16];
    size_t size;
    char  *picture;

    for (size_t i = 0; i < sizeof sheets / sizeof sheets[0]; i++) {
        snprintf(name, sizeof name, "sheet-%d", (int)i);
        put_text("dataset_json", name, sheets[i]);
    }
    test_put_picture(ctx, fuzz_path("."), "p.png", 1, 2, 3);
    picture = test_read_file(fuzz_path("p.png"), &size);
    for (int deflate = 0; deflate < 2; deflate++) {
        snprintf(name, sizeof name, "set-%d", deflate);
        (void)seed_path("dataset", name);
        test_zip(seed_path("dataset", name), 3,
                 (test_entry[]){{"00000/a.png", picture, size},
                                {"b.png", picture, size},
                                {"dataset.json", sheets[deflate], strlen(sheets[deflate])}},
                 deflate);
    }
    free(picture);
}

/* --- what runs and studies leave ------------------------------------------------------------------------------------- */

/* The part as it is stored, behind the byte that chooses it. */
static void put_part(alf_ctx *ctx)
{
    static const double values[3] = {1, -0.5, 1e-300};
    json_t             *settings = json_pack("{s:i}", "samples", 8),
           *result = json_pack("{s:o}", "values", alf_part_numbers(3, values));
    size_t size;
    char  *bytes;

    test_ok(ctx, alf_part_store(ctx, fuzz_path("."), "part", settings, result));
    bytes = test_read_file(fuzz_path("parts/part.json"), &size);
    memmove(bytes + 1, bytes, size - 1); /* without the line's end */
    bytes[0] = '3';
    put("resume", "part", bytes, size);
    free(bytes);
    json_decref(settings);
    json_decref(result);
}

static void put_left(alf_ctx *ctx)
{
    put_text("resume", "options", "0" FUZZ_RUN_OPTIONS);
    put_text("resume", "other-options",
             "0{\"training_set_kwargs\": {\"path\": \"b.zip\", \"digest\": \"4567\"}, \"run_dir\": "
             "\"x\", \"num_gpus\": 2, \"batch_size\": 8, \"total_kimg\": 0.5}");
    put_text("resume", "journal",
             "1{\"Timing/total_sec\": 1.5, \"timestamp\": 3}\n{\"Timing/total_sec\": {\"num\": 1, \"mean\": 2.5, "
             "\"std\": 0}}\n");
    put_text("resume", "journal-cut", "1{\"Timing/total_sec\": 1.5}\n{\"Timing/tot");
    put_text("resume", "position", "2" FUZZ_RUN_POSITION);
    put_part(ctx);
}

/* --- texts ---------------------------------------------------------------------------------------------------------- */

static void put_texts(void)
{
    static const char *const values[] = {
        "0,2,5-9",       "4294967295", "-1", "0.25,-0.1",          "64x48", "500M", "8G", "1e-3", "true",
        "one|two|three", "4x2",        "+7", "9223372036854775807"};
    static const char *const lines[] = {
        "a.pkl\n--count=3\n--mode=two\n--flag\n--mirror\nno",
        "--seeds=0,2,5-9\n--shift\n0.5,-1\n--grid=4x2\n--size=64\n--from\na\nb\n--from=c\n--\nx",
        "x\n--ratio=0.5\n--bytes=4K\n--name=a b\n--cuont=3", "--help"};
    static const char *const kwargs[] = {
        "1{\"z_dim\": 64, \"c_dim\": 0, \"w_dim\": 64, \"img_resolution\": 64, \"img_channels\": 3, "
        "\"mapping_kwargs\": {\"num_layers\": 2}, \"channel_base\": 1024, \"channel_max\": 16, "
        "\"num_layers\": 6, \"conv_kernel\": 1, \"use_radial_filters\": true, \"conv_clamp\": null}",
        "0{\"z_dim\": 64, \"w_dim\": 64, \"img_resolution\": 32, \"img_channels\": 3, \"synthesis_kwargs\": "
        "{\"channel_base\": 512, \"architecture\": \"resnet\", \"resample_filter\": [1, 3, 3, 1]}}",
        "1{\"img_resolution\": 256, \"schedule\": \"octaves\", \"nonlinearity\": \"plain\", "
        "\"filter_family\": \"lanczos\", \"num_layers\": 14, \"margin_size\": 10, \"use_noise\": true}",
        "2{\"c_dim\": 3, \"img_resolution\": 64, \"img_channels\": 3, \"architecture\": \"skip\", \"channel_base\": "
        "1024, "
        "\"channel_max\": 16, \"cmap_dim\": null, \"conv_clamp\": null, \"mapping_kwargs\": {\"num_layers\": 2}, "
        "\"block_kwargs\": {\"freeze_layers\": 1, \"resample_filter\": [1, 3, 3, 1]}, "
        "\"epilogue_kwargs\": {\"mbstd_group_size\": null, \"mbstd_num_channels\": 2}}"};
    char name[16];

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        snprintf(name, sizeof name, "value-%d", (int)i);
        put_text("cli", name, values[i]);
    }
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        snprintf(name, sizeof name, "line-%d", (int)i);
        put_text("cli", name, lines[i]);
    }
    for (size_t i = 0; i < sizeof kwargs / sizeof kwargs[0]; i++) {
        snprintf(name, sizeof name, "kwargs-%d", (int)i);
        put_text("kwargs", name, kwargs[i]);
    }
}

/* --- choices -------------------------------------------------------------------------------------------------------- */

/* Targets that make choices of bytes take any: some of them. */
static void put_choices(void)
{
    static const char *const targets[] = {"filter",  "plan",     "upfirdn2d", "flrelu",
                                          "network", "snapshot", "recipe",    "conv"};
    enum { EACH = 24, SIZE = 96 };
    test_random r = {1};
    uint8_t     bytes[SIZE];
    char        name[16];

    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++)
        for (int i = 0; i < EACH; i++) {
            for (int k = 0; k < SIZE; k++) bytes[k] = (uint8_t)test_int(&r, 0, 255);
            snprintf(name, sizeof name, "choices-%d", i);
            put(targets[t], name, bytes, i == 0 ? 1 : SIZE);
        }
}

int main(int argc, char *argv[])
{
    alf_ctx *ctx = fuzz_open(0);

    fuzz_check(argc == 2, "usage: fuzz_seeds FOLDER");
    root = argv[1];
    fuzz_check(mkdir(root, 0777) == 0 || alf_make_folder(ctx, root) == ALF_OK, "no folder %s", root);
    put_pickles();
    put_archives(ctx);
    put_arrays(ctx);
    put_pictures(ctx);
    put_sets(ctx);
    put_left(ctx);
    put_texts();
    put_choices();
    alf_ctx_destroy(ctx);
    return 0;
}
