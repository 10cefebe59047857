/* Subjects placed between pixels, judged by sines, symmetries and areas. */
#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/arithmetic.h"
#include "data/canvas.h"
#include "files.h"
#include "signals.h"

static alf_canvas *placed_canvas(alf_ctx *ctx, const alf_canvas *subject, int64_t size, alf_placement placement)
{
    alf_canvas *out = NULL;
    test_ok(ctx, alf_canvas_place(ctx, subject, size, &placement, &out));
    assert_true(out->width == size && out->height == size && out->channels == 4);
    return out;
}

/* The placement that makes a pixel of a subject of `side` pixels `pixel` pixels large. */
static alf_placement placement_of(double x, double y, double degrees, double pixel, int64_t side, int64_t size)
{
    return (alf_placement){x / (double)size, y / (double)size, degrees, pixel * (double)side / (double)size};
}

/* Noise; with alpha, colours are at most alpha. */
static alf_canvas *noise(alf_ctx *ctx, int64_t width, int64_t height, int channels)
{
    alf_canvas *canvas = NULL;
    int64_t     plane = width * height;
    test_ok(ctx, alf_canvas_create(ctx, width, height, channels, &canvas));
    alf_random_uniform(3, 0, 0, plane * channels, canvas->values);
    for (int64_t i = 0; i < plane * channels; i++) canvas->values[i] *= 255.0;
    for (int c = 0; c < 3 && channels == 4; c++)
        for (int64_t i = 0; i < plane; i++) canvas->values[c * plane + i] *= canvas->values[3 * plane + i] / 255.0;
    return canvas;
}

/* A disc of one colour with alpha whose edge is as soft as a pixel. */
static alf_canvas *disc(alf_ctx *ctx, int64_t side, double radius, double colour)
{
    alf_canvas *canvas = NULL;
    test_ok(ctx, alf_canvas_create(ctx, side, side, 4, &canvas));
    for (int64_t i = 0; i < side * side; i++) {
        double dx = (double)(i % side) + 0.5 - 0.5 * (double)side, dy = (double)(i / side) + 0.5 - 0.5 * (double)side;
        double alpha = 255.0 * fmin(1.0, fmax(0.0, radius + 0.5 - hypot(dx, dy)));
        for (int c = 0; c < 4; c++) canvas->values[c * side * side + i] = c == 3 ? alpha : alpha * colour;
    }
    return canvas;
}

static double plane_sum(const alf_canvas *canvas, int channel)
{
    double  sum = 0.0;
    int64_t plane = canvas->width * canvas->height;
    for (int64_t i = 0; i < plane; i++) sum += canvas->values[channel * plane + i];
    return sum;
}

/* --- symmetries --------------------------------------------------------------------------------------------------- */

static void at_its_own_size_a_subject_on_whole_pixels_is_copied(void **state)
{
    alf_ctx    *ctx = *state;
    alf_canvas *in = noise(ctx, 24, 24, 4), *expected = NULL;
    alf_canvas *out = placed_canvas(ctx, in, 48, placement_of(5, -7, 0, 1, 24, 48));
    test_ok(ctx, alf_canvas_cut(ctx, in, -17, -5, 48, 48, (const double[4]){0}, &expected));
    assert_allclose_absolute("copy", 4 * 48 * 48, out->values, expected->values, 1e-9);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
    alf_canvas_destroy(expected);
}

static void an_opaque_subject_is_copied_but_for_its_edge(void **state)
{
    alf_ctx *ctx = *state;
    for (int channels = 1; channels <= 3; channels += 2) {
        alf_canvas *in = noise(ctx, 20, 12, channels);
        alf_canvas *out = placed_canvas(ctx, in, 32, placement_of(2, 4, 0, 1, 20, 32));
        for (int64_t y = 1; y < 11; y++)
            for (int64_t x = 1; x < 19; x++)
                for (int c = 0; c < 4; c++) {
                    double got = out->values[(c * 32 + y + 14) * 32 + x + 8];
                    double expected = c == 3 ? 255.0 : in->values[(channels == 3 ? c * 240 : 0) + y * 20 + x];
                    assert_allclose_absolute("copy", 1, &got, &expected, 1e-9);
                }
        alf_canvas_destroy(in);
        alf_canvas_destroy(out);
    }
}

