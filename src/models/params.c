/* Lists of parameters: declaring, initialising, loading, storing. */
#include "models/params.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/core.h"
#include "io/lent_map.h"
#include "tensor/tensor.h"

alf_params alf_params_start(alf_ctx *ctx)
{
    return (alf_params){.ctx = ctx, .origin = "a new network"};
}

void alf_params_clear(alf_params *params)
{
    for (int i = 0; i < params->count; i++) alf_tensor_release(params->items[i].tensor);
    alf_mem_free(params->items);
    *params = (alf_params){.ctx = params->ctx};
}

alf_status alf_params_declare(alf_params *params, const alf_param_spec *spec)
{
    if (params->count == params->room) {
        int        room = params->room ? 2 * params->room : 64;
        alf_param *items = alf_mem_realloc(params->ctx, params->items, (size_t)room, sizeof *items);
        if (!items) return ALF_ERR_MEMORY;
        params->items = items;
        params->room = room;
    }
    alf_param *p = &params->items[params->count];
    *p = (alf_param){.ndim = spec->ndim,
                     .count = 1,
                     .buffer = spec->buffer,
                     .init = spec->init,
                     .scale = spec->scale,
                     .source = spec->source};
    alf_format(p->name, sizeof p->name, "%s%s", spec->prefix, spec->name);
    for (int d = 0; d < spec->ndim; d++) {
        p->shape[d] = spec->shape[d];
        if (!alf_mul_i64(p->count, spec->shape[d], &p->count))
            return alf_fail(params->ctx, ALF_ERR_RANGE, "%s: too many elements", p->name);
    }
    params->count++;
    return ALF_OK;
}

void alf_params_mark_output_bias(alf_params *params)
{
    params->items[params->count - 1].output_bias = true;
}

/* Puts a tensor of these values in the list's keeping. */
static alf_status adopt(alf_params *params, alf_param *p, alf_tensor *tensor)
{
    if (alf_tensor_failed(tensor)) return alf_ctx_status(params->ctx);
    p->tensor = alf_tensor_retain(tensor);
    return ALF_OK;
}

alf_status alf_params_init(alf_params *params, uint64_t seed)
{
    alf_ctx   *ctx = params->ctx;
    alf_status status = ALF_OK;
    for (int i = 0; i < params->count && status == ALF_OK; i++) {
        alf_param *p = &params->items[i];
        double    *values = alf_mem_alloc(ctx, (size_t)p->count, sizeof *values);
        if (!values) return ALF_ERR_MEMORY;
        alf_scope *scope = alf_scope_open(ctx);
        status = p->init(ctx, p, seed, alf_random_stream(ALF_FOR_PARAMETERS, (uint32_t)i), values);
        if (status == ALF_OK) status = adopt(params, p, alf_tensor_from_f64(ctx, p->ndim, p->shape, values));
        alf_scope_close(scope, NULL);
        alf_mem_free(values);
    }
    return status;
}

static bool finite_f32(const alf_array *array)
{
    float block[512];
    int   bad = 0;
    if (array->dtype != ALF_F32) return false;
    for (int64_t first = 0; first < array->count && bad == 0; first += 512) {
        const int64_t count = array->count - first < 512 ? array->count - first : 512;
        alf_array_read_f32(array, first, count, block);
        for (int64_t i = 0; i < count; i++) bad += !(fabsf(block[i]) <= FLT_MAX);
    }
    return bad == 0;
}

static alf_status check_array(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, const alf_param *p)
{
    const char *path = alf_archive_path(archive);
    bool        same = array->ndim == p->ndim || (array->ndim == 0 && p->ndim == 1 && p->shape[0] == 1);
    for (int d = 0; same && d < array->ndim; d++) same = array->shape[d] == p->shape[d];
    if (!same) {
        char found[128] = "", expected[128] = "";
        for (int d = 0, at = 0; d < array->ndim; d++)
            at += alf_format(found + at, sizeof found - (size_t)at, d ? ", %lld" : "%lld", (long long)array->shape[d]);
        for (int d = 0, at = 0; d < p->ndim; d++)
            at +=
                alf_format(expected + at, sizeof expected - (size_t)at, d ? ", %lld" : "%lld", (long long)p->shape[d]);
        return alf_fail(ctx, ALF_ERR_FORMAT, "%s: tensor %s has shape [%s]: init_kwargs ask for [%s]", path,
                        array->name, found, expected);
    }
    if (finite_f32(array)) return ALF_OK;
    double block[512];
    for (int64_t first = 0; first < array->count; first += 512) {
        int64_t count = array->count - first < 512 ? array->count - first : 512;
        alf_array_read_f64(array, first, count, block);
        for (int64_t i = 0; i < count; i++)
            if (!isfinite(block[i]))
                return alf_fail(ctx, ALF_ERR_FORMAT, "%s: tensor %s: element %lld is %g: expected finite numbers", path,
                                array->name, (long long)(first + i), block[i]);
    }
    return ALF_OK;
}

