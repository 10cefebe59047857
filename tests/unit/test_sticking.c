/* Shares of energy that stick and that are carried along, of sequences made by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "aliasfree/sticking.h"
#include "golden.h"

#define PI 3.14159265358979323846

enum { FRAMES = 128, LENGTH = 56, WAVES = 40, MOST = 64 };

static const double K_MIN = 0.2;

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

static alf_sticking_spec spec_of(double velocity)
{
    alf_sticking_spec spec = alf_sticking_spec_default();
    spec.frames = FRAMES;
    spec.length = LENGTH;
    spec.velocity = velocity;
    return spec;
}

/* A band-limited line at position x: waves of all frequencies up to 0.48 cycles per pixel, phases from the seed, energies
 * that fall with the square of the frequency, as in pictures. */
static double line_at(uint64_t seed, double x)
{
    double phase[WAVES], sum = 0;
    alf_random_uniform(seed, 7, 0, WAVES, phase);
    for (int i = 0; i < WAVES; i++) {
        const double k = 0.48 * (i + 1) / WAVES;
        sum += 0.01 / k * cos(2 * PI * (k * x + phase[i]));
    }
    return sum;
}

/* x [FRAMES, LENGTH] += amplitude * the line of the seed, moving so fast. */
static void add_line(double x[], uint64_t seed, double amplitude, double velocity)
{
    for (int t = 0; t < FRAMES; t++)
        for (int i = 0; i < LENGTH; i++) x[t * LENGTH + i] += amplitude * line_at(seed, i - velocity * t);
}

static double *no_slices(int planes)
{
    double *x = calloc((size_t)planes * FRAMES * LENGTH, sizeof *x);
    assert_non_null(x);
    return x;
}

/* Frees x. */
static alf_sticking_shares shares_of(alf_sticking_spec spec, int planes, double *x, double k_min)
{
    double        energies[3][MOST] = {{0}};
    alf_sticking *s = NULL;
    test_ok(ctx, alf_sticking_create(ctx, &spec, &s));
    assert_true(alf_sticking_frequencies(s) <= MOST);
    test_ok(ctx, alf_sticking_add(ctx, s, planes, x, energies[0], energies[1], energies[2], NULL));
    alf_sticking_shares shares = alf_sticking_share(s, k_min, energies[0], energies[1], energies[2]);
    alf_sticking_destroy(s);
    free(x);
    return shares;
}

static void assert_near(const char *what, double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%s is %.9g, expected %.9g", what, value, expected);
}

static void what_is_shifted_exactly_is_carried(void **state)
{
    static const double velocities[] = {0.25, 0.3, -0.25, 0.5, 1.0 / 3};
    (void)state;
    for (size_t i = 0; i < sizeof velocities / sizeof velocities[0]; i++) {
        double *x = no_slices(1);
        add_line(x, 1, 1, velocities[i]);
        alf_sticking_shares s = shares_of(spec_of(velocities[i]), 1, x, K_MIN);
        assert_true(s.frequencies > 8 && s.k_low >= K_MIN && s.k_high <= 0.5);
        assert_near("stuck", s.stuck, 0, 2e-5);
        assert_near("carried", s.carried, 1, 2e-4);
    }
}

static void what_is_fixed_sticks(void **state)
{
    double *x = no_slices(1);
    (void)state;
    add_line(x, 2, 1, 0);
    alf_sticking_shares s = shares_of(spec_of(0.25), 1, x, K_MIN);
    assert_near("stuck", s.stuck, 1, 2e-4);
    assert_near("carried", s.carried, 0, 2e-5);
}

/* Waves further apart than the window's main lobe, so that none lies over another. */
static void add_waves(double x[], double amplitude, double velocity)
{
    for (int t = 0; t < FRAMES; t++)
        for (int i = 0; i < LENGTH; i++)
            for (int wave = 0; wave < 3; wave++)
                x[t * LENGTH + i] += amplitude * cos(2 * PI * (0.23 + 0.1 * wave) * (i - velocity * t));
}

static void mixtures_show_the_energy_of_each(void **state)
{
    static const double amplitudes[] = {1, 2, 0.1};
    (void)state;
    for (size_t i = 0; i < sizeof amplitudes / sizeof amplitudes[0]; i++) {
        const double a = amplitudes[i], expected = a * a / (1 + a * a);
        double      *x = no_slices(1);
        add_waves(x, a, 0);
        add_waves(x, 1, 0.25);
        alf_sticking_shares s = shares_of(spec_of(0.25), 1, x, K_MIN);
        assert_near("stuck", s.stuck, expected, 1e-3);
        assert_near("carried", s.carried, 1 - expected, 1e-3);
    }
}

