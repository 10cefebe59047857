/* Augmentation in training: the discriminator sees it, with a p that adapts, and each image has draws of its own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data_sets.h"
#include "trainers.h"

/* --- what the discriminator sees -------------------------------------------------------------------------------------------- */

enum { SHOWN = 16 }; /* two batches */

typedef struct {
    const alf_trainer *trainer;
    int64_t            count;
    double             values[SHOWN];
} scores;

static void take_real_scores(void *user, const char *statistic, int64_t count, const double values[])
{
    scores *s = user;
    if (strcmp(statistic, "Loss/scores/real") != 0 || s->trainer->running != ALF_DMAIN) return;
    assert_true(s->count + count <= SHOWN);
    memcpy(s->values + s->count, values, (size_t)count * sizeof *values);
    s->count += count;
}

/* Scores of the one picture of a data set, shown again and again to networks that stay as they are. Training is made
 * with the p `start`, which then is set to `p`; nothing but the brightness changes. */
static scores scores_at(const trainer_fixture *f, double start, double p)
{
    alf_training_options options = test_training_options(f->ctx, "stylegan3-t", false);
    char                *folder = test_path(f->folder, "one");
    options.augment = (alf_augment_config){.brightness = 1};
    options.augment_p = start;
    options.ada_target = options.g_lr = options.d_lr = 0;
    test_put_set(f->ctx, folder, 1, 16, 3, NULL);
    test_training run = test_training_create(f->ctx, folder, &options, NULL);
    scores        got = {.trainer = run.trainer};
    run.trainer->augment_p = p;
    run.trainer->observer = (alf_loss_observer){take_real_scores, &got};
    test_iterate(f->ctx, &run, 2);
    assert_int_equal(got.count, SHOWN);
    test_training_destroy(&run);
    free(folder);
    return got;
}

static void every_image_shown_is_augmented_in_its_own_way(void **state)
{
    const trainer_fixture *f = *state;
    const scores           plain = scores_at(f, 0, 0), augmented = scores_at(f, 1, 1);
    for (int i = 0; i < SHOWN; i++) {
        assert_true(plain.values[i] == plain.values[0]);
        for (int j = 0; j < i; j++) assert_true(augmented.values[i] != augmented.values[j]);
    }
}

static void the_adapted_p_is_what_augments(void **state)
{
    const trainer_fixture *f = *state;
    const scores           from_one = scores_at(f, 1, 0.5), from_half = scores_at(f, 0.5, 0.5);
    const scores           whole = scores_at(f, 1, 1);
    assert_memory_equal(from_one.values, from_half.values, sizeof from_half.values);
    assert_memory_not_equal(from_one.values, whole.values, sizeof whole.values);
}

/* --- how p adapts ------------------------------------------------------------------------------------------------------------- */

/* Settings whose p moves by STEP every other iteration. */
static const double STEP = 8 * 2 / 100.0; /* batch * ada_interval / (ada_kimg * 1000) */

static alf_training_options adapting(const trainer_fixture *f, double start)
{
    alf_training_options options = test_training_options(f->ctx, "stylegan3-t", false);
    options.augment_p = start;
    options.ada_kimg = 0.1;
    return options;
}

/* An iteration with a discriminator that takes all images for real, or all for generated. */
static double p_after(const trainer_fixture *f, test_training *run, bool real)
{
    const alf_params *d = alf_discriminator_params(alf_trainer_discriminator(run->trainer));
    test_set(f->ctx, test_tensor(d, "b4.out.bias"), real ? 50 : -50);
    test_iterate(f->ctx, run, 1);
    return alf_trainer_augment_p(run->trainer);
}

static void assert_p(double got, double expected)
{
    if (!(fabs(got - expected) < 1e-12)) fail_msg("p is %g, expected %g", got, expected);
}

static void augmentation_adapts_by_the_images_shown(void **state)
{
    const struct {
        double start, end;
        bool   real;
    } cases[] = {{0.5, 0.5 + STEP, true}, {0.5, 0.5 - STEP, false}, {0.05, 0, false}, {0.95, 1, true}};
    const trainer_fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const alf_training_options options = adapting(f, cases[i].start);
        test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
        assert_p(p_after(f, &run, cases[i].real), cases[i].start); /* not before its interval is over */
        assert_p(p_after(f, &run, cases[i].real), cases[i].end);
        test_training_destroy(&run);
    }
}

static void each_adjustment_counts_the_images_since_the_one_before(void **state)
{
    const trainer_fixture     *f = *state;
    const alf_training_options options = adapting(f, 0.5);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    p_after(f, &run, false);
    assert_p(p_after(f, &run, false), 0.5 - STEP);
    p_after(f, &run, true);
    assert_p(p_after(f, &run, true), 0.5); /* all batches together would be half real: less than the target */
    test_training_destroy(&run);
}

static void images_shown_before_a_restart_count_after_it(void **state)
{
    const trainer_fixture     *f = *state;
    const alf_training_options options = adapting(f, 0.5);
    test_training              first = test_training_create(f->ctx, f->folder, &options, NULL);
    test_training              second = test_training_create(f->ctx, f->folder, &options, NULL);
    p_after(f, &first, false);
    alf_archive *archive = test_state(f->ctx, &first);
    test_ok(f->ctx, alf_trainer_restore(second.trainer, archive));
    assert_p(p_after(f, &second, true), 0.5 - STEP); /* a third was real; without those before, p would grow */
    alf_archive_destroy(archive);
    test_training_destroy(&first);
    test_training_destroy(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAINER_TEST(every_image_shown_is_augmented_in_its_own_way),
        TRAINER_TEST(the_adapted_p_is_what_augments),
        TRAINER_TEST(augmentation_adapts_by_the_images_shown),
        TRAINER_TEST(each_adjustment_counts_the_images_since_the_one_before),
        TRAINER_TEST(images_shown_before_a_restart_count_after_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
