/* Training stays within its memory: an iteration with all phases, in a context that is refused any more. The sizes of
 * the budget that was promised take minutes and run with ALIASFREE_LONG_TESTS=1 in the environment; small ones always
 * do, with room for a quarter more than what they take. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/training.h"
#include "files.h"

typedef struct {
    const char *cfg;
    int         resolution;
    int64_t     channel_base, channel_max;
    double      max_memory; /* bytes */
} budget;

/* The number of threads is fixed, for each has scratch of its own. */
static alf_ctx *context_of(double max_memory)
{
    char            message[256];
    alf_ctx        *ctx;
    alf_ctx_options options = alf_ctx_options_default();
    options.threads = 2;
    options.max_memory = (int64_t)max_memory;
    if (alf_ctx_create(&options, message, sizeof message, &ctx) != ALF_OK) fail_msg("%s", message);
    return ctx;
}

static alf_dataset *blobs(alf_ctx *ctx, const char *folder, int size)
{
    alf_dataset_recipe  recipe = alf_dataset_recipe_default();
    alf_dataset_options options = alf_dataset_options_default();
    alf_dataset_report  report;
    alf_dataset        *data;
    char               *path = test_path(folder, "blobs.zip");
    recipe.width = recipe.height = size;
    recipe.max_images = 8;
    test_ok(ctx, alf_dataset_synthesize(ctx, "textured-blobs", path, &recipe, &report));
    test_ok(ctx, alf_dataset_open(ctx, path, &options, &data));
    free(path);
    return data;
}

static bool has_statistic(const alf_trainer *t, const char *name)
{
    for (int i = 0; i < alf_trainer_num_statistics(t); i++) {
        const alf_statistic s = alf_trainer_statistic(t, i);
        if (strcmp(s.name, name) == 0 && s.num > 0) return true;
    }
    return false;
}

/* The first iteration has all phases. */
static void hold(const file_fixture *f, const budget *b)
{
    alf_ctx             *ctx = context_of(b->max_memory);
    alf_dataset         *data = blobs(ctx, f->folder, b->resolution);
    alf_training_options options;
    alf_trainer         *t;
    test_ok(ctx, alf_training_options_named(ctx, b->cfg, b->resolution, 8, b->channel_base, b->channel_max, &options));
    options.batch_gpu = 8;
    options.augment_p = 0.5;
    test_ok(ctx, alf_trainer_create(ctx, &options, data, NULL, &t));
    test_ok(ctx, alf_trainer_iterate(t));
    assert_true(has_statistic(t, "Timing/Dreg"));
    assert_true(options.g_reg_interval == 0 || has_statistic(t, "Timing/Greg"));
    printf("%s, %d pixels: %.1f MB of %.1f\n", b->cfg, b->resolution, (double)alf_ctx_memory_peak(ctx) * 1e-6,
           b->max_memory * 1e-6);
    alf_trainer_destroy(t);
    alf_dataset_destroy(data);
    alf_ctx_destroy(ctx);
}

static void small_networks_train_within_their_memory(void **state)
{
    static const budget budgets[] = {
        {"stylegan3-t", 32, 2048, 32, 88e6}, {"stylegan3-r", 32, 2048, 32, 154e6}, {"stylegan2", 32, 2048, 32, 67e6}};
    for (int i = 0; i < 3; i++) hold(*state, &budgets[i]);
}

static void T_64_trains_in_1_gigabyte_and_R_64_in_1_6(void **state)
{
    static const budget budgets[] = {{"stylegan3-t", 64, 8192, 128, 1.0e9}, {"stylegan3-r", 64, 8192, 128, 1.6e9}};
    const char         *asked = getenv("ALIASFREE_LONG_TESTS");
    if (!asked || strcmp(asked, "0") == 0) {
        printf("skipped: only with ALIASFREE_LONG_TESTS=1\n");
        skip();
    }
    for (int i = 0; i < 2; i++) hold(*state, &budgets[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {FILE_TEST(small_networks_train_within_their_memory),
                                       FILE_TEST(T_64_trains_in_1_gigabyte_and_R_64_in_1_6)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
