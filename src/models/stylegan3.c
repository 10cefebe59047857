/* The alias-free synthesis network and the steps of the ladder towards it: Fourier features, then layers of modulated
 * convolution and nonlinearity, which is filtered (paper, section 3 and appendix C) or, in D and E, plain. */
#include "models/stylegan3.h"

#include <math.h>
#include <string.h>

#include "aliasfree/fir.h"
#include "autograd/layers.h"
#include "core/core.h"
#include "models/filters.h"
#include "models/fourier_input.h"

typedef struct {
    const alf_layer_plan *plan;
    alf_tensor           *weight;        /* [out, in, k, k] */
    alf_tensor           *bias;          /* [out]           */
    alf_tensor           *magnitude_ema; /* [1]             */
    alf_noise_input       noise;
    alf_dense_layer       affine;
    alf_upfirdn          *resample; /* plain: upsampling or cropping before the convolution; NULL: none */
    alf_modulation        modulation;
    alf_flrelu           *nonlinearity;
} layer;

typedef struct {
    double            output_scale, magnitude_beta;
    alf_fourier_input input;
    int               num_layers;
    layer            *layers;
} network;

/* --- parameters -------------------------------------------------------------------------------------------------------- */

/* Filters start as designed from the layer's own cutoff and half-width. */
static alf_status init_filter(alf_ctx *ctx, const alf_fir_spec *spec, int64_t count, double values[])
{
    alf_fir   *fir;
    alf_status status = alf_fir_design(ctx, spec, &fir);
    if (status != ALF_OK) return status;
    for (int64_t i = 0; i < count; i++) values[i] = alf_fir_taps(fir).values[i];
    alf_fir_destroy(fir);
    return ALF_OK;
}

/* Of families that are designed; given taps need no window. */
static alf_window window_of(alf_filter_family family)
{
    return family == ALF_FILTERS_LANCZOS    ? ALF_WINDOW_LANCZOS
           : family == ALF_FILTERS_GAUSSIAN ? ALF_WINDOW_GAUSSIAN
                                            : ALF_WINDOW_KAISER;
}

static alf_status init_up_filter(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[])
{
    (void)seed, (void)stream;
    const alf_layer_plan *l = param->source;
    const alf_fir_spec    spec = {.numtaps = l->up_taps,
                                  .cutoff = l->in_cutoff,
                                  .width = l->in_half_width * 2,
                                  .fs = l->tmp_rate,
                                  .window = window_of(l->filter_family)};
    return init_filter(ctx, &spec, param->count, values);
}

static alf_status init_down_filter(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream,
                                   double values[])
{
    (void)seed, (void)stream;
    const alf_layer_plan *l = param->source;
    const alf_fir_spec    spec = {.numtaps = l->down_taps,
                                  .cutoff = l->out_cutoff,
                                  .width = l->out_half_width * 2,
                                  .fs = l->tmp_rate,
                                  .window = window_of(l->filter_family),
                                  .radial = l->down_radial};
    return init_filter(ctx, &spec, param->count, values);
}

/* The identity is not stored. */
static alf_status declare_filters(alf_params *params, const char *prefix, const alf_config *config,
                                  const alf_layer_plan *l)
{
    const int64_t        up = l->up_taps, down = l->down_taps;
    const bool           given = l->filter_family == ALF_FILTERS_TAPS;
    const alf_param_spec up_filter =
        given ? (alf_param_spec){prefix, "up_filter", 1, {up}, true, alf_init_taps, 1, config->resample_filter}
              : (alf_param_spec){prefix, "up_filter", 1, {up}, true, init_up_filter, 1, l};
    const alf_param_spec down_filter = {
        prefix, "down_filter", l->down_radial ? 2 : 1, {down, down}, true, init_down_filter, 1, l};
    alf_status status = up > 1 ? alf_params_declare(params, &up_filter) : ALF_OK;
    return status == ALF_OK && down > 1 ? alf_params_declare(params, &down_filter) : status;
}

static alf_status declare_layer(alf_params *params, const alf_config *config, const alf_layer_plan *l)
{
    char prefix[96], affine[96];
    alf_layer_prefix(prefix, l, "");
    alf_layer_prefix(affine, l, "affine.");
    const int64_t        k = l->conv_kernel;
    const alf_param_spec weight = {prefix, "weight",        4, {l->out_channels, l->in_channels, k, k},
                                   false,  alf_init_normal, 1, l};
    const alf_param_spec bias = {prefix, "bias", 1, {l->out_channels}, false, alf_init_constant, 0, l};
    const alf_param_spec magnitude = {prefix, "magnitude_ema", 1, {1}, true, alf_init_constant, 1, l};

    alf_status status = alf_params_declare(params, &weight);
    if (status == ALF_OK) status = alf_params_declare(params, &bias);
    if (status == ALF_OK && l->kind == ALF_LAYER_TORGB) alf_params_mark_output_bias(params);
    if (status == ALF_OK) status = alf_params_declare(params, &magnitude);
    if (status == ALF_OK) status = alf_noise_declare(params, prefix, l);
    if (status == ALF_OK) status = declare_filters(params, prefix, config, l);
    return status == ALF_OK ? alf_dense_declare(params, affine, config->w_dim, l->in_channels, 1, 1, 1) : status;
}