/* Looks for a tensor of the file that the network does not have. */
static alf_status check_strangers(const alf_params *params, const alf_archive *archive, const char *prefix)
{
    size_t length = strlen(prefix);
    for (int64_t i = 0; i < alf_archive_count(archive); i++) {
        const char *name = alf_archive_at(archive, i)->name;
        if (strncmp(name, prefix, length) != 0) continue;
        int p = 0;
        while (p < params->count && strcmp(params->items[p].name, name + length) != 0) p++;
        if (p == params->count)
            return alf_fail(params->ctx, ALF_ERR_FORMAT, "%s: tensor %s is not part of this network",
                            alf_archive_path(archive), name);
    }
    return ALF_OK;
}

/* The array as the parameter's tensor: where the file is mapped if it has the elements that are worked with, else a
 * copy. */
static alf_tensor *tensor_of(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, const alf_param *p)
{
    const bool same = array->dtype == alf_backend_of(ctx)->dtype;
    void      *owner, *data = same ? alf_archive_lend(ctx, archive, array, &owner) : NULL;
    if (data) return alf_tensor_on_memory(ctx, p->ndim, p->shape, data, owner, alf_lent_map_release);
    return alf_reshape(ctx, alf_tensor_from_array(ctx, array), p->ndim, p->shape);
}

alf_status alf_params_load(alf_params *params, const alf_archive *archive, const char *prefix)
{
    alf_ctx   *ctx = params->ctx;
    alf_status status = check_strangers(params, archive, prefix);
    if (status == ALF_OK) status = alf_archive_still_whole(ctx, archive);
    for (int i = 0; i < params->count && status == ALF_OK; i++) {
        alf_param *p = &params->items[i];
        char       name[128];
        alf_format(name, sizeof name, "%s%s", prefix, p->name);
        const alf_array *array = alf_archive_find(archive, name);
        if (!array) return alf_fail(ctx, ALF_ERR_FORMAT, "%s: tensor %s is missing", alf_archive_path(archive), name);
        if ((status = check_array(ctx, archive, array, p)) != ALF_OK) break;
        alf_scope *scope = alf_scope_open(ctx);
        status = adopt(params, p, tensor_of(ctx, archive, array, p));
        alf_scope_close(scope, NULL);
    }
    return status;
}

alf_status alf_params_store(const alf_params *params, alf_archive *archive, const char *prefix)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < params->count && status == ALF_OK; i++) {
        const alf_param *p = &params->items[i];
        double          *values = alf_mem_alloc(params->ctx, (size_t)p->count, sizeof *values);
        float           *single = alf_mem_alloc(params->ctx, (size_t)p->count, sizeof *single);
        char             name[128];
        alf_format(name, sizeof name, "%s%s", prefix, p->name);
        status = values && single ? alf_tensor_read(params->ctx, p->tensor, values) : ALF_ERR_MEMORY;
        if (status == ALF_OK) {
            for (int64_t j = 0; j < p->count; j++) single[j] = (float)values[j];
            status = alf_archive_add(archive, name, ALF_F32, p->ndim, p->shape, single);
        }
        alf_mem_free(values);
        alf_mem_free(single);
    }
    return status;
}

alf_tensor *alf_params_get(const alf_params *params, const char *prefix, const char *name)
{
    size_t length = strlen(prefix);
    for (int i = 0; i < params->count; i++) {
        const alf_param *p = &params->items[i];
        if (strncmp(p->name, prefix, length) == 0 && strcmp(p->name + length, name) == 0) return p->tensor;
    }
    alf_fail(params->ctx, ALF_ERR_ARGUMENT, "the network has no parameter %s%s", prefix, name);
    return NULL;
}

const alf_param *alf_params_at(const alf_params *params, int index)
{
    return index >= 0 && index < params->count ? &params->items[index] : NULL;
}

void alf_params_require_gradients(alf_params *params, bool on)
{
    for (int i = 0; i < params->count; i++)
        if (!params->items[i].buffer) params->items[i].tensor->variable = on;
}

alf_status alf_init_constant(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[])
{
    (void)ctx, (void)seed, (void)stream;
    for (int64_t i = 0; i < param->count; i++) values[i] = param->scale;
    return ALF_OK;
}

alf_status alf_init_normal(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[])
{
    (void)ctx;
    alf_random_normal(seed, stream, 0, param->count, values);
    for (int64_t i = 0; i < param->count; i++) values[i] *= param->scale;
    return ALF_OK;
}
