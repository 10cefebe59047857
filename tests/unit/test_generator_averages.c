/* What training moves in a generator besides its parameters: the average style and the magnitudes of StyleGAN3. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/generator.h"
#include "golden.h"
#include "models/networks.h"
#include "tensor/tensor.h"

static alf_config small_config(alf_ctx *ctx, const char *name)
{
    alf_config config;
    test_ok(ctx, alf_config_named(ctx, name, 16, 256, 8, &config));
    config.z_dim = config.w_dim = 8;
    config.num_layers = 4;
    config.magnitude_ema_beta = 0.75;
    config.w_avg_beta = 0.9;
    return config;
}

static alf_generator *small_generator(alf_ctx *ctx, const char *name)
{
    alf_generator *g;
    alf_config     config = small_config(ctx, name);
    test_ok(ctx, alf_generator_create(ctx, &config, 3, &g));
    return g;
}

static alf_tensor *styles(alf_generator *g)
{
    const uint32_t seeds[] = {1, 2, 3};
    return alf_generator_map(g, alf_generator_latents(g, 3, seeds), NULL, 1, -1);
}

static double *values_of(alf_ctx *ctx, const alf_tensor *x)
{
    double *values = malloc((size_t)(alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    return values;
}

static double magnitude(alf_ctx *ctx, alf_generator *g, const char *layer)
{
    char   prefix[96];
    double value = NAN;
    snprintf(prefix, sizeof prefix, "synthesis.%s.", layer);
    test_ok(ctx, alf_tensor_read(ctx, alf_params_get(alf_generator_params(g), prefix, "magnitude_ema"), &value));
    return value;
}

/* Sees the outputs of layers: each is the input of the next one. */
typedef struct {
    alf_ctx *ctx;
    int      count;
    double   power[16]; /* mean square of what layer i got, and of the image at the end */
    char     layers[16][48];
} witness;

static void watch(void *user, const char *layer, alf_tensor *x)
{
    witness *w = user;
    double  *values = values_of(w->ctx, x), sum = 0;
    for (int64_t i = 0; i < alf_tensor_count(x); i++) sum += values[i] * values[i];
    free(values);
    w->power[w->count] = sum / (double)alf_tensor_count(x);
    if (w->count > 0) snprintf(w->layers[w->count - 1], sizeof w->layers[0], "%s", layer);
    w->count++;
}

