/* Translation and rotation of images against what is known of waves, and pooled errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/equivariance.h"
#include "aliasfree/random.h"
#include "aliasfree/resample.h"
#include "golden.h"

#define PI 3.14159265358979323846

/* Sides that are neither equal nor both even. */
enum { H = 37, W = 48, PIXELS = H * W, PLANES = 2, VALUES = PLANES * PIXELS };

static alf_ctx *ctx;

static int make_ctx(void **state)
{
    (void)state;
    ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    return 0;
}

static int drop_ctx(void **state)
{
    (void)state;
    alf_ctx_destroy(ctx);
    return 0;
}

/* A wave of `freq` cycles per pixel, seen at matrix (about the centre) times the pixel minus (tx, ty); each plane has a
 * phase and direction of its own. */
static void wave(double freq, const double matrix[4], double tx, double ty, double out[])
{
    for (int p = 0; p < PLANES; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                double dx = x - 0.5 * (W - 1), dy = y - 0.5 * (H - 1);
                double qx = matrix[0] * dx + matrix[1] * dy - tx, qy = matrix[2] * dx + matrix[3] * dy - ty;
                *out++ = sin(2.0 * PI * freq * (qx * cos(p + 0.3) + qy * sin(p + 0.3)) + 0.4 + p);
            }
}

static const double unturned[4] = {1, 0, 0, 1};

static void noise(double out[])
{
    alf_random_normal(7, 0, 0, VALUES, out);
}

/* The largest difference where the mask is set, in all planes. */
static double masked_error(const double *a, const double *b, const double *mask)
{
    double worst = 0.0;
    for (int i = 0; i < VALUES; i++)
        if (mask[i % PIXELS] != 0.0) worst = fmax(worst, fabs(a[i] - b[i]));
    return worst;
}

static int mask_area(const double *mask)
{
    int area = 0;
    for (int i = 0; i < PIXELS; i++) {
        assert_true(mask[i] == 0.0 || mask[i] == 1.0);
        area += mask[i] != 0.0;
    }
    return area;
}

static void assert_below(const char *what, double value, double limit)
{
    if (!(value <= limit)) fail_msg("%s is %g, allowed are %g", what, value, limit);
}

/* --- whole pixels --------------------------------------------------------------------------------------------------- */

static void a_shift_of_one_pixel_moves_right_and_down_exactly(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS];
    (void)state;
    noise(x);
    test_ok(ctx, alf_shift_whole(ctx, PLANES, H, W, x, 1.0 / W, 1.0 / H, y, mask));
    for (int i = 0; i < VALUES; i++) {
        int  row = i % PIXELS / W, column = i % W;
        bool covered = row > 0 && column > 0;
        assert_true(y[i] == (covered ? x[i - W - 1] : 0.0));
        assert_true(mask[i % PIXELS] == (covered ? 1.0 : 0.0));
    }
}

static void a_whole_shift_there_and_back_restores_what_stayed_inside(void **state)
{
    double x[VALUES], there[VALUES], back[VALUES], mask[PIXELS], mask_back[PIXELS];
    (void)state;
    noise(x);
    test_ok(ctx, alf_shift_whole(ctx, PLANES, H, W, x, -5.0 / W, 3.0 / H, there, mask));
    test_ok(ctx, alf_shift_whole(ctx, PLANES, H, W, there, 5.0 / W, -3.0 / H, back, mask_back));
    assert_int_equal(mask_area(mask_back), (H - 3) * (W - 5));
    assert_below("error", masked_error(back, x, mask_back), 0.0);
}

static void a_shift_out_of_the_image_leaves_nothing(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS];
    (void)state;
    noise(x);
    for (int fractional = 0; fractional <= 1; fractional++)
        for (double t = -1e12; t < 2e12; t += 2e12) {
            test_ok(ctx, fractional ? alf_shift_fractional(ctx, PLANES, H, W, x, t, 0.0, y, mask)
                                    : alf_shift_whole(ctx, PLANES, H, W, x, t, 0.0, y, mask));
            assert_int_equal(mask_area(mask), 0);
            for (int i = 0; i < VALUES; i++) assert_true(y[i] == 0.0);
        }
}

/* --- fractions ------------------------------------------------------------------------------------------------------ */

static void a_fractional_shift_by_whole_pixels_is_the_whole_shift(void **state)
{
    double x[VALUES], y[VALUES], whole[VALUES], mask[PIXELS], mask_whole[PIXELS];
    (void)state;
    noise(x);
    test_ok(ctx, alf_shift_fractional(ctx, PLANES, H, W, x, 6.0 / W, 0.0, y, mask));
    test_ok(ctx, alf_shift_whole(ctx, PLANES, H, W, x, 6.0 / W, 0.0, whole, mask_whole));
    assert_int_equal(mask_area(mask), (W - 9) * (H - 3 - 2));
    assert_allclose("shift", VALUES, y, whole, 1e-14);
}