/* out(x, y) of the turn against the plain picture turned by its pixels: counter-clockwise as seen. */
static void quarter_turns_turn_the_picture(void **state)
{
    static const double pixels[] = {1.0, 0.9, 0.6, 0.2, 1.7};
    enum { SIZE = 44 };
    alf_ctx *ctx = *state;
    for (int k = 0; k < 5; k++) {
        alf_canvas *in = noise(ctx, 24, 18, 4);
        alf_canvas *plain = placed_canvas(ctx, in, SIZE, placement_of(3, -2, 0, pixels[k], 24, SIZE));
        alf_canvas *turned = placed_canvas(ctx, in, SIZE, placement_of(-2, -3, 90, pixels[k], 24, SIZE));
        alf_canvas *back = placed_canvas(ctx, in, SIZE, placement_of(-3, 2, -180, pixels[k], 24, SIZE));
        for (int64_t i = 0; i < 4 * SIZE * SIZE; i++) {
            int64_t plane = i / (SIZE * SIZE) * SIZE * SIZE, y = i / SIZE % SIZE, x = i % SIZE;
            double  from = plain->values[plane + x * SIZE + SIZE - 1 - y];
            double  opposite = plain->values[plane + (SIZE - 1 - y) * SIZE + SIZE - 1 - x];
            assert_allclose_absolute("a quarter", 1, turned->values + i, &from, 1e-8);
            assert_allclose_absolute("a half", 1, back->values + i, &opposite, 1e-8);
        }
        alf_canvas_destroy(in);
        alf_canvas_destroy(plain);
        alf_canvas_destroy(turned);
        alf_canvas_destroy(back);
    }
}

/* --- sines -------------------------------------------------------------------------------------------------------- */

#define SIDE 256

/* An opaque subject with a sine of (fx, fy) cycles per pixel of its own. */
static alf_canvas *sine(alf_ctx *ctx, double fx, double fy)
{
    alf_canvas *canvas = NULL;
    test_ok(ctx, alf_canvas_create(ctx, SIDE, SIDE, 1, &canvas));
    for (int64_t i = 0; i < SIDE * SIDE; i++) {
        double x = (double)(i % SIDE) + 0.5 - 0.5 * SIDE, y = (double)(i / SIDE) + 0.5 - 0.5 * SIDE;
        canvas->values[i] = 127.5 + 100.0 * sin(2.0 * ALF_PI * (fx * x + fy * y) + 0.4);
    }
    return canvas;
}

/* The largest error, relative to the amplitude, against the formula at the turned, scaled, shifted position; with
 * `gain` 0 against the mean. Pixels near the subject's edges are left out. */
static double sine_error(alf_ctx *ctx, double fx, double fy, double pixel, double degrees, double gain)
{
    int64_t     size = pixel < 0.3 ? 64 : 96, compared = 0;
    double      shift_x = 1.37, shift_y = -0.61, angle = degrees * ALF_PI / 180.0, worst = 0.0;
    alf_canvas *in = sine(ctx, fx, fy);
    alf_canvas *out = placed_canvas(ctx, in, size, placement_of(shift_x, shift_y, degrees, pixel, SIDE, size));
    double      half = 0.5 * SIDE * pixel - 8.0 * fmax(1.0, pixel);
    for (int64_t i = 0; i < size * size; i++) {
        double dx = (double)(i % size) + 0.5 - 0.5 * (double)size - shift_x;
        double dy = (double)(i / size) + 0.5 - 0.5 * (double)size - shift_y;
        double u = cos(angle) * dx - sin(angle) * dy, v = sin(angle) * dx + cos(angle) * dy;
        if (fabs(u) > half || fabs(v) > half) continue;
        double expected = gain * sin(2.0 * ALF_PI * (fx * u + fy * v) / pixel + 0.4);
        worst = fmax(worst, fabs((out->values[i] - 127.5) / 100.0 - expected));
        compared++;
    }
    assert_true(compared > 100);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
    return worst;
}

static const double ZOOMS[] = {0.12, 0.2, 0.25, 0.37, 0.5, 0.75, 1.0, 1.6, 3.3}; /* output pixels per source pixel */
#define ZOOM_COUNT ((int)(sizeof ZOOMS / sizeof *ZOOMS))

