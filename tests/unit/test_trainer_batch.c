/* Batches of several micro-batches: gradients and averages are means over them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tensor/tensor.h"
#include "trainers.h"
#include "training/gradients.h"

/* --- means ----------------------------------------------------------------------------------------------------------------- */

/* A fresh training after one phase on a batch of `batch` images from `position` on. Without beta1, Adam's first moments
 * are the gradients. */
static test_training after_phase(const trainer_fixture *f, int phase, int batch, int position)
{
    alf_training_options options = test_training_options(f->ctx, "stylegan2", false);
    options.batch = batch;
    options.beta1 = 0;
    test_training run = test_training_create(f->ctx, f->folder, &options, NULL);
    run.trainer->iterations = position / batch;
    test_ok(f->ctx, alf_trainer_run_phase(run.trainer, phase));
    return run;
}

static const alf_adam *moved(const test_training *run, int phase)
{
    const alf_trainer *t = run->trainer;
    return alf_phase_trains_generator(t->phases[phase].kind) ? &t->g_adam : &t->d_adam;
}

static void assert_mean(alf_ctx *ctx, const char *name, const alf_tensor *x, const alf_tensor *a, const alf_tensor *b)
{
    double *got = test_values(ctx, x), *expected = test_values(ctx, a), *other = test_values(ctx, b);
    for (int64_t i = 0; i < x->count; i++) expected[i] = (expected[i] + other[i]) / 2;
    assert_allclose(name, x->count, got, expected, 1e-6);
    free(got);
    free(expected);
    free(other);
}

static void the_gradient_of_a_batch_is_the_mean_over_its_micro_batches(void **state)
{
    const trainer_fixture *f = *state;
    for (int phase = 0; phase < 4; phase++) {
        test_training   whole = after_phase(f, phase, 8, 0);
        test_training   first = after_phase(f, phase, 4, 0), second = after_phase(f, phase, 4, 4);
        const alf_adam *x = moved(&whole, phase), *a = moved(&first, phase), *b = moved(&second, phase);
        for (int i = 0; i < x->count; i++) {
            char name[64];
            snprintf(name, sizeof name, "%s, parameter %d", alf_phase_name(whole.trainer->phases[phase].kind), i);
            assert_mean(f->ctx, name, x->m[i], a->m[i], b->m[i]);
        }
        test_training_destroy(&whole);
        test_training_destroy(&first);
        test_training_destroy(&second);
    }
}

static void the_mean_of_path_lengths_is_that_over_micro_batches(void **state)
{
    enum { GREG = 1 };
    const trainer_fixture *f = *state;
    test_training          whole = after_phase(f, GREG, 8, 0);
    test_training          first = after_phase(f, GREG, 4, 0), second = after_phase(f, GREG, 4, 4);
    const double           expected = (first.trainer->pl_mean + second.trainer->pl_mean) / 2;
    assert_allclose("pl_mean", 1, &whole.trainer->pl_mean, &expected, 1e-6);
    assert_true(expected > 0);
    test_training_destroy(&whole);
    test_training_destroy(&first);
    test_training_destroy(&second);
}

/* --- gradients that are no numbers ------------------------------------------------------------------------------------------- */

static void gradients_are_made_finite(void **state)
{
    const trainer_fixture *f = *state;
    const double           found[4] = {NAN, INFINITY, -INFINITY, 3}, expected[4] = {0, 1e5, -1e5, 1.5};
    for (int micro_batches = 1; micro_batches <= 2; micro_batches++) {
        const alf_comm comm = alf_comm_single();
        alf_gradients  gradients;
        alf_scope     *scope = alf_scope_open(f->ctx);
        alf_tensor    *set[1] = {alf_tensor_retain(alf_tensor_from_f64(f->ctx, 1, (int64_t[]){4}, found))};
        test_ok(f->ctx, alf_gradients_start(f->ctx, &comm, 1, 1, &gradients));
        alf_gradients_add(&gradients, set);
        test_ok(f->ctx, alf_gradients_finish(&gradients, micro_batches));
        double *got = test_values(f->ctx, gradients.held[0]);
        got[3] *= micro_batches / 2.0; /* of two: half of it */
        assert_allclose("gradient", 4, got, expected, 1e-6);
        free(got);
        alf_gradients_clear(&gradients);
        alf_scope_close(scope, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAINER_TEST(the_gradient_of_a_batch_is_the_mean_over_its_micro_batches),
        TRAINER_TEST(the_mean_of_path_lengths_is_that_over_micro_batches),
        TRAINER_TEST(gradients_are_made_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
