/* Canvases at another size, judged by what happens to constants and sines. */
#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/arithmetic.h"
#include "data/canvas.h"
#include "files.h"

static alf_canvas *noise(alf_ctx *ctx, int64_t width, int64_t height, int channels)
{
    alf_canvas *canvas = NULL;
    test_ok(ctx, alf_canvas_create(ctx, width, height, channels, &canvas));
    alf_random_uniform(3, 0, 0, width * height * channels, canvas->values);
    return canvas;
}

/* A sine of `cycles` across the canvas' width and half as many across its height, sampled at pixel centres. */
static alf_canvas *sine(alf_ctx *ctx, int64_t width, int64_t height, double cycles)
{
    alf_canvas *canvas = NULL;
    test_ok(ctx, alf_canvas_create(ctx, width, height, 1, &canvas));
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++) {
            double turns = cycles * (((double)x + 0.5) / (double)width + 0.5 * ((double)y + 0.5) / (double)height);
            canvas->values[y * width + x] = sin(2.0 * ALF_PI * turns + 0.3);
        }
    return canvas;
}

/* The largest difference that is at least a fifth of the side away from every edge. */
static double inner_difference(const alf_canvas *a, const alf_canvas *b)
{
    double  worst = 0.0;
    int64_t border = a->width / 5;
    for (int64_t y = border; y < a->height - border; y++)
        for (int64_t x = border; x < a->width - border; x++)
            worst = fmax(worst, fabs(a->values[y * a->width + x] - (b ? b->values[y * a->width + x] : 0.0)));
    return worst;
}

static double error_of_sine(alf_ctx *ctx, int64_t from, int64_t to, double cycles)
{
    alf_canvas *in = sine(ctx, from, from, cycles), *expected = sine(ctx, to, to, cycles), *out = NULL;
    test_ok(ctx, alf_canvas_resize(ctx, in, to, to, ALF_RESIZE_AREA_LANCZOS, &out));
    double worst = inner_difference(out, expected);
    alf_canvas_destroy(in);
    alf_canvas_destroy(expected);
    alf_canvas_destroy(out);
    return worst;
}

static void the_same_size_is_the_same_canvas(void **state)
{
    alf_ctx *ctx = file_fixture_ctx(state);
    for (int rule = 0; rule < 2; rule++) {
        alf_canvas *in = noise(ctx, 9, 5, 4), *out = NULL;
        test_ok(ctx, alf_canvas_resize(ctx, in, 9, 5, (alf_resize)rule, &out));
        assert_memory_equal(out->values, in->values, 9 * 5 * 4 * sizeof(double));
        alf_canvas_destroy(in);
        alf_canvas_destroy(out);
    }
}

static void a_constant_stays_constant(void **state)
{
    static const int64_t sizes[][4] = {{7, 5, 3, 2}, {7, 5, 23, 31}, {64, 1, 1, 64}, {1, 1, 5, 4}, {100, 90, 99, 90}};
    alf_ctx             *ctx = file_fixture_ctx(state);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int rule = 0; rule < 2; rule++) {
            alf_canvas *in = NULL, *out = NULL;
            double      expected[4000];
            test_ok(ctx, alf_canvas_create(ctx, sizes[i][0], sizes[i][1], 1, &in));
            for (int64_t k = 0; k < in->width * in->height; k++) in->values[k] = 200.0;
            test_ok(ctx, alf_canvas_resize(ctx, in, sizes[i][2], sizes[i][3], (alf_resize)rule, &out));
            int64_t count = alf_smaller(out->width * out->height, 4000);
            for (int64_t k = 0; k < count; k++) expected[k] = 200.0;
            assert_allclose("constant", count, out->values, expected, 1e-14);
            alf_canvas_destroy(in);
            alf_canvas_destroy(out);
        }
    }
}

static void a_box_averages_exact_areas(void **state)
{
    alf_ctx     *ctx = file_fixture_ctx(state);
    const double five[] = {1, 10, 100, 1000, 10000}, ends[] = {(1 + 10 + 50) / 2.5, (50 + 1000 + 10000) / 2.5};
    alf_canvas  *in = NULL, *out = NULL;
    test_ok(ctx, alf_canvas_create(ctx, 5, 1, 1, &in));
    memcpy(in->values, five, sizeof five);
    test_ok(ctx, alf_canvas_resize(ctx, in, 2, 1, ALF_RESIZE_BOX, &out));
    assert_allclose("halves of five", 2, out->values, ends, 1e-15);
    alf_canvas_destroy(out);
    test_ok(ctx, alf_canvas_resize(ctx, in, 10, 1, ALF_RESIZE_BOX, &out));
    for (int i = 0; i < 10; i++) assert_allclose("doubled", 1, out->values + i, five + i / 2, 1e-15);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
}

