/* Equivariance metrics: many groups of images of a source under random transforms, pooled, with a bootstrap interval. */
#include "aliasfree/machine.h"
#include "aliasfree/metrics.h"
#include "aliasfree/random.h"
#include "core/arithmetic.h"
#include "core/core.h"
#include "metrics/draw.h"
#include "metrics/image_group.h"
#include "metrics/limits.h"
#include "metrics/movement.h"
#include "metrics/network_images.h"

/* A run over all groups: group i of kind k is sums[i * ALF_EQ_KINDS + k]. */
typedef struct {
    alf_ctx                        *ctx;
    const alf_image_source         *source;
    const alf_equivariance_options *options;
    int                             count;
    const alf_metric               *metrics;
    int64_t                         groups; /* of the largest metric */
    alf_pooled_error               *sums;
    double                          seconds[ALF_EQ_KINDS];
} run;

alf_equivariance_options alf_equivariance_options_default(void)
{
    return (alf_equivariance_options){.batch = 4, .class_index = -1, .translate_max = 0.125};
}

static int64_t groups_of(const run *r, const alf_metric *metric)
{
    return (metric->samples + r->options->batch - 1) / r->options->batch;
}

/* --- one group --------------------------------------------------------------------------------------------------------- */

static alf_status measure_group(run *r, int64_t index)
{
    const int64_t first = index * r->options->batch;
    unsigned      kinds = 0;
    double        u[3];
    for (int i = 0; i < r->count; i++)
        if (index < groups_of(r, &r->metrics[i])) kinds |= 1u << r->metrics[i].kind;
    alf_random_uniform(r->options->seed, alf_random_stream(ALF_FOR_TRANSFORMS, 0), 3 * index, 3, u);
    const double tx = (2 * u[0] - 1) * r->options->translate_max, ty = (2 * u[1] - 1) * r->options->translate_max;
    const double start = alf_machine_seconds();

    /* everything follows from seed and index, so any group can be repeated alone */
    alf_scope *scope = alf_scope_open(r->ctx); /* for sources that are made of tensors */
    alf_status status = alf_image_group_error(r->ctx, r->source, first, r->options->batch, kinds, tx, ty,
                                              (2 * u[2] - 1) * ALF_PI, &r->sums[index * ALF_EQ_KINDS]);
    alf_scope_close(scope, NULL);
    for (int k = 0; k < ALF_EQ_KINDS; k++)
        if (kinds >> k & 1) r->seconds[k] += alf_machine_seconds() - start;
    return status;
}

/* --- results ----------------------------------------------------------------------------------------------------------- */

static alf_equivariance_result result_of(const run *r, const alf_metric *metric)
{
    alf_equivariance_result result = {.metric = *metric, .seconds = r->seconds[metric->kind]};
    alf_pooled_error        sum = {0};
    for (int64_t i = 0; i < groups_of(r, metric); i++)
        alf_pooled_error_merge(&sum, &r->sums[i * ALF_EQ_KINDS + (int)metric->kind]);
    result.samples = groups_of(r, metric) * r->options->batch;
    result.db = alf_pooled_error_db(&sum, 2);
    result.relative_db = alf_pooled_error_relative_db(&sum);
    alf_pooled_error_interval(groups_of(r, metric), ALF_EQ_KINDS, &r->sums[metric->kind], 2, r->options->seed,
                              &result.low, &result.high);
    return result;
}

/* --- the whole --------------------------------------------------------------------------------------------------------- */

static alf_status check(alf_ctx *ctx, int count, const alf_metric metrics[], const alf_equivariance_options *o,
                        const alf_equivariance_result results[])
{
    if (count < 1 || !metrics || !results)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "%d metrics: expected at least 1, and room for results", count);
    for (int i = 0; i < count; i++)
        if (metrics[i].kind < 0 || metrics[i].kind >= ALF_EQ_KINDS || metrics[i].samples < 1 ||
            metrics[i].samples > ALF_MOST_METRIC_SAMPLES)
            return alf_fail(ctx, ALF_ERR_RANGE,
                            "metric %d: kind %d and %lld samples: expected one of equivariance from alf_metric_parse()",
                            i, (int)metrics[i].kind, (long long)metrics[i].samples);
    if (o->batch < 1 || o->batch > 4096)
        return alf_fail(ctx, ALF_ERR_RANGE, "batch is %lld: expected 1 to 4096", (long long)o->batch);
    if (!(o->translate_max >= 0 && o->translate_max <= 0.5))
        return alf_fail(ctx, ALF_ERR_RANGE, "translate_max is %g: expected 0 to 0.5", o->translate_max);
    return ALF_OK;
}

static alf_status measure_all(run *r)
{
    alf_status status = alf_progress(r->ctx, "equivariance", 0, r->groups * r->options->batch);
    for (int64_t i = 0; i < r->groups && status == ALF_OK; i++) {
        status = measure_group(r, i);
        if (status == ALF_OK)
            status = alf_progress(r->ctx, "equivariance", (i + 1) * r->options->batch, r->groups * r->options->batch);
    }
    return status;
}

static alf_status measure(alf_ctx *ctx, const alf_image_source *source, int count, const alf_metric metrics[],
                          const alf_equivariance_options *options, alf_equivariance_result results[])
{
    alf_status status = check(ctx, count, metrics, options, results);
    if (status != ALF_OK) return status;

    run r = {.ctx = ctx, .source = source, .options = options, .count = count, .metrics = metrics};
    for (int i = 0; i < count; i++)
        if (groups_of(&r, &metrics[i]) > r.groups) r.groups = groups_of(&r, &metrics[i]);
    r.sums = alf_mem_zalloc(ctx, (size_t)r.groups * ALF_EQ_KINDS, sizeof *r.sums);
    status = r.sums ? measure_all(&r) : ALF_ERR_MEMORY;
    for (int i = 0; i < count && status == ALF_OK; i++) results[i] = result_of(&r, &metrics[i]);
    alf_mem_free(r.sums);
    return status;
}

alf_status alf_measure_source_equivariance(alf_ctx *ctx, const alf_image_source *source, int count,
                                           const alf_metric metrics[], const alf_equivariance_options *options,
                                           alf_equivariance_result results[])
{
    const alf_equivariance_options standard = alf_equivariance_options_default();
    if (!source || !source->render)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_measure_source_equivariance: source or its render is NULL");
    if (source->size < 1 || source->size > 65536)
        return alf_fail(ctx, ALF_ERR_RANGE, "image source: size is %lld, expected 1 to 65536", (long long)source->size);
    if (source->channels < 1 || source->channels > 4096)
        return alf_fail(ctx, ALF_ERR_RANGE, "image source: channels is %d, expected 1 to 4096", source->channels);
    return measure(ctx, source, count, metrics, options ? options : &standard, results);
}

alf_status alf_measure_equivariance(alf_generator *g, int count, const alf_metric metrics[],
                                    const alf_equivariance_options *options, alf_equivariance_result results[])
{
    const alf_equivariance_options  standard = alf_equivariance_options_default();
    const alf_equivariance_options *o = options ? options : &standard;
    alf_status                      status = alf_demand_transform(g, "equivariance");
    if (status == ALF_OK) status = alf_demand_class(g, o->class_index);
    if (status != ALF_OK) return status;

    alf_network_images     network = {.g = g, .seed = o->seed, .class_index = o->class_index};
    const alf_image_source source = alf_network_source(&network);
    status = measure(alf_generator_ctx(g), &source, count, metrics, o, results);
    alf_tensor_release(network.ws);
    return status;
}
