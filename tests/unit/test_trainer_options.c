/* Settings of training: the original's defaults, and what is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trainers.h"
#include "training/blur.h"

static alf_training_options named(alf_ctx *ctx, const char *cfg, int resolution, int batch)
{
    alf_training_options o;
    test_ok(ctx, alf_training_options_named(ctx, cfg, resolution, batch, 32768, 512, &o));
    return o;
}

static void defaults_are_those_of_the_original(void **state)
{
    (void)state;
    alf_ctx                   *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    const alf_training_options two = named(ctx, "stylegan2", 256, 32), t = named(ctx, "stylegan3-t", 64, 16);
    const alf_training_options r = named(ctx, "stylegan3-r", 128, 32);

    assert_true(two.g_lr == 0.002 && t.g_lr == 0.0025 && r.g_lr == 0.0025 && two.d_lr == 0.002 && t.d_lr == 0.002);
    assert_true(two.beta1 == 0 && two.beta2 == 0.99 && two.eps == 1e-8);
    assert_int_equal(two.g_reg_interval, 4);
    assert_int_equal(t.g_reg_interval, 0);
    assert_int_equal(two.d_reg_interval, 16);
    assert_true(two.pl_weight == 2 && t.pl_weight == 0 && two.pl_decay == 0.01 && two.pl_batch_shrink == 2);
    assert_true(two.style_mixing_prob == 0.9 && t.style_mixing_prob == 0);
    assert_true(two.blur_init_sigma == 0 && t.blur_init_sigma == 0 && r.blur_init_sigma == 10);
    assert_true(r.blur_fade_kimg == 200 && r.ema_kimg == 10 && t.ema_kimg == 5 && t.ema_rampup == 0.05);
    assert_true(fabs(t.r1_gamma - 0.0002 * 64 * 64 / 16) < 1e-15);
    assert_true(t.generator.magnitude_ema_beta == pow(0.5, 16 / 20e3));
    assert_int_equal(two.generator.mapping_layers, 8);
    assert_int_equal(t.generator.mapping_layers, 2);
    assert_int_equal(r.generator.channel_base, 65536);
    assert_int_equal(r.discriminator.channel_base, 32768);
    assert_int_equal(t.discriminator.mbstd_group_size, 4);
    assert_true(t.augment.xflip == 1 && t.augment.hue == 1 && t.augment.noise == 0 && t.augment_p == 0);
    assert_true(t.ada_target == 0.6 && t.ada_interval == 4 && t.ada_kimg == 500);
    alf_ctx_destroy(ctx);
}

static void regularisation_goes_at_D_and_blur_comes_at_R(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int i = 0; i < alf_ladder_size(); i++) {
        const alf_training_options o = named(ctx, alf_ladder_at(i)->letter, 64, 16);
        const bool                 old = i < 3, last = i == 9;
        assert_true(o.style_mixing_prob == (old ? 0.9 : 0) && o.pl_weight == (old ? 2 : 0));
        assert_true(o.g_reg_interval == (old ? 4 : 0) && o.g_lr == (old ? 0.002 : 0.0025));
        assert_true(o.blur_init_sigma == (last ? 10 : 0));
        assert_int_equal(o.generator.mapping_layers, old ? 8 : 2);
        assert_int_equal(o.generator.channel_max, last ? 1024 : 512);
        assert_int_equal(o.discriminator.channel_max, 512);
        assert_true(old || o.generator.magnitude_ema_beta == exp2(-16 / 20e3));
    }
    alf_ctx_destroy(ctx);
}

static void options_that_cannot_be_are_refused_by_name(void **state)
{
    (void)state;
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_training_options o;
    const alf_inputs     none = {.user = NULL};
    alf_trainer         *t = NULL;
    assert_fails(ctx, alf_training_options_named(ctx, "stylegan4", 64, 8, 32768, 512, &o), ALF_ERR_ARGUMENT,
                 "stylegan4", NULL);
    assert_fails(ctx, alf_training_options_named(ctx, "stylegan2", 64, 0, 32768, 512, &o), ALF_ERR_RANGE, "batch is 0",
                 NULL);
    assert_fails(ctx, alf_training_options_named(ctx, NULL, 64, 8, 32768, 512, &o), ALF_ERR_ARGUMENT, "NULL", NULL);

#define REFUSED(field, bad, status, part, other)                                                                       \
    do {                                                                                                               \
        o = test_training_options(ctx, "stylegan2", false);                                                            \
        o.field = bad;                                                                                                 \
        assert_fails(ctx, alf_trainer_start(ctx, &o, &none, NULL, &t), status, part, other);                           \
    } while (0)
    REFUSED(batch_gpu, 3, ALF_ERR_RANGE, "batch_gpu is 3", "divisor");
    REFUSED(batch_gpu, 2, ALF_ERR_RANGE, "batch_gpu is 2", "mbstd_group_size");
    REFUSED(batch = o.batch_gpu, 6, ALF_ERR_RANGE, "batch_gpu is 6", "multiple of mbstd_group_size, which is 4");
    REFUSED(pl_batch_shrink, 5, ALF_ERR_RANGE, "pl_batch_shrink", "batch_gpu");
    REFUSED(r1_gamma, -1, ALF_ERR_RANGE, "r1_gamma is -1", NULL);
    REFUSED(r1_gamma, NAN, ALF_ERR_RANGE, "r1_gamma is nan", NULL);
    REFUSED(g_lr, INFINITY, ALF_ERR_RANGE, "g_lr is inf", NULL);
    REFUSED(d_reg_interval, 0, ALF_ERR_RANGE, "d_reg_interval is 0", NULL);
    REFUSED(beta2, 1, ALF_ERR_RANGE, "beta2 is 1", NULL);
    REFUSED(augment_p, 1.1, ALF_ERR_RANGE, "augment_p is 1.1", NULL);
    REFUSED(discriminator.img_resolution, 32, ALF_ERR_ARGUMENT, "img_resolution is 16", "32");
    REFUSED(discriminator.c_dim, 4, ALF_ERR_ARGUMENT, "c_dim is 0", "4");
#undef REFUSED
    assert_null(t);
    alf_ctx_destroy(ctx);
}

static void networks_must_fit_the_data_set(void **state)
{
    (void)state;
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    char                *folder = test_temp_folder();
    alf_training_options o = test_training_options(ctx, "stylegan3-t", true);
    alf_dataset_options  options = alf_dataset_options_default();
    alf_dataset         *data;
    alf_trainer         *t = NULL;
    test_training_data(ctx, folder);
    options.labels = false;
    test_ok(ctx, alf_dataset_open(ctx, folder, &options, &data));
    assert_fails(ctx, alf_trainer_create(ctx, &o, data, NULL, &t), ALF_ERR_ARGUMENT, "c_dim is 2", folder);
    o = test_training_options(ctx, "stylegan3-t", false);
    o.generator.img_resolution = o.discriminator.img_resolution = 32;
    assert_fails(ctx, alf_trainer_create(ctx, &o, data, NULL, &t), ALF_ERR_ARGUMENT, "img_resolution is 32", "16");
    assert_fails(ctx, alf_trainer_create(ctx, NULL, data, NULL, &t), ALF_ERR_ARGUMENT, "NULL", NULL);
    assert_null(t);
    alf_dataset_destroy(data);
    alf_ctx_destroy(ctx);
    test_remove_folder(folder);
}

/* Steps that the optimiser of the generator, or of the discriminator, took with a parameter. */
static int64_t steps_of(const alf_adam *adam, const char *name)
{
    for (int i = 0; i < adam->count; i++)
        if (strcmp(adam->declared[i]->name, name) == 0) return adam->steps[i];
    fail_msg("there is no %s", name);
    return -1;
}

