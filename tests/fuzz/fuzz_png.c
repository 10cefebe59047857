/* Files that claim to be PNG: as they are, and with the sums of their chunks put right, since few changes survive those. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"

static uint32_t u32_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put_sums_right(uint8_t *png, size_t size)
{
    for (size_t at = 8; at + 12 <= size;) {
        size_t length = u32_at(png + at);
        if (length > size - at - 12) return;
        uint32_t sum = (uint32_t)crc32(0, png + at + 4, (uInt)length + 4);
        for (int i = 0; i < 4; i++) png[at + 8 + length + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at += 12 + length;
    }
}

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
    uint8_t *right = fuzz_alloc(size, 1);

    if (size) memcpy(right, data, size);
    put_sums_right(right, size);
    read_picture(right, size);
    if (size && memcmp(right, data, size) != 0) read_picture(data, size);
    free(right);
    return 0;
}
