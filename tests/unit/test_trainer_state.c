/* Training that stops and goes on, and training that starts from another network. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/tensor.h"
#include "trainers.h"

/* --- going on ---------------------------------------------------------------------------------------------------------------- */

/* Trains 3 + 2 iterations with a file between, and 5 at once: 3 is within the intervals of regularisers and of p. */
static void check_restored(const trainer_fixture *f, alf_ctx *ctx, const char *cfg, bool labels)
{
    const alf_training_options options = test_training_options(ctx, cfg, labels);
    test_training              whole = test_training_create(ctx, f->folder, &options, NULL);
    test_training              first = test_training_create(ctx, f->folder, &options, NULL);
    char                      *path = test_path(f->folder, "state.safetensors");
    alf_archive               *archive;
    test_iterate(ctx, &whole, 5);
    test_iterate(ctx, &first, 3);
    archive = test_state(ctx, &first);
    test_ok(ctx, alf_archive_save(archive, path));
    alf_archive_destroy(archive);
    test_training_destroy(&first);

    test_training second = test_training_create(ctx, f->folder, &options, NULL);
    test_ok(ctx, alf_archive_open(ctx, path, &archive));
    test_ok(ctx, alf_trainer_restore(second.trainer, archive));
    alf_archive_destroy(archive);
    assert_int_equal(alf_trainer_images(second.trainer), 24);
    test_iterate(ctx, &second, 2);
    assert_in_range(assert_same_state(test_state(ctx, &whole), test_state(ctx, &second)), 100, 10000);
    test_training_destroy(&whole);
    test_training_destroy(&second);
    remove(path);
    free(path);
}

static void a_restored_training_ends_with_the_bits_of_an_uninterrupted_one(void **state)
{
    const trainer_fixture *f = *state;
    check_restored(f, f->ctx, "stylegan2", true);
    check_restored(f, f->ctx, "stylegan3-t", false);
    check_restored(f, f->ctx, "stylegan3-r", false);
}

static void the_double_backend_keeps_all_its_bits(void **state)
{
    const trainer_fixture *f = *state;
    alf_ctx               *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    check_restored(f, ctx, "stylegan2", false);
    alf_ctx_destroy(ctx);
}

/* Fails unless the state has `group`.NAME of each tensor of the network (parameters alone: of each that is no buffer). */
static int64_t assert_group(const alf_archive *state, const char *group, const alf_params *network, bool parameters)
{
    int64_t count = 0;
    for (int i = 0; i < network->count; i++) {
        char name[256];
        if (parameters && network->items[i].buffer) continue;
        snprintf(name, sizeof name, "state.%s.%s", group, network->items[i].name);
        const alf_array *array = alf_archive_find(state, name);
        if (!array || array->count != network->items[i].count) fail_msg("the state has no whole %s", name);
        count++;
    }
    return count;
}

static void a_state_holds_all_that_training_changes_and_nothing_else(void **state)
{
    static const char *const   numbers[] = {"state.adam.G.steps", "state.adam.D.steps",  "state.pl_mean",
                                            "state.augment_p",    "state.augment_signs", "state.statistics",
                                            "state.iterations",   "state.images"};
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan2", true);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    const alf_params          *g = alf_generator_params(run.trainer->g), *d = alf_discriminator_params(run.trainer->d);
    alf_archive               *archive = test_state(f->ctx, &run);
    int64_t                    count = sizeof numbers / sizeof numbers[0];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!alf_archive_find(archive, numbers[i])) fail_msg("the state has no %s", numbers[i]);
    count += assert_group(archive, "G", g, false) + assert_group(archive, "G_ema", g, false);
    count += assert_group(archive, "D", d, false);
    count += assert_group(archive, "adam.G.m", g, true) + assert_group(archive, "adam.G.v", g, true);
    count += assert_group(archive, "adam.D.m", d, true) + assert_group(archive, "adam.D.v", d, true);
    assert_int_equal(alf_archive_count(archive), count);
    alf_archive_destroy(archive);
    test_training_destroy(&run);
}

/* --- states that are refused ------------------------------------------------------------------------------------------------------ */

/* How a state is spoiled: one array is left out, renamed, given other values, or cut. */
typedef struct {
    const char  *array, *renamed;
    const double value; /* of its first element */
    bool         cut, changed, as_double;
    const char  *message, *other_message;
} damage;

