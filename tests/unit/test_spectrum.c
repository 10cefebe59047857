/* Power spectra of signals whose spectrum is known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/fir.h"
#include "aliasfree/random.h"
#include "aliasfree/spectrum.h"
#include "golden.h"

#define PI 3.14159265358979323846

static alf_ctx *ctx; /* one thread */

static alf_ctx *ctx_of(int threads, int64_t max_memory)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *made = NULL;
    options.threads = threads;
    options.max_memory = max_memory;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &made), ALF_OK);
    return made;
}

static int make_ctx(void **state)
{
    (void)state;
    ctx = ctx_of(1, 0);
    return 0;
}

static int drop_ctx(void **state)
{
    (void)state;
    alf_ctx_destroy(ctx);
    return 0;
}

/* The average spectrum of planes, to be freed. */
static double *spectrum_of(alf_ctx *c, alf_spectrum_spec spec, int64_t planes, const double *x)
{
    alf_spectrum *spectrum = NULL;
    test_ok(c, alf_spectrum_create(c, &spec, &spectrum));
    test_ok(c, alf_spectrum_add(c, spectrum, planes, x));
    int64_t n = alf_spectrum_size(spectrum);
    assert_int_equal(n, spec.size * spec.interp);
    double *power = malloc((size_t)(n * n) * sizeof *power);
    assert_non_null(power);
    alf_spectrum_read(spectrum, power);
    alf_spectrum_destroy(spectrum);
    return power;
}

static double *normal_noise(int64_t count)
{
    double *x = malloc((size_t)count * sizeof *x);
    assert_non_null(x);
    alf_random_normal(3, 0, 0, count, x);
    return x;
}

static void white_noise_is_flat_at_1(void **state)
{
    enum { SIZE = 16, PLANES = 400 };
    double *x = normal_noise(PLANES * SIZE * SIZE), mean = 0.0;
    double *power;
    (void)state;
    for (int64_t i = 0; i < PLANES * SIZE * SIZE; i++) x[i] = 5.0 + 3.0 * x[i]; /* whitening undoes this */
    power = spectrum_of(ctx, (alf_spectrum_spec){SIZE, 1, 8.0, 5.0, 3.0}, PLANES, x);
    for (int i = 0; i < SIZE * SIZE; i++) {
        mean += power[i] / (SIZE * SIZE);
        if (!(fabs(power[i] - 1.0) < 0.5)) fail_msg("bin %d has power %g", i, power[i]);
    }
    assert_true(fabs(mean - 1.0) < 0.02);
    free(power);
    free(x);
}

/* window [size], squares summing to 1 */
static void window_of(int size, double beta, double window[])
{
    double squares = 0.0;
    alf_kaiser_window(size, beta, window);
    for (int i = 0; i < size; i++) squares += window[i] * window[i];
    for (int i = 0; i < size; i++) window[i] /= sqrt(squares);
}

/* |DFT|^2 at (ky, kx) of one windowed image zero-padded to n x n, by the definition. */
static double naive_power(int size, int n, const double *window, const double *x, int ky, int kx)
{
    double re = 0.0, im = 0.0;
    for (int i = 0; i < size * size; i++) {
        int    row = i / size, column = i % size;
        double angle = 2.0 * PI * (row * ky + column * kx) / n, value = x[i] * window[row] * window[column];
        re += value * cos(angle);
        im += value * sin(angle);
    }
    return re * re + im * im;
}

static void spectrum_equals_the_naive_transform_for_odd_and_even_sizes(void **state)
{
    const int sizes[][2] = {{5, 3}, {6, 2}, {7, 2}, {1, 1}, {1, 4}, {4, 1}};
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        int     size = sizes[s][0], n = size * sizes[s][1];
        double *x = normal_noise(2 * size * size), window[8], expected[225];
        window_of(size, 5.0, window);
        for (int k = 0; k < n * n; k++)
            expected[k] = 0.5 * (naive_power(size, n, window, x, k / n, k % n) +
                                 naive_power(size, n, window, x + size * size, k / n, k % n));
        double *power = spectrum_of(ctx, (alf_spectrum_spec){size, sizes[s][1], 5.0, 0.0, 1.0}, 2, x);
        assert_allclose("power", n * n, power, expected, 1e-12);
        free(power);
        free(x);
    }
}

static void parseval_holds_for_the_padded_windowed_image(void **state)
{
    enum { SIZE = 24, N = 4 * SIZE };
    double *x = normal_noise(SIZE * SIZE), window[SIZE], energy = 0.0, mean = 0.0;
    (void)state;
    window_of(SIZE, 8.0, window);
    for (int i = 0; i < SIZE * SIZE; i++) energy += pow(x[i] * window[i / SIZE] * window[i % SIZE], 2.0);
    double *power = spectrum_of(ctx, (alf_spectrum_spec){SIZE, 4, 8.0, 0.0, 1.0}, 1, x);
    for (int i = 0; i < N * N; i++) mean += power[i];
    mean /= N * N;
    assert_allclose("energy", 1, &mean, &energy, 1e-12);
    free(power);
    free(x);
}

