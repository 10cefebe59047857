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
