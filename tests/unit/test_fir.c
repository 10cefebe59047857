/* Physics of the designed filters, their figures against closed forms, and refusals that name the field. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/fir.h"
#include "aliasfree/plan.h"
#include "golden.h"

#define PI 3.14159265358979323846

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

static alf_fir *design(alf_fir_spec spec)
{
    alf_fir *fir = NULL;
    test_ok(ctx, alf_fir_design(ctx, &spec, &fir));
    return fir;
}

static alf_fir *from_taps(int rank, int width, int height, const double *values)
{
    alf_fir *fir = NULL;
    alf_taps taps = {.rank = rank, .width = width, .height = height, .values = values};
    test_ok(ctx, alf_fir_from_taps(ctx, &taps, 1.0, &fir));
    return fir;
}

static void assert_near(const char *what, double got, double expected, double tolerance)
{
    assert_allclose_absolute(what, 1, &got, &expected, tolerance);
}

/* --- Kaiser's estimates and window ---------------------------------------------------------------------------------- */

static void six_taps_a_side_and_half_width_0_4_give_39_5_dB(void **state)
{
    (void)state;
    assert_near("attenuation", alf_kaiser_attenuation(12, 0.4), 39.5, 0.05);
}

static void kaiser_beta_joins_its_three_pieces(void **state)
{
    (void)state;
    assert_near("at 21 dB", alf_kaiser_beta(21.0), 0.0, 0.0);
    assert_near("just above 21 dB", alf_kaiser_beta(21.0 + 1e-12), 0.0, 1e-4);
    assert_near("at 50 dB", alf_kaiser_beta(50.0), alf_kaiser_beta(50.0 + 1e-9), 0.02);
    assert_near("at 60 dB", alf_kaiser_beta(60.0), 0.1102 * 51.3, 1e-12);
}

/* I0(x) exp(-beta) as the mean of exp(x cos t - beta) over a circle: the rectangle rule converges exponentially there. */
static double bessel_by_integration(double x, double beta)
{
    double sum = 0.0;
    for (int i = 0; i < 4000; i++) sum += exp(x * cos(2.0 * PI * i / 4000.0) - beta);
    return sum / 4000.0;
}

static void kaiser_window_equals_its_integral_definition(void **state)
{
    const double betas[] = {0.0, 0.5, 8.0, 24.9, 25.1, 100.0, 900.0};
    (void)state;
    for (size_t b = 0; b < sizeof betas / sizeof *betas; b++)
        for (int count = 1; count <= 12; count++) {
            double window[12], expected[12];
            alf_kaiser_window(count, betas[b], window);
            for (int i = 0; i < count; i++) {
                double t = count > 1 ? 2.0 * i / (count - 1.0) - 1.0 : 0.0;
                double x = betas[b] * sqrt(fmax(0.0, 1.0 - t * t));
                expected[i] = bessel_by_integration(x, betas[b]) / bessel_by_integration(betas[b], betas[b]);
            }
            assert_allclose("window", count, window, expected, 1e-12);
        }
}

/* --- what every designed filter shares ------------------------------------------------------------------------------ */

typedef void (*filter_check)(const char *what, const alf_fir *fir);

/* Every window and shape, odd and even lengths, narrow and wide. */
static void for_all_designs(filter_check check)
{
    const double cutoffs[] = {0.02, 0.125, 0.3, 0.49};
    const int    lengths[] = {2, 3, 6, 12, 13, 47, 96};
    for (int window = ALF_WINDOW_KAISER; window <= ALF_WINDOW_GAUSSIAN; window++)
        for (int radial = 0; radial <= (window == ALF_WINDOW_KAISER); radial++)
            for (size_t c = 0; c < 4; c++)
                for (size_t n = 0; n < 7; n++) {
                    char         what[96];
                    alf_fir_spec spec = {.numtaps = lengths[n],
                                         .cutoff = 64.0 * cutoffs[c],
                                         .width = 9.0,
                                         .fs = 64.0,
                                         .window = (alf_window)window,
                                         .radial = radial != 0};
                    alf_fir     *fir = design(spec);
                    snprintf(what, sizeof what, "window %d radial %d cutoff %g numtaps %d", window, radial, spec.cutoff,
                             spec.numtaps);
                    check(what, fir);
                    alf_fir_destroy(fir);
                }
}

