/* PNG files made without libpng, chunk by chunk, and what reading them must give. */
#ifndef TEST_PNG_BYTES_H
#define TEST_PNG_BYTES_H

#include "aliasfree/files.h"
#include "files.h"

/* The state of a test is its context, whose memory must all be back in the end. */
int png_set_up(void **state);
int png_tear_down(void **state);
#define PNG_TEST(name) cmocka_unit_test_setup_teardown(name, png_set_up, png_tear_down)

typedef struct {
    uint8_t bytes[4096];
    size_t  size;
} png_file;

enum { PNG_GREY = 0, PNG_RGB = 2, PNG_PALETTE = 3, PNG_GREY_ALPHA = 4, PNG_RGBA = 6 };

void png_put_u32(png_file *file, uint32_t value);
void png_put_bytes(png_file *file, const void *bytes, size_t size);
void png_put_chunk(png_file *file, const char *type, const void *bytes, size_t size);
/* The signature and the first chunk. */
void png_put_head(png_file *file, uint32_t width, uint32_t height, int depth, int colour, int interlace);
/* The data and the last chunk; `rows` holds the filter byte of each row too. */
void png_put_tail(png_file *file, const void *rows, size_t size);

alf_status png_read_bytes(alf_ctx *ctx, const void *bytes, size_t size, alf_picture **out);
void       png_check_picture(alf_ctx *ctx, const png_file *file, int64_t width, int64_t height, int channels,
                             const uint8_t *expected);
void       png_check_refused(alf_ctx *ctx, const png_file *file, alf_status expected, const char *part);

#endif
