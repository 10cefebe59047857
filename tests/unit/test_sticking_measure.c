/* Texture sticking of networks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "golden.h"

enum { SIZE = 32 };

static const double K_MIN[] = {0.3, 0.4};

static alf_config small_config(alf_ctx *ctx, const char *name)
{
    alf_config config;
    test_ok(ctx, alf_config_named(ctx, name, SIZE, 256, 8, &config));
    config.z_dim = config.w_dim = 16;
    return config;
}

static alf_generator *generator_of(alf_ctx *ctx, const alf_config *config)
{
    alf_generator *g;
    test_ok(ctx, alf_generator_create(ctx, config, 1, &g));
    return g;
}

/* As short as it can be. */
static alf_sticking_options short_way(void)
{
    alf_sticking_options o = alf_sticking_options_default();
    o.velocity = 0.5;
    o.span = 1;
    o.seeds = 2;
    o.rows = 4;
    return o;
}

static void shares_of_T_are_carried_sum_to_1_and_follow_from_the_seed(void **state)
{
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_config           config = small_config(ctx, "stylegan3-t");
    alf_generator       *g = generator_of(ctx, &config);
    alf_sticking_options o = short_way();
    alf_sticking_result  a[2], b[2], one;
    (void)state;
    test_ok(ctx, alf_measure_sticking(g, &o, 2, K_MIN, a, NULL));
    test_ok(ctx, alf_measure_sticking(g, &o, 2, K_MIN, b, NULL));
    for (int i = 0; i < 2; i++) {
        assert_true(a[i].stuck == b[i].stuck && a[i].low == b[i].low && a[i].energy_db == b[i].energy_db);
        assert_true(a[i].k_min == K_MIN[i] && a[i].k_low >= K_MIN[i] && a[i].k_high <= 0.5);
        assert_int_equal(a[i].frames, 2 * SIZE);
        assert_int_equal(a[i].length, SIZE - 4);
        assert_int_equal(a[i].slices + a[i].flat, 2 * 2 * 4);
        assert_true(a[i].stuck >= 0 && a[i].carried >= 0 && a[i].rest >= -1e-12);
        assert_true(fabs(a[i].stuck + a[i].carried + a[i].rest - 1) < 1e-12);
        /* what follows the input, along both axes and in the right sense */
        if (!(a[i].carried > 0.9 && a[i].stuck < 0.01)) fail_msg("carried %g, stuck %g", a[i].carried, a[i].stuck);
        assert_true(a[i].low <= a[i].stuck && a[i].stuck <= a[i].high);
        assert_true(a[i].energy_db < 0 && a[i].stuck_db <= a[i].energy_db && a[i].seconds > 0);
    }
    o.seeds = 1;
    test_ok(ctx, alf_measure_sticking(g, &o, 1, K_MIN, &one, NULL));
    assert_true(isfinite(one.stuck) && isnan(one.low) && isnan(one.high));
    o.seed = 1;
    test_ok(ctx, alf_measure_sticking(g, &o, 1, K_MIN, b, NULL));
    assert_true(b[0].stuck != one.stuck);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* The network, which is taken, with all numbers of the arrays whose names contain `part` set to `value`. */
static alf_generator *with_value(alf_generator *g, const char *part, float value)
{
    alf_ctx     *ctx = alf_generator_ctx(g);
    alf_archive *from, *to;
    int          changed = 0;
    test_ok(ctx, alf_archive_create(ctx, &from));
    test_ok(ctx, alf_generator_to_archive(g, "G_ema", from));
    test_ok(ctx, alf_archive_create(ctx, &to));
    for (int64_t i = 0; i < alf_archive_meta_count(from); i++) {
        const char *key = alf_archive_meta_key(from, i);
        test_ok(ctx, alf_archive_set_meta(to, key, alf_archive_meta(from, key)));
    }
    for (int64_t i = 0; i < alf_archive_count(from); i++) {
        const alf_array *array = alf_archive_at(from, i);
        const bool       meant = strstr(array->name, part) != NULL;
        float           *values = calloc((size_t)array->count, sizeof *values);
        assert_non_null(values);
        for (int64_t k = 0; k < array->count; k++) values[k] = value;
        changed += meant;
        test_ok(ctx, alf_archive_add(to, array->name, meant ? ALF_F32 : array->dtype, array->ndim, array->shape,
                                     meant ? values : array->data));
        free(values);
    }
    assert_true(changed > 0);
    alf_generator_destroy(g);
    test_ok(ctx, alf_generator_from_archive(ctx, to, NULL, &g));
    alf_archive_destroy(from);
    alf_archive_destroy(to);
    return g;
}

/* The noise of B stays at its pixels: where it outweighs the rest everything sticks. */
static void noise_inputs_stick(void **state)
{
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_config           config = small_config(ctx, "B");
    alf_sticking_options o = short_way();
    alf_sticking_result  without, with;
    (void)state;
    alf_generator *g = generator_of(ctx, &config);
    test_ok(ctx, alf_measure_sticking(g, &o, 1, K_MIN, &without, NULL));
    g = with_value(g, "noise_strength", 100);
    test_ok(ctx, alf_measure_sticking(g, &o, 1, K_MIN, &with, NULL));
    if (!(with.stuck > 0.95)) fail_msg("with noise %g sticks", with.stuck);
    if (!(without.stuck < 0.9 * with.stuck)) fail_msg("without noise %g sticks", without.stuck);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void a_network_that_paints_one_colour_has_no_shares(void **state)
{
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_config           config = small_config(ctx, "stylegan3-t");
    alf_sticking_options o = short_way();
    alf_sticking_result  result;
    (void)state;
    alf_generator *g = with_value(generator_of(ctx, &config), "_3.weight", 0);
    test_ok(ctx, alf_measure_sticking(g, &o, 1, K_MIN, &result, NULL));
    assert_int_equal(result.slices, 0);
    assert_int_equal(result.flat, 2 * 2 * 4);
    assert_true(isnan(result.stuck) && isnan(result.carried) && isnan(result.rest) && isnan(result.energy_db));
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* Each slice's energy from k_min on is 1, so is that of their mean, and the stuck part is in the middle rows. */
static void the_spectrum_is_of_slices_with_energy_1(void **state)
{
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_config           config = small_config(ctx, "stylegan3-t");
    alf_generator       *g = generator_of(ctx, &config);
    alf_sticking_options o = short_way();
    alf_sticking_result  result;
    alf_sticking_spec    spec;
    alf_sticking        *s = NULL;
    double               sum = 0;
    (void)state;
    o.seeds = 1;
    test_ok(ctx, alf_sticking_spec_of(ctx, &o, SIZE, &spec));
    test_ok(ctx, alf_sticking_create(ctx, &spec, &s));
    const int64_t bins = alf_sticking_frequencies(s);
    double       *spectrum = malloc((size_t)(spec.frames * bins) * sizeof *spectrum);
    assert_non_null(spectrum);
    test_ok(ctx, alf_measure_sticking(g, &o, 1, K_MIN, &result, spectrum));
    assert_int_equal(result.frames, spec.frames);
    for (int64_t i = 0; i < spec.frames * bins; i++)
        if (alf_sticking_frequency(s, i % bins) >= K_MIN[0] && alf_sticking_separated(s, i % bins)) sum += spectrum[i];
    assert_true(fabs(sum - 1) < 1e-9);
    alf_sticking_destroy(s);
    free(spectrum);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void assert_refused(alf_generator *g, alf_sticking_options o, double k_min, alf_status expected,
                           const char *text)
{
    alf_ctx            *ctx = alf_generator_ctx(g);
    alf_sticking_result result = {.stuck = 42};
    assert_int_equal(alf_measure_sticking(g, &o, 1, &k_min, &result, NULL), expected);
    if (!strstr(alf_ctx_message(ctx), text)) fail_msg("'%s' is not in '%s'", text, alf_ctx_message(ctx));
    assert_true(result.stuck == 42);
    alf_ctx_clear_error(ctx);
}

static void what_cannot_be_measured_is_refused(void **state)
{
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_config           t = small_config(ctx, "stylegan3-t"), a = small_config(ctx, "stylegan2");
    alf_generator       *g = generator_of(ctx, &t), *fixed = generator_of(ctx, &a);
    alf_sticking_options o = short_way();
    (void)state;
    assert_refused(fixed, o, 0.3, ALF_ERR_UNSUPPORTED, "no input transform");
    o.span = 0.125;
    assert_refused(g, o, 0.2, ALF_ERR_RANGE, "a longer way is needed");
    o = short_way();
    assert_refused(g, o, 0.6, ALF_ERR_RANGE, "k_min is 0.6");
    o.velocity = 0;
    assert_refused(g, o, 0.3, ALF_ERR_RANGE, "velocity is 0");
    o = short_way();
    o.span = (double)NAN;
    assert_refused(g, o, 0.3, ALF_ERR_RANGE, "span");
    o = short_way();
    o.margin = 0.5;
    assert_refused(g, o, 0.3, ALF_ERR_RANGE, "margin is 0.5");
    o = short_way();
    o.seeds = 0;
    assert_refused(g, o, 0.3, ALF_ERR_RANGE, "seeds is 0");
    o = short_way();
    o.rows = 0;
    assert_refused(g, o, 0.3, ALF_ERR_RANGE, "rows is 0");
    alf_generator_destroy(g);
    alf_generator_destroy(fixed);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_of_T_are_carried_sum_to_1_and_follow_from_the_seed),
        cmocka_unit_test(noise_inputs_stick),
        cmocka_unit_test(a_network_that_paints_one_colour_has_no_shares),
        cmocka_unit_test(the_spectrum_is_of_slices_with_energy_1),
        cmocka_unit_test(what_cannot_be_measured_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
