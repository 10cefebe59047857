/* What training draws: from which positions, how often, and that the networks are shown exactly that. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainers.h"

/* --- draws from a data set ------------------------------------------------------------------------------------------------- */

static void what_an_image_draws_does_not_depend_on_its_micro_batch(void **state)
{
    (void)state;
    alf_data_inputs  source = {.seed = 3, .z_dim = 5, .style_mixing_prob = 0.5};
    const alf_inputs in = alf_inputs_of_data(&source);
    const alf_draw   whole = {.phase = 1, .position = 8, .count = 4}, tail = {.phase = 1, .position = 10, .count = 2};
    const alf_draw   other = {.phase = 2, .position = 8, .count = 4};
    double           a[20], b[10], c[20];
    assert_int_equal(in.latents(in.user, NULL, &whole, ALF_LATENTS_MAIN, a), ALF_OK);
    assert_int_equal(in.latents(in.user, NULL, &tail, ALF_LATENTS_MAIN, b), ALF_OK);
    assert_memory_equal(a + 10, b, sizeof b);
    assert_int_equal(in.latents(in.user, NULL, &whole, ALF_LATENTS_MIXED, c), ALF_OK);
    assert_memory_not_equal(a, c, sizeof a);
    assert_int_equal(in.latents(in.user, NULL, &other, ALF_LATENTS_MAIN, c), ALF_OK);
    assert_memory_not_equal(a, c, sizeof a);
    assert_int_equal(in.path_noise(in.user, NULL, &whole, 20, a), ALF_OK);
    assert_int_equal(in.path_noise(in.user, NULL, &tail, 10, b), ALF_OK);
    assert_memory_equal(a + 10, b, sizeof b);
    assert_true(in.noise_seed(in.user, &whole) != in.noise_seed(in.user, &tail));
    assert_true(in.noise_seed(in.user, &whole) != in.noise_seed(in.user, &other));
}

static void styles_mix_from_every_layer_but_the_first(void **state)
{
    (void)state;
    enum { NUM_WS = 6, DRAWS = 4000 };
    alf_data_inputs  source = {.seed = 3, .style_mixing_prob = 0.9};
    const alf_inputs in = alf_inputs_of_data(&source);
    int              counts[NUM_WS + 1] = {0};
    for (int i = 0; i < DRAWS; i++) {
        const alf_draw draw = {.phase = 0, .position = 4 * i, .count = 4};
        const int      from = in.mixing(in.user, &draw, NUM_WS);
        assert_in_range(from, 1, NUM_WS);
        counts[from]++;
    }
    for (int i = 1; i < NUM_WS; i++) assert_in_range(counts[i], DRAWS * 0.9 / 5 * 0.85, DRAWS * 0.9 / 5 * 1.15);
    assert_in_range(counts[NUM_WS], DRAWS * 0.1 * 0.8, DRAWS * 0.1 * 1.2);
    source.style_mixing_prob = 0;
    assert_int_equal(in.mixing(in.user, &(alf_draw){.count = 4}, NUM_WS), NUM_WS);
}

/* Every third picture is of class 1. */
static void labels_occur_as_often_as_in_the_data_set(void **state)
{
    enum { DRAWS = 300 };
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan2", true);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    const alf_inputs          *in = &run.trainer->inputs;
    const alf_draw             all = {.phase = 2, .position = 0, .count = DRAWS};
    double                     labels[DRAWS][2], ones = 0;
    test_ok(f->ctx, in->labels(in->user, f->ctx, &all, labels[0]));
    for (int i = 0; i < DRAWS; i++) {
        assert_true(labels[i][0] + labels[i][1] == 1);
        ones += labels[i][1];
    }
    assert_in_range(ones, DRAWS / 3 * 0.8, DRAWS / 3 * 1.2);
    test_training_destroy(&run);
}

/* --- which images a micro-batch is -------------------------------------------------------------------------------------------- */

/* Inputs that write down what is asked of those behind them: "z0@4+2" are the latents of images 4 and 5 in phase 0. */
typedef struct {
    alf_inputs behind;
    char       text[1024];
} recorder;

static void note(recorder *r, const char *what, int64_t position, int64_t count)
{
    const size_t used = strlen(r->text);
    snprintf(r->text + used, sizeof r->text - used, " %s@%d+%d", what, (int)position, (int)count);
}

static alf_status note_reals(void *user, alf_ctx *ctx, int64_t position, int64_t count, double *images, double *labels)
{
    recorder *r = user;
    note(r, "real", position, count);
    return r->behind.reals(r->behind.user, ctx, position, count, images, labels);
}

static alf_status note_latents(void *user, alf_ctx *ctx, const alf_draw *draw, alf_latents_use use, double *z)
{
    recorder *r = user;
    char      what[16];
    snprintf(what, sizeof what, "z%d", draw->phase);
    note(r, what, draw->position, draw->count);
    return r->behind.latents(r->behind.user, ctx, draw, use, z);
}

static int mix_nothing(void *user, const alf_draw *draw, int num_ws)
{
    (void)user, (void)draw;
    return num_ws;
}

static alf_status pass_noise(void *user, alf_ctx *ctx, const alf_draw *draw, int64_t values, double *noise)
{
    recorder *r = user;
    return r->behind.path_noise(r->behind.user, ctx, draw, values, noise);
}

