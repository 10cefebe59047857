/* Pictures: bytes from values, PNG both ways, every kind of PNG becomes 8 bits of 1, 3 or 4 channels, damage is found. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "aliasfree/files.h"
#include "files.h"

static int set_up(void **state)
{
    *state = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    return 0;
}

static int tear_down(void **state)
{
    assert_int_equal(alf_ctx_memory_used(*state), 0); /* every failure releases what it took */
    alf_ctx_destroy(*state);
    return 0;
}

/* --- making PNG files without libpng ------------------------------------------------------------------------------------ */

typedef struct {
    uint8_t bytes[4096];
    size_t  size;
} image_file;

static void put_u32(image_file *file, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) file->bytes[file->size++] = (uint8_t)(value >> shift);
}

static void put_bytes(image_file *file, const void *bytes, size_t size)
{
    assert_true(file->size + size + 64 < sizeof file->bytes);
    if (size) memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
}

static void put_chunk(image_file *file, const char *type, const void *bytes, size_t size)
{
    size_t start;

    put_u32(file, (uint32_t)size);
    start = file->size;
    put_bytes(file, type, 4);
    put_bytes(file, bytes, size);
    put_u32(file, (uint32_t)crc32(0, file->bytes + start, (uInt)(file->size - start)));
}

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 };

static void put_head(image_file *file, uint32_t width, uint32_t height, int depth, int colour, int interlace)
{
    image_file head = {.size = 0};
    uint8_t    rest[5] = {(uint8_t)depth, (uint8_t)colour, 0, 0, (uint8_t)interlace};

    put_u32(&head, width);
    put_u32(&head, height);
    put_bytes(&head, rest, sizeof rest);
    put_bytes(file, "\211PNG\r\n\032\n", 8);
    put_chunk(file, "IHDR", head.bytes, head.size);
}

/* `rows` holds the filter byte of each row too. */
static void put_tail(image_file *file, const void *rows, size_t size)
{
    uint8_t packed[2048];
    uLongf  packed_size = sizeof packed;

    assert_int_equal(compress(packed, &packed_size, rows, (uLong)size), Z_OK);
    put_chunk(file, "IDAT", packed, packed_size);
    put_chunk(file, "IEND", NULL, 0);
}

static alf_status read_bytes(alf_ctx *ctx, const void *bytes, size_t size, alf_picture **out)
{
    char      *folder = test_temp_folder(), *path = test_write_file(folder, "picture.png", bytes, size);
    alf_status status = alf_picture_read_png(ctx, path, out);

    free(path);
    test_remove_folder(folder);
    return status;
}

static void check_picture(alf_ctx *ctx, const image_file *file, int64_t width, int64_t height, int channels,
                          const uint8_t *expected)
{
    alf_picture *picture;

    test_ok(ctx, read_bytes(ctx, file->bytes, file->size, &picture));
    assert_int_equal(picture->width, width);
    assert_int_equal(picture->height, height);
    assert_int_equal(picture->channels, channels);
    assert_memory_equal(picture->pixels, expected, (size_t)(width * height * channels));
    alf_picture_destroy(picture);
}

static void check_refused(alf_ctx *ctx, const image_file *file, alf_status expected, const char *part)
{
    alf_picture *picture = NULL;

    assert_fails(ctx, read_bytes(ctx, file->bytes, file->size, &picture), expected, part, "picture.png");
    assert_null(picture);
}

/* --- values to bytes ------------------------------------------------------------------------------------------------------ */

static void check_bytes(alf_ctx *ctx, alf_bytes_rule rule, const uint8_t expected[10])
{
    const double values[10] = {-1.0, 1.0, 0.0, NAN, INFINITY, -INFINITY, -1.5, 2.0, 0.5, -0.999};
    alf_picture *picture;

    test_ok(ctx, alf_picture_create(ctx, 10, 1, 1, &picture));
    test_ok(ctx, alf_picture_put(ctx, picture, 0, 0, 1, 1, 10, values, rule));
    assert_memory_equal(picture->pixels, expected, 10);
    alf_picture_destroy(picture);
}

static void values_become_bytes_by_either_rule(void **state)
{
    check_bytes(*state, ALF_BYTES_IMAGE, (uint8_t[]){0, 255, 128, 0, 255, 0, 0, 255, 191, 0});
    check_bytes(*state, ALF_BYTES_GRID, (uint8_t[]){0, 255, 128, 0, 255, 0, 0, 255, 191, 0});
}

