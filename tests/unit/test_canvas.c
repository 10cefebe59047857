/* Canvases: to pictures and back, cut, composed. */
#include <string.h>

#include "data/canvas.h"
#include "files.h"

/* A canvas whose values are made by fn(channel, x, y). */
typedef double (*value_fn)(int channel, int64_t x, int64_t y);

static alf_canvas *canvas_of(alf_ctx *ctx, int64_t width, int64_t height, int channels, value_fn fn)
{
    alf_canvas *canvas = NULL;
    test_ok(ctx, alf_canvas_create(ctx, width, height, channels, &canvas));
    for (int c = 0; c < channels; c++)
        for (int64_t y = 0; y < height; y++)
            for (int64_t x = 0; x < width; x++) canvas->values[(c * height + y) * width + x] = fn(c, x, y);
    return canvas;
}

static double digits(int channel, int64_t x, int64_t y)
{
    return (double)(100 * channel + 10 * y + x);
}

static void a_picture_survives_the_way_through_a_canvas(void **state)
{
    alf_ctx *ctx = file_fixture_ctx(state);
    for (int channels = 1; channels <= 4; channels++) {
        alf_picture *picture = NULL, *back = NULL;
        alf_canvas  *canvas = NULL;
        if (channels == 2) continue;
        test_ok(ctx, alf_picture_create(ctx, 256, 37, channels, &picture));
        for (int64_t i = 0; i < 256 * 37; i++)
            for (int c = 0; c < channels; c++)
                picture->pixels[i * channels + c] = (uint8_t)(c == 3 ? 1 + i % 255 : i * (c + 3) / 5);
        test_ok(ctx, alf_canvas_from_picture(ctx, picture, &canvas));
        test_ok(ctx, alf_canvas_to_picture(ctx, canvas, &back));
        assert_memory_equal(back->pixels, picture->pixels, (size_t)(256 * 37 * channels));
        alf_picture_destroy(picture);
        alf_picture_destroy(back);
        alf_canvas_destroy(canvas);
    }
}

static void colour_is_stored_times_alpha_and_invisible_colour_is_lost(void **state)
{
    alf_ctx      *ctx = file_fixture_ctx(state);
    const uint8_t pixels[] = {200, 100, 50, 51, 200, 100, 50, 0};
    const double  expected[] = {40, 0, 20, 0, 10, 0, 51, 0};
    alf_picture  *picture = NULL, *back = NULL;
    alf_canvas   *canvas = NULL;
    test_ok(ctx, alf_picture_create(ctx, 2, 1, 4, &picture));
    memcpy(picture->pixels, pixels, sizeof pixels);
    test_ok(ctx, alf_canvas_from_picture(ctx, picture, &canvas));
    assert_allclose("planes", 8, canvas->values, expected, 1e-15);
    test_ok(ctx, alf_canvas_to_picture(ctx, canvas, &back));
    assert_memory_equal(back->pixels, "\xc8\x64\x32\x33\0\0\0\0", 8);
    alf_picture_destroy(picture);
    alf_picture_destroy(back);
    alf_canvas_destroy(canvas);
}

static void values_beyond_the_range_are_clamped(void **state)
{
    alf_ctx     *ctx = file_fixture_ctx(state);
    const double values[] = {-3.0, 260.0, 0.5, 254.49, 1e300, -1e300};
    alf_canvas  *canvas = NULL;
    alf_picture *picture = NULL;
    test_ok(ctx, alf_canvas_create(ctx, 6, 1, 1, &canvas));
    memcpy(canvas->values, values, sizeof values);
    test_ok(ctx, alf_canvas_to_picture(ctx, canvas, &picture));
    assert_memory_equal(picture->pixels, "\0\xff\x01\xfe\xff\0", 6);
    alf_picture_destroy(picture);
    alf_canvas_destroy(canvas);
}

static void a_cut_holds_what_was_there_and_the_fill_beyond(void **state)
{
    alf_ctx     *ctx = file_fixture_ctx(state);
    const double fill[] = {-1, -2, -3};
    const double expected[] = {-1, -1, -1, -1, 0, 1, -2, -2, -2, -2, 100, 101, -3, -3, -3, -3, 200, 201};
    alf_canvas  *in = canvas_of(ctx, 3, 2, 3, digits), *out = NULL;
    test_ok(ctx, alf_canvas_cut(ctx, in, -1, -1, 3, 2, fill, &out));
    assert_allclose("cut", 18, out->values, expected, 0.0);
    alf_canvas_destroy(out);
    test_ok(ctx, alf_canvas_cut(ctx, in, 1000, -1000, 1, 1, fill, &out));
    assert_allclose("nothing of it", 3, out->values, fill, 0.0);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
}

