/* Plain convolution layers of discriminators. */
#include "models/conv_layer.h"

#include <math.h>

#include "core/core.h"
#include "models/filters.h"

alf_status alf_conv_layer_declare(alf_params *params, const alf_conv_layer_spec *s)
{
    const int64_t        k = s->kernel;
    const alf_param_spec weight = {s->prefix, "weight",        4, {s->out_channels, s->in_channels, k, k},
                                   s->frozen, alf_init_normal, 1, NULL};
    const alf_param_spec bias = {s->prefix, "bias", 1, {s->out_channels}, s->frozen, alf_init_constant, 0, NULL};

    alf_status status = alf_params_declare(params, &weight);
    if (status == ALF_OK && !s->linear) status = alf_params_declare(params, &bias);
    return status == ALF_OK ? alf_resample_filter_declare(params, s->prefix, s->taps, s->filter) : status;
}

alf_status alf_downsample_build(const alf_params *params, const char *prefix, int64_t in_size, int kernel, int down,
                                alf_upfirdn **out)
{
    double          *values;
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_tensor      *filter = alf_params_get(params, prefix, "resample_filter");
    if (!filter) return alf_ctx_status(params->ctx);
    alf_status status = alf_taps_of(params->ctx, filter, &values, &spec.filter);
    if (status == ALF_OK) {
        alf_upfirdn_spec_downsample(&spec, down);
        spec.in_h = spec.in_w = in_size;
        for (int i = 0; i < 4; i++) spec.padding[i] += kernel / 2;
        if (kernel > 1) spec.down = 1; /* the convolution strides */
        status = alf_upfirdn_create(params->ctx, &spec, out);
    }
    alf_mem_free(values);
    return status;
}

alf_status alf_conv_layer_build(const alf_params *params, const alf_conv_layer_spec *s, alf_conv_layer *out)
{
    *out = (alf_conv_layer){.weight = alf_params_get(params, s->prefix, "weight"),
                            .bias = s->linear ? NULL : alf_params_get(params, s->prefix, "bias"),
                            .conv = alf_conv_spec_default(),
                            .weight_gain = 1 / sqrt((double)s->in_channels * s->kernel * s->kernel),
                            .gain = s->gain,
                            .limit = s->clamp * s->gain};
    if (alf_ctx_status(params->ctx) != ALF_OK) return alf_ctx_status(params->ctx);
    if (s->down == 1)
        out->conv.padding = s->kernel / 2;
    else if (s->kernel > 1)
        out->conv.stride = s->down;
    return s->down == 1 ? ALF_OK
                        : alf_downsample_build(params, s->prefix, s->in_size, s->kernel, s->down, &out->resample);
}

void alf_conv_layer_clear(alf_conv_layer *layer)
{
    alf_upfirdn_destroy(layer->resample);
    *layer = (alf_conv_layer){.weight = NULL};
}

alf_tensor *alf_conv_layer_forward(alf_ctx *ctx, const alf_conv_layer *l, alf_tensor *x)
{
    if (l->resample) x = alf_upfirdn2d(ctx, x, l->resample);
    if (!l->bias) return alf_conv2d(ctx, x, l->weight, l->weight_gain * l->gain, &l->conv);
    x = alf_conv2d(ctx, x, l->weight, l->weight_gain, &l->conv);
    return alf_bias_act(ctx, x, l->bias, 0.2, sqrt(2) * l->gain, l->limit);
}