static void the_average_style_moves_towards_the_batch_mean_of_the_first_style(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    alf_generator *g = small_generator(ctx, "stylegan2");
    alf_tensor    *avg = alf_params_get(alf_generator_params(g), "mapping.", "w_avg");
    alf_tensor    *ws = styles(g);
    const int      num_ws = alf_generator_plan(g)->num_ws;
    double        *w = values_of(ctx, ws), expected[8] = {0};
    for (int step = 0; step < 2; step++) {
        for (int i = 0; i < 8; i++) {
            double mean = (w[i] + w[num_ws * 8 + i] + w[2 * num_ws * 8 + i]) / 3;
            expected[i] = mean + 0.9 * (expected[i] - mean);
        }
        test_ok(ctx, alf_generator_update_w_avg(g, ws));
        double *got = values_of(ctx, avg);
        assert_allclose("w_avg", 8, got, expected, 1e-14);
        free(got);
    }
    assert_int_equal(alf_generator_update_w_avg(g, avg), ALF_ERR_ARGUMENT);
    free(w);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void magnitudes_move_towards_the_power_of_each_layers_input_before_they_are_used(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    alf_generator *g = small_generator(ctx, "stylegan3-t");
    alf_tensor    *ws = styles(g);
    witness        seen = {.ctx = ctx}, again = {.ctx = ctx};

    alf_synthesis_options options = alf_synthesis_options_default();
    options.observe = watch;
    options.observe_user = &seen;
    options.update_magnitudes = true;
    test_ok(ctx, alf_ctx_status(ctx));
    alf_tensor *image = alf_generator_synthesize(g, ws, &options);
    test_ok(ctx, alf_ctx_status(ctx));
    assert_int_equal(seen.count, alf_generator_plan(g)->num_layers + 1);
    for (int i = 0; i + 1 < seen.count; i++) { /* all started at 1 */
        double expected = seen.power[i] + 0.75 * (1 - seen.power[i]), got = magnitude(ctx, g, seen.layers[i]);
        if (!(fabs(got - expected) < 1e-12 * expected))
            fail_msg("%s: magnitude %.17g, expected %.17g", seen.layers[i], got, expected);
        assert_true(fabs(got - 1) > 1e-3);
    }

    /* they were moved before they were used: what they are now gives the same image when they rest */
    options.update_magnitudes = false;
    options.observe_user = &again;
    double *x = values_of(ctx, image), *y = values_of(ctx, alf_generator_synthesize(g, ws, &options));
    assert_memory_equal(x, y, (size_t)alf_tensor_count(image) * sizeof *x);
    for (int i = 0; i + 1 < seen.count; i++) assert_true(seen.power[i] == again.power[i]);
    free(x);
    free(y);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* Gradients while averages move are those for the averages as they came out. */
static void averages_leave_no_trace_in_the_record(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    alf_generator *g = small_generator(ctx, "stylegan3-t");
    alf_generator_require_gradients(g, true);
    alf_synthesis_options options = alf_synthesis_options_default();
    alf_tensor           *ws = alf_variable(ctx, styles(g)), *grads[2];
    for (int pass = 0; pass < 2; pass++) {
        options.update_magnitudes = pass == 0;
        alf_tensor *image = alf_generator_synthesize(g, ws, &options);
        test_ok(ctx, alf_grad(ctx, 1, &image, NULL, 1, &ws, false, &grads[pass]));
        if (pass == 0) test_ok(ctx, alf_generator_update_w_avg(g, ws));
    }
    double *x = values_of(ctx, grads[0]), *y = values_of(ctx, grads[1]);
    assert_memory_equal(x, y, (size_t)alf_tensor_count(grads[0]) * sizeof *x);
    free(x);
    free(y);
    assert_null(alf_params_get(alf_generator_params(g), "mapping.", "w_avg")->node);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void networks_without_magnitudes_ignore_that_they_should_move(void **state)
{
    (void)state;
    alf_ctx              *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator        *g = small_generator(ctx, "stylegan2");
    alf_synthesis_options options = alf_synthesis_options_default();
    double               *x = values_of(ctx, alf_generator_synthesize(g, styles(g), &options));
    options.update_magnitudes = true;
    alf_tensor *image = alf_generator_synthesize(g, styles(g), &options);
    double     *y = values_of(ctx, image);
    assert_memory_equal(x, y, (size_t)alf_tensor_count(image) * sizeof *x);
    free(x);
    free(y);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void fill(alf_ctx *ctx, alf_tensor *x, double value)
{
    alf_tensor_lerp(ctx, x, alf_tensor_full(ctx, alf_tensor_ndim(x), (int64_t[]){alf_tensor_dim(x, 0)}, value), 1);
    test_ok(ctx, alf_ctx_status(ctx));
}

static void filters_that_were_overwritten_count_after_the_layers_are_made_anew(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator *g = small_generator(ctx, "stylegan3-t");
    alf_tensor    *ws = styles(g), *image = alf_generator_synthesize(g, ws, NULL);
    alf_params    *params = alf_generator_params(g);
    const size_t   bytes = (size_t)alf_tensor_count(image) * sizeof(double);
    char           prefix[96];
    snprintf(prefix, sizeof prefix, "synthesis.%s.", alf_generator_plan(g)->layers[1].name);
    fill(ctx, alf_params_get(params, prefix, "up_filter"), 0.01);
    double *x = values_of(ctx, image), *y = values_of(ctx, alf_generator_synthesize(g, ws, NULL));
    assert_memory_equal(x, y, bytes);
    free(y);
    test_ok(ctx, alf_generator_reconnect(g, "other.pkl"));
    y = values_of(ctx, alf_generator_synthesize(g, ws, NULL));
    assert_memory_not_equal(x, y, bytes);

    fill(ctx, alf_params_get(params, prefix, "magnitude_ema"), -1); /* the layers stay as they were */
    assert_int_equal(alf_generator_reconnect(g, "other.pkl"), ALF_ERR_FORMAT);
    assert_non_null(strstr(alf_ctx_message(ctx), "other.pkl: synthesis."));
    alf_ctx_clear_error(ctx);
    fill(ctx, alf_params_get(params, prefix, "magnitude_ema"), 1);
    double *z = values_of(ctx, alf_generator_synthesize(g, ws, NULL));
    assert_memory_equal(y, z, bytes);
    free(x);
    free(y);
    free(z);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_average_style_moves_towards_the_batch_mean_of_the_first_style),
        cmocka_unit_test(magnitudes_move_towards_the_power_of_each_layers_input_before_they_are_used),
        cmocka_unit_test(averages_leave_no_trace_in_the_record),
        cmocka_unit_test(networks_without_magnitudes_ignore_that_they_should_move),
        cmocka_unit_test(filters_that_were_overwritten_count_after_the_layers_are_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