static void the_rules_differ_by_how_they_round(void **state)
{
    const double value = 1.0 / 255.0 * 2.0 * 100.5 - 1.0; /* level 100.5: 101.0 truncated, or the even neighbour */
    alf_picture *picture;

    test_ok(*state, alf_picture_create(*state, 2, 1, 1, &picture));
    test_ok(*state, alf_picture_put(*state, picture, 0, 0, 1, 1, 1, &value, ALF_BYTES_IMAGE));
    test_ok(*state, alf_picture_put(*state, picture, 1, 0, 1, 1, 1, &value, ALF_BYTES_GRID));
    assert_int_equal(picture->pixels[0], 101);
    assert_int_equal(picture->pixels[1], 100);
    alf_picture_destroy(picture);
}

static void planes_land_where_they_are_put(void **state)
{
    const double  colours[3][2] = {{-1.0, 1.0}, {0.0, 0.0}, {1.0, -1.0}};
    const uint8_t rgba[2][3][4] = {{{0}}, {{0}, {0, 128, 255, 255}, {255, 128, 0, 255}}};
    const uint8_t rgb[2][3] = {{0, 0, 0}, {255, 255, 255}};
    alf_picture  *picture;

    test_ok(*state, alf_picture_create(*state, 3, 2, 4, &picture));
    test_ok(*state, alf_picture_put(*state, picture, 1, 1, 3, 1, 2, colours[0], ALF_BYTES_IMAGE));
    assert_memory_equal(picture->pixels, rgba, sizeof rgba);
    alf_picture_destroy(picture);

    test_ok(*state, alf_picture_create(*state, 1, 2, 3, &picture)); /* grey is repeated */
    test_ok(*state, alf_picture_put(*state, picture, 0, 0, 1, 2, 1, colours[0], ALF_BYTES_GRID));
    assert_memory_equal(picture->pixels, rgb, sizeof rgb);
    alf_picture_destroy(picture);
}

static void what_does_not_fit_is_refused(void **state)
{
    alf_ctx     *ctx = *state;
    double       values[12] = {0};
    alf_picture *picture, *none = NULL;

    test_ok(ctx, alf_picture_create(ctx, 3, 2, 3, &picture));
    assert_fails(ctx, alf_picture_put(ctx, picture, 2, 0, 1, 2, 2, values, ALF_BYTES_IMAGE), ALF_ERR_RANGE, "(2, 0)",
                 NULL);
    assert_fails(ctx, alf_picture_put(ctx, picture, -1, 0, 1, 1, 1, values, ALF_BYTES_IMAGE), ALF_ERR_RANGE, "(-1, 0)",
                 NULL);
    assert_fails(ctx, alf_picture_put(ctx, picture, 0, INT64_MAX, 1, 1, 1, values, ALF_BYTES_IMAGE), ALF_ERR_RANGE,
                 "3 x 2", NULL);
    assert_fails(ctx, alf_picture_put(ctx, picture, 0, 0, 2, 1, 1, values, ALF_BYTES_IMAGE), ALF_ERR_ARGUMENT,
                 "2 channels", NULL);
    alf_picture_destroy(picture);
    test_ok(ctx, alf_picture_create(ctx, 3, 2, 1, &picture));
    assert_fails(ctx, alf_picture_put(ctx, picture, 0, 0, 3, 1, 1, values, ALF_BYTES_IMAGE), ALF_ERR_ARGUMENT,
                 "3 channels", NULL);
    alf_picture_destroy(picture);
    assert_fails(ctx, alf_picture_create(ctx, 0, 1, 3, &none), ALF_ERR_RANGE, "0 x 1", NULL);
    assert_fails(ctx, alf_picture_create(ctx, 65501, 1, 3, &none), ALF_ERR_RANGE, "65501", NULL);
    assert_fails(ctx, alf_picture_create(ctx, 1, 1, 2, &none), ALF_ERR_RANGE, "2 channels", NULL);
    assert_null(none);
    alf_picture_destroy(NULL);
}

/* --- round trips ---------------------------------------------------------------------------------------------------------- */

