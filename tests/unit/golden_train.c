/* Golden training: four iterations of the original from given networks, images, latents and noise, on both backends. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "tensor/tensor.h"
#include "training/trainer.h"

typedef struct {
    alf_backend_kind backend;
    const char      *label;
    double           history; /* tolerance of losses */
} setting;

/* --- the file ------------------------------------------------------------------------------------------------------------ */

typedef struct {
    const setting     *on;
    alf_ctx           *ctx;
    const alf_archive *archive;
    const char        *file;
    json_t            *config, *history;
    int                batch, iterations;
    double            *reals, *z, *pl_noise;
    const alf_array   *reals_array, *z_array, *pl_array;

    alf_trainer *trainer;
    int          compared, observed; /* rows of the history */
} golden;

static json_t *json_of(const golden *f, const char *key)
{
    json_error_t error;
    json_t      *value = json_loads(alf_archive_meta(f->archive, key), 0, &error);
    if (!value) fail_msg("%s: metadata %s: %s", f->file, key, error.text);
    return value;
}

static double number(const golden *f, const char *key)
{
    const json_t *value = json_object_get(f->config, key);
    if (!json_is_number(value)) fail_msg("%s: config has no number %s", f->file, key);
    return json_number_value(value);
}

static int interval_of(const golden *f, const char *phase)
{
    size_t  i;
    json_t *row;
    json_array_foreach(json_object_get(f->config, "phases"), i,
                       row) if (strcmp(json_string_value(json_array_get(row, 0)), phase) ==
                                0) return (int)json_integer_value(json_array_get(row, 1));
    return 0;
}

static alf_training_options options_of(const golden *f)
{
    const char          *cfg = json_string_value(json_object_get(f->config, "cfg"));
    const alf_family     family = strcmp(cfg, "sg2") == 0 ? ALF_STYLEGAN2 : ALF_STYLEGAN3;
    char                *g = json_dumps(json_object_get(f->config, "G_kwargs"), 0);
    char                *d = json_dumps(json_object_get(f->config, "D_kwargs"), 0);
    const json_t        *betas = json_object_get(f->config, "betas");
    alf_training_options o = {.batch = f->batch,
                              .batch_gpu = f->batch,
                              .r1_gamma = number(f, "r1_gamma"),
                              .d_reg_interval = interval_of(f, "Dreg"),
                              .g_reg_interval = interval_of(f, "Greg"),
                              .pl_weight = number(f, "pl_weight"),
                              .pl_batch_shrink = (int)number(f, "pl_batch_shrink"),
                              .pl_decay = number(f, "pl_decay"),
                              .style_mixing_prob = number(f, "style_mixing_prob"),
                              .blur_init_sigma = number(f, "blur_init_sigma"),
                              .blur_fade_kimg = number(f, "blur_fade_kimg"),
                              .g_lr = number(f, "G_lr"),
                              .d_lr = number(f, "D_lr"),
                              .beta1 = json_number_value(json_array_get(betas, 0)),
                              .beta2 = json_number_value(json_array_get(betas, 1)),
                              .eps = number(f, "eps"),
                              .ema_kimg = number(f, "ema_nimg") / 1000,
                              .ada_interval = 4,
                              .ada_kimg = 500};
    test_ok(f->ctx, alf_config_from_kwargs(f->ctx, family, g, f->file, &o.generator));
    test_ok(f->ctx, alf_discriminator_config_from_kwargs(f->ctx, d, f->file, &o.discriminator));
    free(g);
    free(d);
    return o;
}

/* --- inputs: what the original was given ------------------------------------------------------------------------------------ */

static int64_t iteration_of(const golden *f, int64_t position)
{
    return position / f->batch;
}

static void copy_row(double *to, const double *from, int64_t row, int64_t row_size, int64_t count)
{
    memcpy(to, from + row * row_size, (size_t)count * sizeof *to);
}

static alf_status give_reals(void *user, alf_ctx *ctx, int64_t position, int64_t count, double *images, double *labels)
{
    (void)ctx, (void)labels;
    const golden *f = user;
    const int64_t each = f->reals_array->count / f->reals_array->shape[0];
    copy_row(images, f->reals, iteration_of(f, position), each, each / f->batch * count);
    return ALF_OK;
}