/* A copy of a state with the damage done. */
static alf_archive *spoil(alf_ctx *ctx, const alf_archive *from, const damage *d)
{
    alf_archive *to;
    test_ok(ctx, alf_archive_create(ctx, &to));
    for (int64_t i = 0; i < alf_archive_count(from); i++) {
        const alf_array *a = alf_archive_at(from, i);
        const bool       hit = strcmp(a->name, d->array) == 0;
        int64_t          shape[ALF_MAX_DIMS];
        memcpy(shape, a->shape, sizeof shape);
        if (hit && d->cut) shape[0]--;
        if (hit && !d->renamed && !d->cut && !d->changed && !d->as_double) continue; /* left out */
        char *data = malloc((size_t)a->count * sizeof(double) + 1);
        assert_non_null(data);
        memcpy(data, a->data, (size_t)a->count * alf_dtype_size(a->dtype));
        if (hit && d->changed && a->dtype == ALF_I64) memcpy(data, &(int64_t){(int64_t)d->value}, sizeof(int64_t));
        if (hit && d->changed && a->dtype == ALF_F64) memcpy(data, &d->value, sizeof(double));
        if (hit && d->changed && a->dtype == ALF_F32) memcpy(data, &(float){(float)d->value}, sizeof(float));
        if (hit && d->as_double) memset(data, 0, (size_t)a->count * sizeof(double));
        test_ok(ctx, alf_archive_add(to, hit && d->renamed ? d->renamed : a->name,
                                     hit && d->as_double ? ALF_F64 : a->dtype, a->ndim, shape, data));
        free(data);
    }
    return to;
}

static void a_state_that_does_not_fit_is_refused_by_name_and_changes_nothing(void **state)
{
    static const damage damages[] = {
        {.array = "state.adam.D.m.b4.fc.weight", .message = "state.adam.D.m.b4.fc.weight is missing"},
        {.array = "state.pl_mean", .message = "state.pl_mean is missing"},
        {.array = "state.G.mapping.fc0.bias",
         .cut = true,
         .message = "state.G.mapping.fc0.bias",
         .other_message = "[15]"},
        {.array = "state.G_ema.mapping.fc0.bias",
         .changed = true,
         .value = NAN,
         .message = "state.G_ema.mapping.fc0.bias",
         .other_message = "element 0 is nan"},
        {.array = "state.iterations",
         .changed = true,
         .value = -1,
         .message = "state.iterations",
         .other_message = "-1"},
        {.array = "state.adam.G.steps",
         .changed = true,
         .value = -7,
         .message = "state.adam.G.steps",
         .other_message = "-7"},
        {.array = "state.images",
         .changed = true,
         .value = 12,
         .message = "12 images in 1 iterations",
         .other_message = "batches of 8"},
        {.array = "state.augment_p",
         .changed = true,
         .value = INFINITY,
         .message = "state.augment_p",
         .other_message = "inf"},
        {.array = "state.augment_p",
         .changed = true,
         .value = 1.5,
         .message = "state.augment_p",
         .other_message = "1.5"},
        {.array = "state.D.b4.out.bias",
         .as_double = true,
         .message = "state.D.b4.out.bias",
         .other_message = "8 bytes"},
    };
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan3-t", false);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    test_iterate(f->ctx, &run, 1);
    alf_archive *good = test_state(f->ctx, &run);
    test_iterate(f->ctx, &run, 1);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        alf_archive *before = test_state(f->ctx, &run), *bad = spoil(f->ctx, good, &damages[i]);
        assert_fails(f->ctx, alf_trainer_restore(run.trainer, bad), ALF_ERR_FORMAT, damages[i].message,
                     damages[i].other_message);
        assert_same_state(before, test_state(f->ctx, &run));
        alf_archive_destroy(bad);
    }
    test_ok(f->ctx, alf_archive_add(good, "elsewhere", ALF_F64, 1, &(int64_t){1}, &(double){1}));
    test_ok(f->ctx, alf_trainer_restore(run.trainer, good)); /* what is not under state. is not its matter */
    test_ok(f->ctx, alf_archive_add(good, "state.D.b4.more", ALF_F64, 1, &(int64_t){1}, &(double){1}));
    assert_fails(f->ctx, alf_trainer_restore(run.trainer, good), ALF_ERR_FORMAT, "state.D.b4.more", "not part");
    assert_fails(f->ctx, alf_trainer_restore(run.trainer, NULL), ALF_ERR_ARGUMENT, "archive is NULL", NULL);
    alf_archive_destroy(good);
    test_training_destroy(&run);
}

/* --- network files ------------------------------------------------------------------------------------------------------------------ */

