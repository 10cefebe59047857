/* Little trainings, and how two of them are told apart. */
#include "trainers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data_sets.h"
#include "tensor/tensor.h"

enum { PICTURES = 12 };

alf_training_options test_training_options(alf_ctx *ctx, const char *cfg, bool labels)
{
    alf_training_options o;
    test_ok(ctx, alf_training_options_named(ctx, cfg, 16, 8, 128, 8, &o));
    o.generator.z_dim = o.generator.w_dim = 16;
    o.generator.mapping_layers = 2;
    if (o.generator.family == ALF_STYLEGAN3) o.generator.num_layers = 6;
    o.generator.c_dim = o.discriminator.c_dim = labels ? 2 : 0;
    o.discriminator.mapping_layers = 2;
    o.batch_gpu = 4;
    o.d_reg_interval = 2;
    if (o.g_reg_interval) o.g_reg_interval = 2;
    if (o.blur_init_sigma > 0) o.blur_init_sigma = 1;
    o.augment_p = 0.5;
    o.ada_interval = 2;
    o.seed = 7;
    return o;
}

void test_training_data(alf_ctx *ctx, const char *folder)
{
    char   labels[1024];
    size_t used = (size_t)snprintf(labels, sizeof labels, "{\"labels\": [");
    for (int i = 0; i < PICTURES; i++)
        used += (size_t)snprintf(labels + used, sizeof labels - used, "%s[\"00000/img%08d.png\", %d]", i ? ", " : "", i,
                                 i % 3 == 0);
    snprintf(labels + used, sizeof labels - used, "]}");
    test_put_set(ctx, folder, PICTURES, 16, 3, labels);
}

test_training test_training_create(alf_ctx *ctx, const char *folder, const alf_training_options *options,
                                   const alf_comm *comm)
{
    test_training       training = {.data = NULL};
    alf_dataset_options data = alf_dataset_options_default();
    data.labels = options->generator.c_dim > 0;
    test_ok(ctx, alf_dataset_open(ctx, folder, &data, &training.data));
    test_ok(ctx, alf_trainer_create(ctx, options, training.data, comm, &training.trainer));
    return training;
}

void test_training_destroy(test_training *training)
{
    alf_trainer_destroy(training->trainer);
    alf_dataset_destroy(training->data);
}

void test_iterate(alf_ctx *ctx, test_training *training, int iterations)
{
    for (int i = 0; i < iterations; i++) test_ok(ctx, alf_trainer_iterate(training->trainer));
}

int trainer_fixture_set_up(void **state)
{
    trainer_fixture *f = malloc(sizeof *f);
    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    test_training_data(f->ctx, f->folder);
    *state = f;
    return 0;
}

int trainer_fixture_tear_down(void **state)
{
    trainer_fixture *f = *state;
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

alf_statistic test_statistic(const alf_trainer *t, const char *name)
{
    for (int i = 0; i < alf_trainer_num_statistics(t); i++)
        if (strcmp(alf_trainer_statistic(t, i).name, name) == 0) return alf_trainer_statistic(t, i);
    return (alf_statistic){.name = NULL};
}

alf_archive *test_state(alf_ctx *ctx, const test_training *training)
{
    alf_archive *archive;
    test_ok(ctx, alf_archive_create(ctx, &archive));
    test_ok(ctx, alf_trainer_state_to_archive(training->trainer, archive));
    return archive;
}

int64_t assert_same_state(alf_archive *a, alf_archive *b)
{
    const int64_t count = alf_archive_count(a);
    assert_int_equal(count, alf_archive_count(b));
    for (int64_t i = 0; i < count; i++) {
        const alf_array *x = alf_archive_at(a, i), *y = alf_archive_at(b, i);
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->count, y->count);
        if (x->dtype != y->dtype || memcmp(x->data, y->data, (size_t)x->count * alf_dtype_size(x->dtype)) != 0)
            fail_msg("%s differs", x->name);
    }
    alf_archive_destroy(a);
    alf_archive_destroy(b);
    return count;
}

alf_tensor *test_tensor(const alf_params *network, const char *name)
{
    for (int i = 0; i < network->count; i++)
        if (strcmp(network->items[i].name, name) == 0) return network->items[i].tensor;
    fail_msg("the network has no tensor %s", name);
    return NULL;
}

double *test_values(alf_ctx *ctx, const alf_tensor *x)
{
    double *values = malloc((size_t)(alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    return values;
}

void test_set(alf_ctx *ctx, alf_tensor *x, double value)
{
    alf_scope *scope = alf_scope_open(ctx);
    alf_tensor_lerp(ctx, x, alf_tensor_full(ctx, x->ndim, x->shape, value), 1);
    alf_scope_close(scope, NULL);
}
