/* The procedural set: what it shows, and that it holds nothing its grid cannot. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arithmetic.h"
#include "data/canvas.h"
#include "files.h"
#include "signals.h"

enum { SIZE = 48, PLANE = SIZE * SIZE };

static const alf_placement CENTRED = {0, 0, 0, 0.7};

static alf_canvas *blob(alf_ctx *ctx, int64_t index, alf_placement placement)
{
    alf_canvas *out = NULL;
    test_ok(ctx, alf_blob_draw(ctx, 11, index, SIZE, &placement, &out));
    assert_true(out->width == SIZE && out->height == SIZE && out->channels == 4);
    return out;
}

/* --- alias-free --------------------------------------------------------------------------------------------------- */

/* The plane shifted by (dx, dy) pixels as if it were one period of a band-limited signal. */
static void ideal_shift(const double *in, double dx, double dy, double *out)
{
    static double rows[PLANE];
    for (int i = 0; i < PLANE; i++) {
        rows[i] = 0.0;
        for (int k = 0; k < SIZE; k++) rows[i] += in[i / SIZE * SIZE + k] * test_periodic_sinc(i % SIZE - k - dx, SIZE);
    }
    for (int i = 0; i < PLANE; i++) {
        out[i] = 0.0;
        for (int k = 0; k < SIZE; k++)
            out[i] += rows[k * SIZE + i % SIZE] * test_periodic_sinc(i / SIZE - k - dy, SIZE);
    }
}

static void moving_the_blob_between_pixels_is_moving_the_picture_ideally(void **state)
{
    static double shifted[PLANE];
    alf_ctx      *ctx = *state;
    double        worst = 0.0;
    for (int64_t index = 0; index < 12; index++) {
        alf_placement moved = CENTRED;
        moved.x = 0.5 / SIZE;
        moved.y = -0.31 / SIZE;
        alf_canvas *here = blob(ctx, index, CENTRED), *there = blob(ctx, index, moved);
        for (int c = 0; c < 4; c++) {
            ideal_shift(here->values + c * PLANE, 0.5, -0.31, shifted);
            for (int i = 0; i < PLANE; i++)
                worst = fmax(worst, fabs(shifted[i] - there->values[c * PLANE + i]) / 255.0);
        }
        alf_canvas_destroy(here);
        alf_canvas_destroy(there);
    }
    print_message("error at most %.1e of white\n", worst);
    assert_true(worst < 0.001);
}

static void whole_pixels_of_shift_are_exact(void **state)
{
    alf_ctx      *ctx = *state;
    alf_placement moved = CENTRED;
    alf_canvas   *here = blob(ctx, 4, CENTRED), *expected = NULL, *got = NULL;
    moved.x = 3.0 / SIZE;
    moved.y = -2.0 / SIZE;
    alf_canvas *there = blob(ctx, 4, moved);
    test_ok(ctx, alf_canvas_cut(ctx, here, 0, 2, SIZE - 3, SIZE - 2, NULL, &expected));
    test_ok(ctx, alf_canvas_cut(ctx, there, 3, 0, SIZE - 3, SIZE - 2, NULL, &got));
    assert_allclose_absolute("shifted", 4 * (SIZE - 3) * (SIZE - 2), got->values, expected->values, 1e-9);
    alf_canvas_destroy(got);
    alf_canvas_destroy(here);
    alf_canvas_destroy(there);
    alf_canvas_destroy(expected);
}

/* --- texture ------------------------------------------------------------------------------------------------------ */

enum { RADII = 8, ANGLES = 45, POLAR = RADII * ANGLES };

/* |spectrum| of the sum of colours at 0.16 to 0.37 cycles per pixel, in directions of 0 to 180 degrees
 * counter-clockwise as seen plus `turn`; relative to that at 0. */