static void a_sine_below_both_limits_is_turned_shifted_and_scaled_exactly(void **state)
{
    alf_ctx *ctx = *state;
    for (int k = 0; k < ZOOM_COUNT; k++) {
        double unit = fmin(1.0, ZOOMS[k]), worst = 0.0;
        for (int turn = 0; turn < 4; turn++)
            for (int i = 1; i <= 6; i++) { /* up to 0.3 cycles per pixel of the coarser grid, in any direction */
                double f = 0.05 * i * unit, direction = 0.7 * i;
                worst =
                    fmax(worst, sine_error(ctx, f * cos(direction), f * sin(direction), ZOOMS[k], 33.3 * turn, 1.0));
            }
        print_message("%.2f pixels per pixel: error %.1e\n", ZOOMS[k], worst);
        assert_true(worst < 0.01);
    }
}

static void a_sine_above_the_new_limit_is_suppressed_by_46_db(void **state)
{
    alf_ctx *ctx = *state;
    for (int k = 0; k < ZOOM_COUNT && ZOOMS[k] < 0.7; k++) {
        double worst = 0.0;
        for (double f = 0.59 * ZOOMS[k]; f < 0.5; f += 0.06)
            for (int turn = 0; turn < 4; turn++)
                worst =
                    fmax(worst, sine_error(ctx, f * cos(0.9 * turn), f * sin(0.9 * turn), ZOOMS[k], 33.3 * turn, 0.0));
        print_message("%.2f pixels per pixel: %.1f dB\n", ZOOMS[k], 20.0 * log10(worst));
        assert_true(worst < 0.005);
    }
}

/* A disc as sharp as its pixels, of grey on dark grey, so that nothing is clamped. */
static void half_a_pixel_of_shift_is_the_ideal_shift(void **state)
{
    enum { N = 48, LARGE = 256 };
    alf_ctx    *ctx = *state;
    alf_canvas *sharp = disc(ctx, LARGE, 60.0, 0.5), *grey = NULL;
    test_ok(ctx, alf_canvas_compose(ctx, sharp, (const uint8_t[3]){50, 50, 50}, &grey));
    alf_canvas *here = placed_canvas(ctx, grey, N, placement_of(0, 0, 20, 0.25, LARGE, N));
    alf_canvas *there = placed_canvas(ctx, grey, N, placement_of(0.5, 0, 20, 0.25, LARGE, N));
    double      worst = 0.0, squares = 0.0;
    for (int64_t row = 0; row < N; row++)
        for (int64_t x = 0; x < N; x++) {
            double sum = 0.0;
            for (int64_t k = 0; k < N; k++)
                sum += here->values[row * N + k] * test_periodic_sinc((double)(x - k) - 0.5, N);
            double error = (there->values[row * N + x] - sum) / 77.5; /* the step of the edge */
            worst = fmax(worst, fabs(error));
            squares += error * error / (N * N);
        }
    print_message("half a pixel: error at most %.1e, rms %.1e of the edge\n", worst, sqrt(squares));
    assert_true(worst < 0.006);
    alf_canvas_destroy(sharp);
    alf_canvas_destroy(grey);
    alf_canvas_destroy(here);
    alf_canvas_destroy(there);
}

/* --- areas and seams ---------------------------------------------------------------------------------------------- */

/* Clamping alpha at 0 adds what its ringing would take away outside: 1% for a disc with a radius of 6 pixels, less for
 * larger ones. */
static void the_area_of_alpha_is_kept(void **state)
{
    alf_ctx *ctx = *state;
    for (int k = 2; k < ZOOM_COUNT - 1; k++) {
        alf_canvas *in = disc(ctx, 64, 25.0, 1.0);
        double      expected = plane_sum(in, 3) * ZOOMS[k] * ZOOMS[k], worst = 0.0;
        for (int turn = 0; turn < 3; turn++) {
            alf_canvas *out =
                placed_canvas(ctx, in, 128, placement_of(0.3 * turn, 0.7 * turn, 31.0 * turn, ZOOMS[k], 64, 128));
            worst = fmax(worst, fabs(plane_sum(out, 3) / expected - 1.0));
            alf_canvas_destroy(out);
        }
        print_message("%.2f pixels per pixel: area off by %.2f%%\n", ZOOMS[k], 100.0 * worst);
        assert_true(worst < 0.01);
        alf_canvas_destroy(in);
    }
}

