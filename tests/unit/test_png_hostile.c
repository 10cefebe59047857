/* PNG files that are damaged or ask for more than they hold: each is refused, and memory stays small. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "png_bytes.h"

static void make_small(png_file *file)
{
    *file = (png_file){.size = 0};
    png_put_head(file, 4, 2, 8, PNG_RGB, 0);
    png_put_tail(file, (uint8_t[26]){0, 9, 8, 7, 6, 5, 4}, 26);
}

static void every_truncation_is_an_error(void **state)
{
    png_file file;

    make_small(&file);
    for (size_t size = file.size; size-- > 0;) {
        file.size = size;
        png_check_refused(*state, &file, ALF_ERR_FORMAT, NULL);
    }
}

static void every_damaged_byte_is_an_error(void **state)
{
    png_file file;

    make_small(&file);
    for (size_t i = 0; i < file.size; i++)
        for (int bit = 1; bit < 256; bit *= 2) {
            file.bytes[i] ^= (uint8_t)bit;
            png_check_refused(*state, &file, ALF_ERR_FORMAT, NULL);
            file.bytes[i] ^= (uint8_t)bit;
        }
}

static void rows_that_are_missing_are_an_error(void **state)
{
    png_file file = {.size = 0};

    png_put_head(&file, 4, 9, 8, PNG_RGB, 0);
    png_put_tail(&file, (uint8_t[26]){0}, 26);
    png_check_refused(*state, &file, ALF_ERR_FORMAT, NULL);
}

static void sizes_are_not_believed(void **state)
{
    png_file huge = {.size = 0}, wide = {.size = 0}, none = {.size = 0}, vast = {.size = 0};
    alf_ctx *ctx = *state;

    png_put_head(&huge, 65500, 65500, 16, PNG_RGBA, 0); /* 34 GB in 100 bytes */
    png_put_tail(&huge, (uint8_t[26]){0}, 26);
    png_check_refused(ctx, &huge, ALF_ERR_FORMAT, "65500 x 65500");
    assert_true(alf_ctx_memory_peak(ctx) < 1 << 20);
    png_put_head(&wide, 65501, 1, 8, PNG_GREY, 0);
    png_put_tail(&wide, (uint8_t[26]){0}, 26);
    png_check_refused(ctx, &wide, ALF_ERR_UNSUPPORTED, "65501 x 1");
    png_put_head(&none, 0, 1, 8, PNG_GREY, 0);
    png_put_tail(&none, (uint8_t[26]){0}, 26);
    png_check_refused(ctx, &none, ALF_ERR_FORMAT, NULL);
    png_put_head(&vast, 0xffffffff, 0xffffffff, 8, PNG_GREY, 0);
    png_put_tail(&vast, (uint8_t[26]){0}, 26);
    png_check_refused(ctx, &vast, ALF_ERR_FORMAT, NULL);
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
            png_file file = {.size = 0};
            png_put_head(&file, 1, 1, 8, PNG_GREY, 0);
            png_put_u32(&file, claims[k]);
            png_put_bytes(&file, types[i], 4);
            png_put_u32(&file, 0); /* the checksum of an empty chunk */
            png_check_refused(ctx, &file, ALF_ERR_FORMAT, types[i]);
        }
    assert_true(alf_ctx_memory_peak(ctx) < 4096);
    alf_ctx_destroy(ctx);
}

static void chunks_are_named_by_letters_and_end_with_one(void **state)
{
    png_file file = {.size = 0};

    png_put_head(&file, 1, 1, 8, PNG_GREY, 0);
    png_put_chunk(&file, "a\033[m", NULL, 0);
    png_check_refused(*state, &file, ALF_ERR_FORMAT, "61 1b 5b 6d, expected four letters");
    file.size = 0;
    png_put_head(&file, 1, 1, 8, PNG_GREY, 0);
    png_check_refused(*state, &file, ALF_ERR_FORMAT, "without the chunk IEND");
}

