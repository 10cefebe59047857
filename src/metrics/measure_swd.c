/* Sliced Wasserstein distance between a generator and a data set, or between two data sets. */
#include <string.h>

#include "aliasfree/machine.h"
#include "aliasfree/metrics.h"
#include "aliasfree/random.h"
#include "core/core.h"
#include "metrics/swd.h"

/* Two sets of images on their way into one comparison; a batch at a time. */
typedef struct {
    alf_ctx               *ctx;
    alf_generator         *g;    /* set 1 comes from it, or ... */
    alf_dataset           *b;    /* ... from there              */
    alf_dataset           *data; /* set 0                       */
    int64_t                samples;
    const alf_swd_options *options;
    alf_swd               *swd;
    int64_t               *items;  /* [batch]                              */
    double                *images; /* [batch, channels, size, size]        */
    double                *labels; /* [batch, label_dim]; NULL: not needed */
    double                *z;      /* [batch, z_dim]                       */
} measurement;

alf_swd_options alf_swd_options_default(void)
{
    return (alf_swd_options){.batch = 4, .class_index = -1};
}

/* --- images --------------------------------------------------------------------------------------------------------------- */

static alf_status add_data(measurement *m, int set, alf_dataset *data, int64_t first, int64_t count, double *labels)
{
    alf_status status = ALF_OK;
    for (int64_t i = 0; i < count && status == ALF_OK; i++)
        status = alf_dataset_shuffled(data, m->options->seed, first + i, &m->items[i]);
    if (status == ALF_OK) status = alf_dataset_read(data, count, m->items, m->images, labels);
    return status == ALF_OK ? alf_swd_add(m->swd, set, first, count, m->images) : status;
}

/* Random labels are those of the data's images of the same numbers. */
static alf_tensor *labels_of(const measurement *m, int64_t count)
{
    const int64_t c_dim = alf_generator_plan(m->g)->config.c_dim;
    if (c_dim == 0) return NULL;
    if (m->options->class_index >= 0) return alf_generator_labels(m->g, count, m->options->class_index);
    return alf_tensor_from_f64(m->ctx, 2, (int64_t[]){count, c_dim}, m->labels);
}

static alf_status add_generated(measurement *m, int64_t first, int64_t count)
{
    const int64_t         z_dim = alf_generator_plan(m->g)->config.z_dim;
    alf_scope            *scope = alf_scope_open(m->ctx);
    alf_synthesis_options synthesis = alf_synthesis_options_default();
    synthesis.noise = ALF_NOISE_RANDOM;
    synthesis.noise_seed = m->options->seed + (uint64_t)first;
    alf_random_normal(m->options->seed, alf_random_stream(ALF_FOR_LATENTS, 0), first * z_dim, count * z_dim, m->z);
    alf_tensor           *z = alf_tensor_from_f64(m->ctx, 2, (int64_t[]){count, z_dim}, m->z);
    alf_tensor           *ws = alf_generator_map(m->g, z, labels_of(m, count), 1, -1);
    const alf_conv_method before = alf_ctx_use_conv(m->ctx, ALF_CONV_DIRECT);
    alf_status            status = alf_tensor_read(m->ctx, alf_generator_synthesize(m->g, ws, &synthesis), m->images);
    alf_ctx_use_conv(m->ctx, before);
    alf_scope_close(scope, NULL);
    return status == ALF_OK ? alf_swd_add(m->swd, 1, first, count, m->images) : status;
}

static alf_status measure(measurement *m, alf_swd_result *result)
{
    alf_status status = alf_progress(m->ctx, "images", 0, m->samples);
    for (int64_t first = 0; first < m->samples && status == ALF_OK; first += m->options->batch) {
        const int64_t left = m->samples - first, count = left < m->options->batch ? left : m->options->batch;
        status = add_data(m, 0, m->data, first, count, m->labels);
        if (status == ALF_OK) status = m->g ? add_generated(m, first, count) : add_data(m, 1, m->b, first, count, NULL);
        if (status == ALF_OK) status = alf_progress(m->ctx, "images", first + count, m->samples);
    }
    return status == ALF_OK ? alf_swd_finish(m->swd, result) : status;
}