static void a_cut_without_fill_repeats_the_edges(void **state)
{
    alf_ctx     *ctx = file_fixture_ctx(state);
    const double expected[] = {0, 0, 1, 2, 2, 0, 0, 1, 2, 2, 10, 10, 11, 12, 12, 10, 10, 11, 12, 12};
    alf_canvas  *in = canvas_of(ctx, 3, 2, 1, digits), *out = NULL;
    test_ok(ctx, alf_canvas_cut(ctx, in, -1, -1, 5, 4, NULL, &out));
    assert_allclose("cut", 20, out->values, expected, 0.0);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
}

static double one_third_red(int channel, int64_t x, int64_t y)
{
    (void)x;
    (void)y;
    return channel == 3 ? 85.0 : channel == 0 ? 85.0 : 0.0;
}

static void what_shines_through_is_the_background(void **state)
{
    alf_ctx      *ctx = file_fixture_ctx(state);
    const uint8_t green[3] = {0, 255, 30};
    const double  expected[] = {85, 85, 170, 170, 20, 20};
    alf_canvas   *in = canvas_of(ctx, 2, 1, 4, one_third_red), *out = NULL;
    test_ok(ctx, alf_canvas_compose(ctx, in, green, &out));
    assert_int_equal(out->channels, 3);
    assert_allclose("composed", 6, out->values, expected, 1e-15);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
}

static void what_is_opaque_stays_as_it_is(void **state)
{
    alf_ctx      *ctx = file_fixture_ctx(state);
    const uint8_t green[3] = {0, 255, 0};
    for (int channels = 1; channels <= 3; channels += 2) {
        alf_canvas *in = canvas_of(ctx, 3, 2, channels, digits), *out = NULL;
        test_ok(ctx, alf_canvas_compose(ctx, in, green, &out));
        assert_int_equal(out->channels, channels);
        assert_allclose("composed", 6 * channels, out->values, in->values, 0.0);
        alf_canvas_destroy(in);
        alf_canvas_destroy(out);
    }
}

static void sizes_and_channels_out_of_range_are_refused(void **state)
{
    alf_ctx    *ctx = file_fixture_ctx(state);
    alf_canvas *canvas = NULL, *small = canvas_of(ctx, 1, 1, 1, digits);
    assert_fails(ctx, alf_canvas_create(ctx, 0, 5, 1, &canvas), ALF_ERR_RANGE, "0 x 5", "1 to");
    assert_fails(ctx, alf_canvas_create(ctx, 5, INT64_MAX, 1, &canvas), ALF_ERR_RANGE, "sides", NULL);
    assert_fails(ctx, alf_canvas_create(ctx, 5, 5, 2, &canvas), ALF_ERR_RANGE, "2 channels", "1, 3 or 4");
    assert_fails(ctx, alf_canvas_create(ctx, 5, 5, 1, NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_fails(ctx, alf_canvas_cut(ctx, small, INT64_MAX, 0, 1, 1, NULL, &canvas), ALF_ERR_RANGE, "corner", NULL);
    assert_fails(ctx, alf_canvas_cut(ctx, small, 0, 0, -1, 1, NULL, &canvas), ALF_ERR_RANGE, "-1 x 1", NULL);
    assert_fails(ctx, alf_canvas_compose(ctx, small, NULL, &canvas), ALF_ERR_ARGUMENT, "background", NULL);
    assert_fails(ctx, alf_canvas_compose(ctx, NULL, (const uint8_t[3]){0}, &canvas), ALF_ERR_ARGUMENT, "canvas", NULL);
    assert_fails(ctx, alf_canvas_from_picture(ctx, NULL, &canvas), ALF_ERR_ARGUMENT, "picture", NULL);
    assert_fails(ctx, alf_canvas_to_picture(ctx, small, NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_null(canvas);
    alf_canvas_destroy(small);
    alf_canvas_destroy(NULL);
}

static void no_more_memory_than_the_budget_is_taken(void **state)
{
    alf_ctx    *ctx = test_ctx_with_budget(1 << 20);
    alf_canvas *canvas = NULL;
    (void)state;
    assert_fails(ctx, alf_canvas_create(ctx, 65500, 65500, 4, &canvas), ALF_ERR_MEMORY, NULL, NULL);
    assert_null(canvas);
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_picture_survives_the_way_through_a_canvas),
        FILE_TEST(colour_is_stored_times_alpha_and_invisible_colour_is_lost),
        FILE_TEST(values_beyond_the_range_are_clamped),
        FILE_TEST(a_cut_holds_what_was_there_and_the_fill_beyond),
        FILE_TEST(a_cut_without_fill_repeats_the_edges),
        FILE_TEST(what_shines_through_is_the_background),
        FILE_TEST(what_is_opaque_stays_as_it_is),
        FILE_TEST(sizes_and_channels_out_of_range_are_refused),
        FILE_TEST(no_more_memory_than_the_budget_is_taken),
    };
    return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
