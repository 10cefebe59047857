/* Training: what an iteration does to networks, averages and augmentation. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainers.h"

static const char *const cfgs[] = {"stylegan2", "stylegan3-t", "stylegan3-r"};

static double element(alf_ctx *ctx, const alf_tensor *x, int64_t index)
{
    double *values = test_values(ctx, x), value = values[index];
    free(values);
    return value;
}

/* --- runs ------------------------------------------------------------------------------------------------------------------ */

static void every_configuration_runs_three_iterations(void **state)
{
    const trainer_fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        const alf_training_options options = test_training_options(f->ctx, cfgs[i], false);
        test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
        const alf_params          *g = alf_generator_params(alf_trainer_generator(run.trainer, false));
        const double               before = element(f->ctx, test_tensor(g, "mapping.fc0.weight"), 0);
        const double               average = element(f->ctx, test_tensor(g, "mapping.w_avg"), 0);
        test_iterate(f->ctx, &run, 3);
        assert_int_equal(alf_trainer_iterations(run.trainer), 3);
        assert_int_equal(alf_trainer_images(run.trainer), 24);
        assert_true(element(f->ctx, test_tensor(g, "mapping.fc0.weight"), 0) != before);
        assert_true(element(f->ctx, test_tensor(g, "mapping.w_avg"), 0) != average);

        /* main phases each time, regularisers in iterations 0 and 2: half the batch for path lengths */
        assert_int_equal(test_statistic(run.trainer, "Loss/G/loss").num, 24);
        assert_int_equal(test_statistic(run.trainer, "Loss/D/loss").num, 24);
        assert_int_equal(test_statistic(run.trainer, "Loss/r1_penalty").num, 16);
        assert_int_equal(test_statistic(run.trainer, "Loss/signs/real").num, 24 + 16);
        assert_int_equal(test_statistic(run.trainer, "Loss/pl_penalty").num, i == 0 ? 8 : 0);
        assert_int_equal(test_statistic(run.trainer, i == 0 ? "Timing/Gmain" : "Timing/Gboth").num, 3);
        assert_true(test_statistic(run.trainer, "Loss/D/loss").std >= 0);
        assert_null(alf_trainer_statistic(run.trainer, 99).name);
        alf_trainer_clear_statistics(run.trainer);
        assert_int_equal(alf_trainer_num_statistics(run.trainer), 0);
        test_training_destroy(&run);
    }
}

static void conditional_networks_train_on_labels(void **state)
{
    const trainer_fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        const alf_training_options options = test_training_options(f->ctx, cfgs[i], true);
        test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
        const alf_params          *d = alf_discriminator_params(alf_trainer_discriminator(run.trainer));
        const double               before = element(f->ctx, test_tensor(d, "mapping.embed.weight"), 0);
        test_iterate(f->ctx, &run, 2);
        assert_true(element(f->ctx, test_tensor(d, "mapping.embed.weight"), 0) != before);
        test_training_destroy(&run);
    }
}

static alf_archive *trained_with_threads(const trainer_fixture *f, const char *cfg, int threads, alf_ctx **ctx)
{
    alf_ctx_options settings = alf_ctx_options_default();
    settings.threads = threads;
    assert_int_equal(alf_ctx_create(&settings, NULL, 0, ctx), ALF_OK);
    const alf_training_options options = test_training_options(*ctx, cfg, false);
    test_training              run = test_training_create(*ctx, f->folder, &options, NULL);
    test_iterate(*ctx, &run, 2);
    alf_archive *archive = test_state(*ctx, &run);
    test_training_destroy(&run);
    return archive;
}

static void one_and_two_threads_give_the_same_bits(void **state)
{
    const trainer_fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        alf_ctx     *one, *two;
        alf_archive *a = trained_with_threads(f, cfgs[i], 1, &one), *b = trained_with_threads(f, cfgs[i], 2, &two);
        assert_same_state(a, b);
        alf_ctx_destroy(one);
        alf_ctx_destroy(two);
    }
}

static void all_memory_comes_back(void **state)
{
    const trainer_fixture *f = *state;
    int64_t                used[3];
    for (int i = 0; i < 3; i++) { /* the first round leaves scratch that the context keeps */
        const alf_training_options options = test_training_options(f->ctx, "stylegan3-t", true);
        test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
        test_iterate(f->ctx, &run, i == 2 ? 3 : 1);
        test_training_destroy(&run);
        used[i] = alf_ctx_memory_used(f->ctx);
    }
    assert_int_equal(used[1], used[0]);
    assert_int_equal(used[2], used[0]);
}

/* --- losses that are no numbers --------------------------------------------------------------------------------------------- */