static void check_round_trip(alf_ctx *ctx, const char *folder, int64_t width, int64_t height, int channels)
{
    char        *first = test_path(folder, "a.png"), *second = test_path(folder, "b.png"), *one, *two;
    alf_picture *picture, *back;
    size_t       size, other;

    test_ok(ctx, alf_picture_create(ctx, width, height, channels, &picture));
    for (int64_t i = 0; i < width * height * channels; i++) picture->pixels[i] = (uint8_t)(i * i / 7 + i);
    test_ok(ctx, alf_picture_write_png(ctx, picture, first));
    test_ok(ctx, alf_picture_read_png(ctx, first, &back));
    assert_int_equal(back->width, width);
    assert_int_equal(back->height, height);
    assert_int_equal(back->channels, channels);
    assert_memory_equal(back->pixels, picture->pixels, (size_t)(width * height * channels));
    test_ok(ctx, alf_picture_write_png(ctx, back, second));
    one = test_read_file(first, &size);
    two = test_read_file(second, &other);
    assert_int_equal(size, other); /* the same picture gives the same bytes */
    assert_memory_equal(one, two, size);
    alf_picture_destroy(picture);
    alf_picture_destroy(back);
    free(one);
    free(two);
    free(first);
    free(second);
}

static void what_is_written_reads_back(void **state)
{
    char *folder = test_temp_folder();

    for (int channels = 1; channels <= 4; channels++) {
        if (channels == 2) continue;
        check_round_trip(*state, folder, 1, 1, channels);
        check_round_trip(*state, folder, 67, 31, channels);
        check_round_trip(*state, folder, 65500, 1, channels);
        check_round_trip(*state, folder, 1, 65500, channels);
    }
    assert_int_equal(test_count_files(folder), 2);
    test_remove_folder(folder);
}

/* --- kinds of PNG ----------------------------------------------------------------------------------------------------------- */

static void few_bits_of_grey_become_eight(void **state)
{
    image_file one = {.size = 0}, four = {.size = 0};

    put_head(&one, 3, 1, 1, GREY, 0);
    put_tail(&one, (uint8_t[]){0, 0xa0}, 2);
    check_picture(*state, &one, 3, 1, 1, (uint8_t[]){255, 0, 255});
    put_head(&four, 3, 1, 4, GREY, 0);
    put_tail(&four, (uint8_t[]){0, 0x0f, 0x70}, 3);
    check_picture(*state, &four, 3, 1, 1, (uint8_t[]){0, 255, 119});
}

static void sixteen_bits_are_rounded_to_eight(void **state)
{
    image_file grey = {.size = 0}, rgba = {.size = 0};

    put_head(&grey, 3, 1, 16, GREY, 0);
    put_tail(&grey, (uint8_t[]){0, 0x00, 0xff, 0x80, 0x80, 0xff, 0x7e}, 7);
    check_picture(*state, &grey, 3, 1, 1, (uint8_t[]){1, 128, 254}); /* 255/257 = 0.99, 65406/257 = 254.5- */
    put_head(&rgba, 1, 1, 16, RGBA, 0);
    put_tail(&rgba, (uint8_t[]){0, 0xff, 0xff, 0, 0, 0x10, 0x10, 0x20, 0x20}, 9);
    check_picture(*state, &rgba, 1, 1, 4, (uint8_t[]){255, 0, 16, 32});
}

static void palettes_become_colours(void **state)
{
    const uint8_t colours[9] = {1, 2, 3, 40, 50, 60, 255, 254, 253};
    image_file    plain = {.size = 0}, clear = {.size = 0};

    put_head(&plain, 3, 1, 2, PALETTE, 0);
    put_chunk(&plain, "PLTE", colours, sizeof colours);
    put_tail(&plain, (uint8_t[]){0, 0x84}, 2);
    check_picture(*state, &plain, 3, 1, 3, (uint8_t[]){255, 254, 253, 1, 2, 3, 40, 50, 60});
    put_head(&clear, 2, 1, 8, PALETTE, 0);
    put_chunk(&clear, "PLTE", colours, sizeof colours);
    put_chunk(&clear, "tRNS", (uint8_t[]){255, 9}, 2);
    put_tail(&clear, (uint8_t[]){0, 1, 2}, 3);
    check_picture(*state, &clear, 2, 1, 4, (uint8_t[]){40, 50, 60, 9, 255, 254, 253, 255});
}

