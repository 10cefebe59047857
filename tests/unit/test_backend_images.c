/* Padding, sampling and filtering of images on both backends, by small cases worked out by hand. */
#include "aliasfree/tensor.h"
#include "device.h"

static alf_tensor *image(const test_device *on, int64_t n, int64_t h, int64_t w, const double values[])
{
    return alf_tensor_from_f64(on->ctx, 4, (int64_t[]){n, 1, h, w}, values);
}

static void assert_values(const test_device *on, const char *what, const alf_tensor *x, int count,
                          const double expected[])
{
    double got[64];
    test_ok(on->ctx, alf_ctx_status(on->ctx));
    assert_int_equal(alf_tensor_count(x), count);
    test_ok(on->ctx, alf_tensor_read(on->ctx, x, got));
    assert_allclose(what, count, got, expected, test_tolerance(on));
}

static void check_reflection(const test_device *on)
{
    const double x[] = {1, 2, 3, 4, 5, 6};
    const double expected[] = {6, 5, 4, 5, 6, 5, 3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5, 3, 2, 1, 2, 3, 2};
    assert_values(on, "reflection", alf_pad_reflect(on->ctx, image(on, 1, 2, 3, x), (const int64_t[]){2, 1, 1, 1}), 24,
                  expected);
}

static void reflection_turns_at_the_outermost_samples_without_repeating_them(void **state)
{
    (void)state;
    test_on_both(check_reflection);
}

static void check_sampling(const test_device *on)
{
    const double x[] = {1, 2, 3, 5, 10, 20, 30, 50};
    const double matrices[] = {
        0.5, 0, 0.5, 0, 1, 0.25, /* columns 0.5, 1, 1.5; rows 0.25, 1.25   */
        0,   1, 0,   1, 0, -0.5, /* transposed, at rows -0.5, 0.5, 1.5     */
    };
    const double expected[] = {2.125, 2.75, 1.375, 3, 3.75, 1.875, 5, 20, 15, 10, 35, 25};
    assert_values(on, "sampling", alf_sample_affine(on->ctx, image(on, 2, 2, 2, x), matrices, 2, 3), 12, expected);
}

static void sampling_is_bilinear_with_zeros_outside_and_a_matrix_for_each_image(void **state)
{
    (void)state;
    test_on_both(check_sampling);
}

static void check_filters(const test_device *on)
{
    const double x[] = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60}, taps[] = {1, -2, 0, 3};
    const double across[] = {-3, -4, -6, -7, 60, 90, 150, 180}, down[] = {-7, -8, -9, 120, 150, 180};
    assert_values(on, "along columns", alf_filter_each(on->ctx, image(on, 2, 2, 3, x), taps, 2, true), 8, across);
    assert_values(on, "along rows", alf_filter_each(on->ctx, image(on, 2, 2, 3, x), taps, 2, false), 6, down);
}

static void each_image_is_correlated_with_its_own_taps(void **state)
{
    (void)state;
    test_on_both(check_filters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reflection_turns_at_the_outermost_samples_without_repeating_them),
        cmocka_unit_test(sampling_is_bilinear_with_zeros_outside_and_a_matrix_for_each_image),
        cmocka_unit_test(each_image_is_correlated_with_its_own_taps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