static alf_status give_latents(void *user, alf_ctx *ctx, const alf_draw *draw, alf_latents_use use, double *z)
{
    (void)ctx, (void)use;
    const golden  *f = user;
    const int64_t *shape = f->z_array->shape; /* iteration, phase, image, z_dim */
    copy_row(z, f->z, iteration_of(f, draw->position) * shape[1] + draw->phase, shape[2] * shape[3],
             draw->count * shape[3]);
    return ALF_OK;
}

static alf_status give_path_noise(void *user, alf_ctx *ctx, const alf_draw *draw, int64_t values, double *noise)
{
    (void)ctx;
    const golden *f = user;
    copy_row(noise, f->pl_noise, iteration_of(f, draw->position), f->pl_array->count / f->pl_array->shape[0], values);
    return ALF_OK;
}

static int mix_nothing(void *user, const alf_draw *draw, int num_ws)
{
    (void)user, (void)draw;
    return num_ws;
}

static uint64_t no_seed(void *user, const alf_draw *draw)
{
    (void)user, (void)draw;
    return 0;
}

/* --- losses ---------------------------------------------------------------------------------------------------------------- */

static json_t *history_row(const golden *f, int64_t iteration, const char *phase)
{
    size_t  i;
    json_t *row;
    json_array_foreach(f->history, i,
                       row) if (json_integer_value(json_object_get(row, "iter")) == iteration &&
                                strcmp(json_string_value(json_object_get(row, "phase")), phase) == 0) return row;
    fail_msg("%s: phase %s must not run in iteration %lld", f->file, phase, (long long)iteration);
    return NULL;
}

static void compare_losses(void *user, const char *statistic, int64_t count, const double values[])
{
    golden       *f = user;
    char          what[256];
    const char   *phase = alf_phase_name(f->trainer->running);
    const int64_t iteration = alf_trainer_iterations(f->trainer);
    const json_t *stored = json_object_get(history_row(f, iteration, phase), statistic);
    double        expected[64];
    snprintf(what, sizeof what, "%s iteration %lld %s %s", f->file, (long long)iteration, phase, statistic);
    if ((int64_t)json_array_size(stored) != count || count > 64) fail_msg("%s: %lld values", what, (long long)count);
    for (int64_t i = 0; i < count; i++) expected[i] = json_number_value(json_array_get(stored, (size_t)i));
    assert_allclose(what, count, values, expected, f->on->history);
    f->observed++;
}

/* Rows of the history: arrays in its entries. */
static int history_rows(const golden *f)
{
    size_t      i;
    int         rows = 0;
    json_t     *entry, *value;
    const char *key;
    json_array_foreach(f->history, i, entry) json_object_foreach(entry, key, value) rows += json_is_array(value);
    return rows;
}

/* --- networks -------------------------------------------------------------------------------------------------------------- */

static double rms_difference(int64_t count, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum / (double)count);
}