static void polar_spectrum(const alf_canvas *canvas, double turn, double out[POLAR])
{
    double sum = 0.0;
    for (int i = 0; i < 3 * PLANE; i++) sum += canvas->values[i];
    for (int k = 0; k < POLAR; k++) {
        double radius = 0.16 + 0.03 * (k % RADII), angle = (turn + 180.0 * (k / RADII) / ANGLES) * ALF_PI / 180.0;
        double fx = radius * cos(angle), fy = -radius * sin(angle), re = 0.0, im = 0.0;
        for (int i = 0; i < PLANE; i++) {
            double value = canvas->values[i] + canvas->values[PLANE + i] + canvas->values[2 * PLANE + i];
            double phase = 2.0 * ALF_PI * (fx * (i % SIZE) + fy * (i / SIZE));
            re += value * cos(phase);
            im += value * sin(phase);
        }
        out[k] = hypot(re, im) / sum;
    }
}

static void the_spectrum_turns_with_the_blob(void **state)
{
    alf_ctx *ctx = *state;
    for (int64_t index = 0; index < 4; index++) {
        double        plain[POLAR], turned[POLAR], unturned[POLAR];
        alf_placement placement = CENTRED;
        placement.degrees = 37.0;
        alf_canvas *here = blob(ctx, index, CENTRED), *there = blob(ctx, index, placement);
        polar_spectrum(here, 0.0, plain);
        polar_spectrum(there, 37.0, turned);
        polar_spectrum(there, 0.0, unturned);
        double error = 0.0, other = 0.0, peak = 0.0;
        for (int k = 0; k < POLAR; k++) {
            error = fmax(error, fabs(turned[k] - plain[k]));
            other = fmax(other, fabs(unturned[k] - plain[k]));
            peak = fmax(peak, plain[k]);
        }
        print_message("blob %d: peak %.3f of the mean; differs by %.1e turned, by %.3f not turned\n", (int)index, peak,
                      error, other);
        assert_true(error < 0.02 * peak && other > 0.3 * peak);
        alf_canvas_destroy(here);
        alf_canvas_destroy(there);
    }
}

static void every_blob_carries_fine_texture_that_can_be_seen(void **state)
{
    alf_ctx *ctx = *state;
    for (int64_t index = 0; index < 24; index++) {
        double      polar[POLAR], peak = 0.0;
        alf_canvas *canvas = blob(ctx, index, CENTRED);
        polar_spectrum(canvas, 0.0, polar);
        for (int k = 0; k < POLAR; k++) peak = fmax(peak, polar[k]);
        if (!(peak > 0.04)) fail_msg("blob %d: its texture has a peak of %g of the mean only", (int)index, peak);
        alf_canvas_destroy(canvas);
    }
}

/* --- shape -------------------------------------------------------------------------------------------------------- */

static void a_blob_is_opaque_inside_its_square_and_absent_outside(void **state)
{
    alf_ctx *ctx = *state;
    double   ringing = 0.0;
    for (int64_t index = 0; index < 24; index++) {
        alf_placement placement = {0.05, -0.1, 14.0 * (double)index, 0.6};
        alf_canvas   *canvas = blob(ctx, index, placement);
        const double *alpha = canvas->values + 3 * PLANE;
        int64_t       middle = (int64_t)((0.5 - 0.1) * SIZE) * SIZE + (int64_t)((0.5 + 0.05) * SIZE);
        double        seen = 0.0, outside = 0.0;
        assert_true(alpha[middle] > 254.0);
        for (int i = 0; i < PLANE; i++) {
            double x = i % SIZE + 0.5 - 0.55 * SIZE, y = i / SIZE + 0.5 - 0.4 * SIZE;
            seen += alpha[i] / 255.0;
            if (hypot(x, y) > 0.3 * SIZE + 2.0) outside = fmax(outside, alpha[i]);
            ringing = fmax(ringing, fabs(alpha[i] / 127.5 - 1.0) * 0.5 - 0.5);
        }
        assert_true(seen > 0.2 * 0.36 * PLANE && seen < 0.785 * 0.36 * PLANE);
        assert_true(outside < 1.0);
        alf_canvas_destroy(canvas);
    }
    print_message("alpha rings by %.2f%%\n", 100.0 * ringing);
    assert_true(ringing < 0.03);
}