static uint64_t some_seed(void *user, const alf_draw *draw)
{
    (void)user, (void)draw;
    return 77;
}

static void each_micro_batch_has_its_own_images(void **state)
{
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan2", false);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    recorder                   r = {.behind = run.trainer->inputs};
    run.trainer->inputs = (alf_inputs){&r, note_reals, note_latents, NULL, mix_nothing, pass_noise, some_seed};
    test_iterate(f->ctx, &run, 1); /* R1 takes the real images that are there already */
    assert_string_equal(r.text, " z0@0+4 z0@4+4 z1@0+2 z1@4+2 real@0+4 z2@0+4 real@4+4 z2@4+4");
    r.text[0] = '\0';
    test_iterate(f->ctx, &run, 1); /* no regularisers */
    assert_string_equal(r.text, " z0@8+4 z0@12+4 real@8+4 z2@8+4 real@12+4 z2@12+4");
    test_training_destroy(&run);
}

/* --- what the discriminator is shown ------------------------------------------------------------------------------------------- */

enum { MIX_FROM = 2 };

static alf_status two_latents(void *user, alf_ctx *ctx, const alf_draw *draw, alf_latents_use use, double *z)
{
    (void)ctx;
    const alf_config *config = user;
    const double      start = use == ALF_LATENTS_MAIN ? 0 : 5;
    for (int64_t i = 0; i < draw->count * config->z_dim; i++) z[i] = sin(start + (double)i);
    return ALF_OK;
}

static int mix_from_there(void *user, const alf_draw *draw, int num_ws)
{
    (void)user, (void)draw, (void)num_ws;
    return MIX_FROM;
}

typedef struct {
    int    count;
    double values[4];
} listener;

static void take_fake_scores(void *user, const char *statistic, int64_t count, const double values[])
{
    listener *l = user;
    if (strcmp(statistic, "Loss/scores/fake") != 0) return;
    assert_int_equal(count, 4);
    memcpy(l->values, values, sizeof l->values);
    l->count++;
}

static alf_tensor *styles_of(alf_generator *g, alf_latents_use use)
{
    const alf_config *config = &alf_generator_plan(g)->config;
    const alf_draw    draw = {.count = 4};
    double            z[4 * 16];
    assert_int_equal(config->z_dim, 16);
    assert_int_equal(two_latents((void *)(uintptr_t)config, NULL, &draw, use, z), ALF_OK);
    alf_tensor *latents = alf_tensor_from_f64(alf_generator_ctx(g), 2, (int64_t[]){4, 16}, z);
    return alf_generator_map(g, latents, NULL, 1, -1);
}

/* Layers before MIX_FROM take the main latents, those from there on the others. */
static alf_tensor *mixed_by_hand(alf_generator *g)
{
    alf_ctx      *ctx = alf_generator_ctx(g);
    const int64_t num_ws = alf_generator_plan(g)->num_ws, w_dim = 16;
    double       *main = test_values(ctx, styles_of(g, ALF_LATENTS_MAIN)),
           *other = test_values(ctx, styles_of(g, ALF_LATENTS_MIXED));
    for (int64_t i = 0; i < 4 * num_ws * w_dim; i++)
        if (i / w_dim % num_ws >= MIX_FROM) main[i] = other[i];
    alf_tensor *ws = alf_tensor_from_f64(ctx, 3, (int64_t[]){4, num_ws, w_dim}, main);
    free(main);
    free(other);
    return ws;
}

static void images_are_of_mixed_styles_and_fresh_noise(void **state)
{
    const trainer_fixture *f = *state;
    alf_training_options   options = test_training_options(f->ctx, "stylegan2", false);
    listener               heard = {.count = 0};
    options.batch = options.batch_gpu;
    options.augment_p = options.ada_target = 0;
    test_training     run = test_training_create(f->ctx, f->folder, &options, NULL);
    alf_trainer      *t = run.trainer;
    const alf_params *g = alf_generator_params(t->g);
    for (int i = 0; i < g->count; i++)
        if (strstr(g->items[i].name, "noise_strength")) test_set(f->ctx, g->items[i].tensor, 0.5);

    alf_scope            *scope = alf_scope_open(f->ctx);
    alf_synthesis_options synthesis = {.noise = ALF_NOISE_RANDOM, .noise_seed = some_seed(NULL, NULL)};
    alf_tensor           *images = alf_generator_synthesize(t->g, mixed_by_hand(t->g), &synthesis);
    double               *expected = test_values(f->ctx, alf_discriminator_logits(t->d, images, NULL));
    alf_scope_close(scope, NULL);

    t->inputs = (alf_inputs){
        .user = &options.generator, .latents = two_latents, .mixing = mix_from_there, .noise_seed = some_seed};
    t->observer = (alf_loss_observer){take_fake_scores, &heard};
    test_ok(f->ctx, alf_trainer_run_phase(t, 0));
    assert_int_equal(heard.count, 1);
    assert_allclose("scores", 4, heard.values, expected, 1e-6);
    free(expected);
    test_training_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_image_draws_does_not_depend_on_its_micro_batch),
        cmocka_unit_test(styles_mix_from_every_layer_but_the_first),
        TRAINER_TEST(labels_occur_as_often_as_in_the_data_set),
        TRAINER_TEST(each_micro_batch_has_its_own_images),
        TRAINER_TEST(images_are_of_mixed_styles_and_fresh_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