static void a_loss_that_is_no_number_names_phase_and_iteration(void **state)
{
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan3-t", false);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    const alf_params          *d = alf_discriminator_params(alf_trainer_discriminator(run.trainer));
    test_iterate(f->ctx, &run, 1);
    test_set(f->ctx, test_tensor(d, "b4.out.bias"), NAN);
    assert_fails(f->ctx, alf_trainer_iterate(run.trainer), ALF_ERR_RANGE, "phase Gboth in iteration 1", "nan");
    test_training_destroy(&run);
}

static void an_infinite_loss_of_the_discriminator_is_an_error(void **state)
{
    const trainer_fixture *f = *state;
    alf_training_options   options = test_training_options(f->ctx, "stylegan3-t", false);
    options.g_lr = 0;
    test_training     run = test_training_create(f->ctx, f->folder, &options, NULL);
    const alf_params *d = alf_discriminator_params(alf_trainer_discriminator(run.trainer));
    test_set(f->ctx, test_tensor(d, "b4.out.bias"), INFINITY); /* softplus(-inf) is fine, softplus(inf) is not */
    assert_fails(f->ctx, alf_trainer_iterate(run.trainer), ALF_ERR_RANGE, "phase Dmain in iteration 0", "inf");
    test_training_destroy(&run);
}

/* --- what moves, and how far --------------------------------------------------------------------------------------------------- */

static void frozen_layers_stay_as_they_are(void **state)
{
    const trainer_fixture *f = *state;
    alf_training_options   options = test_training_options(f->ctx, "stylegan2", false);
    options.discriminator.freeze_layers = 3;
    test_training     run = test_training_create(f->ctx, f->folder, &options, NULL);
    const alf_params *d = alf_discriminator_params(alf_trainer_discriminator(run.trainer));
    alf_archive      *before = test_state(f->ctx, &run);
    test_iterate(f->ctx, &run, 2);
    alf_archive *after = test_state(f->ctx, &run);
    int          frozen = 0;
    for (int i = 0; i < d->count; i++) {
        char name[256];
        snprintf(name, sizeof name, "state.D.%s", d->items[i].name);
        const alf_array *a = alf_archive_find(before, name), *b = alf_archive_find(after, name);
        const bool       same = memcmp(a->data, b->data, (size_t)a->count * sizeof(float)) == 0;
        if (same != d->items[i].buffer) fail_msg("%s %s", name, same ? "stayed" : "changed");
        frozen += strstr(name, "fromrgb.weight") || strstr(name, "conv0.weight") ? d->items[i].buffer : 0;
    }
    assert_in_range(frozen, 2, 100);
    alf_archive_destroy(before);
    alf_archive_destroy(after);
    test_training_destroy(&run);
}

/* Parameters move by half of the way in ema_nimg images, less at the start; buffers are copied. */
static void the_average_follows_its_half_life(void **state)
{
    const trainer_fixture *f = *state;
    alf_training_options   options = test_training_options(f->ctx, "stylegan3-t", false);
    options.ema_kimg = 1;
    options.ema_rampup = 0.05;
    test_training     run = test_training_create(f->ctx, f->folder, &options, NULL);
    const alf_params *g = alf_generator_params(alf_trainer_generator(run.trainer, false));
    const alf_params *ema = alf_generator_params(alf_trainer_generator(run.trainer, true));
    const char       *name = "mapping.fc1.weight";
    test_iterate(f->ctx, &run, 1); /* nothing was shown before: all of the way */
    double old = element(f->ctx, test_tensor(ema, name), 5);
    assert_true(old == element(f->ctx, test_tensor(g, name), 5));
    for (int shown = 8; shown < 24; shown += 8) {
        test_iterate(f->ctx, &run, 1);
        const double beta = pow(0.5, 8 / (shown * 0.05)), now = element(f->ctx, test_tensor(g, name), 5);
        const double expected = now + beta * (old - now), got = element(f->ctx, test_tensor(ema, name), 5);
        assert_true(now != old);
        assert_true(fabs(got - expected) < 1e-6 * fabs(expected));
        assert_true(element(f->ctx, test_tensor(ema, "mapping.w_avg"), 3) ==
                    element(f->ctx, test_tensor(g, "mapping.w_avg"), 3));
        old = got;
    }
    test_training_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAINER_TEST(every_configuration_runs_three_iterations),
        TRAINER_TEST(conditional_networks_train_on_labels),
        TRAINER_TEST(one_and_two_threads_give_the_same_bits),
        TRAINER_TEST(all_memory_comes_back),
        TRAINER_TEST(a_loss_that_is_no_number_names_phase_and_iteration),
        TRAINER_TEST(an_infinite_loss_of_the_discriminator_is_an_error),
        TRAINER_TEST(frozen_layers_stay_as_they_are),
        TRAINER_TEST(the_average_follows_its_half_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