static void check_gain_at_zero(const char *what, const alf_fir *fir)
{
    double zero = 0.0, gain;
    alf_fir_response(fir, 1, &zero, &gain);
    assert_near(what, gain, 1.0, 1e-13);
    assert_near(what, alf_fir_response_2d(fir, 0.0, 0.0), 1.0, 1e-13);
}

static void designed_filters_have_gain_1_at_frequency_0(void **state)
{
    (void)state;
    for_all_designs(check_gain_at_zero);
}

static void check_symmetry(const char *what, const alf_fir *fir)
{
    alf_taps taps = alf_fir_taps(fir);
    int      count = taps.width * taps.height;
    for (int i = 0; i < count; i++) assert_near(what, taps.values[i], taps.values[count - 1 - i], 1e-16);
    if (taps.rank == 2)
        for (int y = 0; y < taps.height; y++)
            for (int x = 0; x < taps.width; x++)
                assert_near(what, taps.values[y * taps.width + x], taps.values[x * taps.width + y], 1e-16);
}

static void designed_filters_are_symmetric_and_so_linear_in_phase(void **state)
{
    (void)state;
    for_all_designs(check_symmetry);
}

static void check_no_tiny_taps(const char *what, const alf_fir *fir)
{
    alf_taps taps = alf_fir_taps(fir);
    for (int i = 0; i < taps.width * taps.height; i++)
        if (taps.values[i] != 0.0 && fabs(taps.values[i]) < 1e-30)
            fail_msg("%s: tap %d is %g, a denormal number in float32", what, i, taps.values[i]);
}

static void no_tap_is_a_denormal_number_in_float32(void **state)
{
    (void)state;
    for_all_designs(check_no_tiny_taps);
}

static void response_along_x_is_the_2d_response_at_fy_0(void **state)
{
    alf_fir *fir = design((alf_fir_spec){.numtaps = 13, .cutoff = 11.3, .width = 7.4, .fs = 64.0, .radial = true});
    (void)state;
    for (double f = 0.0; f < 32.0; f += 1.7) {
        double gain;
        alf_fir_response(fir, 1, &f, &gain);
        assert_near("gain", gain, alf_fir_response_2d(fir, f, 0.0), 1e-14);
        assert_near("gain turned by 90 degrees", gain, alf_fir_response_2d(fir, 0.0, f), 1e-14);
    }
    alf_fir_destroy(fir);
}

static void one_tap_is_the_identity_whatever_else_is_asked(void **state)
{
    alf_fir *fir = design((alf_fir_spec){.numtaps = 1, .cutoff = 7.0, .radial = true});
    alf_taps taps = alf_fir_taps(fir);
    (void)state;
    assert_int_equal(taps.rank, 0);
    assert_int_equal(taps.width * taps.height, 1);
    assert_near("tap", taps.values[0], 1.0, 0.0);
    assert_near("gain", alf_fir_response_2d(fir, 0.3, 0.4), 1.0, 1e-15);
    alf_fir_destroy(fir);
}

/* --- the stopband of configuration T -------------------------------------------------------------------------------- */

typedef struct {
    int    numtaps;
    double cutoff, half_width, fs;
} band;

typedef void (*band_check)(const alf_fir *fir, band b, double estimate);

static void check_band(band b, band_check check)
{
    alf_fir *fir =
        design((alf_fir_spec){.numtaps = b.numtaps, .cutoff = b.cutoff, .width = 2.0 * b.half_width, .fs = b.fs});
    check(fir, b, alf_kaiser_attenuation(b.numtaps, 2.0 * b.half_width / (0.5 * b.fs)));
    alf_fir_destroy(fir);
}

