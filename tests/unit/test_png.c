/* Pictures: bytes from values, PNG both ways, every kind of PNG becomes 8 bits of 1, 3 or 4 channels. */
#include <math.h>
#include <stdlib.h>

#include "png_bytes.h"

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
    png_file one = {.size = 0}, four = {.size = 0};

    png_put_head(&one, 3, 1, 1, PNG_GREY, 0);
    png_put_tail(&one, (uint8_t[]){0, 0xa0}, 2);
    png_check_picture(*state, &one, 3, 1, 1, (uint8_t[]){255, 0, 255});
    png_put_head(&four, 3, 1, 4, PNG_GREY, 0);
    png_put_tail(&four, (uint8_t[]){0, 0x0f, 0x70}, 3);
    png_check_picture(*state, &four, 3, 1, 1, (uint8_t[]){0, 255, 119});
}

static void sixteen_bits_are_rounded_to_eight(void **state)
{
    png_file grey = {.size = 0}, rgba = {.size = 0};

    png_put_head(&grey, 3, 1, 16, PNG_GREY, 0);
    png_put_tail(&grey, (uint8_t[]){0, 0x00, 0xff, 0x80, 0x80, 0xff, 0x7e}, 7);
    png_check_picture(*state, &grey, 3, 1, 1, (uint8_t[]){1, 128, 254}); /* 255/257 = 0.99, 65406/257 = 254.5- */
    png_put_head(&rgba, 1, 1, 16, PNG_RGBA, 0);
    png_put_tail(&rgba, (uint8_t[]){0, 0xff, 0xff, 0, 0, 0x10, 0x10, 0x20, 0x20}, 9);
    png_check_picture(*state, &rgba, 1, 1, 4, (uint8_t[]){255, 0, 16, 32});
}

static void palettes_become_colours(void **state)
{
    const uint8_t colours[9] = {1, 2, 3, 40, 50, 60, 255, 254, 253};
    png_file      plain = {.size = 0}, clear = {.size = 0};

    png_put_head(&plain, 3, 1, 2, PNG_PALETTE, 0);
    png_put_chunk(&plain, "PLTE", colours, sizeof colours);
    png_put_tail(&plain, (uint8_t[]){0, 0x84}, 2);
    png_check_picture(*state, &plain, 3, 1, 3, (uint8_t[]){255, 254, 253, 1, 2, 3, 40, 50, 60});
    png_put_head(&clear, 2, 1, 8, PNG_PALETTE, 0);
    png_put_chunk(&clear, "PLTE", colours, sizeof colours);
    png_put_chunk(&clear, "tRNS", (uint8_t[]){255, 9}, 2);
    png_put_tail(&clear, (uint8_t[]){0, 1, 2}, 3);
    png_check_picture(*state, &clear, 2, 1, 4, (uint8_t[]){40, 50, 60, 9, 255, 254, 253, 255});
}

static void transparent_grey_becomes_four_channels(void **state)
{
    png_file pairs = {.size = 0}, key = {.size = 0};

    png_put_head(&pairs, 2, 1, 8, PNG_GREY_ALPHA, 0);
    png_put_tail(&pairs, (uint8_t[]){0, 10, 20, 30, 40}, 5);
    png_check_picture(*state, &pairs, 2, 1, 4, (uint8_t[]){10, 10, 10, 20, 30, 30, 30, 40});
    png_put_head(&key, 2, 1, 8, PNG_GREY, 0);
    png_put_chunk(&key, "tRNS", (uint8_t[]){0, 7}, 2);
    png_put_tail(&key, (uint8_t[]){0, 7, 8}, 3);
    png_check_picture(*state, &key, 2, 1, 4, (uint8_t[]){7, 7, 7, 0, 8, 8, 8, 255});
}

/* Adam7: pass k holds the pixels (x0 + i dx, y0 + j dy). */
static void interlaced_pictures_are_put_together(void **state)
{
    static const int passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                     {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    uint8_t          pixels[9][11], rows[512];
    size_t           size = 0;
    png_file         file = {.size = 0};

    for (int y = 0; y < 9; y++)
        for (int x = 0; x < 11; x++) pixels[y][x] = (uint8_t)(y * 20 + x);
    for (int p = 0; p < 7; p++)
        for (int y = passes[p][1]; y < 9; y += passes[p][3]) {
            rows[size++] = 0;
            for (int x = passes[p][0]; x < 11; x += passes[p][2]) rows[size++] = pixels[y][x];
        }
    png_put_head(&file, 11, 9, 8, PNG_GREY, 1);
    png_put_tail(&file, rows, size);
    png_check_picture(*state, &file, 11, 9, 1, pixels[0]);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        PNG_TEST(values_become_bytes_by_either_rule),
        PNG_TEST(the_rules_differ_by_how_they_round),
        PNG_TEST(planes_land_where_they_are_put),
        PNG_TEST(what_does_not_fit_is_refused),
        PNG_TEST(what_is_written_reads_back),
        PNG_TEST(few_bits_of_grey_become_eight),
        PNG_TEST(sixteen_bits_are_rounded_to_eight),
        PNG_TEST(palettes_become_colours),
        PNG_TEST(transparent_grey_becomes_four_channels),
        PNG_TEST(interlaced_pictures_are_put_together),
        PNG_TEST(a_large_flat_picture_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