static void a_sinusoid_peaks_at_its_frequency(void **state)
{
    enum { SIZE = 32, INTERP = 4, N = SIZE * INTERP, KX = 5, KY = 27 }; /* KY is the frequency -5 */
    double x[SIZE * SIZE];
    int    peak = 0;
    (void)state;
    for (int i = 0; i < SIZE * SIZE; i++) x[i] = cos(2.0 * PI * (KX * (i % SIZE) + KY * (i / SIZE)) / SIZE);
    double *power = spectrum_of(ctx, (alf_spectrum_spec){SIZE, INTERP, 8.0, 0.0, 1.0}, 1, x);
    for (int i = 0; i < N * N; i++)
        if (power[i] > power[peak]) peak = i;
    int mirror = (N - KY * INTERP) * N + N - KX * INTERP;
    assert_true(peak == KY * INTERP * N + KX * INTERP || peak == mirror);
    assert_allclose("the mirrored peak", 1, &power[mirror], &power[peak], 1e-9);
    assert_true(power[0] < 1e-4 * power[peak]);
    free(power);
}

static void planes_may_come_in_any_portions_and_threads(void **state)
{
    enum { SIZE = 12, PLANES = 3, N = 3 * SIZE };
    double           *x = normal_noise(PLANES * SIZE * SIZE), power[N * N];
    alf_spectrum_spec spec = {SIZE, 3, 8.0, 0.1, 0.9};
    alf_spectrum     *spectrum = NULL;
    alf_ctx          *threaded = ctx_of(4, 0);
    (void)state;
    double *at_once = spectrum_of(ctx, spec, PLANES, x);
    test_ok(threaded, alf_spectrum_create(threaded, &spec, &spectrum));
    alf_spectrum_read(spectrum, power);
    for (int i = 0; i < N * N; i++) assert_true(power[i] == 0.0);
    for (int p = 0; p < PLANES; p++) test_ok(threaded, alf_spectrum_add(threaded, spectrum, 1, x + p * SIZE * SIZE));
    alf_spectrum_read(spectrum, power);
    assert_memory_equal(power, at_once, sizeof power);
    alf_spectrum_destroy(spectrum);
    alf_ctx_destroy(threaded);
    free(at_once);
    free(x);
}

static void specs_out_of_range_are_refused_by_the_name_of_the_field(void **state)
{
    const struct {
        alf_spectrum_spec spec;
        const char       *field;
    } cases[] = {
        {{0, 4, 8, 0, 1}, "size"},   {{16385, 1, 8, 0, 1}, "size"},
        {{8, 0, 8, 0, 1}, "interp"}, {{8, 17, 8, 0, 1}, "interp"},
        {{8, 4, -1, 0, 1}, "beta"},  {{8, 4, 8, (double)NAN, 1}, "mean"},
        {{8, 4, 8, 0, 0}, "std"},    {{8, 4, 8, 0, (double)INFINITY}, "std"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        alf_spectrum *spectrum = NULL;
        assert_int_equal(alf_spectrum_create(ctx, &cases[i].spec, &spectrum), ALF_ERR_RANGE);
        if (!strstr(alf_ctx_message(ctx), cases[i].field)) fail_msg("'%s'", alf_ctx_message(ctx));
        assert_null(spectrum);
        alf_ctx_clear_error(ctx);
    }
    alf_spectrum_destroy(NULL);
}

static void the_largest_spectrum_respects_the_memory_budget(void **state)
{
    alf_ctx      *small = ctx_of(1, 1 << 20);
    alf_spectrum *spectrum = NULL;
    (void)state;
    assert_int_equal(alf_spectrum_create(small, &(alf_spectrum_spec){16384, 16, 8, 0, 1}, &spectrum), ALF_ERR_MEMORY);
    assert_null(spectrum);
    assert_int_equal(alf_ctx_memory_used(small), 0);
    alf_ctx_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_noise_is_flat_at_1),
        cmocka_unit_test(spectrum_equals_the_naive_transform_for_odd_and_even_sizes),
        cmocka_unit_test(parseval_holds_for_the_padded_windowed_image),
        cmocka_unit_test(a_sinusoid_peaks_at_its_frequency),
        cmocka_unit_test(planes_may_come_in_any_portions_and_threads),
        cmocka_unit_test(specs_out_of_range_are_refused_by_the_name_of_the_field),
        cmocka_unit_test(the_largest_spectrum_respects_the_memory_budget),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