static void an_opaque_rectangle_has_its_exact_area_and_edges_of_one_pixel(void **state)
{
    alf_ctx    *ctx = *state;
    alf_canvas *in = noise(ctx, 60, 40, 3);
    for (int k = 0; k < 4; k++) {
        alf_canvas *out = placed_canvas(ctx, in, 40, placement_of(0.23 * k, -1.4 * k, 0, 0.41, 60, 40));
        double      area = plane_sum(out, 3), expected = 255.0 * 60 * 40 * 0.41 * 0.41;
        int         between = 0;
        assert_allclose("area", 1, &area, &expected, 1e-12);
        for (int64_t x = 0; x < 40; x++) {
            double alpha = out->values[(3 * 40 + 20) * 40 + x];
            between += alpha > 1e-9 && alpha < 255.0 - 1e-9;
        }
        assert_true(between <= 4);
        alf_canvas_destroy(out);
    }
    alf_canvas_destroy(in);
}

static void colours_stay_within_alpha_and_alpha_within_its_range(void **state)
{
    alf_ctx    *ctx = *state;
    alf_canvas *in = noise(ctx, 33, 20, 4);
    for (int k = 0; k < ZOOM_COUNT; k++) {
        alf_canvas *out = placed_canvas(ctx, in, 50, placement_of(0.3, 0.2, 10.0 * k, ZOOMS[k], 33, 50));
        for (int64_t i = 0; i < 2500; i++) {
            double alpha = out->values[3 * 2500 + i];
            assert_true(alpha >= 0.0 && alpha <= 255.0);
            for (int c = 0; c < 3; c++)
                assert_true(out->values[c * 2500 + i] >= 0.0 && out->values[c * 2500 + i] <= alpha);
        }
        alf_canvas_destroy(out);
    }
    alf_canvas_destroy(in);
}

/* No seam: what has the colour of the background cannot be seen on it, whatever happens at its edge. */
static void white_on_white_is_white(void **state)
{
    const uint8_t white[3] = {255, 255, 255};
    alf_ctx      *ctx = *state;
    alf_canvas   *in = disc(ctx, 64, 20.0, 1.0);
    for (int k = 0; k < ZOOM_COUNT; k++) {
        alf_canvas *out = placed_canvas(ctx, in, 32, placement_of(0.3, 0.2, 10.0 * k, ZOOMS[k], 64, 32)), *flat = NULL;
        test_ok(ctx, alf_canvas_compose(ctx, out, white, &flat));
        for (int64_t i = 0; i < 3 * 32 * 32; i++) assert_true(fabs(flat->values[i] - 255.0) < 1e-9);
        alf_canvas_destroy(out);
        alf_canvas_destroy(flat);
    }
    alf_canvas_destroy(in);
}

static void nothing_stands_far_from_the_subject(void **state)
{
    alf_ctx    *ctx = *state;
    alf_canvas *in = noise(ctx, 16, 16, 4), *out = placed_canvas(ctx, in, 64, placement_of(-20, -20, 45, 1, 16, 64));
    for (int64_t i = 0; i < 4 * 64 * 64; i++)
        if (i / 64 % 64 >= 32 || i % 64 >= 32) assert_true(out->values[i] == 0.0);
    alf_canvas_destroy(in);
    alf_canvas_destroy(out);
}

/* --- the machine -------------------------------------------------------------------------------------------------- */

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    static double first[2][4 * 40 * 40];
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        alf_ctx_options options = alf_ctx_options_default();
        alf_ctx        *ctx = NULL;
        options.threads = threads;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        for (int opaque = 0; opaque < 2; opaque++) {
            alf_canvas *in = noise(ctx, 80, 50, opaque ? 3 : 4);
            alf_canvas *out = placed_canvas(ctx, in, 40, placement_of(0.3, 0.2, 17, 0.3, 80, 40));
            if (threads == 1) memcpy(first[opaque], out->values, sizeof first[opaque]);
            assert_memory_equal(out->values, first[opaque], sizeof first[opaque]);
            alf_canvas_destroy(in);
            alf_canvas_destroy(out);
        }
        alf_ctx_destroy(ctx);
    }
}

static void extreme_sizes_are_placed_too(void **state)
{
    alf_ctx    *ctx = *state;
    alf_canvas *dot = noise(ctx, 1, 1, 3), *strip = noise(ctx, 700, 1, 4), *out;
    out = placed_canvas(ctx, dot, 8, (alf_placement){0, 0, 45, 1e4}); /* covers all: one colour */
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 64; i++) assert_true(fabs(out->values[c * 64 + i] - dot->values[c]) < 1e-9);
    alf_canvas_destroy(out);
    out = placed_canvas(ctx, strip, 1, (alf_placement){0, 0, 45, 1e-4});
    assert_true(out->values[3] >= 0.0 && out->values[3] < 1e-3);
    alf_canvas_destroy(out);
    alf_canvas_destroy(dot);
    alf_canvas_destroy(strip);
}

