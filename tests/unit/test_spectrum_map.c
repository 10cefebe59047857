/* Looking at spectra that are known: where a peak stands, that noise is flat, what smoothing keeps, where slices run. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "aliasfree/spectrum.h"
#include "files.h"

#define PI 3.14159265358979323846

static int make_ctx(void **state)
{
    *state = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    return 0;
}

static int drop_ctx(void **state)
{
    alf_ctx_destroy(*state);
    return 0;
}

/* The map of planes [planes, size, size], to be freed. */
static double *map_of(alf_ctx *ctx, alf_spectrum_spec spec, int64_t planes, const double *x)
{
    int64_t       n = spec.size * spec.interp, side = alf_spectrum_map_size(n);
    double       *power = malloc((size_t)(n * n) * sizeof *power), *map = malloc((size_t)(side * side) * sizeof *map);
    alf_spectrum *spectrum = NULL;

    assert_true(power && map);
    test_ok(ctx, alf_spectrum_create(ctx, &spec, &spectrum));
    test_ok(ctx, alf_spectrum_add(ctx, spectrum, planes, x));
    alf_spectrum_read(spectrum, power);
    alf_spectrum_destroy(spectrum);
    alf_spectrum_map(n, power, map);
    free(power);
    return map;
}

static double *noise(int64_t count)
{
    double *x = malloc((size_t)count * sizeof *x);

    assert_non_null(x);
    alf_random_normal(5, 0, 0, count, x);
    return x;
}

/* --- maps --------------------------------------------------------------------------------------------------------------- */

static void bins_are_centred_for_odd_and_even_sizes(void **state)
{
    const double even[4] = {1, 10, 100, 1000}, odd[9] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 0};
    const double even_map[9] = {30, 20, 30, 10, 0, 10, 30, 20, 30};
    const double odd_map[9] = {-300, 60, 70, 20, 0, 10, 50, 30, 40};
    double       map[9];

    (void)state;
    assert_int_equal(alf_spectrum_map_size(2), 3);
    assert_int_equal(alf_spectrum_map_size(3), 3);
    alf_spectrum_map(2, even, map);
    assert_allclose("even", 9, map, even_map, 1e-14);
    alf_spectrum_map(3, odd, map);
    assert_allclose("odd", 9, map, odd_map, 1e-14);
}

static void white_noise_is_flat_at_0_dB_once_smoothed(void **state)
{
    enum { SIZE = 16, INTERP = 4, PLANES = 60, SIDE = SIZE * INTERP + 1 };
    alf_ctx *ctx = *state;
    double  *x = noise(PLANES * SIZE * SIZE);
    double  *map = map_of(ctx, (alf_spectrum_spec){SIZE, INTERP, 8.0, 0.0, 1.0}, PLANES, x);
    double   slice[SIDE];

    test_ok(ctx, alf_spectrum_map_smooth(ctx, SIDE, 1.25 * INTERP, map));
    for (int diagonal = 0; diagonal < 2; diagonal++) {
        alf_spectrum_map_slice(SIDE, map, diagonal, slice);
        for (int i = 0; i < SIDE; i++)
            if (!(fabs(slice[i]) < 1.0)) fail_msg("slice %d has %g dB at %d", diagonal, slice[i], i);
    }
    free(map);
    free(x);
}

static void a_sinusoid_is_a_peak_at_its_frequency(void **state)
{
    enum { SIZE = 32, INTERP = 4, SIDE = SIZE * INTERP + 1, CENTRE = SIDE / 2, KX = 5, KY = -7 };
    alf_ctx *ctx = *state;
    double   x[SIZE * SIZE];
    double  *map;
    int      peak = 0, there = (CENTRE + KY * INTERP) * SIDE + CENTRE + KX * INTERP;

    for (int i = 0; i < SIZE * SIZE; i++) x[i] = cos(2.0 * PI * (KX * (i % SIZE) + KY * (i / SIZE)) / SIZE);
    map = map_of(ctx, (alf_spectrum_spec){SIZE, INTERP, 8.0, 0.0, 1.0}, 1, x);
    for (int i = 0; i < SIDE * SIDE; i++)
        if (map[i] > map[peak] + 1e-6) peak = i;
    assert_true(peak == there || peak == SIDE * SIDE - 1 - there);
    assert_true(map[CENTRE * SIDE + CENTRE] < map[peak] - 40);
    free(map);
}

/* --- slices ------------------------------------------------------------------------------------------------------------- */