static void what_moves_otherwise_is_neither(void **state)
{
    double *x = no_slices(1);
    (void)state;
    add_line(x, 4, 1, -0.5);
    alf_sticking_shares s = shares_of(spec_of(0.25), 1, x, 0.25);
    assert_near("rest", s.rest, 1, 1e-4);
}

/* Of 400 slices: chance is 5 of 128 temporal frequencies. */
static void noise_that_is_new_in_each_frame_is_at_the_stated_chance(void **state)
{
    enum { PLANES = 400 };
    double *x = no_slices(PLANES);
    (void)state;
    alf_random_normal(5, 0, 0, (int64_t)PLANES * FRAMES * LENGTH, x);
    alf_sticking_shares s = shares_of(spec_of(0.25), PLANES, x, K_MIN);
    assert_near("chance", s.chance_stuck, 5.0 / FRAMES, 1e-12);
    assert_near("stuck", s.stuck, s.chance_stuck, 0.001);
    assert_near("carried", s.carried, s.chance_carried, 0.002);
    /* its energy: the part of the frequencies that count, of variance 1, in each of 400 slices */
    assert_near("energy", s.energy / PLANES, (2.0 * (double)s.frequencies - 1) / (LENGTH - 2), 0.01);
}

static void brightness_and_contrast_do_not_matter(void **state)
{
    double *x = no_slices(1), *y = no_slices(1);
    (void)state;
    add_line(x, 6, 0.5, 0);
    add_line(x, 6, 1, 0.25);
    for (int i = 0; i < FRAMES * LENGTH; i++) y[i] = 37 + 3 * x[i] + 0.2 * (i % LENGTH);
    alf_sticking_shares a = shares_of(spec_of(0.25), 1, x, K_MIN), b = shares_of(spec_of(0.25), 1, y, K_MIN);
    assert_near("stuck", b.stuck, a.stuck, 1e-9);
    assert_near("carried", b.carried, a.carried, 1e-9);
    assert_near("energy", b.energy, 9 * a.energy, 1e-9);
}

/* Something large and slow, 100 dB above the fine lines that are carried. */
static void low_frequencies_do_not_leak_onto_the_stuck_line(void **state)
{
    double *x = no_slices(1);
    (void)state;
    for (int i = 0; i < FRAMES * LENGTH; i++) {
        const double place = i % LENGTH - 0.25 * (i / LENGTH);
        x[i] = 5 + 100 * cos(2 * PI * 0.005 * place) + 20 * cos(2 * PI * 0.015 * place) +
               0.001 * cos(2 * PI * 0.3 * place);
    }
    alf_sticking_shares s = shares_of(spec_of(0.25), 1, x, K_MIN);
    assert_near("stuck", s.stuck, 0, 1e-3);
    assert_near("carried", s.carried, 1, 1e-3);
}

/* At 2 pixels per frame, waves of half a cycle per pixel look the same in each frame. */
static void frequencies_that_the_frame_rate_makes_stand_still_do_not_count(void **state)
{
    alf_sticking_spec spec = spec_of(2);
    alf_sticking     *s = NULL;
    int               counted = 0;
    (void)state;
    test_ok(ctx, alf_sticking_create(ctx, &spec, &s));
    const int64_t count = alf_sticking_frequencies(s);
    assert_int_equal(count, (LENGTH - 2) / 2 + 1);
    assert_false(alf_sticking_separated(s, 0));
    assert_false(alf_sticking_separated(s, count - 1));
    for (int64_t i = 0; i < count; i++) {
        const double k = alf_sticking_frequency(s, i);
        assert_near("frequency", k, (double)i / (LENGTH - 2), 1e-15);
        if (!alf_sticking_separated(s, i)) continue;
        assert_true(k > 0.05 && k < 0.45);
        counted++;
    }
    assert_true(counted > 8);
    alf_sticking_destroy(s);

    double *x = no_slices(1);
    add_line(x, 8, 1, 2);
    alf_sticking_shares shares = shares_of(spec, 1, x, 0);
    assert_near("stuck", shares.stuck, 0, 1e-4);
    assert_near("carried", shares.carried, 1, 1e-3);
}

