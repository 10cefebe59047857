/* Helpers of both synthesis networks. */
#include "models/synthesis.h"

#include "core/core.h"

void alf_layer_prefix(char prefix[96], const alf_layer_plan *plan, const char *part)
{
    alf_format(prefix, 96, "synthesis.%s.%s", plan->name, part);
}

alf_tensor *alf_style_of(alf_ctx *ctx, alf_tensor *ws, int index)
{
    alf_tensor *w = alf_slice(ctx, ws, 1, index, 1);
    return alf_reshape(ctx, w, 2, (int64_t[]){alf_tensor_dim(w, 0), alf_tensor_dim(w, 2)});
}

void alf_observe(const alf_synthesis_options *options, const char *layer, alf_tensor *x)
{
    if (options->observe && !alf_tensor_failed(x)) options->observe(options->observe_user, layer, x);
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