static void slices_of_images_are_symmetric(void **state)
{
    enum { SIZE = 12, INTERP = 3, SIDE = SIZE * INTERP + 1 };
    alf_ctx *ctx = *state;
    double  *x = noise(SIZE * SIZE);
    double  *map = map_of(ctx, (alf_spectrum_spec){SIZE, INTERP, 8.0, 0.3, 2.0}, 1, x);
    double   slice[SIDE], mirrored[SIDE];

    for (int smooth = 0; smooth < 2; smooth++) {
        test_ok(ctx, alf_spectrum_map_smooth(ctx, SIDE, smooth * 2.0, map));
        for (int diagonal = 0; diagonal < 2; diagonal++) {
            alf_spectrum_map_slice(SIDE, map, diagonal, slice);
            for (int i = 0; i < SIDE; i++) mirrored[i] = slice[SIDE - 1 - i];
            assert_allclose("slice", SIDE, slice, mirrored, 1e-11);
        }
    }
    free(map);
    free(x);
}

static void slices_run_along_the_axis_and_the_diagonal(void **state)
{
    const double map[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, axis[3] = {4, 5, 6}, diagonal[3] = {1, 5, 9};
    double       slice[3];

    (void)state;
    alf_spectrum_map_slice(3, map, false, slice);
    assert_memory_equal(slice, axis, sizeof axis);
    alf_spectrum_map_slice(3, map, true, slice);
    assert_memory_equal(slice, diagonal, sizeof diagonal);
}

/* --- smoothing ---------------------------------------------------------------------------------------------------------- */

static void smoothing_spreads_a_point_as_a_gaussian(void **state)
{
    enum { SIDE = 41, CENTRE = SIDE / 2 };
    const double sigma = 3.0;
    alf_ctx     *ctx = *state;
    double      *map = calloc(SIDE * SIDE, sizeof *map), sum = 0;

    assert_non_null(map);
    map[CENTRE * SIDE + CENTRE] = 1;
    test_ok(ctx, alf_spectrum_map_smooth(ctx, SIDE, sigma, map));
    for (int i = 0; i < SIDE * SIDE; i++) {
        double dx = i % SIDE - CENTRE, dy = (double)(i / SIDE) - CENTRE;
        double expected = exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) / (2 * PI * sigma * sigma);
        bool   within = fabs(dx) <= 12 && fabs(dy) <= 12;
        if (!(fabs(map[i] - (within ? expected : 0)) < 1e-5)) fail_msg("%g at (%g, %g)", map[i], dx, dy);
        sum += map[i];
    }
    assert_true(fabs(sum - 1) < 1e-12);
    free(map);
}

static void smoothing_keeps_what_is_constant_up_to_the_edges(void **state)
{
    alf_ctx *ctx = *state;
    double   map[25], expected[25];

    for (int i = 0; i < 25; i++) map[i] = expected[i] = -37.5;
    test_ok(ctx, alf_spectrum_map_smooth(ctx, 5, 10.0, map)); /* wider than the map */
    assert_allclose("constant", 25, map, expected, 1e-13);
    for (int i = 0; i < 25; i++) map[i] = expected[i] = i;
    test_ok(ctx, alf_spectrum_map_smooth(ctx, 5, 0.0, map));
    assert_memory_equal(map, expected, sizeof map);
}

static void widths_that_make_no_sense_are_refused(void **state)
{
    const double bad[] = {-1.0, (double)NAN, (double)INFINITY, 1e6};
    alf_ctx     *ctx = *state;
    double       map[9] = {0};

    for (int i = 0; i < 4; i++)
        assert_fails(ctx, alf_spectrum_map_smooth(ctx, 3, bad[i], map), ALF_ERR_RANGE, "sigma", NULL);
    assert_fails(ctx, alf_spectrum_map_smooth(ctx, 3, 1.0, NULL), ALF_ERR_ARGUMENT, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bins_are_centred_for_odd_and_even_sizes),
        cmocka_unit_test(white_noise_is_flat_at_0_dB_once_smoothed),
        cmocka_unit_test(a_sinusoid_is_a_peak_at_its_frequency),
        cmocka_unit_test(slices_of_images_are_symmetric),
        cmocka_unit_test(slices_run_along_the_axis_and_the_diagonal),
        cmocka_unit_test(smoothing_spreads_a_point_as_a_gaussian),
        cmocka_unit_test(smoothing_keeps_what_is_constant_up_to_the_edges),
        cmocka_unit_test(widths_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