static void bad_arguments_are_refused(void **state)
{
    alf_ctx      *ctx = *state;
    alf_placement good = {0, 0, 0, 0.5}, bad = good;
    alf_canvas   *in = noise(ctx, 4, 4, 4), *out = NULL;
    assert_fails(ctx, alf_canvas_place(ctx, NULL, 8, &good, &out), ALF_ERR_ARGUMENT, "canvas", NULL);
    assert_fails(ctx, alf_canvas_place(ctx, in, 8, NULL, &out), ALF_ERR_ARGUMENT, "placement", NULL);
    assert_fails(ctx, alf_canvas_place(ctx, in, 8, &good, NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_fails(ctx, alf_canvas_place(ctx, in, 0, &good, &out), ALF_ERR_RANGE, "0 x 0", NULL);
    bad.scale = 0.0;
    assert_fails(ctx, alf_canvas_place(ctx, in, 8, &bad, &out), ALF_ERR_RANGE, "scale is 0", NULL);
    bad = good;
    bad.x = NAN;
    assert_fails(ctx, alf_canvas_place(ctx, in, 8, &bad, &out), ALF_ERR_RANGE, "position", NULL);
    bad = good;
    bad.degrees = INFINITY;
    assert_fails(ctx, alf_canvas_place(ctx, in, 8, &bad, &out), ALF_ERR_RANGE, "degrees", NULL);
    assert_null(out);
    alf_canvas_destroy(in);
}

static void all_memory_comes_back(void **state)
{
    alf_ctx      *ctx = *state;
    alf_placement placement = {0.1, 0, 30, 0.5};
    alf_canvas   *in = noise(ctx, 200, 200, 4);
    int64_t       before = 0;
    for (int i = 0; i < 2; i++) { /* the second time the threads have their scratch already */
        alf_canvas *out = placed_canvas(ctx, in, 16, placement);
        alf_canvas_destroy(out);
        if (i == 0) before = alf_ctx_memory_used(ctx);
    }
    assert_int_equal(alf_ctx_memory_used(ctx), before);
    alf_canvas_destroy(in);
}

static void every_shortage_of_memory_is_survived(void **state)
{
    int refused = 0, done = 0;
    (void)state;
    for (int64_t budget = 60000; budget < 1500000; budget += 20000) {
        alf_ctx      *ctx = test_ctx_with_budget(budget);
        alf_canvas   *in = NULL, *out = NULL;
        alf_placement placement = {0.1, 0, 30, 0.5};
        if (alf_canvas_create(ctx, 40, 40, 4, &in) == ALF_OK) {
            alf_status status = alf_canvas_place(ctx, in, 16, &placement, &out);
            done += status == ALF_OK;
            refused += status == ALF_ERR_MEMORY;
            assert_true(status == ALF_OK ? out != NULL : status == ALF_ERR_MEMORY && !out);
        }
        alf_canvas_destroy(in);
        alf_canvas_destroy(out);
        alf_ctx_destroy(ctx);
    }
    assert_true(refused > 5 && done > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CTX_TEST(at_its_own_size_a_subject_on_whole_pixels_is_copied),
        CTX_TEST(an_opaque_subject_is_copied_but_for_its_edge),
        CTX_TEST(quarter_turns_turn_the_picture),
        CTX_TEST(a_sine_below_both_limits_is_turned_shifted_and_scaled_exactly),
        CTX_TEST(a_sine_above_the_new_limit_is_suppressed_by_46_db),
        CTX_TEST(half_a_pixel_of_shift_is_the_ideal_shift),
        CTX_TEST(the_area_of_alpha_is_kept),
        CTX_TEST(an_opaque_rectangle_has_its_exact_area_and_edges_of_one_pixel),
        CTX_TEST(colours_stay_within_alpha_and_alpha_within_its_range),
        CTX_TEST(white_on_white_is_white),
        CTX_TEST(nothing_stands_far_from_the_subject),
        CTX_TEST(any_number_of_threads_gives_the_same_bits),
        CTX_TEST(extreme_sizes_are_placed_too),
        CTX_TEST(bad_arguments_are_refused),
        CTX_TEST(all_memory_comes_back),
        CTX_TEST(every_shortage_of_memory_is_survived),
    };
    return cmocka_run_group_tests_name("canvas_place", tests, NULL, NULL);
}