static void a_fractional_shift_moves_a_wave(void **state)
{
    double x[VALUES], y[VALUES], expected[VALUES], mask[PIXELS];
    (void)state;
    wave(0.05, unturned, 0.0, 0.0, x);
    wave(0.05, unturned, 2.3, -1.6, expected);
    test_ok(ctx, alf_shift_fractional(ctx, PLANES, H, W, x, 2.3 / W, -1.6 / H, y, mask));
    assert_int_equal(mask_area(mask), (W - 5) * (H - 5));
    assert_below("error", masked_error(y, expected, mask), 0.01);
    assert_true(masked_error(y, x, mask) > 0.1); /* it did move */
}

static void a_fractional_shift_keeps_a_constant(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS];
    (void)state;
    for (int i = 0; i < VALUES; i++) x[i] = 3.0;
    test_ok(ctx, alf_shift_fractional(ctx, PLANES, H, W, x, 0.061, -0.043, y, mask));
    assert_below("error", masked_error(y, x, mask), 1e-13);
}

/* --- rotation ------------------------------------------------------------------------------------------------------- */

static void turn(double angle, double matrix[4])
{
    matrix[0] = matrix[3] = cos(angle);
    matrix[1] = -sin(angle);
    matrix[2] = sin(angle);
}

static void rotation_by_0_is_the_filtered_identity_inside_the_mask(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS];
    (void)state;
    wave(0.2, unturned, 0.0, 0.0, x);
    test_ok(ctx, alf_rotate(ctx, PLANES, H, W, x, 0.0, y, mask));
    assert_int_equal(mask_area(mask), (W - 12) * (H - 12));
    assert_below("error", masked_error(y, x, mask), 1e-4);
}

static void rotation_turns_a_wave(void **state)
{
    const double angles[] = {0.3, -1.0, PI / 2.0, 2.7, -2.1};
    (void)state;
    for (size_t i = 0; i < sizeof angles / sizeof *angles; i++) {
        double x[VALUES], y[VALUES], expected[VALUES], mask[PIXELS], back[4];
        turn(angles[i], back);
        wave(0.05, unturned, 0.0, 0.0, x);
        wave(0.05, back, 0.0, 0.0, expected);
        test_ok(ctx, alf_rotate(ctx, PLANES, H, W, x, angles[i], y, mask));
        assert_true(mask_area(mask) > PIXELS / 4);
        assert_below("error", masked_error(y, expected, mask), 1.5e-3);
    }
}

static void rotation_removes_what_the_turned_grid_cannot_carry(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS], power = 0.0;
    (void)state;
    for (int i = 0; i < VALUES; i++) x[i] = (i % W + i / W) % 2 ? 1.0 : -1.0; /* the corner of the spectrum */
    test_ok(ctx, alf_rotate(ctx, PLANES, H, W, x, PI / 4.0, y, mask));
    for (int i = 0; i < VALUES; i++) power += mask[i % PIXELS] * y[i] * y[i];
    assert_below("power left", power / (PLANES * mask_area(mask)), 1e-3);
}

static void rotation_and_pseudo_rotation_keep_a_constant(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS];
    (void)state;
    for (int i = 0; i < VALUES; i++) x[i] = -0.7;
    test_ok(ctx, alf_rotate(ctx, PLANES, H, W, x, 1.1, y, mask));
    assert_below("rotation", masked_error(y, x, mask), 1e-12);
    test_ok(ctx, alf_pseudo_rotate(ctx, PLANES, H, W, x, 1.1, y, mask));
    assert_int_equal(mask_area(mask), (W - 10) * (H - 10));
    assert_below("pseudo-rotation", masked_error(y, x, mask), 1e-12);
}

static void pseudo_rotation_leaves_a_slow_wave_where_it_is(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS];
    (void)state;
    wave(0.05, unturned, 0.0, 0.0, x);
    test_ok(ctx, alf_pseudo_rotate(ctx, PLANES, H, W, x, 0.9, y, mask));
    assert_below("error", masked_error(y, x, mask), 1e-3);
}

static void pseudo_rotation_by_0_changes_nothing(void **state)
{
    double x[VALUES], y[VALUES], mask[PIXELS];
    (void)state;
    noise(x);
    test_ok(ctx, alf_pseudo_rotate(ctx, PLANES, H, W, x, 0.0, y, mask));
    assert_below("error", masked_error(y, x, mask), 1e-13);
}

