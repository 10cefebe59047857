/* Equivariance metrics: their names, and what holds of their figures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "core/core.h"
#include "golden.h"

static alf_generator *small_generator(alf_ctx *ctx, const char *name, int c_dim)
{
    alf_generator *g;
    alf_config     config;
    test_ok(ctx, alf_config_named(ctx, name, 16, 256, 8, &config));
    config.z_dim = config.w_dim = 16;
    config.c_dim = c_dim;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    return g;
}

static void names_of_metrics_say_kind_and_samples(void **state)
{
    (void)state;
    static const struct {
        const char     *name;
        alf_metric_kind kind;
        int64_t         samples;
    } good[] = {{"eqt50k_int", ALF_EQT_INT, 50000},   {"eqt64_int", ALF_EQT_INT, 64},
                {"eqt50k_frac", ALF_EQT_FRAC, 50000}, {"eqt1_frac", ALF_EQT_FRAC, 1},
                {"eqr50k", ALF_EQR, 50000},           {"eqr8", ALF_EQR, 8},
                {"swd16k", ALF_SWD, 16000},           {"swd100", ALF_SWD, 100}};
    static const char *const bad[] = {
        "",     "eqt",        "eqt_int",  "eqtk_int", "eqt0_int",    "eqt-1_int",           "eqt+1_int",
        "eqt5", "eqr50k_int", "eqr",      "eqr1.5k",  "fid50k_full", "eqt99999999999k_int", "eqr50m",
        "swd",  "swd0",       "swd1k_int"};
    alf_ctx   *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_metric metric;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        test_ok(ctx, alf_metric_parse(ctx, good[i].name, &metric));
        assert_int_equal(metric.kind, good[i].kind);
        assert_int_equal(metric.samples, good[i].samples);
        assert_string_equal(metric.name, good[i].name);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (alf_metric_parse(ctx, bad[i], &metric) == ALF_OK) fail_msg("'%s' was understood", bad[i]);
        if (!strstr(alf_ctx_message(ctx), bad[i])) fail_msg("'%s' is not in '%s'", bad[i], alf_ctx_message(ctx));
        alf_ctx_clear_error(ctx);
    }
    alf_ctx_destroy(ctx);
}

static void measure(alf_generator *g, int count, const char *const names[], const alf_equivariance_options *options,
                    alf_equivariance_result results[])
{
    alf_ctx   *ctx = alf_generator_ctx(g);
    alf_metric metrics[8];
    for (int i = 0; i < count; i++) test_ok(ctx, alf_metric_parse(ctx, names[i], &metrics[i]));
    test_ok(ctx, alf_measure_equivariance(g, count, metrics, options, results));
}

/* Measuring together shares images, so it must not change a figure. */
static void metrics_measured_together_equal_those_measured_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"eqt8_int", "eqt4_frac", "eqr8", "eqt4_int"};
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator           *g = small_generator(ctx, "stylegan3-t", 0);
    alf_equivariance_result  together[4], alone;
    measure(g, 4, names, NULL, together);
    for (int i = 0; i < 4; i++) {
        measure(g, 1, &names[i], NULL, &alone);
        assert_true(alone.db == together[i].db);
        assert_int_equal(alone.samples, together[i].samples);
        if (together[i].samples == 8) { /* two groups */
            assert_true(alone.low == together[i].low && alone.high == together[i].high);
            assert_true(together[i].low <= together[i].db && together[i].db <= together[i].high);
        }
    }
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* The image tells the two apart, the metric does not. */
static void equivariance_is_measured_with_direct_convolutions(void **state)
{
    (void)state;
    static const char *const     names[] = {"eqt4_frac"};
    static const alf_conv_method methods[] = {ALF_CONV_DIRECT, ALF_CONV_FAST};
    alf_equivariance_result      results[2];
    double                       image[2][3 * 32 * 32];
    for (int m = 0; m < 2; m++) {
        alf_ctx       *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
        alf_generator *g;
        alf_config     config;
        test_ok(ctx, alf_config_named(ctx, "stylegan3-t", 32, 2048, 32, &config));
        test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
        alf_ctx_use_conv(ctx, methods[m]);
        measure(g, 1, names, NULL, &results[m]);
        assert_int_equal(alf_ctx_conv(ctx), methods[m]);
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *z = alf_tensor_random_normal(ctx, 2, (int64_t[]){1, config.z_dim}, 1, 0);
        alf_tensor *ws = alf_generator_map(g, z, NULL, 1, -1);
        test_ok(ctx, alf_tensor_read(ctx, alf_generator_synthesize(g, ws, NULL), image[m]));
        alf_scope_close(scope, NULL);
        alf_generator_destroy(g);
        alf_ctx_destroy(ctx);
    }
    assert_memory_not_equal(image[0], image[1], sizeof image[0]);
    assert_true(results[0].db == results[1].db);
}