/* A text that unpacks to 1 MB, an unknown chunk and a profile that is none, in a quarter of that. */
static void texts_and_profiles_cost_nothing(void **state)
{
    alf_ctx     *ctx = test_ctx_with_budget(1 << 18);
    png_file     file = {.size = 0};
    uint8_t      packed[2048] = "words\0", *text = calloc(1, 1 << 20);
    uLongf       packed_size = sizeof packed - 7;
    alf_picture *picture;

    (void)state;
    assert_non_null(text);
    assert_int_equal(compress(packed + 7, &packed_size, text, 1 << 20), Z_OK);
    png_put_head(&file, 2, 1, 8, PNG_GREY, 0);
    png_put_chunk(&file, "zTXt", packed, packed_size + 7);
    png_put_chunk(&file, "iCCP", packed, packed_size + 7);
    png_put_chunk(&file, "qqQq", text, 100);
    png_put_tail(&file, (uint8_t[]){0, 7, 8}, 3);
    test_ok(ctx, png_read_bytes(ctx, file.bytes, file.size, &picture));
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
    png_file     head = {.size = 0}, tail = {.size = 0};
    alf_picture *picture = NULL;
    size_t       size;

    assert_true(rows && packed && all);
    assert_int_equal(compress2(packed, &packed_size, rows, bytes, 9), Z_OK);
    png_put_head(&head, 14600, 14600, 1, PNG_PALETTE, 0);
    png_put_chunk(&head, "PLTE", (uint8_t[]){1, 2, 3, 4, 5, 6}, 6);
    png_put_chunk(&head, "tRNS", (uint8_t[]){9}, 1);
    png_put_u32(&head, (uint32_t)packed_size);
    png_put_bytes(&head, "IDAT", 4);
    png_put_u32(&tail, (uint32_t)crc32(crc32(0, (const uint8_t *)"IDAT", 4), packed, (uInt)packed_size));
    png_put_chunk(&tail, "IEND", NULL, 0);
    size = head.size + packed_size + tail.size;
    assert_true(size < limit);
    memcpy(all, head.bytes, head.size);
    memcpy(all + head.size, packed, packed_size);
    memcpy(all + head.size + packed_size, tail.bytes, tail.size);
    assert_fails(*state, png_read_bytes(*state, all, size, &picture), ALF_ERR_UNSUPPORTED, "14600 x 14600",
                 "4 channels, expected at most 64 MB");
    assert_null(picture);
    assert_true(alf_ctx_memory_peak(*state) < 1 << 20);
    free(rows);
    free(packed);
    free(all);
}

static void memory_stays_within_the_budget(void **state)
{
    alf_ctx    *small = test_ctx_with_budget(200000);
    png_file    file = {.size = 0};
    uint8_t    *rows = calloc(301, 1000);
    char       *folder = test_temp_folder(), *path = test_path(folder, "x.png");
    alf_picture picture = {300, 1000, 1, rows}, *back = NULL;

    (void)state;
    assert_non_null(rows);
    png_put_head(&file, 300, 1000, 8, PNG_GREY, 0);
    png_put_tail(&file, rows, 301 * 1000);
    assert_fails(small, png_read_bytes(small, file.bytes, file.size, &back), ALF_ERR_MEMORY, "budget", NULL);
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

    assert_fails(ctx, png_read_bytes(ctx, "\377\330\377\340jpeg", 8, &picture), ALF_ERR_FORMAT, "JPEG", "picture.png");
    assert_fails(ctx, png_read_bytes(ctx, "", 0, &picture), ALF_ERR_FORMAT, "empty", "picture.png");
    assert_fails(ctx, alf_picture_read_png(ctx, "/nonexistent.png", &picture), ALF_ERR_IO, "/nonexistent.png", NULL);
    assert_fails(ctx, alf_picture_read_png(ctx, "/", &picture), ALF_ERR_FORMAT, "folder", NULL);
    assert_fails(ctx, alf_picture_read_png(ctx, NULL, &picture), ALF_ERR_ARGUMENT, "path", NULL);
    assert_fails(ctx, alf_picture_write_png(ctx, &(alf_picture){1, 1, 2, NULL}, "x"), ALF_ERR_ARGUMENT, "no picture",
                 NULL);
    assert_null(picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PNG_TEST(every_truncation_is_an_error),
        PNG_TEST(every_damaged_byte_is_an_error),
        PNG_TEST(rows_that_are_missing_are_an_error),
        PNG_TEST(sizes_are_not_believed),
        PNG_TEST(lengths_that_chunks_claim_are_not_believed),
        PNG_TEST(chunks_are_named_by_letters_and_end_with_one),
        PNG_TEST(texts_and_profiles_cost_nothing),
        PNG_TEST(a_palette_does_not_unpack_without_bounds),
        PNG_TEST(memory_stays_within_the_budget),
        PNG_TEST(other_files_are_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