/* The upsampled image that the operator avoids: by `upfirdn`, then bilinear sampling, as the definition says. */
static void resample_by_definition(const double *x, const double matrix[4], double *y)
{
    static double    taps[47 * 47];
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_upfirdn     *plan = NULL;
    int64_t          uh = 0, uw = 0;
    test_ok(ctx, alf_affine_filter(ctx, matrix, 4, taps));
    spec.in_h = H;
    spec.in_w = W;
    spec.filter = (alf_taps){.rank = 2, .width = 47, .height = 47, .values = taps};
    alf_upfirdn_spec_upsample(&spec, 4);
    for (int i = 0; i < 4; i++) spec.padding[i] += 23;
    test_ok(ctx, alf_upfirdn_create(ctx, &spec, &plan));
    alf_upfirdn_output_size(plan, &uh, &uw);
    double *up = malloc((size_t)(PLANES * uh * uw) * sizeof *up);
    assert_non_null(up);
    test_ok(ctx, alf_upfirdn_f64(ctx, plan, PLANES, x, up));
    double determinant = matrix[0] * matrix[3] - matrix[1] * matrix[2];
    for (int i = 0; i < VALUES; i++) {
        double dx = i % W - 0.5 * (W - 1), dy = i % PIXELS / W - 0.5 * (H - 1), sum = 0.0;
        double u = 4.0 * ((matrix[3] * dx - matrix[1] * dy) / determinant + 0.5 * (W - 1)) + 25.0;
        double v = 4.0 * ((matrix[0] * dy - matrix[2] * dx) / determinant + 0.5 * (H - 1)) + 25.0;
        for (int corner = 0; corner < 4; corner++) {
            double cu = floor(u) + corner % 2, cv = floor(v) + corner / 2; /* a pixel of the upsampled image */
            if (cu < 0.0 || cv < 0.0 || cu >= (double)uw || cv >= (double)uh) continue;
            sum += (1.0 - fabs(u - cu)) * (1.0 - fabs(v - cv)) * up[(i / PIXELS * uh + (int64_t)cv) * uw + (int64_t)cu];
        }
        y[i] = sum;
    }
    alf_upfirdn_destroy(plan);
    free(up);
}

static void resampling_equals_its_definition_even_at_the_borders(void **state)
{
    const double matrices[][4] = {{1, 0, 0, 1}, {0.6, 0.8, -0.8, 0.6}, {1.4, 0.3, -0.2, 0.7}, {0, -1, 1, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) {
        double x[VALUES], y[VALUES], expected[VALUES], mask[PIXELS];
        noise(x);
        resample_by_definition(x, matrices[i], expected);
        test_ok(ctx, alf_resample_affine(ctx, PLANES, H, W, x, matrices[i], y, mask));
        assert_allclose("resampled image", VALUES, y, expected, 1e-13);
    }
}

static void rotation_has_the_same_bits_for_any_number_of_threads(void **state)
{
    double          x[VALUES], y[2][VALUES], mask[2][PIXELS];
    alf_ctx_options options = alf_ctx_options_default();
    (void)state;
    noise(x);
    for (int i = 0; i < 2; i++) {
        alf_ctx *other = NULL;
        options.threads = 1 + 3 * i;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &other), ALF_OK);
        test_ok(other, alf_rotate(other, PLANES, H, W, x, 0.4, y[i], mask[i]));
        alf_ctx_destroy(other);
    }
    assert_memory_equal(y[0], y[1], sizeof y[0]);
    assert_memory_equal(mask[0], mask[1], sizeof mask[0]);
}

static void a_rotation_that_is_kept_gives_the_same_bits(void **state)
{
    double        x[VALUES], y[2][VALUES], mask[2][PIXELS];
    alf_rotation *rotation = NULL;
    (void)state;
    noise(x);
    test_ok(ctx, alf_rotation_create(ctx, 0.4, &rotation));
    test_ok(ctx, alf_rotate(ctx, PLANES, H, W, x, 0.4, y[0], mask[0]));
    test_ok(ctx, alf_rotation_apply(ctx, rotation, PLANES, H, W, x, y[1], mask[1]));
    assert_memory_equal(y[0], y[1], sizeof y[0]);
    assert_memory_equal(mask[0], mask[1], sizeof mask[0]);
    test_ok(ctx, alf_pseudo_rotate(ctx, PLANES, H, W, x, 0.4, y[0], mask[0]));
    test_ok(ctx, alf_rotation_limit(ctx, rotation, PLANES, H, W, x, y[1], mask[1]));
    assert_memory_equal(y[0], y[1], sizeof y[0]);
    assert_memory_equal(mask[0], mask[1], sizeof mask[0]);
    alf_rotation_destroy(rotation);
    alf_rotation_destroy(NULL);
    rotation = NULL;
    assert_int_equal(alf_rotation_create(ctx, NAN, &rotation), ALF_ERR_RANGE);
    assert_null(rotation);
    alf_ctx_clear_error(ctx);
}

