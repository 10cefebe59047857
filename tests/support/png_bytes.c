/* PNG files from their chunks, and the checks that hold for each of them. */
#include "png_bytes.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int png_set_up(void **state)
{
    *state = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    return 0;
}

int png_tear_down(void **state)
{
    assert_int_equal(alf_ctx_memory_used(*state), 0); /* every failure releases what it took */
    alf_ctx_destroy(*state);
    return 0;
}

void png_put_u32(png_file *file, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) file->bytes[file->size++] = (uint8_t)(value >> shift);
}

void png_put_bytes(png_file *file, const void *bytes, size_t size)
{
    assert_true(file->size + size + 64 < sizeof file->bytes);
    if (size) memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
}

void png_put_chunk(png_file *file, const char *type, const void *bytes, size_t size)
{
    size_t start;

    png_put_u32(file, (uint32_t)size);
    start = file->size;
    png_put_bytes(file, type, 4);
    png_put_bytes(file, bytes, size);
    png_put_u32(file, (uint32_t)crc32(0, file->bytes + start, (uInt)(file->size - start)));
}

void png_put_head(png_file *file, uint32_t width, uint32_t height, int depth, int colour, int interlace)
{
    png_file head = {.size = 0};
    uint8_t  rest[5] = {(uint8_t)depth, (uint8_t)colour, 0, 0, (uint8_t)interlace};

    png_put_u32(&head, width);
    png_put_u32(&head, height);
    png_put_bytes(&head, rest, sizeof rest);
    png_put_bytes(file, "\211PNG\r\n\032\n", 8);
    png_put_chunk(file, "IHDR", head.bytes, head.size);
}

void png_put_tail(png_file *file, const void *rows, size_t size)
{
    uint8_t packed[2048];
    uLongf  packed_size = sizeof packed;

    assert_int_equal(compress(packed, &packed_size, rows, (uLong)size), Z_OK);
    png_put_chunk(file, "IDAT", packed, packed_size);
    png_put_chunk(file, "IEND", NULL, 0);
}

alf_status png_read_bytes(alf_ctx *ctx, const void *bytes, size_t size, alf_picture **out)
{
    char      *folder = test_temp_folder(), *path = test_write_file(folder, "picture.png", bytes, size);
    alf_status status = alf_picture_read_png(ctx, path, out);

    free(path);
    test_remove_folder(folder);
    return status;
}

void png_check_picture(alf_ctx *ctx, const png_file *file, int64_t width, int64_t height, int channels,
                       const uint8_t *expected)
{
    alf_picture *picture;

    test_ok(ctx, png_read_bytes(ctx, file->bytes, file->size, &picture));
    assert_int_equal(picture->width, width);
    assert_int_equal(picture->height, height);
    assert_int_equal(picture->channels, channels);
    assert_memory_equal(picture->pixels, expected, (size_t)(width * height * channels));
    alf_picture_destroy(picture);
}

void png_check_refused(alf_ctx *ctx, const png_file *file, alf_status expected, const char *part)
{
    alf_picture *picture = NULL;

    assert_fails(ctx, png_read_bytes(ctx, file->bytes, file->size, &picture), expected, part, "picture.png");
    assert_null(picture);
}
