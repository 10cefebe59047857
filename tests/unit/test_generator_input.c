/* The input of the alias-free network, made of differentiable operations, against the signal processing library, which
 * has the same mathematics on plain arrays: the learned transform, the user's, the damping, the features. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/fourier.h"
#include "aliasfree/generator.h"
#include "device.h"

enum { CHANNELS = 16, W_DIM = 8, BATCH = 2 };

#define PREFIX "G_ema.synthesis.input."

/* --- a network whose input layer ends with the features themselves ------------------------------------------------ */

static void add(alf_ctx *ctx, alf_archive *archive, const char *name, int64_t rows, int64_t columns,
                const double *values)
{
    test_ok(ctx, alf_archive_add(archive, name, ALF_F64, 2, (const int64_t[]){rows, columns}, values));
}

/* Everything but the two weights that network() makes up. */
static void copy_others(alf_ctx *ctx, const alf_archive *from, alf_archive *to)
{
    for (int64_t i = 0; i < alf_archive_meta_count(from); i++) {
        const char *key = alf_archive_meta_key(from, i);
        test_ok(ctx, alf_archive_set_meta(to, key, alf_archive_meta(from, key)));
    }
    for (int64_t i = 0; i < alf_archive_count(from); i++) {
        const alf_array *a = alf_archive_at(from, i);
        if (strcmp(a->name, PREFIX "weight") != 0 && strcmp(a->name, PREFIX "affine.weight") != 0)
            test_ok(ctx, alf_archive_add(to, a->name, a->dtype, a->ndim, a->shape, a->data));
    }
}

/* A fresh network, but with the given affine layer, and a 1x1 convolution that changes nothing: its weight is scaled by
 * 1 / sqrt(channels). */
static alf_generator *network(alf_ctx *ctx, const double *affine)
{
    alf_config     config;
    alf_generator *fresh, *g;
    alf_archive   *saved, *changed;
    double         weight[CHANNELS * CHANNELS] = {0};
    test_ok(ctx, alf_config_named(ctx, "stylegan3-t", 32, 1024, CHANNELS, &config));
    config.z_dim = config.w_dim = W_DIM;
    test_ok(ctx, alf_generator_create(ctx, &config, 2003, &fresh));
    test_ok(ctx, alf_archive_create(ctx, &saved));
    test_ok(ctx, alf_archive_create(ctx, &changed));
    test_ok(ctx, alf_generator_to_archive(fresh, "G_ema", saved));
    copy_others(ctx, saved, changed);
    for (int i = 0; i < CHANNELS; i++) weight[i * (CHANNELS + 1)] = sqrt(CHANNELS);
    add(ctx, changed, PREFIX "weight", CHANNELS, CHANNELS, weight);
    add(ctx, changed, PREFIX "affine.weight", 4, W_DIM, affine);
    test_ok(ctx, alf_generator_from_archive(ctx, changed, NULL, &g));
    alf_archive_destroy(saved);
    alf_archive_destroy(changed);
    alf_generator_destroy(fresh);
    return g;
}

/* What the network's layer "input" gives; to be freed. */
typedef struct {
    alf_ctx *ctx;
    double  *values;
    int64_t  count;
} activation;

static void keep_input(void *user, const char *layer, alf_tensor *x)
{
    activation *a = user;
    if (strcmp(layer, "input") != 0) return;
    a->count = alf_tensor_count(x);
    a->values = malloc((size_t)a->count * sizeof *a->values);
    assert_non_null(a->values);
    test_ok(a->ctx, alf_tensor_read(a->ctx, x, a->values));
}

static activation input_of(alf_ctx *ctx, alf_generator *g, const double *w, const double *transform)
{
    activation            a = {.ctx = ctx};
    alf_synthesis_options options = alf_synthesis_options_default();
    alf_scope            *scope = alf_scope_open(ctx);
    alf_tensor           *styles = alf_tensor_from_f64(ctx, 2, (const int64_t[]){BATCH, W_DIM}, w);
    options.transform = transform;
    options.observe = keep_input;
    options.observe_user = &a;
    alf_generator_synthesize(g, alf_generator_repeat_w(g, styles), &options);
    test_ok(ctx, alf_ctx_status(ctx));
    alf_scope_close(scope, NULL);
    assert_non_null(a.values);
    return a;
}

/* --- the same on plain arrays ------------------------------------------------------------------------------------ */