static void the_networks_of_a_snapshot_are_read_as_networks(void **state)
{
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan3-r", true);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    char                      *path = test_path(f->folder, "snapshot.safetensors");
    const char *const          keys[] = {"G", "G_ema"};
    alf_archive               *archive;
    alf_discriminator         *d;
    test_iterate(f->ctx, &run, 1);
    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    test_ok(f->ctx, alf_trainer_networks_to_archive(run.trainer, archive));
    test_ok(f->ctx, alf_archive_save(archive, path));
    alf_archive_destroy(archive);
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    for (int i = 0; i < 2; i++) {
        alf_generator *g;
        test_ok(f->ctx, alf_generator_from_archive(f->ctx, archive, keys[i], &g));
        alf_generator_destroy(g);
    }
    test_ok(f->ctx, alf_discriminator_from_archive(f->ctx, archive, "D", &d));
    alf_discriminator_destroy(d);
    alf_archive_destroy(archive);

    /* a trainer that starts from it has the same networks, but moments of its own */
    test_training other = test_training_create(f->ctx, f->folder, &options, NULL);
    int           copied = 0;
    test_ok(f->ctx, alf_trainer_transfer(other.trainer, path, &copied));
    assert_int_equal(copied, 2 * alf_generator_num_tensors(alf_trainer_generator(run.trainer, false)) +
                                 alf_discriminator_num_tensors(alf_trainer_discriminator(run.trainer)));
    alf_archive *a = test_state(f->ctx, &run), *b = test_state(f->ctx, &other);
    int          networks = 0;
    for (int64_t i = 0; i < alf_archive_count(a); i++) {
        const alf_array *x = alf_archive_at(a, i), *y = alf_archive_at(b, i);
        if (strncmp(x->name, "state.G", 7) != 0 && strncmp(x->name, "state.D", 7) != 0) continue;
        assert_memory_equal(x->data, y->data, (size_t)x->count * alf_dtype_size(x->dtype));
        networks++;
    }
    assert_int_equal(networks, copied);
    alf_archive_destroy(a);
    alf_archive_destroy(b);
    test_training_destroy(&other);
    test_training_destroy(&run);
    free(path);
}

/* Settings of the networks in an official pickle. */
static alf_training_options options_of_pickle(alf_ctx *ctx, const alf_archive *archive, alf_family family)
{
    const char          *cfg = family == ALF_STYLEGAN2 ? "stylegan2" : "stylegan3-t";
    alf_training_options o;
    test_ok(ctx, alf_training_options_named(ctx, cfg, 32, 4, 32768, 512, &o));
    test_ok(ctx,
            alf_config_from_kwargs(ctx, family, alf_archive_meta(archive, "G.init_kwargs"), "pickle", &o.generator));
    test_ok(ctx, alf_discriminator_config_from_kwargs(ctx, alf_archive_meta(archive, "D.init_kwargs"), "pickle",
                                                      &o.discriminator));
    return o;
}

static void transfer_from(golden_report *report, void *user)
{
    alf_ctx         *ctx = user;
    const alf_inputs none = {.user = NULL};
    alf_archive     *archive;
    alf_trainer     *t;
    int              copied = 0;
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    const bool           three = alf_archive_find(archive, "G.synthesis.input.freqs") != NULL;
    alf_training_options options = options_of_pickle(ctx, archive, three ? ALF_STYLEGAN3 : ALF_STYLEGAN2);
    test_ok(ctx, alf_trainer_start(ctx, &options, &none, NULL, &t));
    test_ok(ctx, alf_trainer_transfer(t, report->path, &copied));
    assert_int_equal(copied,
                     golden_count(archive, "G.") + golden_count(archive, "D.") + golden_count(archive, "G_ema."));
    const struct {
        const char       *key;
        const alf_params *params;
    } networks[] = {{"G", alf_generator_params(t->g)},
                    {"D", alf_discriminator_params(t->d)},
                    {"G_ema", alf_generator_params(t->ema)}};
    for (int n = 0; n < 3; n++)
        for (int i = 0; i < networks[n].params->count; i++) {
            const alf_param *p = &networks[n].params->items[i];
            double          *expected = golden_field(archive, networks[n].key, p->name, NULL);
            double          *got = test_values(ctx, p->tensor);
            assert_non_null(expected);
            assert_allclose(p->name, p->count, got, expected, 0);
            free(expected);
            free(got);
            report->cases++;
        }
    alf_trainer_destroy(t);

    /* networks of other sizes are refused, and nothing is taken */
    options.generator.w_dim /= 2;
    test_ok(ctx, alf_trainer_start(ctx, &options, &none, NULL, &t));
    const alf_tensor *weight = test_tensor(alf_discriminator_params(t->d), "b4.out.weight");
    double           *before = test_values(ctx, weight);
    assert_fails(ctx, alf_trainer_transfer(t, report->path, &copied), ALF_ERR_FORMAT, report->file, "expected [");
    double *after = test_values(ctx, weight);
    assert_memory_equal(before, after, (size_t)weight->count * sizeof *before);
    free(before);
    free(after);
    alf_trainer_destroy(t);
    alf_archive_destroy(archive);
}