static void an_image_of_one_pixel_has_an_empty_mask(void **state)
{
    double x = 1.0, y = 0.0, mask = 1.0;
    (void)state;
    test_ok(ctx, alf_rotate(ctx, 1, 1, 1, &x, 0.3, &y, &mask));
    assert_true(mask == 0.0);
    assert_true(isfinite(y));
    mask = 1.0;
    test_ok(ctx, alf_shift_fractional(ctx, 1, 1, 1, &x, 0.3, 0.3, &y, &mask));
    assert_true(mask == 0.0);
}

/* --- refusals ------------------------------------------------------------------------------------------------------- */

static void refuses(alf_status status, alf_status expected, const char *text)
{
    if (status != expected || !strstr(alf_ctx_message(ctx), text))
        fail_msg("expected '%s' about %s, got '%s': %s", alf_status_text(expected), text, alf_status_text(status),
                 alf_ctx_message(ctx));
    alf_ctx_clear_error(ctx);
}

static void transforms_that_make_no_sense_are_refused(void **state)
{
    const double singular[4] = {1, 2, 2, 4}, nan_matrix[4] = {(double)NAN, 0, 0, 1};
    double       x[VALUES], y[VALUES], mask[PIXELS], before[VALUES];
    (void)state;
    noise(x);
    memset(y, 0, sizeof y);
    memset(before, 0, sizeof before);
    refuses(alf_resample_affine(ctx, PLANES, H, W, x, singular, y, mask), ALF_ERR_RANGE, "no inverse");
    refuses(alf_resample_affine(ctx, PLANES, H, W, x, nan_matrix, y, mask), ALF_ERR_RANGE, "no inverse");
    refuses(alf_resample_affine(ctx, PLANES, H, W, x, NULL, y, mask), ALF_ERR_ARGUMENT, "matrix");
    refuses(alf_rotate(ctx, PLANES, H, W, x, (double)INFINITY, y, mask), ALF_ERR_RANGE, "alf_rotate");
    refuses(alf_pseudo_rotate(ctx, PLANES, H, W, x, (double)NAN, y, mask), ALF_ERR_RANGE, "alf_pseudo_rotate");
    refuses(alf_shift_whole(ctx, PLANES, H, W, x, (double)NAN, 0.0, y, mask), ALF_ERR_RANGE, "alf_shift_whole");
    refuses(alf_shift_fractional(ctx, PLANES, 0, W, x, 0.0, 0.0, y, mask), ALF_ERR_RANGE, "alf_shift_fractional");
    refuses(alf_rotate(ctx, INT64_MAX, H, W, x, 0.0, y, mask), ALF_ERR_RANGE, "planes");
    refuses(alf_rotate(ctx, PLANES, H, W, NULL, 0.0, y, mask), ALF_ERR_ARGUMENT, "NULL");
    refuses(alf_affine_filter(ctx, unturned, 0, y), ALF_ERR_RANGE, "up is 0");
    assert_memory_equal(y, before, sizeof y);
}

static void an_affine_filter_is_even_and_its_phases_have_equal_sums(void **state)
{
    const double matrix[4] = {1.2, 0.4, -0.3, 0.8};
    (void)state;
    for (int up = 1; up <= 3; up++) {
        int     side = 12 * up - 1;
        double *taps = malloc((size_t)(side * side) * sizeof *taps);
        assert_non_null(taps);
        test_ok(ctx, alf_affine_filter(ctx, matrix, up, taps));
        for (int phase = 0; phase < up * up; phase++) {
            double sum = 0.0, expected = 1.0 / (up * up);
            for (int y = phase / up; y < side; y += up)
                for (int x = phase % up; x < side; x += up) sum += taps[y * side + x];
            assert_allclose_absolute("sum of a phase", 1, &sum, &expected, 1e-14);
        }
        for (int i = 0; i < side * side; i++)
            assert_allclose_absolute("even taps", 1, &taps[i], &taps[side * side - 1 - i], 1e-13);
        free(taps);
    }
}

/* --- pooled errors -------------------------------------------------------------------------------------------------- */

static void assert_db(double got, double expected)
{
    assert_allclose_absolute("dB", 1, &got, &expected, 1e-12);
}