/* Parameters of the input layer by name. */
static void read_parameter(alf_generator *g, const char *name, double *values)
{
    for (int i = 0; i < alf_generator_num_tensors(g); i++)
        if (strcmp(alf_generator_tensor_name(g, i), name) == 0) {
            test_ok(alf_generator_ctx(g), alf_tensor_read(alf_generator_ctx(g), alf_generator_tensor(g, i), values));
            return;
        }
    fail_msg("the network has no %s", name);
}

/* The affine layer's (r_c, r_s, t_x, t_y), divided by |(r_c, r_s)|. */
static void learned_transform(const double *affine, const double *bias, const double *w, double t[4])
{
    for (int i = 0; i < 4; i++) {
        t[i] = bias[i];
        for (int j = 0; j < W_DIM; j++) t[i] += affine[i * W_DIM + j] * w[j] / sqrt(W_DIM);
    }
    const double norm = hypot(t[0], t[1]);
    for (int i = 0; i < 4; i++) t[i] /= norm;
}

/* y [channels, size, size] of one sample; returns how many waves are damped. */
static int features_of(alf_generator *g, const double *affine, const double *w, const double *user, double *y)
{
    const alf_plan *plan = alf_generator_plan(g);
    double          freqs[2 * CHANNELS], phases[CHANNELS], amplitudes[CHANNELS], bias[4], t[4];
    int             damped = 0;
    read_parameter(g, "synthesis.input.freqs", freqs);
    read_parameter(g, "synthesis.input.phases", phases);
    read_parameter(g, "synthesis.input.affine.bias", bias);
    learned_transform(affine, bias, w, t);
    const double rotation[9] = {t[0], -t[1], 0, t[1], t[0], 0, 0, 0, 1};
    const double translation[9] = {1, 0, -t[2], 0, 1, -t[3], 0, 0, 1};
    alf_fourier_transform(CHANNELS, rotation, freqs, phases);
    alf_fourier_transform(CHANNELS, translation, freqs, phases);
    alf_fourier_transform(CHANNELS, user, freqs, phases);
    alf_fourier_damping(CHANNELS, freqs, plan->input_bandwidth, plan->input_rate, amplitudes);
    for (int i = 0; i < CHANNELS; i++) damped += amplitudes[i] > 0 && amplitudes[i] < 1;
    test_ok(alf_generator_ctx(g),
            alf_fourier_features_f64(alf_generator_ctx(g), CHANNELS, plan->input_size, plan->input_size,
                                     plan->input_rate, freqs, phases, amplitudes, y));
    return damped;
}

static void check_input(alf_backend_kind backend, double tolerance)
{
    const double user[9] = {0.6, 0.2, 0.3, -1.5, 3.9, -0.2, 0, 0, 1}; /* waves become steep: some are damped */
    alf_ctx     *ctx = test_ctx(backend, ALF_ISA_AUTO);
    double      *affine = test_normal(2003, 0, 4 * W_DIM), *w = test_normal(2003, 1, BATCH * W_DIM);
    for (int i = 0; i < 4 * W_DIM; i++) affine[i] /= 4; /* translations by less than a canvas: well conditioned */
    alf_generator *g = network(ctx, affine);
    activation     got = input_of(ctx, g, w, user);
    const int64_t  plane = alf_generator_plan(g)->input_size * alf_generator_plan(g)->input_size;
    double        *expected = malloc((size_t)(BATCH * CHANNELS * plane) * sizeof *expected);
    int            damped = 0;
    assert_non_null(expected);
    assert_int_equal(got.count, BATCH * CHANNELS * plane);
    for (int n = 0; n < BATCH; n++)
        damped += features_of(g, affine, w + n * W_DIM, user, expected + n * CHANNELS * plane);
    assert_in_range(damped, 4, BATCH * CHANNELS - 4); /* some are, some are not */
    printf("input layer: max_rel_error=%.3g, %d of %d waves damped\n",
           assert_allclose("input", got.count, got.values, expected, tolerance), damped, BATCH * CHANNELS);
    free(expected);
    free(got.values);
    free(affine);
    free(w);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void the_networks_input_is_what_the_signal_processing_gives(void **state)
{
    (void)state;
    check_input(ALF_BACKEND_REFERENCE, 1e-12);
    check_input(ALF_BACKEND_CPU, 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_networks_input_is_what_the_signal_processing_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
