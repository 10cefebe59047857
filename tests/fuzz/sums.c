/* Sums of PNG chunks and of zip entries. */
#include "sums.h"

#include <string.h>
#include <zlib.h>

uint8_t *fuzz_copy(const uint8_t *data, size_t size)
{
    uint8_t *copy = fuzz_alloc(size, 1);

    if (size) memcpy(copy, data, size);
    return copy;
}

static uint32_t u32_big(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void fuzz_right_png(uint8_t *png, size_t size)
{
    for (size_t at = 8; at + 12 <= size;) {
        size_t length = u32_big(png + at);
        if (length > size - at - 12) return;
        uint32_t sum = (uint32_t)crc32(0, png + at + 4, (uInt)length + 4);
        for (int i = 0; i < 4; i++) png[at + 8 + length + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at += 12 + length;
    }
}

static size_t little(const uint8_t *at, int bytes)
{
    size_t value = 0;

    for (int i = bytes - 1; i >= 0; i--) value = value << 8 | at[i];
    return value;
}

static void put_little(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}

/* The entry whose row of the directory starts here. */
static void right_entry(uint8_t *zip, size_t size, uint8_t *row)
{
    enum { STORED = 0, LOCAL_HEAD = 30 };
    const size_t at = little(row + 42, 4), length = little(row + 20, 4);

    if (little(row + 10, 2) != STORED || at > size || size - at < LOCAL_HEAD) return;
    const size_t from = at + LOCAL_HEAD + little(zip + at + 26, 2) + little(zip + at + 28, 2);
    if (from > size || size - from < length) return;
    const uint32_t sum = (uint32_t)crc32(0, zip + from, (uInt)length);
    put_little(row + 16, sum);
    put_little(zip + at + 14, sum);
}

void fuzz_right_zip(uint8_t *zip, size_t size)
{
    enum { DIRECTORY_HEAD = 46 };

    for (size_t at = 0; at + DIRECTORY_HEAD <= size; at++)
        if (memcmp(zip + at, "PK\1\2", 4) == 0) right_entry(zip, size, zip + at);
}