/* Half-widths of main lobes as the header has them: twice that in time over the velocity, and that in space. */
static void frequencies_count_from_where_the_lines_part(void **state)
{
    static const double velocities[] = {0.15, 0.25, -0.3};
    (void)state;
    for (int v = 0; v < 3; v++) {
        const alf_sticking_spec spec = spec_of(velocities[v]);
        alf_sticking           *s = NULL;
        test_ok(ctx, alf_sticking_create(ctx, &spec, &s));
        const double in_time = hypot(1, spec.beta_time / PI) / FRAMES,
                     in_space = hypot(1, spec.beta_space / PI) / (LENGTH - 2);
        const double from = 2 * in_time / fabs(spec.velocity) + in_space;
        for (int64_t i = 0; alf_sticking_frequency(s, i) < 0.5 - in_space; i++)
            assert_true(alf_sticking_separated(s, i) == (alf_sticking_frequency(s, i) > from));
        alf_sticking_destroy(s);
    }
}

static void too_short_a_way_leaves_no_frequencies(void **state)
{
    double *x = no_slices(1);
    (void)state;
    add_line(x, 9, 1, 0.05);
    alf_sticking_shares s = shares_of(spec_of(0.05), 1, x, K_MIN);
    assert_int_equal(s.frequencies, 0);
    assert_true(isnan(s.stuck) && isnan(s.carried) && isnan(s.rest) && isnan(s.k_low) && isnan(s.chance_stuck));
}

static void what_is_constant_has_no_shares(void **state)
{
    double *x = no_slices(1);
    (void)state;
    alf_sticking_shares s = shares_of(spec_of(0.25), 1, x, K_MIN);
    assert_true(s.frequencies > 0 && s.energy == 0);
    assert_true(isnan(s.stuck) && isnan(s.carried) && isnan(s.rest));
}

/* The whole spectrum of a fixed wave: one row, in the middle; and its sum is its mean square under the window. */
static void the_spectrum_has_still_waves_in_its_middle_row(void **state)
{
    alf_sticking_spec spec = spec_of(0.25);
    alf_sticking     *s = NULL;
    double            energies[3][MOST] = {{0}}, sum = 0, middle = 0;
    double           *x = no_slices(1);
    (void)state;
    for (int i = 0; i < FRAMES * LENGTH; i++) x[i] = cos(2 * PI * 0.3 * (i % LENGTH));
    test_ok(ctx, alf_sticking_create(ctx, &spec, &s));
    const int64_t count = alf_sticking_frequencies(s);
    double       *power = calloc((size_t)(FRAMES * count), sizeof *power);
    assert_non_null(power);
    test_ok(ctx, alf_sticking_add(ctx, s, 1, x, energies[0], energies[1], energies[2], power));
    for (int64_t i = 0; i < FRAMES * count; i++) {
        sum += power[i];
        if (llabs(i / count - FRAMES / 2) <= 2) middle += power[i];
    }
    assert_near("sum", sum, 0.5, 0.03);
    assert_near("middle", middle / sum, 1, 1e-4);
    free(power);
    free(x);
    alf_sticking_destroy(s);
}

static void assert_refused(alf_sticking_spec spec, const char *text)
{
    alf_sticking *s = NULL;
    assert_int_equal(alf_sticking_create(ctx, &spec, &s), ALF_ERR_RANGE);
    assert_null(s);
    if (!strstr(alf_ctx_message(ctx), text)) fail_msg("'%s' is not in '%s'", text, alf_ctx_message(ctx));
    alf_ctx_clear_error(ctx);
}

static void settings_out_of_range_are_named(void **state)
{
    alf_sticking_spec spec = spec_of(0);
    (void)state;
    assert_refused(spec, "velocity is 0");
    spec.velocity = (double)NAN;
    assert_refused(spec, "velocity");
    spec = spec_of(0.25);
    spec.frames = 3;
    assert_refused(spec, "frames is 3");
    spec = spec_of(0.25);
    spec.length = 7;
    assert_refused(spec, "length is 7");
    spec = spec_of(0.25);
    spec.beta_time = -1;
    assert_refused(spec, "beta_time is -1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shifted_exactly_is_carried),
        cmocka_unit_test(what_is_fixed_sticks),
        cmocka_unit_test(mixtures_show_the_energy_of_each),
        cmocka_unit_test(what_moves_otherwise_is_neither),
        cmocka_unit_test(noise_that_is_new_in_each_frame_is_at_the_stated_chance),
        cmocka_unit_test(brightness_and_contrast_do_not_matter),
        cmocka_unit_test(low_frequencies_do_not_leak_onto_the_stuck_line),
        cmocka_unit_test(frequencies_that_the_frame_rate_makes_stand_still_do_not_count),
        cmocka_unit_test(frequencies_count_from_where_the_lines_part),
        cmocka_unit_test(too_short_a_way_leaves_no_frequencies),
        cmocka_unit_test(what_is_constant_has_no_shares),
        cmocka_unit_test(the_spectrum_has_still_waves_in_its_middle_row),
        cmocka_unit_test(settings_out_of_range_are_named),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