static void regularisers_pass_over_the_bias_of_the_output(void **state)
{
    static const struct {
        const char *cfg, *last, *other;
    } cases[] = {{"stylegan2", "synthesis.b4.torgb.bias", "synthesis.b8.conv0.bias"},
                 {"stylegan3-t", "synthesis.L6_16_3.bias", "synthesis.L5_16_8.bias"}};
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    char    *folder = test_temp_folder();
    test_training_data(ctx, folder);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        alf_training_options o = test_training_options(ctx, cases[i].cfg, false);
        o.g_reg_interval = 2;
        o.pl_weight = 2;
        test_training training = test_training_create(ctx, folder, &o, NULL);
        test_iterate(ctx, &training, 1);
        assert_int_equal(steps_of(&training.trainer->g_adam, cases[i].last), 1);
        assert_int_equal(steps_of(&training.trainer->g_adam, cases[i].other), 2);
        assert_int_equal(steps_of(&training.trainer->d_adam, "b4.out.bias"), 1);
        assert_int_equal(steps_of(&training.trainer->d_adam, "b4.fc.bias"), 2);
        test_training_destroy(&training);
    }
    alf_ctx_destroy(ctx);
    test_remove_folder(folder);
}

/* The blurred impulse at distance x from its centre, in one dimension. */
static double blurred(alf_ctx *ctx, const alf_upfirdn *plan, int64_t size, int64_t x)
{
    double      *pixels = calloc((size_t)(size * size), sizeof *pixels), value;
    const double centre = (double)(size / 2);
    assert_non_null(pixels);
    for (int64_t y = 0; y < size; y++) pixels[y * size + (int64_t)centre] = 1; /* a line, so only one axis is seen */
    double *out = calloc((size_t)(size * size), sizeof *out);
    assert_non_null(out);
    test_ok(ctx, alf_upfirdn_f64(ctx, plan, 1, pixels, out));
    value = out[(size / 2) * size + size / 2 + x];
    free(pixels);
    free(out);
    return value;
}

