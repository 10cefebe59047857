/* Fourier features: the formula, the transform, the damping. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/fourier.h"
#include "aliasfree/random.h"
#include "golden.h"

#define PI 3.14159265358979323846

enum { COUNT = 7, H = 9, W = 12, VALUES = COUNT * H * W };

static const double rate = 16.0;

typedef struct {
    double freqs[2 * COUNT], phases[COUNT], amplitudes[COUNT];
} features;

/* Random features; all numbers are exact in float32. */
static features some_features(void)
{
    features f;
    alf_random_normal(1, 0, 0, 2 * COUNT, f.freqs);
    alf_random_uniform(1, 1, 0, COUNT, f.phases);
    alf_random_uniform(1, 2, 0, COUNT, f.amplitudes);
    for (int i = 0; i < 2 * COUNT; i++) f.freqs[i] = rint(3.0 * 1024.0 * f.freqs[i]) / 1024.0;
    for (int i = 0; i < COUNT; i++) f.phases[i] = rint(1024.0 * f.phases[i]) / 1024.0;
    return f;
}

/* Canvas position of a pixel centre. */
static double canvas(int64_t j, int64_t size)
{
    return ((double)j + 0.5 - 0.5 * (double)size) / rate;
}

/* y[feature, row, column] = the features at M p, by the formula. M may be NULL: the identity. */
static void naive(const features *f, const double *m, double y[])
{
    const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    if (!m) m = identity;
    for (int i = 0; i < COUNT; i++)
        for (int row = 0; row < H; row++)
            for (int column = 0; column < W; column++) {
                double px = canvas(column, W), py = canvas(row, H);
                double qx = m[0] * px + m[1] * py + m[2], qy = m[3] * px + m[4] * py + m[5];
                double turns = f->freqs[2 * i] * qx + f->freqs[2 * i + 1] * qy + f->phases[i];
                *y++ = sin(2.0 * PI * turns) * f->amplitudes[i];
            }
}

static void compute(int threads, const features *f, double y[])
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;
    options.threads = threads;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    test_ok(ctx, alf_fourier_features_f64(ctx, COUNT, H, W, rate, f->freqs, f->phases, f->amplitudes, y));
    alf_ctx_destroy(ctx);
}

static void features_are_sines_at_pixel_centres(void **state)
{
    features f = some_features();
    double   got[VALUES], expected[VALUES];
    (void)state;
    naive(&f, NULL, expected);
    compute(1, &f, got);
    assert_allclose("features", VALUES, got, expected, 1e-13);
}

static void features_have_the_same_bits_for_any_number_of_threads(void **state)
{
    features f = some_features();
    double   one[VALUES], four[VALUES];
    (void)state;
    compute(1, &f, one);
    compute(4, &f, four);
    assert_memory_equal(one, four, sizeof one);
}

static void transformed_features_are_the_features_on_the_transformed_grid(void **state)
{
    const double c = cos(0.7), s = sin(0.7);
    const double matrix[9] = {1.3 * c, 1.3 * s, 0.2, -0.8 * s, 0.8 * c, -0.05, 0, 0, 1};
    features     f = some_features();
    double       got[VALUES], expected[VALUES];
    (void)state;
    naive(&f, matrix, expected);
    alf_fourier_transform(COUNT, matrix, f.freqs, f.phases);
    compute(1, &f, got);
    assert_allclose("transformed features", VALUES, got, expected, 1e-13);
}

static void two_transforms_are_one_by_their_product(void **state)
{
    const double a[9] = {0.6, 0.8, 0.1, -0.8, 0.6, 0.3, 0, 0, 1}, b[9] = {2, 0, -0.4, 0, 0.5, 0.2, 0, 0, 1};
    double       product[9];
    features     twice = some_features(), once = twice;
    (void)state;
    for (int i = 0; i < 9; i++)
        product[i] = a[i / 3 * 3] * b[i % 3] + a[i / 3 * 3 + 1] * b[3 + i % 3] + a[i / 3 * 3 + 2] * b[6 + i % 3];
    alf_fourier_transform(COUNT, a, twice.freqs, twice.phases);
    alf_fourier_transform(COUNT, b, twice.freqs, twice.phases);
    alf_fourier_transform(COUNT, product, once.freqs, once.phases);
    assert_allclose("freqs", 2 * COUNT, twice.freqs, once.freqs, 1e-14);
    assert_allclose("phases", COUNT, twice.phases, once.phases, 1e-14);
}

