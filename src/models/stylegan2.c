/* The StyleGAN2 synthesis network. The plan lists its layers in the order of computation: each block's skip branch (in
 * residual networks), convolutions, ToRGB. */
#include "models/stylegan2.h"

#include <math.h>
#include <string.h>

#include "core/core.h"
#include "models/filters.h"
#include "models/fourier_input.h"

typedef struct {
    const alf_layer_plan *plan;
    alf_tensor           *weight; /* [out, in, k, k]                        */
    alf_tensor           *bias;   /* [out]; NULL: none                      */
    alf_noise_input       noise;
    alf_dense_layer       affine;
    alf_modulation        modulation;
    alf_upfirdn          *resample; /* after an upsampling convolution; NULL: none                */
    double                gain;     /* on top of the activation's                                 */
    double                limit;    /* of the clamp, gain included                                */
} layer;

typedef struct {
    const alf_plan   *plan;
    alf_tensor       *constant;       /* [channels, 4, 4]; NULL: Fourier features               */
    alf_fourier_input features;       /* in its place                                           */
    layer            *layers;         /* plan->num_layers of them                               */
    alf_upfirdn     **image_upsample; /* per layer: RGB up to this ToRGB's size; NULL elsewhere */
} network;

/* --- parameters -------------------------------------------------------------------------------------------------------- */

static void block_prefix(char prefix[96], const alf_layer_plan *plan)
{
    alf_format(prefix, 96, "synthesis.b%lld.", (long long)plan->out_size);
}

static bool closes_block(const alf_plan *plan, int index)
{
    return index + 1 == plan->num_layers || plan->layers[index + 1].out_size != plan->layers[index].out_size;
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

    alf_status status = alf_params_declare(params, &weight);
    if (status == ALF_OK && l->kind != ALF_LAYER_SKIP) status = alf_params_declare(params, &bias);
    if (status == ALF_OK && l->kind == ALF_LAYER_TORGB) alf_params_mark_output_bias(params);
    if (status == ALF_OK) status = alf_noise_declare(params, prefix, l);
    if (status == ALF_OK && l->kind != ALF_LAYER_TORGB)
        status = alf_resample_filter_declare(params, prefix, config->resample_taps, config->resample_filter);
    if (status == ALF_OK && l->kind != ALF_LAYER_SKIP)
        status = alf_dense_declare(params, affine, config->w_dim, l->in_channels, 1, 1, 1);
    return status;
}

static alf_status declare_input(alf_params *params, const alf_plan *plan)
{
    const int64_t        c = plan->input_channels, size = plan->input_size;
    const alf_param_spec constant = {"synthesis.b4.", "const", 3, {c, size, size}, false, alf_init_normal, 1, NULL};
    const bool           fourier = plan->config.input == ALF_INPUT_FOURIER;
    return fourier ? alf_fourier_input_declare(params, plan) : alf_params_declare(params, &constant);
}

alf_status alf_stylegan2_declare(alf_params *params, const alf_plan *plan)
{
    const alf_config *config = &plan->config;
    alf_status        status = declare_input(params, plan);
    for (int i = 0; i < plan->num_layers && status == ALF_OK; i++) {
        status = declare_layer(params, config, &plan->layers[i]);
        if (status == ALF_OK && closes_block(plan, i)) {
            char prefix[96];
            block_prefix(prefix, &plan->layers[i]);
            status = alf_resample_filter_declare(params, prefix, config->resample_taps, config->resample_filter);
        }
    }
    return status;
}

/* --- building ---------------------------------------------------------------------------------------------------------- */

/* The filter that follows an upsampling convolution of kernel k > 1, or a 1x1 one (k = 1), or the RGB image (k = 0:
 * upsampling alone). Its padding counts on the upsampled image; the convolution has used k - 1 and k - up of it. */
static alf_status build_resample(alf_ctx *ctx, alf_tensor *filter, int64_t in_size, int k, int up, alf_upfirdn **out)
{
    double          *values;
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_status       status = alf_taps_of(ctx, filter, &values, &spec.filter);
    if (status == ALF_OK) {
        alf_upfirdn_spec_upsample(&spec, up);
        spec.in_h = spec.in_w = in_size;
        if (k > 1) { /* the transposed convolution has stuffed the zeros */
            spec.up = 1;
            for (int i = 0; i < 4; i++) spec.padding[i] += k / 2 - (i % 2 == 0 ? k - 1 : k - up);
            spec.in_h = spec.in_w = (in_size - 1) * up + k;
        }
        status = alf_upfirdn_create(ctx, &spec, out);
    }
    alf_mem_free(values);
    return status;
}