/* How far a tensor is from what it should have become, relative to how far it should have moved. */
static double error_of(const golden *f, const char *network, const char *name, alf_tensor *tensor)
{
    char             initial_name[256], final_name[256];
    const alf_array *array;
    snprintf(initial_name, sizeof initial_name, "%s.%s", strcmp(network, "D") ? "G" : "D", name);
    snprintf(final_name, sizeof final_name, "final.%s.%s", network, name);
    double *initial = golden_values(f->archive, initial_name, &array);
    double *expected = golden_values(f->archive, final_name, &array);
    double *got = malloc((size_t)(array->count + 1) * sizeof *got);
    assert_non_null(got);
    assert_int_equal(array->count, alf_tensor_count(tensor));
    test_ok(f->ctx, alf_tensor_read(f->ctx, tensor, got));
    const double moved = rms_difference(array->count, expected, initial);
    double       error = rms_difference(array->count, got, expected);
    if (moved == 0 && error != 0) fail_msg("%s: %s changed, but must not", f->file, final_name);
    if (moved > 0) error /= moved;
    if (!(error <= 1e-2)) fail_msg("%s: %s is off by %.3g of its way, allowed 0.01", f->file, final_name, error);
    free(initial);
    free(expected);
    free(got);
    return error;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void compare_networks(golden_report *report, const golden *f)
{
    const struct {
        const char       *name;
        const alf_params *params;
    } networks[] = {{"G", alf_generator_params(f->trainer->g)},
                    {"D", alf_discriminator_params(f->trainer->d)},
                    {"G_ema", alf_generator_params(f->trainer->ema)}};
    double errors[1024];
    int    count = 0, moved = 0;
    for (int n = 0; n < 3; n++)
        for (int i = 0; i < networks[n].params->count; i++) {
            const alf_param *p = &networks[n].params->items[i];
            const double     error = error_of(f, networks[n].name, p->name, p->tensor);
            assert_in_range(++count, 1, 1024);
            if (error > 0) errors[moved++] = error;
        }
    assert_int_equal(count, golden_count(f->archive, "final."));
    qsort(errors, (size_t)moved, sizeof errors[0], by_size);
    assert_in_range(moved, 1, 1024);
    report->max_error = errors[moved - 1];
    report->cases = count;
    printf("%s on %s: %d tensors, of the way they went off by at most %.3g, median %.3g\n", f->file, f->on->label,
           count, errors[moved - 1], errors[moved / 2]);
    if (errors[moved / 2] > 1e-4) fail_msg("%s: the median error is %.3g, allowed 1e-4", f->file, errors[moved / 2]);
}

/* --- a run ----------------------------------------------------------------------------------------------------------------- */

static void train(golden_report *report, golden *f)
{
    const alf_training_options options = options_of(f);
    const alf_inputs           inputs = {.user = f,
                                         .reals = give_reals,
                                         .latents = give_latents,
                                         .mixing = mix_nothing,
                                         .path_noise = give_path_noise,
                                         .noise_seed = no_seed};
    int                        copied = 0;
    test_ok(f->ctx, alf_trainer_start(f->ctx, &options, &inputs, NULL, &f->trainer));
    test_ok(f->ctx, alf_trainer_transfer(f->trainer, report->path, &copied));
    assert_int_equal(copied, 2 * golden_count(f->archive, "G.") + golden_count(f->archive, "D.")); /* G is G_ema too */
    f->trainer->observer = (alf_loss_observer){compare_losses, f};
    for (int i = 0; i < f->iterations; i++) test_ok(f->ctx, alf_trainer_iterate(f->trainer));
    assert_int_equal(f->observed, history_rows(f));
    compare_networks(report, f);
    alf_trainer_destroy(f->trainer);
}

static void run_file(golden_report *report, void *user)
{
    golden       f = {.on = user, .file = report->file};
    alf_archive *archive;
    f.ctx = test_ctx(f.on->backend, ALF_ISA_AUTO);
    test_ok(f.ctx, alf_archive_open(f.ctx, report->path, &archive));
    f.archive = archive;
    f.config = json_of(&f, "config");
    f.history = json_of(&f, "history");
    f.batch = (int)number(&f, "batch");
    f.iterations = (int)number(&f, "iterations");
    f.reals = golden_values(archive, "reals", &f.reals_array);
    f.z = golden_values(archive, "z", &f.z_array);
    f.pl_noise = golden_values(archive, "pl_noise", &f.pl_array);
    train(report, &f);
    free(f.reals);
    free(f.z);
    free(f.pl_noise);
    json_decref(f.config);
    json_decref(f.history);
    alf_archive_destroy(archive);
    alf_ctx_destroy(f.ctx);
}

static void training_follows_the_original_on_cpu(void **state)
{
    (void)state;
    golden_run("train-", ".safetensors", "cpu", run_file, &(setting){ALF_BACKEND_CPU, "cpu", 1e-4});
}

static void training_follows_the_original_on_reference(void **state)
{
    (void)state;
    golden_run("train-", ".safetensors", "reference", run_file, &(setting){ALF_BACKEND_REFERENCE, "reference", 1e-4});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_follows_the_original_on_cpu),
        cmocka_unit_test(training_follows_the_original_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