static void samples_are_rounded_up_to_whole_groups(void **state)
{
    (void)state;
    static const char *const names[] = {"eqt5_int"};
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator           *g = small_generator(ctx, "stylegan3-t", 0);
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  result;
    options.batch = 3;
    measure(g, 1, names, &options, &result);
    assert_int_equal(result.samples, 6);
    options.batch = 5;
    measure(g, 1, names, &options, &result); /* one group: no interval */
    assert_int_equal(result.samples, 5);
    assert_true(isnan(result.low) && isnan(result.high));
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void the_seed_decides_the_figures(void **state)
{
    (void)state;
    static const char *const names[] = {"eqr4"};
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator           *g = small_generator(ctx, "stylegan3-r", 3);
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  a, b, c, one_class;
    measure(g, 1, names, &options, &a);
    measure(g, 1, names, &options, &b);
    options.class_index = 2;
    measure(g, 1, names, &options, &one_class);
    options.class_index = -1;
    options.seed = 1;
    measure(g, 1, names, &options, &c);
    assert_true(a.db == b.db);
    assert_true(a.db != c.db);
    assert_true(a.db != one_class.db);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* R turns its image, T does not: that is what the metric is for. */
static void R_follows_rotation_and_T_does_not(void **state)
{
    (void)state;
    static const char *const names[] = {"eqr8"};
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator           *t = small_generator(ctx, "stylegan3-t", 0), *r = small_generator(ctx, "stylegan3-r", 0);
    alf_equivariance_result  of_t, of_r;
    measure(t, 1, names, NULL, &of_t);
    measure(r, 1, names, NULL, &of_r);
    if (!(of_r.relative_db > of_t.relative_db + 10))
        fail_msg("R %.1f dB, T %.1f dB", of_r.relative_db, of_t.relative_db);
    alf_generator_destroy(t);
    alf_generator_destroy(r);
    alf_ctx_destroy(ctx);
}

static void what_cannot_be_measured_is_refused(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator *two = small_generator(ctx, "stylegan2", 0), *three = small_generator(ctx, "stylegan3-t", 2);
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  result = {.db = -7};
    alf_metric               metric;
    test_ok(ctx, alf_metric_parse(ctx, "eqt4_int", &metric));
    assert_int_equal(alf_measure_equivariance(two, 1, &metric, &options, &result), ALF_ERR_UNSUPPORTED);
    alf_ctx_clear_error(ctx);
    options.class_index = 2;
    assert_int_equal(alf_measure_equivariance(three, 1, &metric, &options, &result), ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    options = alf_equivariance_options_default();
    options.batch = 0;
    assert_int_equal(alf_measure_equivariance(three, 1, &metric, &options, &result), ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_measure_equivariance(three, 0, &metric, NULL, &result), ALF_ERR_ARGUMENT);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_measure_equivariance(three, 1, NULL, NULL, &result), ALF_ERR_ARGUMENT);
    alf_ctx_clear_error(ctx);
    metric.kind = (alf_metric_kind)7;
    assert_int_equal(alf_measure_equivariance(three, 1, &metric, NULL, &result), ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    metric = (alf_metric){.kind = ALF_EQR, .samples = -8};
    assert_int_equal(alf_measure_equivariance(three, 1, &metric, NULL, &result), ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    metric = (alf_metric){.kind = ALF_SWD, .samples = 8};
    assert_int_equal(alf_measure_equivariance(three, 1, &metric, NULL, &result), ALF_ERR_RANGE);
    assert_true(result.db == -7);
    alf_generator_destroy(two);
    alf_generator_destroy(three);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_metrics_say_kind_and_samples),
        cmocka_unit_test(metrics_measured_together_equal_those_measured_alone),
        cmocka_unit_test(equivariance_is_measured_with_direct_convolutions),
        cmocka_unit_test(samples_are_rounded_up_to_whole_groups),
        cmocka_unit_test(the_seed_decides_the_figures),
        cmocka_unit_test(R_follows_rotation_and_T_does_not),
        cmocka_unit_test(what_cannot_be_measured_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
