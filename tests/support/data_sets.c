/* Little data sets for tests. */
#include "data_sets.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

alf_picture *test_picture(alf_ctx *ctx, int64_t number, int64_t width, int64_t height, int channels)
{
    alf_picture *picture = NULL;
    int64_t      count = width * height * channels;

    test_ok(ctx, alf_picture_create(ctx, width, height, channels, &picture));
    for (int64_t i = 0; i < count; i++) picture->pixels[i] = (uint8_t)(i * 7 + i * i * 3 + number * 11);
    return picture;
}

static char *path_in_folder(alf_ctx *ctx, const char *folder, const char *name)
{
    char *path = test_path(folder, name), *slash = strrchr(path, '/');

    *slash = '\0';
    test_ok(ctx, alf_make_folder(ctx, path));
    *slash = '/';
    return path;
}

void test_put_picture(alf_ctx *ctx, const char *folder, const char *name, int64_t number, int64_t size, int channels)
{
    char        *path = path_in_folder(ctx, folder, name);
    alf_picture *picture = test_picture(ctx, number, size, size, channels);

    test_ok(ctx, alf_picture_write_png(ctx, picture, path));
    alf_picture_destroy(picture);
    free(path);
}

void test_put_file(alf_ctx *ctx, const char *folder, const char *name, const void *bytes, size_t size)
{
    char *path = path_in_folder(ctx, folder, name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    free(path);
}

void test_put_set(alf_ctx *ctx, const char *folder, int64_t count, int64_t size, int channels, const char *labels)
{
    char name[64];

    for (int64_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%05lld/img%08lld.png", (long long)(i / 1000), (long long)i);
        test_put_picture(ctx, folder, name, i, size, channels);
    }
    if (labels) test_put_file(ctx, folder, "dataset.json", labels, strlen(labels));
}

void test_zip(const char *path, int count, const test_entry entries[], bool deflate)
{
    int    code = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);

    assert_non_null(zip);
    for (int i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(zip, entries[i].bytes, entries[i].size, 0);
        zip_int64_t   index = zip_file_add(zip, entries[i].name, source, 0);
        assert_true(index >= 0);
        assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)index, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0),
                         0);
    }
    assert_int_equal(zip_close(zip), 0);
}