/* The up- and downsampling filters of every layer of T-256 whose transition is wider than the passband, or is not. */
static void for_filters_of_t256(bool wide, band_check check)
{
    alf_config config;
    alf_plan  *plan = NULL;
    int        found = 0;
    test_ok(ctx, alf_config_named(ctx, "stylegan3-t", 256, 32768, 512, &config));
    test_ok(ctx, alf_plan_create(ctx, &config, &plan));
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        const band            bands[] = {{l->up_taps, l->in_cutoff, l->in_half_width, l->tmp_rate},
                                         {l->down_taps, l->out_cutoff, l->out_half_width, l->tmp_rate}};
        for (int side = 0; side < 2; side++) {
            const band b = bands[side];
            if (b.numtaps == 1 || (b.half_width > b.cutoff * 1.001) != wide) continue;
            check_band(b, check);
            found++;
        }
    }
    alf_plan_destroy(plan);
    assert_int_equal(found, wide ? 11 : 17);
}

static double stopband_db(const alf_fir *fir, double cutoff, double width)
{
    alf_fir_figures figures;
    test_ok(ctx, alf_fir_measure(ctx, fir, cutoff, width, 2, &figures));
    return figures.stopband_db;
}

static void check_stopband(const alf_fir *fir, band b, double estimate)
{
    double edge = stopband_db(fir, b.cutoff, 2.0 * b.half_width);
    double inside = stopband_db(fir, b.cutoff, 2.04 * b.half_width);
    if (!(edge >= estimate - 2.0 && inside >= estimate - 1.0))
        fail_msg("cutoff %g: %.2f dB at the edge, %.2f beyond, estimate %.2f", b.cutoff, edge, inside, estimate);
}

/* Right at the edge the finite slope still costs up to 2 dB; 2% of the half-width later it does not. */
static void stopband_of_T_reaches_kaiser_estimate_minus_1_dB_past_its_edge(void **state)
{
    (void)state;
    for_filters_of_t256(false, check_stopband);
}

static void check_wide_stopband(const alf_fir *fir, band b, double estimate)
{
    double edge = stopband_db(fir, b.cutoff, 2.0 * b.half_width);
    if (!(edge >= estimate - 5.0)) fail_msg("cutoff %g: %.2f dB, estimate %.2f", b.cutoff, edge, estimate);
}

/* Where f_h > f_c the transition band overlaps its own mirror image, which Kaiser's estimate knows nothing of. */
static void wide_transitions_of_T_fall_short_of_the_estimate_by_5_dB_at_most(void **state)
{
    (void)state;
    for_filters_of_t256(true, check_wide_stopband);
}

/* --- radial filters ------------------------------------------------------------------------------------------------- */

/* Largest gain and largest difference between directions at radii from `from` to fs/2. */
static void scan_directions(const alf_fir *fir, double from, double fs, double *gain, double *spread)
{
    *gain = *spread = 0.0;
    for (double r = from; r <= 0.5 * fs; r += fs / 256.0) {
        double low = INFINITY, high = 0.0;
        for (int degrees = 0; degrees <= 45; degrees += 5) {
            double angle = degrees * PI / 180.0, g = alf_fir_response_2d(fir, r * cos(angle), r * sin(angle));
            low = fmin(low, g);
            high = fmax(high, g);
        }
        *gain = fmax(*gain, high);
        *spread = fmax(*spread, high - low);
    }
}

static void radial_filter_stops_alike_in_every_direction(void **state)
{
    alf_fir_spec spec = {.numtaps = 24, .cutoff = 16.0, .width = 20.48, .fs = 128.0, .radial = true};
    double       radial_gain, radial_spread, square_gain, square_spread, edge = spec.cutoff + 0.5 * spec.width;
    (void)state;
    alf_fir *radial = design(spec);
    spec.radial = false;
    alf_fir *square = design(spec);
    scan_directions(radial, edge, spec.fs, &radial_gain, &radial_spread);
    scan_directions(square, edge, spec.fs, &square_gain, &square_spread);
    if (!(radial_spread < 0.005)) fail_msg("the radial filter's gains differ by %g", radial_spread);
    if (!(-20.0 * log10(radial_gain) > 45.0)) fail_msg("radial stopband: %g dB", -20.0 * log10(radial_gain));
    if (!(square_gain > 10.0 * radial_gain)) fail_msg("the separable filter should leak along the diagonal");
    alf_fir_destroy(radial);
    alf_fir_destroy(square);
}

