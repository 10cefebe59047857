/* Files that claim to be PNG: as they are, and with the sums of their chunks put right, since few changes survive those. */
#include <stdlib.h>
#include <string.h>

#include "sums.h"

static void read_picture(const void *data, size_t size)
{
    alf_ctx     *ctx = fuzz_open((int64_t)8 << 20);
    alf_picture *picture = NULL;

    if (fuzz_took(ctx, alf_picture_read_png(ctx, fuzz_file("a.png", data, size), &picture), &picture)) {
        volatile uint32_t sum = 0;
        int64_t           bytes = picture->width * picture->height * picture->channels;
        fuzz_check(picture->width >= 1 && picture->height >= 1, "an empty picture");
        for (int64_t i = 0; i < bytes; i++) sum = sum + picture->pixels[i];
        alf_picture_destroy(picture);
    }
    fuzz_close(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *right = fuzz_copy(data, size);

    fuzz_right_png(right, size);
    read_picture(right, size);
    if (size && memcmp(right, data, size) != 0) read_picture(data, size);
    free(right);
    return 0;
}