static void whole_turns_of_phase_change_nothing(void **state)
{
    features f = some_features();
    double   got[VALUES], expected[VALUES];
    (void)state;
    compute(1, &f, expected);
    for (int i = 0; i < COUNT; i++) f.phases[i] += 1048576.0;
    compute(1, &f, got);
    assert_allclose("features", VALUES, got, expected, 1e-8);
}

static void damping_falls_linearly_from_the_bandwidth_to_nyquist(void **state)
{
    const double freqs[] = {0, 0, 1.2, 1.6, 0, -5, 3, 4, 6, 8, 0, 20};
    const double expected[] = {1, 1, 0.5, 0.5, 0, 0}; /* bandwidth 2, half the rate 8 */
    double       amplitudes[6];
    (void)state;
    alf_fourier_damping(6, freqs, 2.0, 16.0, amplitudes);
    assert_allclose("amplitudes", 6, amplitudes, expected, 1e-15);
}

static void nothing_is_damped_where_the_rate_leaves_no_room(void **state)
{
    const double freqs[] = {0, 1, 3, 4}, expected[] = {1, 1};
    double       amplitudes[2];
    (void)state;
    alf_fourier_damping(2, freqs, 2.0, 4.0, amplitudes);
    assert_allclose("amplitudes", 2, amplitudes, expected, 0.0);
}

static void float_features_are_the_double_ones_rounded(void **state)
{
    features f = some_features();
    float    freqs[2 * COUNT], phases[COUNT], y[VALUES];
    double   expected[VALUES], got[VALUES];
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    (void)state;
    for (int i = 0; i < 2 * COUNT; i++) freqs[i] = (float)f.freqs[i];
    for (int i = 0; i < COUNT; i++) phases[i] = (float)f.phases[i];
    for (int i = 0; i < COUNT; i++) f.amplitudes[i] = 1.0;
    compute(1, &f, expected);
    test_ok(ctx, alf_fourier_features_f32(ctx, COUNT, H, W, rate, freqs, phases, NULL, y));
    for (int i = 0; i < VALUES; i++) got[i] = y[i];
    assert_allclose("float features", VALUES, got, expected, 6e-8);
    alf_ctx_destroy(ctx);
}

static void bad_sizes_and_rates_are_refused(void **state)
{
    features f = some_features();
    double   y[VALUES];
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    (void)state;
    assert_int_equal(alf_fourier_features_f64(ctx, COUNT, 0, W, rate, f.freqs, f.phases, NULL, y), ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_fourier_features_f64(ctx, COUNT, INT64_MAX / 2, W, rate, f.freqs, f.phases, NULL, y),
                     ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_fourier_features_f64(ctx, COUNT, H, W, 0.0, f.freqs, f.phases, NULL, y), ALF_ERR_RANGE);
    assert_non_null(strstr(alf_ctx_message(ctx), "rate is 0"));
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_fourier_features_f64(ctx, COUNT, H, W, rate, NULL, f.phases, NULL, y), ALF_ERR_ARGUMENT);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_are_sines_at_pixel_centres),
        cmocka_unit_test(features_have_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(transformed_features_are_the_features_on_the_transformed_grid),
        cmocka_unit_test(two_transforms_are_one_by_their_product),
        cmocka_unit_test(whole_turns_of_phase_change_nothing),
        cmocka_unit_test(damping_falls_linearly_from_the_bandwidth_to_nyquist),
        cmocka_unit_test(nothing_is_damped_where_the_rate_leaves_no_room),
        cmocka_unit_test(float_features_are_the_double_ones_rounded),
        cmocka_unit_test(bad_sizes_and_rates_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