static alf_status build_layer(const alf_params *params, const alf_plan *plan, int index, layer *out)
{
    const alf_config     *c = &plan->config;
    const alf_layer_plan *l = &plan->layers[index];
    char                  prefix[96], affine[96];
    const bool            conv = l->kind == ALF_LAYER_CONV, skip = l->kind == ALF_LAYER_SKIP;
    /* both branches of a residual block end in sqrt(1/2): the 1x1 skip and conv1; block b4 has no skip */
    const bool halved = c->architecture == ALF_RESNET && l->out_size > 4 && (skip || (conv && l->up == 1));
    alf_layer_prefix(prefix, l, "");
    alf_layer_prefix(affine, l, "affine.");
    *out = (layer){.plan = l, .weight = alf_params_get(params, prefix, "weight"), .gain = halved ? sqrt(0.5) : 1};
    out->limit = skip ? INFINITY : c->conv_clamp * out->gain;
    out->modulation.conv = alf_conv_spec_default();
    out->modulation.demodulate = conv;
    if (conv && l->up > 1) {
        out->modulation.conv.stride = l->up;
        out->modulation.conv.transposed = true;
    } else {
        out->modulation.conv.padding = l->conv_kernel / 2;
    }
    if (!skip) out->bias = alf_params_get(params, prefix, "bias");
    out->noise = alf_noise_build(params, prefix, l, index);
    alf_status status = skip ? ALF_OK : alf_dense_build(params, affine, 1, &out->affine);
    if (status == ALF_OK && l->up > 1)
        status = build_resample(params->ctx, alf_params_get(params, prefix, "resample_filter"), l->in_size,
                                l->conv_kernel, l->up, &out->resample);
    return status == ALF_OK ? alf_ctx_status(params->ctx) : status;
}

/* In a skip network every ToRGB but the first adds to the image of the block before, upsampled. */
static alf_status build_image_upsample(const alf_params *params, const alf_config *c, const alf_layer_plan *l,
                                       alf_upfirdn **out)
{
    char prefix[96];
    if (l->kind != ALF_LAYER_TORGB || c->architecture != ALF_SKIP || l->out_size == 4) return ALF_OK;
    block_prefix(prefix, l);
    return build_resample(params->ctx, alf_params_get(params, prefix, "resample_filter"), l->out_size / 2, 0, 2, out);
}

static void destroy(void *object)
{
    network *net = object;
    if (!net) return;
    for (int i = 0; net->layers && net->image_upsample && i < net->plan->num_layers; i++) {
        alf_upfirdn_destroy(net->layers[i].resample);
        alf_upfirdn_destroy(net->image_upsample[i]);
    }
    alf_mem_free(net->layers);
    alf_mem_free(net->image_upsample);
    alf_mem_free(net);
}

static alf_status build_input(const alf_params *params, const alf_plan *plan, network *net)
{
    if (plan->config.input == ALF_INPUT_FOURIER) return alf_fourier_input_build(params, plan, &net->features);
    net->constant = alf_params_get(params, "synthesis.b4.", "const");
    return alf_ctx_status(params->ctx);
}

static alf_status build(const alf_params *params, const alf_plan *plan, void **out)
{
    const int count = plan->num_layers;
    network  *net = alf_mem_zalloc(params->ctx, 1, sizeof *net);
    if (!net) return ALF_ERR_MEMORY;
    net->plan = plan;
    net->layers = alf_mem_zalloc(params->ctx, (size_t)count, sizeof *net->layers);
    net->image_upsample = alf_mem_zalloc(params->ctx, (size_t)count, sizeof(alf_upfirdn *));
    alf_status status = net->layers && net->image_upsample ? build_input(params, plan, net) : ALF_ERR_MEMORY;
    for (int i = 0; i < count && status == ALF_OK; i++) {
        status = build_layer(params, plan, i, &net->layers[i]);
        if (status == ALF_OK)
            status = build_image_upsample(params, &plan->config, &plan->layers[i], &net->image_upsample[i]);
    }
    if (status == ALF_OK)
        *out = net;
    else
        destroy(net);
    return status;
}