static void a_box_keeps_the_mean(void **state)
{
    alf_ctx    *ctx = file_fixture_ctx(state);
    alf_canvas *in = noise(ctx, 31, 17, 1), *out = NULL;
    double      before = 0.0, after = 0.0;
    test_ok(ctx, alf_canvas_resize(ctx, in, 12, 7, ALF_RESIZE_BOX, &out));
    for (int i = 0; i < 31 * 17; i++) before += in->values[i] / (31.0 * 17.0);
    for (int i = 0; i < 12 * 7; i++) after += out->values[i] / (12.0 * 7.0);
    assert_allclose("mean", 1, &after, &before, 1e-14);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
}

/* Up to 0.2 cycles per pixel of the smaller canvas Lanczos (a = 3) is flat within 2%; between its pixels it swings
 * by as much again. */
static void a_sine_below_both_limits_survives(void **state)
{
    alf_ctx *ctx = file_fixture_ctx(state);
    for (double cycles = 1.0; cycles <= 0.2 * 48; cycles += 1.3) {
        double down = error_of_sine(ctx, 128, 48, cycles), up = error_of_sine(ctx, 48, 128, cycles);
        print_message("%.2f cycles per pixel: error %.1e down, %.1e up\n", cycles / 48, down, up);
        assert_true(down < 0.02 && up < 0.03);
    }
}

/* From 0.75 cycles per new pixel on; below, Lanczos falls. */
static void a_sine_above_the_new_limit_is_suppressed_by_40_db(void **state)
{
    alf_ctx *ctx = file_fixture_ctx(state);
    for (double cycles = 0.75 * 48; cycles < 64; cycles += 3.7) {
        alf_canvas *in = sine(ctx, 128, 128, cycles), *out = NULL;
        test_ok(ctx, alf_canvas_resize(ctx, in, 48, 48, ALF_RESIZE_AREA_LANCZOS, &out));
        double left = 20.0 * log10(inner_difference(out, NULL));
        print_message("%.2f cycles per pixel: %.1f dB\n", cycles / 48, left);
        assert_true(left < -40.0);
        alf_canvas_destroy(in);
        alf_canvas_destroy(out);
    }
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    alf_canvas *first = NULL;
    alf_ctx    *one = NULL;
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        alf_ctx_options options = alf_ctx_options_default();
        alf_ctx        *ctx = NULL;
        alf_canvas     *out = NULL;
        options.threads = threads;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        alf_canvas *in = noise(ctx, 53, 41, 3);
        test_ok(ctx, alf_canvas_resize(ctx, in, 31, 67, ALF_RESIZE_AREA_LANCZOS, &out));
        alf_canvas_destroy(in);
        if (first) {
            assert_memory_equal(out->values, first->values, 31 * 67 * 3 * sizeof(double));
            alf_canvas_destroy(out);
            alf_ctx_destroy(ctx);
        } else {
            first = out;
            one = ctx;
        }
    }
    alf_canvas_destroy(first);
    alf_ctx_destroy(one);
}

static void bad_arguments_are_refused(void **state)
{
    alf_ctx    *ctx = file_fixture_ctx(state);
    alf_canvas *in = noise(ctx, 4, 4, 1), *out = NULL;
    assert_fails(ctx, alf_canvas_resize(ctx, in, 0, 4, ALF_RESIZE_BOX, &out), ALF_ERR_RANGE, "0 x 4", NULL);
    assert_fails(ctx, alf_canvas_resize(ctx, in, 5, -1, ALF_RESIZE_BOX, &out), ALF_ERR_RANGE, "-1", NULL);
    assert_fails(ctx, alf_canvas_resize(ctx, in, 5, 5, (alf_resize)9, &out), ALF_ERR_ARGUMENT, "rule 9", NULL);
    assert_fails(ctx, alf_canvas_resize(ctx, NULL, 5, 5, ALF_RESIZE_BOX, &out), ALF_ERR_ARGUMENT, "canvas", NULL);
    assert_fails(ctx, alf_canvas_resize(ctx, in, 5, 5, ALF_RESIZE_BOX, NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_null(out);
    alf_canvas_destroy(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(the_same_size_is_the_same_canvas),
        FILE_TEST(a_constant_stays_constant),
        FILE_TEST(a_box_averages_exact_areas),
        FILE_TEST(a_box_keeps_the_mean),
        FILE_TEST(a_sine_below_both_limits_survives),
        FILE_TEST(a_sine_above_the_new_limit_is_suppressed_by_40_db),
        FILE_TEST(any_number_of_threads_gives_the_same_bits),
        FILE_TEST(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests_name("resize", tests, NULL, NULL);
}