static void index_and_seed_decide(void **state)
{
    alf_ctx    *ctx = *state;
    alf_canvas *one = blob(ctx, 1000000007, CENTRED), *again = blob(ctx, 1000000007, CENTRED);
    alf_canvas *next = blob(ctx, 1000000008, CENTRED), *other = NULL;
    test_ok(ctx, alf_blob_draw(ctx, 12, 1000000007, SIZE, &CENTRED, &other));
    assert_memory_equal(one->values, again->values, 4 * PLANE * sizeof(double));
    double to_next = 0.0, to_other = 0.0;
    for (int i = 0; i < 3 * PLANE; i++) {
        to_next += fabs(one->values[i] - next->values[i]) / (3 * PLANE);
        to_other += fabs(one->values[i] - other->values[i]) / (3 * PLANE);
    }
    assert_true(to_next > 5.0 && to_other > 5.0);
    alf_canvas_destroy(one);
    alf_canvas_destroy(again);
    alf_canvas_destroy(next);
    alf_canvas_destroy(other);
}

/* --- the machine -------------------------------------------------------------------------------------------------- */

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    static double first[4 * PLANE];
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        alf_ctx_options options = alf_ctx_options_default();
        alf_ctx        *ctx = NULL;
        options.threads = threads;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        alf_canvas *out = blob(ctx, 5, (alf_placement){0.1, 0, 17, 0.5});
        if (threads == 1) memcpy(first, out->values, sizeof first);
        assert_memory_equal(out->values, first, sizeof first);
        alf_canvas_destroy(out);
        alf_ctx_destroy(ctx);
    }
}

static void all_memory_comes_back(void **state)
{
    alf_ctx *ctx = *state;
    int64_t  before = 0;
    for (int i = 0; i < 2; i++) { /* the second time the threads have their scratch already */
        alf_canvas_destroy(blob(ctx, i, CENTRED));
        if (i == 0) before = alf_ctx_memory_used(ctx);
    }
    assert_int_equal(alf_ctx_memory_used(ctx), before);
}

static void bad_arguments_are_refused(void **state)
{
    alf_ctx      *ctx = *state;
    alf_canvas   *out = NULL;
    alf_placement bad = {0, 0, 0, -1.0};
    assert_fails(ctx, alf_blob_draw(ctx, 0, -1, 8, &CENTRED, &out), ALF_ERR_RANGE, "index is -1", NULL);
    assert_fails(ctx, alf_blob_draw(ctx, 0, INT64_MAX, 8, &CENTRED, &out), ALF_ERR_RANGE, "index", NULL);
    assert_fails(ctx, alf_blob_draw(ctx, 0, 0, 0, &CENTRED, &out), ALF_ERR_RANGE, "size is 0", NULL);
    assert_fails(ctx, alf_blob_draw(ctx, 0, 0, 1 << 20, &CENTRED, &out), ALF_ERR_RANGE, "size", NULL);
    assert_fails(ctx, alf_blob_draw(ctx, 0, 0, 8, &bad, &out), ALF_ERR_RANGE, "scale is -1", NULL);
    assert_fails(ctx, alf_blob_draw(ctx, 0, 0, 8, NULL, &out), ALF_ERR_ARGUMENT, "placement", NULL);
    assert_fails(ctx, alf_blob_draw(ctx, 0, 0, 8, &CENTRED, NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_null(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CTX_TEST(moving_the_blob_between_pixels_is_moving_the_picture_ideally),
        CTX_TEST(whole_pixels_of_shift_are_exact),
        CTX_TEST(the_spectrum_turns_with_the_blob),
        CTX_TEST(every_blob_carries_fine_texture_that_can_be_seen),
        CTX_TEST(a_blob_is_opaque_inside_its_square_and_absent_outside),
        CTX_TEST(index_and_seed_decide),
        CTX_TEST(any_number_of_threads_gives_the_same_bits),
        CTX_TEST(all_memory_comes_back),
        CTX_TEST(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests_name("blobs", tests, NULL, NULL);
}
