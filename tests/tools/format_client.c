/* Our side of tests/scripts/real_clients.sh: writes arrays and pictures that others shall read, reads what they wrote.
 * Both sides know what must be inside: element i is i % 11 - 3 (unsigned: i % 11; truth: i % 2).
 * usage: format_client write|read-npy|read-safetensors FOLDER */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/archive.h"
#include "aliasfree/files.h"

enum { COUNT = 24, WIDTH = 5, HEIGHT = 3 };

static const int64_t shape[3] = {2, 3, 4};

static const struct {
    const char *name;
    alf_dtype   dtype;
} kinds[] = {
    {"f32", ALF_F32}, {"f64", ALF_F64}, {"f16", ALF_F16}, {"u8", ALF_U8},
    {"i8", ALF_I8},   {"i32", ALF_I32}, {"i64", ALF_I64}, {"bool", ALF_BOOL},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

static int value_at(alf_dtype dtype, int index)
{
    if (dtype == ALF_BOOL) return index % 2;
    return dtype == ALF_U8 ? index % 11 : index % 11 - 3;
}

/* Small whole numbers are exact in half precision: shorten the fraction, shift the exponent. */
static uint16_t half_of(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    if (value == 0.0f) return 0;
    return (uint16_t)((bits >> 16 & 0x8000u) | (((bits >> 23 & 255u) - 112u) << 10) | (bits >> 13 & 1023u));
}

static void store(alf_dtype dtype, int value, uint8_t *at)
{
    float    f = (float)value;
    double   d = value;
    uint16_t h = half_of(f);
    int32_t  i = value;
    int64_t  l = value;

    switch (dtype) {
    case ALF_F32: memcpy(at, &f, sizeof f); break;
    case ALF_F64: memcpy(at, &d, sizeof d); break;
    case ALF_F16: memcpy(at, &h, sizeof h); break;
    case ALF_I32: memcpy(at, &i, sizeof i); break;
    case ALF_I64: memcpy(at, &l, sizeof l); break;
    default: *at = (uint8_t)value; break;
    }
}

static void fill(alf_dtype dtype, uint8_t data[COUNT * 8])
{
    for (int i = 0; i < COUNT; i++) store(dtype, value_at(dtype, i), data + (size_t)i * alf_dtype_size(dtype));
}

static void path_of(char path[4096], const char *folder, const char *prefix, const char *name, const char *suffix)
{
    snprintf(path, 4096, "%s/%s%s%s", folder, prefix, name, suffix);
}

/* --- writing ------------------------------------------------------------------------------------------------------------ */

static alf_status write_arrays(alf_ctx *ctx, const char *folder, alf_archive *archive)
{
    char       path[4096];
    uint8_t    data[COUNT * 8];
    alf_status status = ALF_OK;

    for (size_t k = 0; k < KINDS && !status; k++) {
        fill(kinds[k].dtype, data);
        path_of(path, folder, "ours_", kinds[k].name, ".npy");
        status = alf_npy_write(ctx, path, kinds[k].dtype, 3, shape, data);
        if (!status) status = alf_archive_add(archive, kinds[k].name, kinds[k].dtype, 3, shape, data);
    }
    return status;
}

static alf_status write_archive(alf_ctx *ctx, const char *folder)
{
    char         path[4096];
    alf_archive *archive = NULL;
    alf_status   status = alf_archive_create(ctx, &archive);

    if (!status) status = write_arrays(ctx, folder, archive);
    if (!status) status = alf_archive_add(archive, "scalar", ALF_F64, 0, NULL, (double[]){-3.0});
    if (!status) status = alf_archive_add(archive, "empty", ALF_F32, 2, (int64_t[]){0, 4}, NULL);
    if (!status) status = alf_archive_set_meta(archive, "note", "caf\xc3\xa9 \"quoted\"\n");
    path_of(path, folder, "ours", "", ".safetensors");
    if (!status) status = alf_archive_save(archive, path);
    alf_archive_destroy(archive);
    return status;
}

static alf_status write_npz(alf_ctx *ctx, const char *folder)
{
    char          path[4096];
    uint8_t       data[KINDS][COUNT * 8];
    alf_npz_array arrays[KINDS];

    for (size_t k = 0; k < KINDS; k++) {
        fill(kinds[k].dtype, data[k]);
        arrays[k] = (alf_npz_array){kinds[k].name, kinds[k].dtype, 3, shape, data[k]};
    }
    path_of(path, folder, "ours", "", ".npz");
    return alf_npz_write(ctx, path, (int)KINDS, arrays);
}

static alf_status write_pictures(alf_ctx *ctx, const char *folder)
{
    alf_status status = ALF_OK;

    for (int channels = 1; channels <= 4 && !status; channels += channels == 1 ? 2 : 1) {
        char         path[4096], name[2] = {(char)('0' + channels), '\0'};
        alf_picture *picture = NULL;
        status = alf_picture_create(ctx, WIDTH, HEIGHT, channels, &picture);
        for (int i = 0; i < WIDTH * HEIGHT * channels && !status; i++) picture->pixels[i] = (uint8_t)(i * 37);
        path_of(path, folder, "ours_", name, ".png");
        if (!status) status = alf_picture_write_png(ctx, picture, path);
        alf_picture_destroy(picture);
    }
    return status;
}

/* Frame i is of level 50 i. */
static alf_status paint(void *user, int64_t index, alf_picture *picture)
{
    (void)user;
    memset(picture->pixels, (int)index * 50, (size_t)(picture->width * picture->height * picture->channels));
    return ALF_OK;
}

static alf_status write_animation(alf_ctx *ctx, const char *folder)
{
    const alf_animation animation = {.width = WIDTH, .height = HEIGHT, .channels = 3, .frames = 4, .fps = 20};
    char                path[4096];

    path_of(path, folder, "ours_animation", "", ".png");
    return alf_animation_write_png(ctx, path, &animation, paint, NULL);
}

/* --- reading ------------------------------------------------------------------------------------------------------------ */

static alf_status check_values(alf_ctx *ctx, const char *path, const char *name, int ndim, const int64_t got[],
                               const double *values, alf_dtype dtype)
{
    if (ndim != 3 || memcmp(got, shape, sizeof shape) != 0)
        return alf_fail(ctx, ALF_ERR_FORMAT, "%s: '%s' does not have the shape [2, 3, 4]", path, name);
    for (int i = 0; i < COUNT; i++)
        if (values[i] != value_at(dtype, i))
            return alf_fail(ctx, ALF_ERR_FORMAT, "%s: '%s' has %g at %d, expected %d", path, name, values[i], i,
                            value_at(dtype, i));
    return ALF_OK;
}

static alf_status read_arrays(alf_ctx *ctx, const char *folder, const char *prefix)
{
    alf_status status = ALF_OK;

    for (size_t k = 0; k < KINDS && !status; k++) {
        char    path[4096];
        int     ndim;
        int64_t got[ALF_MAX_DIMS];
        double *values = NULL;
        path_of(path, folder, prefix, kinds[k].name, ".npy");
        status = alf_npy_read(ctx, path, &ndim, got, &values);
        if (!status) status = check_values(ctx, path, kinds[k].name, ndim, got, values, kinds[k].dtype);
        alf_free_data(values);
    }
    return status;
}

/* `which`: "savez" or "savez_compressed". */
static alf_status read_npz(alf_ctx *ctx, const char *folder, const char *which)
{
    char       path[4096];
    alf_status status = ALF_OK;

    path_of(path, folder, "theirs_", which, ".npz");
    for (size_t k = 0; k < KINDS && !status; k++) {
        int     ndim;
        int64_t got[ALF_MAX_DIMS];
        double *values = NULL;
        status = alf_npz_read(ctx, path, kinds[k].name, &ndim, got, &values);
        if (!status) status = check_values(ctx, path, kinds[k].name, ndim, got, values, kinds[k].dtype);
        alf_free_data(values);
    }
    return status;
}

static alf_status check_archive(alf_ctx *ctx, const char *path, const alf_archive *archive)
{
    const char *note = alf_archive_meta(archive, "note");
    alf_status  status = ALF_OK;

    if (!note || strcmp(note, "caf\xc3\xa9 \"quoted\"\n") != 0)
        return alf_fail(ctx, ALF_ERR_FORMAT, "%s: the note is '%s'", path, note ? note : "missing");
    for (size_t k = 0; k < KINDS && !status; k++) {
        const alf_array *array = alf_archive_find(archive, kinds[k].name);
        double           values[COUNT] = {0};
        if (!array || array->dtype != kinds[k].dtype || array->count != COUNT)
            return alf_fail(ctx, ALF_ERR_FORMAT, "%s: '%s' is missing or of another kind", path, kinds[k].name);
        alf_array_read_f64(array, 0, COUNT, values);
        status = check_values(ctx, path, array->name, array->ndim, array->shape, values, array->dtype);
    }
    return status;
}

static alf_status read_archive(alf_ctx *ctx, const char *folder)
{
    char         path[4096];
    alf_archive *archive = NULL;
    alf_status   status;

    path_of(path, folder, "theirs", "", ".safetensors");
    status = alf_archive_open(ctx, path, &archive);
    if (!status) status = check_archive(ctx, path, archive);
    alf_archive_destroy(archive);
    return status;
}

/* --- program ------------------------------------------------------------------------------------------------------------ */

static alf_status run(alf_ctx *ctx, const char *what, const char *folder)
{
    alf_status status;

    if (strcmp(what, "read-npy") == 0) {
        status = read_arrays(ctx, folder, "theirs_");
        if (!status) status = read_arrays(ctx, folder, "fortran_");
        if (!status) status = read_npz(ctx, folder, "savez");
        return status ? status : read_npz(ctx, folder, "savez_compressed");
    }
    if (strcmp(what, "read-safetensors") == 0) return read_archive(ctx, folder);
    if (strcmp(what, "write") != 0) return alf_fail(ctx, ALF_ERR_ARGUMENT, "do not know how to '%s'", what);
    status = write_archive(ctx, folder);
    if (!status) status = write_npz(ctx, folder);
    if (!status) status = write_animation(ctx, folder);
    return status ? status : write_pictures(ctx, folder);
}

int main(int argc, char **argv)
{
    alf_ctx   *ctx = NULL;
    alf_status status;

    if (argc != 3) {
        fprintf(stderr, "usage: format_client write|read-npy|read-safetensors FOLDER\n");
        return 2;
    }
    if (alf_ctx_create(NULL, NULL, 0, &ctx)) return 1;
    status = run(ctx, argv[1], argv[2]);
    if (status) fprintf(stderr, "format_client: %s\n", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return status ? 1 : 0;
}
