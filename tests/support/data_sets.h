/* Little data sets for tests: pictures whose pixels follow from their number, as folders or zip archives. */
#ifndef TEST_DATA_SETS_H
#define TEST_DATA_SETS_H

#include "aliasfree/dataset.h"
#include "files.h"

/* Picture `number` of `channels`: every number gives another one, and none is symmetric. */
alf_picture *test_picture(alf_ctx *ctx, int64_t number, int64_t width, int64_t height, int channels);

/* Writes folder/name as PNG, making sub-folders. */
void test_put_picture(alf_ctx *ctx, const char *folder, const char *name, int64_t number, int64_t size, int channels);
/* Writes folder/name with these bytes, making sub-folders. */
void test_put_file(alf_ctx *ctx, const char *folder, const char *name, const void *bytes, size_t size);

/* `count` pictures 00000/img00000000.png and on, without labels, and dataset.json with `labels` (JSON; NULL: no file). */
void test_put_set(alf_ctx *ctx, const char *folder, int64_t count, int64_t size, int channels, const char *labels);

/* A zip archive of files: names and bytes by turns; stored, or deflated. */
typedef struct {
    const char *name;
    const void *bytes;
    size_t      size;
} test_entry;
void test_zip(const char *path, int count, const test_entry entries[], bool deflate);

#endif
