/* Files that claim to be pictures of any kind that is read. PNG also with the sums of its chunks put right, since few
 * changes survive those. */
#include <stdlib.h>
#include <string.h>

#include "io/picture_codec.h"
#include "sums.h"

/* What is read has the pixels that it says. */
static void take(alf_ctx *ctx, alf_status status, alf_picture **picture)
{
    volatile uint32_t sum = 0;

    if (!fuzz_took(ctx, status, picture)) return;
    const int64_t pixels = (*picture)->width * (*picture)->height;
    fuzz_check((*picture)->width >= 1 && (*picture)->height >= 1, "an empty picture");
    fuzz_check((*picture)->channels == 1 || (*picture)->channels == 3 || (*picture)->channels == 4, "%d channels",
               (*picture)->channels);
    for (int64_t i = 0; i < pixels * (*picture)->channels; i++) sum = sum + (*picture)->pixels[i];
    alf_picture_destroy(*picture);
    *picture = NULL;
}

static void read_picture(const void *data, size_t size, bool png)
{
    alf_ctx     *ctx = fuzz_open_for((int64_t)8 << 20, data, size);
    alf_picture *picture = NULL;
    alf_status   status = png ? alf_picture_read_png(ctx, fuzz_file("a.png", data, size), &picture)
                              : alf_picture_decode(ctx, data, size, "a picture", &picture);

    take(ctx, status, &picture);
    fuzz_close(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bool png = size >= 8 && memcmp(data, "\211PNG\r\n\032\n", 8) == 0;
    uint8_t   *right = fuzz_copy(data, size);

    if (png) fuzz_right_png(right, size);
    read_picture(right, size, png);
    if (png && memcmp(right, data, size) != 0) read_picture(data, size, png);
    free(right);
    return 0;
}