/* --- other kernels -------------------------------------------------------------------------------------------------- */

static void lanczos_ends_after_two_zero_crossings(void **state)
{
    /* 2 f_c x = u: one tap per quarter of u */
    alf_fir      *fir = design((alf_fir_spec){.numtaps = 33, .cutoff = 0.125, .fs = 1.0, .window = ALF_WINDOW_LANCZOS});
    const double *h = alf_fir_taps(fir).values;
    (void)state;
    for (int i = 0; i < 33; i++) {
        double u = 0.25 * (i - 16);
        if (fabs(u) >= 2.0 && h[i] != 0.0) fail_msg("tap at u = %g is %g", u, h[i]);
        if (fabs(u) == 1.0) assert_near("zero crossing", h[i], 0.0, 1e-16);
        if (fabs(u) > 1.0 && fabs(u) < 2.0 && !(h[i] < 0.0)) fail_msg("no negative lobe at u = %g", u);
    }
    assert_near("tap at u = 1/2", h[18] / h[16], sin(PI / 2.0) / (PI / 2.0) * sin(PI / 4.0) / (PI / 4.0), 1e-14);
    alf_fir_destroy(fir);
}

static void gaussian_has_sigma_0_4_and_a_gaussian_response(void **state)
{
    double   cutoff = 0.1, sigma = 0.4 / (2.0 * cutoff);
    alf_fir *fir = design((alf_fir_spec){.numtaps = 41, .cutoff = cutoff, .fs = 1.0, .window = ALF_WINDOW_GAUSSIAN});
    (void)state;
    for (double f = 0.0; f <= 0.25; f += 0.01) {
        double gain;
        alf_fir_response(fir, 1, &f, &gain);
        assert_near("gain", gain, exp(-2.0 * PI * PI * sigma * sigma * f * f), 1e-6);
    }
    alf_fir_destroy(fir);
}

static void binomial_of_four_is_1_3_3_1(void **state)
{
    const double expected[] = {0.125, 0.375, 0.375, 0.125};
    alf_fir     *fir = NULL;
    (void)state;
    test_ok(ctx, alf_fir_binomial(ctx, 4, &fir));
    assert_int_equal(alf_fir_taps(fir).rank, 1);
    assert_int_equal(alf_fir_taps(fir).width, 4);
    assert_allclose("taps", 4, alf_fir_taps(fir).values, expected, 1e-15);
    alf_fir_destroy(fir);
}

static void symlets_are_orthonormal_to_their_even_shifts(void **state)
{
    (void)state;
    for (int order = 2; order <= 6; order += 4) {
        alf_fir *fir = NULL;
        test_ok(ctx, alf_fir_symlet(ctx, order, &fir));
        alf_taps taps = alf_fir_taps(fir);
        assert_int_equal(taps.width, 2 * order);
        for (int shift = 0; shift < taps.width; shift += 2) {
            double product = 0.0;
            for (int i = shift; i < taps.width; i++) product += taps.values[i] * taps.values[i - shift];
            assert_near("product", product, shift ? 0.0 : 1.0, 1e-11);
        }
        assert_near("gain at 0", alf_fir_response_2d(fir, 0.0, 0.0), 2.0, 1e-10);
        alf_fir_destroy(fir);
    }
}

/* --- figures -------------------------------------------------------------------------------------------------------- */

/* Share of the energy of cos^2(pi f) above f = 1/4. */
static const double two_tap_alias = 0.5 - 1.0 / PI;