alf_status alf_stylegan3_declare(alf_params *params, const alf_plan *plan)
{
    alf_status status = alf_fourier_input_declare(params, plan);
    for (int i = 0; i < plan->num_layers && status == ALF_OK; i++)
        status = declare_layer(params, &plan->config, &plan->layers[i]);
    return status;
}

/* --- building ---------------------------------------------------------------------------------------------------------- */

/* Taps of "<prefix><name>" in memory of their own, which is `values`; the identity if there is one tap. */
static alf_status filter_of(const alf_params *params, const char *prefix, const char *name, int count, double **values,
                            alf_taps *taps)
{
    return alf_taps_of(params->ctx, count > 1 ? alf_params_get(params, prefix, name) : NULL, values, taps);
}

static alf_status build_filtered(const alf_params *params, const char *prefix, const alf_layer_plan *l,
                                 alf_flrelu_spec *spec, alf_flrelu **out)
{
    double *up, *down;
    spec->up = l->up;
    spec->down = l->down;
    memcpy(spec->padding, l->padding, sizeof spec->padding);
    alf_status status = filter_of(params, prefix, "up_filter", l->up_taps, &up, &spec->up_filter);
    if (status == ALF_OK) {
        status = filter_of(params, prefix, "down_filter", l->down_taps, &down, &spec->down_filter);
        if (status == ALF_OK) status = alf_flrelu_create(params->ctx, spec, out);
        alf_mem_free(down);
    }
    alf_mem_free(up);
    return status;
}

static alf_status build_nonlinearity(const alf_params *params, double clamp, const char *prefix,
                                     const alf_layer_plan *l, alf_flrelu **out)
{
    const bool      torgb = l->kind == ALF_LAYER_TORGB;
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    spec.in_h = spec.in_w = l->conv_out_size;
    spec.gain = torgb ? 1 : sqrt(2);
    spec.slope = torgb ? 1 : 0.2;
    spec.clamp = clamp;
    return l->plain ? alf_flrelu_create(params->ctx, &spec, out) : build_filtered(params, prefix, l, &spec, out);
}

/* What a plain layer does ahead of the convolution; one of equal sizes on both sides has nothing to do. */
static alf_status build_resample(const alf_params *params, const char *prefix, const alf_layer_plan *l,
                                 alf_upfirdn **out)
{
    double          *values;
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    if (l->conv_in_size == l->in_size) return ALF_OK;
    spec.in_h = spec.in_w = l->in_size;
    spec.up = l->up;
    spec.gain = (double)l->up * l->up;
    memcpy(spec.padding, l->padding, sizeof spec.padding);
    alf_status status = filter_of(params, prefix, "up_filter", l->up_taps, &values, &spec.filter);
    if (status == ALF_OK) status = alf_upfirdn_create(params->ctx, &spec, out);
    alf_mem_free(values);
    return status;
}

/* The input gain is one over its root. */
static alf_status check_magnitude(const alf_params *params, const char *prefix, alf_tensor *magnitude)
{
    double value;
    if (!magnitude) return alf_ctx_status(params->ctx);
    alf_status status = alf_tensor_read(params->ctx, magnitude, &value);
    if (status != ALF_OK || value > 0) return status;
    return alf_fail(params->ctx, ALF_ERR_FORMAT, "%s: %smagnitude_ema is %g: expected more than 0", params->origin,
                    prefix, value);
}

static alf_status build_layer(const alf_params *params, const alf_plan *plan, int index, layer *out)
{
    const alf_layer_plan *l = &plan->layers[index];
    const bool            torgb = l->kind == ALF_LAYER_TORGB;
    char                  prefix[96], affine[96];
    alf_layer_prefix(prefix, l, "");
    alf_layer_prefix(affine, l, "affine.");
    *out = (layer){
        .plan = l,
        .weight = alf_params_get(params, prefix, "weight"),
        .bias = alf_params_get(params, prefix, "bias"),
        .magnitude_ema = alf_params_get(params, prefix, "magnitude_ema"),
        .noise = alf_noise_build(params, prefix, l, index),
        .modulation = {.conv = {.padding = l->conv_padding, .stride = 1}, .demodulate = !torgb, .normalize = !torgb}};
    alf_status status = check_magnitude(params, prefix, out->magnitude_ema);
    if (status == ALF_OK) status = alf_dense_build(params, affine, 1, &out->affine);
    if (status == ALF_OK && l->plain) status = build_resample(params, prefix, l, &out->resample);
    if (status == ALF_OK) status = build_nonlinearity(params, plan->config.conv_clamp, prefix, l, &out->nonlinearity);
    return status == ALF_OK ? alf_ctx_status(params->ctx) : status;
}

