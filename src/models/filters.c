/* Filters that networks carry: declaring StyleGAN2's, reading anyone's. */
#include "models/filters.h"

#include "core/core.h"

alf_status alf_init_taps(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[])
{
    (void)ctx, (void)seed, (void)stream;
    const double *f = param->source;
    const int64_t t = param->shape[0];
    double        sum = 0;
    for (int64_t i = 0; i < t; i++) sum += f[i];
    for (int64_t i = 0; i < param->count; i++)
        values[i] = param->ndim == 2 ? f[i / t] * f[i % t] / (sum * sum) : f[i] / sum;
    return ALF_OK;
}

alf_status alf_resample_filter_declare(alf_params *params, const char *prefix, int taps, const double *values)
{
    const int            ndim = taps < 8 ? 2 : 1;
    const alf_param_spec spec = {prefix, "resample_filter", ndim, {taps, taps}, true, alf_init_taps, 1, values};
    return alf_params_declare(params, &spec);
}

alf_status alf_taps_of(alf_ctx *ctx, alf_tensor *filter, double **values, alf_taps *taps)
{
    static const double one = 1;
    *values = NULL;
    *taps = (alf_taps){.rank = 0, .width = 1, .height = 1, .values = &one};
    if (!filter) return ALF_OK;
    *values = alf_mem_alloc(ctx, (size_t)alf_tensor_count(filter), sizeof **values);
    if (!*values) return ALF_ERR_MEMORY;
    alf_status status = alf_tensor_read(ctx, filter, *values);
    if (status != ALF_OK) return status;
    bool flat = alf_tensor_ndim(filter) == 1;
    *taps = (alf_taps){.rank = flat ? 1 : 2,
                       .width = (int)alf_tensor_dim(filter, flat ? 0 : 1),
                       .height = flat ? 1 : (int)alf_tensor_dim(filter, 0),
                       .values = *values};
    return ALF_OK;
}