static void figures_of_two_equal_taps_are_those_of_a_cosine(void **state)
{
    const double    taps[] = {0.5, 0.5};
    alf_fir        *fir = from_taps(1, 2, 1, taps);
    alf_fir_figures f;
    (void)state;
    test_ok(ctx, alf_fir_measure(ctx, fir, 0.3, 0.2, 2, &f));
    assert_near("cutoff", f.cutoff, 1.0 / 3.0, 1e-9);
    assert_near("passband end", f.passband_end, 0.2, 1e-15);
    assert_near("stopband start", f.stopband_start, 0.4, 1e-15);
    assert_near("ripple", f.passband_ripple_db, -20.0 * log10(cos(0.2 * PI)), 1e-9);
    assert_near("stopband", f.stopband_db, -20.0 * log10(cos(0.4 * PI)), 1e-9);
    assert_near("transition", f.transition_width, (acos(0.1) - acos(0.9)) / PI, 1e-9);
    assert_near("alias energy", f.alias_energy_db, 10.0 * log10(two_tap_alias), 1e-9);
    alf_fir_destroy(fir);
}

static void alias_energy_of_a_2d_filter_counts_the_plane_outside_the_square(void **state)
{
    const double    taps[] = {0.5, 0.5, 0.5, 0.5}; /* gain 2 at 0: figures are relative to it */
    alf_fir        *fir = from_taps(2, 2, 2, taps);
    alf_fir_figures f;
    (void)state;
    test_ok(ctx, alf_fir_measure(ctx, fir, 0.3, 0.2, 2, &f));
    double kept = (1.0 - two_tap_alias) * (1.0 - two_tap_alias);
    assert_near("alias energy", f.alias_energy_db, 10.0 * log10(1.0 - kept), 1e-9);
    assert_near("cutoff", f.cutoff, 1.0 / 3.0, 1e-9);
    alf_fir_destroy(fir);
}

/* The alias energy of a radial filter, by summing its response over the plane. */
static void alias_energy_of_a_radial_filter_equals_the_sum_over_the_plane(void **state)
{
    alf_fir        *fir = design((alf_fir_spec){.numtaps = 7, .cutoff = 0.15, .width = 0.2, .fs = 1.0, .radial = true});
    alf_fir_figures f;
    double          all = 0.0, beyond = 0.0;
    const int       n = 120; /* midpoints, so that the square's border falls between points */
    (void)state;
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++) {
            double fx = 0.5 * (x + 0.5) / n, fy = 0.5 * (y + 0.5) / n, g = alf_fir_response_2d(fir, fx, fy);
            all += g * g;
            if (fx > 0.25 || fy > 0.25) beyond += g * g;
        }
    test_ok(ctx, alf_fir_measure(ctx, fir, 0.15, 0.2, 2, &f));
    assert_near("alias energy", f.alias_energy_db, 10.0 * log10(beyond / all), 0.02);
    alf_fir_destroy(fir);
}

static void the_identity_aliases_half_and_never_falls(void **state)
{
    alf_fir        *fir = from_taps(0, 0, 0, NULL);
    alf_fir_figures f;
    (void)state;
    test_ok(ctx, alf_fir_measure(ctx, fir, 0.25, 0.1, 2, &f));
    assert_near("alias energy", f.alias_energy_db, 10.0 * log10(0.5), 1e-9);
    assert_near("ripple", f.passband_ripple_db, 0.0, 1e-12);
    assert_near("stopband", f.stopband_db, 0.0, 1e-12);
    assert_true(isnan(f.cutoff));
    assert_true(isnan(f.transition_width));
    test_ok(ctx, alf_fir_measure(ctx, fir, 0.25, 0.1, 1, &f));
    assert_true(isinf(f.alias_energy_db) && f.alias_energy_db < 0.0);
    alf_fir_destroy(fir);
}

static void measured_cutoff_is_the_designed_one(void **state)
{
    alf_fir        *fir = design((alf_fir_spec){.numtaps = 96, .cutoff = 100.0, .width = 44.0, .fs = 512.0});
    alf_fir_figures f;
    (void)state;
    test_ok(ctx, alf_fir_measure(ctx, fir, 100.0, 44.0, 2, &f));
    assert_near("cutoff", f.cutoff, 100.0, 0.05);
    assert_in_range((long)f.transition_width, 10, 44);
    alf_fir_destroy(fir);
}