static void destroy(void *object)
{
    network *net = object;
    if (!net) return;
    for (int i = 0; net->layers && i < net->num_layers; i++) {
        alf_upfirdn_destroy(net->layers[i].resample);
        alf_flrelu_destroy(net->layers[i].nonlinearity);
    }
    alf_mem_free(net->layers);
    alf_mem_free(net);
}

static alf_status build(const alf_params *params, const alf_plan *plan, void **out)
{
    network *net = alf_mem_zalloc(params->ctx, 1, sizeof *net);
    if (!net) return ALF_ERR_MEMORY;
    net->output_scale = plan->config.output_scale;
    net->magnitude_beta = plan->config.magnitude_ema_beta;
    net->num_layers = plan->num_layers;
    net->layers = alf_mem_zalloc(params->ctx, (size_t)net->num_layers, sizeof *net->layers);
    alf_status status = net->layers ? alf_fourier_input_build(params, plan, &net->input) : ALF_ERR_MEMORY;
    for (int i = 0; i < net->num_layers && status == ALF_OK; i++)
        status = build_layer(params, plan, i, &net->layers[i]);
    if (status == ALF_OK)
        *out = net;
    else
        destroy(net);
    return status;
}

/* --- forward ----------------------------------------------------------------------------------------------------------- */

/* Moves the average magnitude of what the convolution gets, [N, C, H, W], towards that of x; training does that before it
 * is used. */
static void update_magnitude(alf_ctx *ctx, const layer *l, alf_tensor *x, double beta)
{
    bool          was = alf_set_recording(ctx, false);
    alf_scope    *scope = alf_scope_open(ctx);
    const int64_t pixels = alf_tensor_dim(x, 2) * alf_tensor_dim(x, 3);
    alf_tensor   *power = alf_mean(ctx, alf_channel_products(ctx, x, x), 1u << 0 | 1u << 1);
    alf_tensor_lerp(ctx, l->magnitude_ema, alf_scale_shift(ctx, power, 1 / (double)pixels, 0), 1 - beta);
    alf_scope_close(scope, NULL);
    alf_set_recording(ctx, was);
}

/* One synthesis layer: modulate, convolve, demodulate, then the nonlinearity, filtered or with upsampling before all that.
 * x [N, in_channels, in_size, in_size], w [N, w_dim]  ->  [N, out_channels, out_size, out_size] */
static alf_tensor *layer_forward(alf_ctx *ctx, const network *net, const layer *l, alf_tensor *x, alf_tensor *w,
                                 const alf_synthesis_options *options)
{
    if (l->resample) x = alf_upfirdn2d(ctx, x, l->resample);
    if (options->update_magnitudes) update_magnitude(ctx, l, x, net->magnitude_beta);

    alf_tensor *style = alf_dense_linear(ctx, &l->affine, w);  /* [N, in_channels] */
    alf_tensor *input_gain = alf_rsqrt(ctx, l->magnitude_ema); /* [1]              */
    if (l->plan->kind == ALF_LAYER_TORGB)
        style = alf_scale_shift(ctx, style, 1 / sqrt(l->plan->in_channels * pow(l->plan->conv_kernel, 2)), 0);

    x = alf_modulated_conv2d(ctx, x, l->weight, style, input_gain, &l->modulation);
    x = alf_noise_add(ctx, &l->noise, x, options);
    return alf_filtered_lrelu(ctx, x, l->bias, l->nonlinearity);
}

static alf_tensor *forward(alf_ctx *ctx, const void *object, alf_tensor *ws, const alf_synthesis_options *options)
{
    const network *net = object;
    alf_scope     *scope = alf_scope_open(ctx);

    alf_tensor *x = alf_fourier_input_forward(ctx, &net->input, alf_style_of(ctx, ws, 0), options->transform);
    alf_observe(options, "input", x);
    for (int i = 0; i < net->num_layers; i++) {
        const layer *l = &net->layers[i];
        x = layer_forward(ctx, net, l, x, alf_style_of(ctx, ws, l->plan->w_index), options);
        alf_observe(options, l->plan->name, x);
        alf_scope_keep(scope, &x, 1);
        if (alf_progress(ctx, "synthesis", i + 1, net->num_layers) != ALF_OK) break;
    }
    if (net->output_scale != 1) x = alf_scale_shift(ctx, x, net->output_scale, 0);
    return alf_scope_close(scope, x);
}

const alf_synthesis_kind alf_stylegan3 = {.build = build, .destroy = destroy, .forward = forward};