static void transparent_grey_becomes_four_channels(void **state)
{
    image_file pairs = {.size = 0}, key = {.size = 0};

    put_head(&pairs, 2, 1, 8, GREY_ALPHA, 0);
    put_tail(&pairs, (uint8_t[]){0, 10, 20, 30, 40}, 5);
    check_picture(*state, &pairs, 2, 1, 4, (uint8_t[]){10, 10, 10, 20, 30, 30, 30, 40});
    put_head(&key, 2, 1, 8, GREY, 0);
    put_chunk(&key, "tRNS", (uint8_t[]){0, 7}, 2);
    put_tail(&key, (uint8_t[]){0, 7, 8}, 3);
    check_picture(*state, &key, 2, 1, 4, (uint8_t[]){7, 7, 7, 0, 8, 8, 8, 255});
}

/* Adam7: pass k holds the pixels (x0 + i dx, y0 + j dy). */
static void interlaced_pictures_are_put_together(void **state)
{
    static const int passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                     {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    uint8_t          pixels[9][11], rows[512];
    size_t           size = 0;
    image_file       file = {.size = 0};

    for (int y = 0; y < 9; y++)
        for (int x = 0; x < 11; x++) pixels[y][x] = (uint8_t)(y * 20 + x);
    for (int p = 0; p < 7; p++)
        for (int y = passes[p][1]; y < 9; y += passes[p][3]) {
            rows[size++] = 0;
            for (int x = passes[p][0]; x < 11; x += passes[p][2]) rows[size++] = pixels[y][x];
        }
    put_head(&file, 11, 9, 8, GREY, 1);
    put_tail(&file, rows, size);
    check_picture(*state, &file, 11, 9, 1, pixels[0]);
}

/* --- damage ----------------------------------------------------------------------------------------------------------------- */

static void make_small(image_file *file)
{
    *file = (image_file){.size = 0};
    put_head(file, 4, 2, 8, RGB, 0);
    put_tail(file, (uint8_t[26]){0, 9, 8, 7, 6, 5, 4}, 26);
}

static void every_truncation_is_an_error(void **state)
{
    image_file file;

    make_small(&file);
    for (size_t size = file.size; size-- > 0;) {
        file.size = size;
        check_refused(*state, &file, ALF_ERR_FORMAT, NULL);
    }
}

static void every_damaged_byte_is_an_error(void **state)
{
    image_file file;

    make_small(&file);
    for (size_t i = 0; i < file.size; i++)
        for (int bit = 1; bit < 256; bit *= 2) {
            file.bytes[i] ^= (uint8_t)bit;
            check_refused(*state, &file, ALF_ERR_FORMAT, NULL);
            file.bytes[i] ^= (uint8_t)bit;
        }
}

static void rows_that_are_missing_are_an_error(void **state)
{
    image_file file = {.size = 0};

    put_head(&file, 4, 9, 8, RGB, 0);
    put_tail(&file, (uint8_t[26]){0}, 26);
    check_refused(*state, &file, ALF_ERR_FORMAT, NULL);
}

static void sizes_are_not_believed(void **state)
{
    image_file huge = {.size = 0}, wide = {.size = 0}, none = {.size = 0}, vast = {.size = 0};
    alf_ctx   *ctx = *state;

    put_head(&huge, 65500, 65500, 16, RGBA, 0); /* 34 GB in 100 bytes */
    put_tail(&huge, (uint8_t[26]){0}, 26);
    check_refused(ctx, &huge, ALF_ERR_FORMAT, "65500 x 65500");
    assert_true(alf_ctx_memory_peak(ctx) < 1 << 20);
    put_head(&wide, 65501, 1, 8, GREY, 0);
    put_tail(&wide, (uint8_t[26]){0}, 26);
    check_refused(ctx, &wide, ALF_ERR_UNSUPPORTED, "65501 x 1");
    put_head(&none, 0, 1, 8, GREY, 0);
    put_tail(&none, (uint8_t[26]){0}, 26);
    check_refused(ctx, &none, ALF_ERR_FORMAT, NULL);
    put_head(&vast, 0xffffffff, 0xffffffff, 8, GREY, 0);
    put_tail(&vast, (uint8_t[26]){0}, 26);
    check_refused(ctx, &vast, ALF_ERR_FORMAT, NULL);
}

/* The budget is below what each chunk claims, but not below what the file needs. */
static void lengths_that_chunks_claim_are_not_believed(void **state)
{
    static const char *const types[] = {"eXIf", "iCCP", "tEXt", "zTXt", "iTXt", "sPLT", "hIST", "PLTE", "IDAT", "abCd"};
    static const uint32_t    claims[] = {1, 2, 1000, 0x7ffffff0, 0x7fffffff, 0x80000000, 0xffffffff};
    alf_ctx                 *ctx = test_ctx_with_budget(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        for (size_t k = 0; k < sizeof claims / sizeof claims[0]; k++) {
            image_file file = {.size = 0};
            put_head(&file, 1, 1, 8, GREY, 0);
            put_u32(&file, claims[k]);
            put_bytes(&file, types[i], 4);
            put_u32(&file, 0); /* the checksum of an empty chunk */
            check_refused(ctx, &file, ALF_ERR_FORMAT, types[i]);
        }
    assert_true(alf_ctx_memory_peak(ctx) < 4096);
    alf_ctx_destroy(ctx);
}

static void chunks_are_named_by_letters_and_end_with_one(void **state)
{
    image_file file = {.size = 0};

    put_head(&file, 1, 1, 8, GREY, 0);
    put_chunk(&file, "a\033[m", NULL, 0);
    check_refused(*state, &file, ALF_ERR_FORMAT, "61 1b 5b 6d, expected four letters");
    file.size = 0;
    put_head(&file, 1, 1, 8, GREY, 0);
    check_refused(*state, &file, ALF_ERR_FORMAT, "without the chunk IEND");
}

/* A text that unpacks to 1 MB, an unknown chunk and a profile that is none, in a quarter of that. */
static void texts_and_profiles_cost_nothing(void **state)
{
    alf_ctx     *ctx = test_ctx_with_budget(1 << 18);
    image_file   file = {.size = 0};
    uint8_t      packed[2048] = "words\0", *text = calloc(1, 1 << 20);
    uLongf       packed_size = sizeof packed - 7;
    alf_picture *picture;

    (void)state;
    assert_non_null(text);
    assert_int_equal(compress(packed + 7, &packed_size, text, 1 << 20), Z_OK);
    put_head(&file, 2, 1, 8, GREY, 0);
    put_chunk(&file, "zTXt", packed, packed_size + 7);
    put_chunk(&file, "iCCP", packed, packed_size + 7);
    put_chunk(&file, "qqQq", text, 100);
    put_tail(&file, (uint8_t[]){0, 7, 8}, 3);
    test_ok(ctx, read_bytes(ctx, file.bytes, file.size, &picture));
    assert_memory_equal(picture->pixels, ((uint8_t[]){7, 8}), 2);
    alf_picture_destroy(picture);
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    alf_ctx_destroy(ctx);
    free(text);
}

/* One bit of a palette with transparency becomes 32: 29 kB of file ask for 853 MB. */
static void a_palette_does_not_unpack_without_bounds(void **state)
{
    const size_t bytes = 14600 * 1826, limit = 64 << 10;
    uint8_t     *rows = calloc(1, bytes), *packed = malloc(limit), *all = malloc(limit);
    uLongf       packed_size = limit;
    image_file   head = {.size = 0}, tail = {.size = 0};
    alf_picture *picture = NULL;
    size_t       size;

    assert_true(rows && packed && all);
    assert_int_equal(compress2(packed, &packed_size, rows, bytes, 9), Z_OK);
    put_head(&head, 14600, 14600, 1, PALETTE, 0);
    put_chunk(&head, "PLTE", (uint8_t[]){1, 2, 3, 4, 5, 6}, 6);
    put_chunk(&head, "tRNS", (uint8_t[]){9}, 1);
    put_u32(&head, (uint32_t)packed_size);
    put_bytes(&head, "IDAT", 4);
    put_u32(&tail, (uint32_t)crc32(crc32(0, (const uint8_t *)"IDAT", 4), packed, (uInt)packed_size));
    put_chunk(&tail, "IEND", NULL, 0);
    size = head.size + packed_size + tail.size;
    assert_true(size < limit);
    memcpy(all, head.bytes, head.size);
    memcpy(all + head.size, packed, packed_size);
    memcpy(all + head.size + packed_size, tail.bytes, tail.size);
    assert_fails(*state, read_bytes(*state, all, size, &picture), ALF_ERR_UNSUPPORTED, "14600 x 14600",
                 "4 channels, expected at most 64 MB");
    assert_null(picture);
    assert_true(alf_ctx_memory_peak(*state) < 1 << 20);
    free(rows);
    free(packed);
    free(all);
}

/* 63 MB of one grey are some 60 kB of file. */
static void a_large_flat_picture_is_read(void **state)
{
    char        *folder = test_temp_folder(), *path = test_path(folder, "flat.png");
    alf_picture *picture, *back;

    test_ok(*state, alf_picture_create(*state, 8000, 8250, 1, &picture));
    test_ok(*state, alf_picture_write_png(*state, picture, path));
    test_ok(*state, alf_picture_read_png(*state, path, &back));
    assert_int_equal(back->height, 8250);
    assert_int_equal(back->pixels[8000 * 8250 - 1], 0);
    alf_picture_destroy(back);
    alf_picture_destroy(picture);
    free(path);
    test_remove_folder(folder);
}

static void memory_stays_within_the_budget(void **state)
{
    alf_ctx    *small = test_ctx_with_budget(200000);
    image_file  file = {.size = 0};
    uint8_t    *rows = calloc(301, 1000);
    char       *folder = test_temp_folder(), *path = test_path(folder, "x.png");
    alf_picture picture = {300, 1000, 1, rows}, *back = NULL;

    (void)state;
    assert_non_null(rows);
    put_head(&file, 300, 1000, 8, GREY, 0);
    put_tail(&file, rows, 301 * 1000);
    assert_fails(small, read_bytes(small, file.bytes, file.size, &back), ALF_ERR_MEMORY, "budget", NULL);
    assert_null(back);
    assert_fails(small, alf_picture_write_png(small, &picture, path), ALF_ERR_MEMORY, NULL, NULL);
    assert_true(alf_ctx_memory_peak(small) <= 200000);
    assert_int_equal(alf_ctx_memory_used(small), 0);
    assert_int_equal(test_count_files(folder), 0);
    alf_ctx_destroy(small);
    free(rows);
    free(path);
    test_remove_folder(folder);
}

static void other_files_are_recognised(void **state)
{
    alf_picture *picture = NULL;
    alf_ctx     *ctx = *state;

    assert_fails(ctx, read_bytes(ctx, "\377\330\377\340jpeg", 8, &picture), ALF_ERR_FORMAT, "JPEG", "picture.png");
    assert_fails(ctx, read_bytes(ctx, "", 0, &picture), ALF_ERR_FORMAT, "empty", "picture.png");
    assert_fails(ctx, alf_picture_read_png(ctx, "/nonexistent.png", &picture), ALF_ERR_IO, "/nonexistent.png", NULL);
    assert_fails(ctx, alf_picture_read_png(ctx, "/", &picture), ALF_ERR_FORMAT, "folder", NULL);
    assert_fails(ctx, alf_picture_read_png(ctx, NULL, &picture), ALF_ERR_ARGUMENT, "path", NULL);
    assert_fails(ctx, alf_picture_write_png(ctx, &(alf_picture){1, 1, 2, NULL}, "x"), ALF_ERR_ARGUMENT, "no picture",
                 NULL);
    assert_null(picture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_become_bytes_by_either_rule),
        TEST(the_rules_differ_by_how_they_round),
        TEST(planes_land_where_they_are_put),
        TEST(what_does_not_fit_is_refused),
        TEST(what_is_written_reads_back),
        TEST(few_bits_of_grey_become_eight),
        TEST(sixteen_bits_are_rounded_to_eight),
        TEST(palettes_become_colours),
        TEST(transparent_grey_becomes_four_channels),
        TEST(interlaced_pictures_are_put_together),
        TEST(every_truncation_is_an_error),
        TEST(every_damaged_byte_is_an_error),
        TEST(rows_that_are_missing_are_an_error),
        TEST(sizes_are_not_believed),
        TEST(lengths_that_chunks_claim_are_not_believed),
        TEST(chunks_are_named_by_letters_and_end_with_one),
        TEST(texts_and_profiles_cost_nothing),
        TEST(a_palette_does_not_unpack_without_bounds),
        TEST(a_large_flat_picture_is_read),
        TEST(memory_stays_within_the_budget),
        TEST(other_files_are_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