static void longer_filters_alias_less(void **state)
{
    double previous = 0.0;
    (void)state;
    for (int numtaps = 6; numtaps <= 48; numtaps *= 2) {
        alf_fir        *fir = design((alf_fir_spec){.numtaps = numtaps, .cutoff = 0.2, .width = 0.1, .fs = 1.0});
        alf_fir_figures f;
        test_ok(ctx, alf_fir_measure(ctx, fir, 0.2, 0.1, 2, &f));
        if (!(f.alias_energy_db < previous)) fail_msg("%d taps: %g dB", numtaps, f.alias_energy_db);
        previous = f.alias_energy_db;
        alf_fir_destroy(fir);
    }
}

/* --- refusals ------------------------------------------------------------------------------------------------------- */

static void refuses(alf_status status, alf_status expected, const char *field)
{
    if (status != expected || !strstr(alf_ctx_message(ctx), field))
        fail_msg("expected '%s' about %s, got '%s': %s", alf_status_text(expected), field, alf_status_text(status),
                 alf_ctx_message(ctx));
    alf_ctx_clear_error(ctx);
}

static void specs_out_of_range_are_refused_by_the_name_of_the_field(void **state)
{
    const struct {
        alf_fir_spec spec;
        const char  *field;
    } cases[] = {
        {{.numtaps = 0, .cutoff = 1, .width = 1, .fs = 8}, "numtaps"},
        {{.numtaps = 4097, .cutoff = 1, .width = 1, .fs = 8}, "numtaps"},
        {{.numtaps = 12, .cutoff = 0, .width = 1, .fs = 8}, "cutoff"},
        {{.numtaps = 12, .cutoff = 4, .width = 1, .fs = 8}, "cutoff"},
        {{.numtaps = 12, .cutoff = 4.1, .width = 1, .fs = 8, .radial = true}, "cutoff"},
        {{.numtaps = 12, .cutoff = (double)NAN, .width = 1, .fs = 8}, "cutoff"},
        {{.numtaps = 12, .cutoff = 1, .width = 0, .fs = 8}, "width"},
        {{.numtaps = 12, .cutoff = 1, .width = (double)INFINITY, .fs = 8}, "width"},
        {{.numtaps = 12, .cutoff = 1, .width = 1e9, .fs = 8}, "width"},
        {{.numtaps = 12, .cutoff = 1, .width = 1, .fs = -8}, "fs"},
        {{.numtaps = 12, .cutoff = 1, .width = 1, .fs = 8, .window = (alf_window)7}, "window"},
        {{.numtaps = 12, .cutoff = 1, .width = 1, .fs = 8, .window = ALF_WINDOW_LANCZOS, .radial = true}, "radial"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        alf_fir *fir = NULL;
        refuses(alf_fir_design(ctx, &cases[i].spec, &fir), ALF_ERR_RANGE, cases[i].field);
        assert_null(fir);
    }
    alf_fir *critical = design((alf_fir_spec){.numtaps = 12, .cutoff = 4, .width = 1, .fs = 8, .radial = true});
    alf_fir_destroy(critical);
}

static void taps_and_measurements_that_make_no_sense_are_refused(void **state)
{
    double          taps[] = {0.5, -0.5};
    alf_taps        t = {.rank = 1, .width = 2, .height = 1, .values = taps};
    alf_fir        *fir = NULL, *high_pass;
    alf_fir_figures figures;
    (void)state;
    high_pass = from_taps(1, 2, 1, taps);
    refuses(alf_fir_measure(ctx, high_pass, 0.2, 0.1, 2, &figures), ALF_ERR_RANGE, "sum");
    refuses(alf_fir_measure(ctx, high_pass, 0.6, 0.1, 2, &figures), ALF_ERR_RANGE, "cutoff");
    refuses(alf_fir_measure(ctx, high_pass, 0.2, -1.0, 2, &figures), ALF_ERR_RANGE, "width");
    refuses(alf_fir_measure(ctx, high_pass, 0.2, 0.1, 0, &figures), ALF_ERR_RANGE, "decimation");
    alf_fir_destroy(high_pass);
    taps[1] = (double)NAN;
    refuses(alf_fir_from_taps(ctx, &t, 1.0, &fir), ALF_ERR_RANGE, "values[1]");
    taps[1] = 0.5;
    refuses(alf_fir_from_taps(ctx, &t, 0.0, &fir), ALF_ERR_RANGE, "fs");
    t.rank = 3;
    refuses(alf_fir_from_taps(ctx, &t, 1.0, &fir), ALF_ERR_RANGE, "rank");
    t = (alf_taps){.rank = 1, .width = 1, .height = 2, .values = taps};
    refuses(alf_fir_from_taps(ctx, &t, 1.0, &fir), ALF_ERR_RANGE, "taps.height is 2");
    refuses(alf_fir_symlet(ctx, 3, &fir), ALF_ERR_RANGE, "order");
    refuses(alf_fir_binomial(ctx, 0, &fir), ALF_ERR_RANGE, "count");
    refuses(alf_fir_design(ctx, NULL, &fir), ALF_ERR_ARGUMENT, "spec");
    assert_null(fir);
    alf_fir_destroy(NULL);
}

static void print_tells_kind_rate_and_taps(void **state)
{
    alf_fir *fir = NULL;
    char    *text = NULL;
    size_t   size = 0;
    (void)state;
    test_ok(ctx, alf_fir_binomial(ctx, 4, &fir));
    FILE *memory = open_memstream(&text, &size);
    assert_non_null(memory);
    alf_fir_print(fir, memory);
    fclose(memory);
    assert_non_null(strstr(text, "separable, 4 x 4 taps at rate 1"));
    assert_non_null(strstr(text, "+0.125 +0.375 +0.375 +0.125\n"));
    free(text);
    alf_fir_destroy(fir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_taps_a_side_and_half_width_0_4_give_39_5_dB),
        cmocka_unit_test(kaiser_beta_joins_its_three_pieces),
        cmocka_unit_test(kaiser_window_equals_its_integral_definition),
        cmocka_unit_test(designed_filters_have_gain_1_at_frequency_0),
        cmocka_unit_test(designed_filters_are_symmetric_and_so_linear_in_phase),
        cmocka_unit_test(no_tap_is_a_denormal_number_in_float32),
        cmocka_unit_test(response_along_x_is_the_2d_response_at_fy_0),
        cmocka_unit_test(one_tap_is_the_identity_whatever_else_is_asked),
        cmocka_unit_test(stopband_of_T_reaches_kaiser_estimate_minus_1_dB_past_its_edge),
        cmocka_unit_test(wide_transitions_of_T_fall_short_of_the_estimate_by_5_dB_at_most),
        cmocka_unit_test(radial_filter_stops_alike_in_every_direction),
        cmocka_unit_test(lanczos_ends_after_two_zero_crossings),
        cmocka_unit_test(gaussian_has_sigma_0_4_and_a_gaussian_response),
        cmocka_unit_test(binomial_of_four_is_1_3_3_1),
        cmocka_unit_test(symlets_are_orthonormal_to_their_even_shifts),
        cmocka_unit_test(figures_of_two_equal_taps_are_those_of_a_cosine),
        cmocka_unit_test(alias_energy_of_a_2d_filter_counts_the_plane_outside_the_square),
        cmocka_unit_test(alias_energy_of_a_radial_filter_equals_the_sum_over_the_plane),
        cmocka_unit_test(the_identity_aliases_half_and_never_falls),
        cmocka_unit_test(measured_cutoff_is_the_designed_one),
        cmocka_unit_test(longer_filters_alias_less),
        cmocka_unit_test(specs_out_of_range_are_refused_by_the_name_of_the_field),
        cmocka_unit_test(taps_and_measurements_that_make_no_sense_are_refused),
        cmocka_unit_test(print_tells_kind_rate_and_taps),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