static void a_constant_error_of_0_1_is_26_dB(void **state)
{
    const double     a[] = {0.1, 1.1, -0.9, 5.0}, b[] = {0.0, 1.0, -1.0, (double)NAN}, mask[] = {1, 1, 1, 0};
    alf_pooled_error sum = {0};
    (void)state;
    alf_pooled_error_add(&sum, 1, 4, a, b, mask, NULL);
    assert_db(alf_pooled_error_db(&sum, 2.0), 20.0 * log10(20.0));
    assert_db(alf_pooled_error_relative_db(&sum), 10.0 * log10((2.0 / 3.0) / 0.01));
}

static void masks_multiply_and_every_channel_counts(void **state)
{
    const double     a[] = {1, 1, 1, 1, 1, 1}, b[] = {0, 0, 0, 0, 0, 0}, m1[] = {1, 1, 0}, m2[] = {0, 1, 1};
    alf_pooled_error sum = {0};
    (void)state;
    alf_pooled_error_add(&sum, 2, 3, a, b, m1, m2);
    assert_true(sum.mask == 2.0);
    assert_true(sum.squared_error == 2.0);
}

static void merged_sums_are_the_sum_of_both(void **state)
{
    double           a[VALUES], b[VALUES], mask[PIXELS];
    alf_pooled_error all = {0}, first = {0}, second = {0};
    (void)state;
    noise(a);
    wave(0.1, unturned, 0.0, 0.0, b);
    for (int i = 0; i < PIXELS; i++) mask[i] = i % 3 ? 1.0 : 0.0;
    alf_pooled_error_add(&all, PLANES, PIXELS, a, b, mask, NULL);
    alf_pooled_error_add(&first, 1, PIXELS, a, b, mask, NULL);
    alf_pooled_error_add(&second, 1, PIXELS, a + PIXELS, b + PIXELS, mask, NULL);
    alf_pooled_error_merge(&first, &second);
    assert_true(all.mask == first.mask);
    assert_db(alf_pooled_error_db(&first, 2.0), alf_pooled_error_db(&all, 2.0));
    assert_db(alf_pooled_error_relative_db(&first), alf_pooled_error_relative_db(&all));
}

static void no_error_is_infinite_and_no_pixel_is_nan(void **state)
{
    const alf_pooled_error empty = {0}, perfect = {.mask = 3.0, .value = 1.0, .square = 2.0};
    (void)state;
    assert_true(isnan(alf_pooled_error_db(&empty, 2.0)));
    assert_true(isnan(alf_pooled_error_relative_db(&empty)));
    assert_true(isinf(alf_pooled_error_db(&perfect, 2.0)) && alf_pooled_error_db(&perfect, 2.0) > 0.0);
    assert_true(isinf(alf_pooled_error_relative_db(&perfect)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shift_of_one_pixel_moves_right_and_down_exactly),
        cmocka_unit_test(a_whole_shift_there_and_back_restores_what_stayed_inside),
        cmocka_unit_test(a_shift_out_of_the_image_leaves_nothing),
        cmocka_unit_test(a_fractional_shift_by_whole_pixels_is_the_whole_shift),
        cmocka_unit_test(a_fractional_shift_moves_a_wave),
        cmocka_unit_test(a_fractional_shift_keeps_a_constant),
        cmocka_unit_test(rotation_by_0_is_the_filtered_identity_inside_the_mask),
        cmocka_unit_test(rotation_turns_a_wave),
        cmocka_unit_test(rotation_removes_what_the_turned_grid_cannot_carry),
        cmocka_unit_test(rotation_and_pseudo_rotation_keep_a_constant),
        cmocka_unit_test(pseudo_rotation_leaves_a_slow_wave_where_it_is),
        cmocka_unit_test(pseudo_rotation_by_0_changes_nothing),
        cmocka_unit_test(resampling_equals_its_definition_even_at_the_borders),
        cmocka_unit_test(rotation_has_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(a_rotation_that_is_kept_gives_the_same_bits),
        cmocka_unit_test(an_image_of_one_pixel_has_an_empty_mask),
        cmocka_unit_test(transforms_that_make_no_sense_are_refused),
        cmocka_unit_test(an_affine_filter_is_even_and_its_phases_have_equal_sums),
        cmocka_unit_test(a_constant_error_of_0_1_is_26_dB),
        cmocka_unit_test(masks_multiply_and_every_channel_counts),
        cmocka_unit_test(merged_sums_are_the_sum_of_both),
        cmocka_unit_test(no_error_is_infinite_and_no_pixel_is_nan),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