static void training_starts_from_official_pickles(void **state)
{
    const trainer_fixture *f = *state;
    golden_run("stylegan", ".pkl", "cpu", transfer_from, f->ctx);
}

/* An image of seed 3, to be freed with free(). */
static double *image_of(alf_ctx *ctx, alf_generator *g)
{
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *z = alf_generator_latents(g, 1, (uint32_t[]){3});
    alf_tensor *image = alf_generator_synthesize(g, alf_generator_map(g, z, NULL, 1, -1), NULL);
    double     *values = test_values(ctx, image);
    alf_scope_close(scope, NULL);
    return values;
}

/* Halves the taps of a filter, so that it is none that would be designed. */
static void write_generator_with_a_strange_filter(alf_ctx *ctx, const alf_config *config, const char *path)
{
    alf_generator *g;
    test_ok(ctx, alf_generator_create(ctx, config, 17, &g));
    alf_tensor *filter = test_tensor(alf_generator_params(g), "synthesis.L1_36_8.up_filter");
    alf_tensor_lerp(ctx, filter, alf_scale_shift(ctx, filter, 0.5, 0), 1);
    test_ok(ctx, alf_generator_save(g, path));
    alf_generator_destroy(g);
}

static void a_generator_alone_becomes_both_with_the_filters_of_its_file(void **state)
{
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan3-t", false);
    char                      *path = test_path(f->folder, "alone.safetensors");
    alf_generator             *g;
    int                        copied = 0;
    write_generator_with_a_strange_filter(f->ctx, &options.generator, path);
    test_ok(f->ctx, alf_generator_load(f->ctx, path, NULL, &g));
    test_training run = test_training_create(f->ctx, f->folder, &options, NULL);
    test_ok(f->ctx, alf_trainer_transfer(run.trainer, path, &copied));
    assert_int_equal(copied, 2 * alf_generator_num_tensors(g));
    alf_archive  *stored = test_state(f->ctx, &run);
    test_training restored = test_training_create(f->ctx, f->folder, &options, NULL);
    test_ok(f->ctx, alf_trainer_restore(restored.trainer, stored));

    const size_t         bytes = sizeof(double) * 3 * (size_t)pow(options.generator.img_resolution, 2);
    double              *expected = image_of(f->ctx, g);
    alf_generator *const others[] = {
        alf_trainer_generator(run.trainer, false), alf_trainer_generator(run.trainer, true),
        alf_trainer_generator(restored.trainer, false), alf_trainer_generator(restored.trainer, true)};
    for (int i = 0; i < 4; i++) {
        double *got = image_of(f->ctx, others[i]);
        assert_memory_equal(got, expected, bytes);
        free(got);
    }
    free(expected);
    alf_archive_destroy(stored);
    alf_generator_destroy(g);
    test_training_destroy(&restored);
    test_training_destroy(&run);
    free(path);
}

static void a_file_without_networks_is_no_start(void **state)
{
    const trainer_fixture     *f = *state;
    const alf_training_options options = test_training_options(f->ctx, "stylegan3-t", false);
    test_training              run = test_training_create(f->ctx, f->folder, &options, NULL);
    char                      *path = test_path(f->folder, "other.safetensors");
    alf_archive               *archive;
    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    test_ok(f->ctx, alf_archive_add(archive, "x", ALF_F64, 1, &(int64_t){1}, &(double){1}));
    test_ok(f->ctx, alf_archive_save(archive, path));
    alf_archive_destroy(archive);
    assert_fails(f->ctx, alf_trainer_transfer(run.trainer, path, NULL), ALF_ERR_FORMAT, "other.safetensors", "G_ema");
    remove(path);
    assert_fails(f->ctx, alf_trainer_transfer(run.trainer, path, NULL), ALF_ERR_IO, "other.safetensors", NULL);
    assert_fails(f->ctx, alf_trainer_transfer(run.trainer, NULL, NULL), ALF_ERR_ARGUMENT, "path is NULL", NULL);
    test_training_destroy(&run);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAINER_TEST(a_restored_training_ends_with_the_bits_of_an_uninterrupted_one),
        TRAINER_TEST(the_double_backend_keeps_all_its_bits),
        TRAINER_TEST(a_state_holds_all_that_training_changes_and_nothing_else),
        TRAINER_TEST(a_state_that_does_not_fit_is_refused_by_name_and_changes_nothing),
        TRAINER_TEST(the_networks_of_a_snapshot_are_read_as_networks),
        TRAINER_TEST(training_starts_from_official_pickles),
        TRAINER_TEST(a_generator_alone_becomes_both_with_the_filters_of_its_file),
        TRAINER_TEST(a_file_without_networks_is_no_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