static alf_status run(measurement *m, alf_swd_result *out)
{
    const double   start = alf_machine_seconds();
    const int64_t  size = alf_dataset_resolution(m->data), channels = alf_dataset_channels(m->data);
    const size_t   batch = (size_t)m->options->batch;
    const size_t   z_dim = m->g ? (size_t)alf_generator_plan(m->g)->config.z_dim : 0;
    const bool     labelled = m->g && m->options->class_index < 0 && alf_generator_plan(m->g)->config.c_dim > 0;
    const size_t   label_dim = labelled ? (size_t)alf_dataset_label_dim(m->data) : 0;
    alf_swd_result result;
    alf_status     status = alf_swd_create(m->ctx, m->samples, channels, size, m->options->seed, &m->swd);
    if (status != ALF_OK) return status;
    m->items = alf_mem_alloc(m->ctx, batch, sizeof *m->items);
    m->images = alf_mem_alloc(m->ctx, batch, (size_t)(channels * size * size) * sizeof *m->images);
    m->z = alf_mem_alloc(m->ctx, batch * z_dim, sizeof *m->z);
    m->labels = labelled ? alf_mem_alloc(m->ctx, batch * label_dim, sizeof *m->labels) : NULL;
    const bool ready = m->items && m->images && m->z && (m->labels || !labelled);
    status = ready ? measure(m, &result) : ALF_ERR_MEMORY;
    alf_mem_free(m->items);
    alf_mem_free(m->images);
    alf_mem_free(m->z);
    alf_mem_free(m->labels);
    alf_swd_destroy(m->swd);
    if (status != ALF_OK) return status;
    result.seconds = alf_machine_seconds() - start;
    *out = result;
    return ALF_OK;
}

/* --- what fits ------------------------------------------------------------------------------------------------------------ */

static alf_status check_options(alf_ctx *ctx, const alf_swd_options *o)
{
    if (o->batch < 1 || o->batch > 4096)
        return alf_fail(ctx, ALF_ERR_RANGE, "batch is %lld: expected 1 to 4096", (long long)o->batch);
    return ALF_OK;
}

static alf_status check_sizes(alf_ctx *ctx, const char *what, int64_t size, int64_t channels, const alf_dataset *data)
{
    if (size == alf_dataset_resolution(data) && channels == alf_dataset_channels(data)) return ALF_OK;
    return alf_fail(
        ctx, ALF_ERR_ARGUMENT,
        "%s has images of %lldx%lld pixels with %lld channels, %s such of %lldx%lld with %d: expected the same", what,
        (long long)size, (long long)size, (long long)channels, alf_dataset_path(data),
        (long long)alf_dataset_resolution(data), (long long)alf_dataset_resolution(data), alf_dataset_channels(data));
}

static alf_status check_labels(alf_ctx *ctx, const alf_config *config, const alf_dataset *data, int class_index)
{
    if (config->c_dim == 0) return ALF_OK;
    if (class_index < -1 || class_index >= config->c_dim)
        return alf_fail(ctx, ALF_ERR_RANGE, "class %d: this network has classes 0 to %d, or -1 for those of the data",
                        class_index, config->c_dim - 1);
    if (class_index == -1 && alf_dataset_label_dim(data) != config->c_dim)
        return alf_fail(ctx, ALF_ERR_ARGUMENT,
                        "%s: labels of size %lld were read, but the network takes labels of size %d",
                        alf_dataset_path(data), (long long)alf_dataset_label_dim(data), config->c_dim);
    return ALF_OK;
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

alf_status alf_measure_swd(alf_generator *g, alf_dataset *data, int64_t samples, const alf_swd_options *options,
                           alf_swd_result *out)
{
    const alf_swd_options standard = alf_swd_options_default();
    alf_ctx              *ctx = alf_generator_ctx(g);
    const alf_config     *config = &alf_generator_plan(g)->config;
    measurement m = {.ctx = ctx, .g = g, .data = data, .samples = samples, .options = options ? options : &standard};
    if (!data || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_measure_swd: data or out is NULL");
    alf_status status = check_options(ctx, m.options);
    if (status == ALF_OK) status = check_sizes(ctx, "the network", config->img_resolution, config->img_channels, data);
    if (status == ALF_OK) status = check_labels(ctx, config, data, m.options->class_index);
    return status == ALF_OK ? run(&m, out) : status;
}

alf_status alf_measure_swd_data(alf_ctx *ctx, alf_dataset *a, alf_dataset *b, int64_t samples,
                                const alf_swd_options *options, alf_swd_result *out)
{
    const alf_swd_options standard = alf_swd_options_default();
    measurement m = {.ctx = ctx, .b = b, .data = a, .samples = samples, .options = options ? options : &standard};
    if (!a || !b || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_measure_swd_data: a, b or out is NULL");
    alf_status status = check_options(ctx, m.options);
    if (status == ALF_OK)
        status = check_sizes(ctx, alf_dataset_path(b), alf_dataset_resolution(b), alf_dataset_channels(b), a);
    return status == ALF_OK ? run(&m, out) : status;
}