/* --- forward ----------------------------------------------------------------------------------------------------------- */

/* x [N, in, in_size, in_size], w [N, w_dim]  ->  [N, out, out_size, out_size] */
static alf_tensor *conv_forward(alf_ctx *ctx, const layer *l, alf_tensor *x, alf_tensor *w,
                                const alf_synthesis_options *options)
{
    alf_tensor *style = alf_dense_linear(ctx, &l->affine, w); /* [N, in] */

    x = alf_modulated_conv2d(ctx, x, l->weight, style, NULL, &l->modulation);
    if (l->resample) x = alf_upfirdn2d(ctx, x, l->resample);
    x = alf_noise_add(ctx, &l->noise, x, options);
    return alf_bias_act(ctx, x, l->bias, 0.2, sqrt(2) * l->gain, l->limit);
}

/* x [N, in, res, res], w [N, w_dim]  ->  [N, img_channels, res, res] */
static alf_tensor *torgb_forward(alf_ctx *ctx, const layer *l, alf_tensor *x, alf_tensor *w)
{
    alf_tensor *style = alf_dense_linear(ctx, &l->affine, w);
    style = alf_scale_shift(ctx, style, 1 / sqrt((double)l->plan->in_channels), 0);

    x = alf_modulated_conv2d(ctx, x, l->weight, style, NULL, &l->modulation);
    return alf_bias_act(ctx, x, l->bias, 1, 1, l->limit);
}

/* The residual branch: 1x1 convolution, then upsampling. */
static alf_tensor *skip_forward(alf_ctx *ctx, const layer *l, alf_tensor *x)
{
    x = alf_conv2d(ctx, x, l->weight, l->gain / sqrt((double)l->plan->in_channels), &l->modulation.conv);
    return alf_upfirdn2d(ctx, x, l->resample);
}

/* What the first block gets [N, channels, 4, 4]; only Fourier features follow the user's transform. */
static alf_tensor *input_forward(alf_ctx *ctx, const network *net, alf_tensor *ws, const alf_synthesis_options *options)
{
    const int64_t n = alf_tensor_dim(ws, 0), channels = net->plan->input_channels, size = net->plan->input_size;
    if (net->constant) return alf_expand(ctx, net->constant, 4, (int64_t[]){n, channels, size, size});
    return alf_fourier_input_forward(ctx, &net->features, alf_style_of(ctx, ws, 0), options->transform);
}

static alf_tensor *forward(alf_ctx *ctx, const void *object, alf_tensor *ws, const alf_synthesis_options *options)
{
    const network *net = object;
    alf_scope     *scope = alf_scope_open(ctx);
    alf_tensor    *x = input_forward(ctx, net, ws, options);
    alf_tensor    *image = NULL;  /* what the ToRGBs have added up so far   */
    alf_tensor    *branch = NULL; /* what a residual block's end adds to x  */

    if (!net->constant) alf_observe(options, "input", x);
    for (int i = 0; i < net->plan->num_layers; i++) {
        const layer *l = &net->layers[i];
        alf_tensor  *w = l->plan->w_index >= 0 ? alf_style_of(ctx, ws, l->plan->w_index) : NULL;
        alf_tensor  *y;
        if (l->plan->kind == ALF_LAYER_SKIP) {
            y = branch = skip_forward(ctx, l, x);
        } else if (l->plan->kind == ALF_LAYER_CONV) {
            y = x = conv_forward(ctx, l, x, w, options);
            if (branch && l->plan->up == 1) {
                x = alf_add(ctx, x, branch);
                branch = NULL;
            }
        } else {
            y = torgb_forward(ctx, l, x, w);
            if (image) image = alf_upfirdn2d(ctx, image, net->image_upsample[i]);
            image = image ? alf_add(ctx, image, y) : y;
        }
        alf_observe(options, l->plan->name, y);
        alf_scope_keep(scope, (alf_tensor *[]){x, image, branch}, 3);
        if (alf_progress(ctx, "synthesis", i + 1, net->plan->num_layers) != ALF_OK) break;
    }
    return alf_scope_close(scope, image);
}

const alf_synthesis_kind alf_stylegan2 = {.build = build, .destroy = destroy, .forward = forward};