static void the_blur_halves_at_its_sigma_and_fades_with_the_images_shown(void **state)
{
    (void)state;
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_training_options o = {.blur_init_sigma = 4, .blur_fade_kimg = 1};
    alf_upfirdn         *plan = NULL;
    test_ok(ctx, alf_blur_create(ctx, &o, 0, 64, &plan));
    assert_true(fabs(blurred(ctx, plan, 64, 4) / blurred(ctx, plan, 64, 0) - 0.5) < 1e-12);
    assert_true(fabs(blurred(ctx, plan, 64, 12) / blurred(ctx, plan, 64, 0) - pow(0.5, 9)) < 1e-12);
    assert_true(blurred(ctx, plan, 64, 13) == 0);
    alf_upfirdn_destroy(plan);
    test_ok(ctx, alf_blur_create(ctx, &o, 500, 64, &plan)); /* half of the way: sigma 2 */
    assert_true(fabs(blurred(ctx, plan, 64, -2) / blurred(ctx, plan, 64, 0) - 0.5) < 1e-12);
    alf_upfirdn_destroy(plan);
    test_ok(ctx, alf_blur_create(ctx, &o, 920, 64, &plan)); /* sigma 0.32: no neighbour is reached */
    assert_null(plan);
    test_ok(ctx, alf_blur_create(ctx, &o, 5000, 64, &plan));
    assert_null(plan);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_original),
        cmocka_unit_test(regularisation_goes_at_D_and_blur_comes_at_R),
        cmocka_unit_test(options_that_cannot_be_are_refused_by_name),
        cmocka_unit_test(networks_must_fit_the_data_set),
        cmocka_unit_test(regularisers_pass_over_the_bias_of_the_output),
        cmocka_unit_test(the_blur_halves_at_its_sigma_and_fades_with_the_images_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
