/* Fully connected layers. */
#include "models/dense.h"

#include <math.h>

#include "core/core.h"

alf_status alf_dense_declare(alf_params *params, const char *prefix, int64_t in, int64_t out, double lr_multiplier,
                             double weight_init, double bias_init)
{
    const alf_param_spec weight = {.prefix = prefix,
                                   .name = "weight",
                                   .ndim = 2,
                                   .shape = {out, in},
                                   .init = alf_init_normal,
                                   .scale = weight_init / lr_multiplier};
    const alf_param_spec bias = {.prefix = prefix,
                                 .name = "bias",
                                 .ndim = 1,
                                 .shape = {out},
                                 .init = alf_init_constant,
                                 .scale = bias_init / lr_multiplier};
    alf_status           status = alf_params_declare(params, &weight);
    return status == ALF_OK ? alf_params_declare(params, &bias) : status;
}

alf_status alf_dense_build(const alf_params *params, const char *prefix, double lr_multiplier, alf_dense_layer *out)
{
    alf_tensor *weight = alf_params_get(params, prefix, "weight"), *bias = alf_params_get(params, prefix, "bias");
    if (!weight || !bias) return alf_ctx_status(params->ctx);
    *out = (alf_dense_layer){.weight = weight,
                             .bias = bias,
                             .weight_gain = lr_multiplier / sqrt((double)alf_tensor_dim(weight, 1)),
                             .bias_gain = lr_multiplier};
    return ALF_OK;
}

static alf_tensor *dense(alf_ctx *ctx, const alf_dense_layer *layer, alf_tensor *x, double slope, double gain)
{
    alf_tensor *y = alf_matmul(ctx, x, false, layer->weight, true, layer->weight_gain);
    alf_tensor *bias = layer->bias;
    if (layer->bias_gain != 1) bias = alf_scale_shift(ctx, bias, layer->bias_gain, 0);
    return alf_bias_act(ctx, y, bias, slope, gain, INFINITY);
}

alf_tensor *alf_dense_linear(alf_ctx *ctx, const alf_dense_layer *layer, alf_tensor *x)
{
    return dense(ctx, layer, x, 1, 1);
}

alf_tensor *alf_dense_lrelu(alf_ctx *ctx, const alf_dense_layer *layer, alf_tensor *x)
{
    return dense(ctx, layer, x, 0.2, sqrt(2));
}
