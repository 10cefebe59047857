/* What the operations cost and on which shapes they run. Formulas per image, MAC = useful multiply-add = 2 flops:
 *   convolution            in_channels * out_channels * (kernel taps that meet the image, over all outputs)
 *   filtered leaky ReLU    up: (rows + hu) * wu * tu/up; down: (hu + out_h) * out_w * td, radial out_h * out_w * td^2
 *   upfirdn2d              out_h * out_w * taps / up^2 for a 2-D filter
 *   Fourier features       2 per sample; sines are not counted
 * with hu x wu the upsampled size, tu and td the taps, rows the input rows that reach it. */
#include <math.h>

#include "bench.h"

static const double FLOAT = sizeof(float);

/* Pairs of output and tap along one axis that meet the image rather than the padding. */
static double conv_pairs(int64_t in, int kernel, int padding, int64_t out)
{
    double pairs = 0;
    for (int64_t o = 0; o < out; o++)
        for (int t = 0; t < kernel; t++) pairs += o + t - padding >= 0 && o + t - padding < in;
    return pairs;
}

static bool is_transposed(const alf_plan *plan, const alf_layer_plan *l)
{
    return plan->config.family == ALF_STYLEGAN2 && l->kind == ALF_LAYER_CONV && l->up > 1;
}

int64_t alf_shape_conv_size(const alf_plan *plan, const alf_layer_plan *l)
{
    if (plan->config.family == ALF_STYLEGAN3) return l->in_size + l->conv_kernel - 1;
    return is_transposed(plan, l) ? (l->in_size - 1) * l->up + l->conv_kernel : l->in_size;
}

alf_bench_cost alf_cost_conv(const alf_plan *plan, const alf_layer_plan *l)
{
    double in = (double)l->in_size, out = (double)alf_shape_conv_size(plan, l), k = l->conv_kernel;
    int    padding = plan->config.family == ALF_STYLEGAN3 ? l->conv_kernel - 1 : l->conv_kernel / 2;
    double pairs = is_transposed(plan, l) ? in * k : conv_pairs(l->in_size, l->conv_kernel, padding, (int64_t)out);
    double ci = l->in_channels, co = l->out_channels;
    return (alf_bench_cost){.flops = 2 * ci * co * pairs * pairs,
                            .bytes = FLOAT * (ci * in * in + co * out * out + ci * co * k * k)};
}

alf_bench_cost alf_cost_flrelu(const alf_layer_plan *l)
{
    double in = (double)(l->in_size + l->conv_kernel - 1), out = (double)l->out_size;
    double tu = l->up_taps, td = l->down_taps, up = l->up, down = l->down;
    double size = (out - 1) * down + td; /* upsampled samples that are needed */
    double rows = fmin(in, ceil((size + tu - 1) / up));
    double macs = 0;
    if (l->up_taps > 1) macs += (rows + size) * size * tu / up;
    if (l->down_taps > 1) macs += l->down_radial ? out * out * td * td : (size + out) * out * td;
    return (alf_bench_cost){.flops = 2 * macs * l->out_channels,
                            .bytes = FLOAT * (in * in + out * out) * l->out_channels};
}

alf_bench_cost alf_cost_upfirdn(int64_t channels, const alf_upfirdn_spec *spec, int64_t out_size)
{
    double out = (double)(out_size * out_size), in = (double)(spec->in_h * spec->in_w);
    double taps = (double)spec->filter.width * spec->filter.height / (spec->up * spec->up);
    return (alf_bench_cost){.flops = 2 * (double)channels * out * taps, .bytes = FLOAT * (double)channels * (in + out)};
}

alf_bench_cost alf_cost_fourier(const alf_plan *plan)
{
    double samples = (double)plan->input_size * (double)plan->input_size * plan->input_channels;
    return (alf_bench_cost){.flops = 4 * samples, .bytes = FLOAT * samples};
}

/* The mapping network and elementwise work are left out: together below a thousandth. */
alf_bench_cost alf_cost_image(const alf_plan *plan)
{
    const alf_taps   taps = alf_shape_taps();
    alf_upfirdn_spec spec;
    bool             alias_free = plan->config.family == ALF_STYLEGAN3;
    double           flops = 0;
    if (alias_free) /* the features, and the matrix that mixes them */
        flops = alf_cost_fourier(plan).flops * (1 + 0.5 * plan->input_channels);
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        flops += alf_cost_conv(plan, l).flops;
        if (alias_free) flops += alf_cost_flrelu(l).flops;
        if (alf_shape_after_conv(plan, l, &taps, &spec))
            flops += alf_cost_upfirdn(l->out_channels, &spec, l->out_size).flops;
        if (alf_shape_image_upsample(plan, l, &taps, &spec))
            flops += alf_cost_upfirdn(l->out_channels, &spec, l->out_size).flops;
    }
    return (alf_bench_cost){.flops = flops};
}

/* --- shapes ------------------------------------------------------------------------------------------------------- */

alf_taps alf_shape_taps(void)
{
    static const double values[16] = {1 / 64.0, 3 / 64.0, 3 / 64.0, 1 / 64.0, 3 / 64.0, 9 / 64.0, 9 / 64.0, 3 / 64.0,
                                      3 / 64.0, 9 / 64.0, 9 / 64.0, 3 / 64.0, 1 / 64.0, 3 / 64.0, 3 / 64.0, 1 / 64.0};
    return (alf_taps){.rank = 2, .width = 4, .height = 4, .values = values};
}

bool alf_shape_after_conv(const alf_plan *plan, const alf_layer_plan *l, const alf_taps *taps, alf_upfirdn_spec *out)
{
    if (!is_transposed(plan, l)) return false;
    *out = alf_upfirdn_spec_default();
    out->filter = *taps;
    out->gain = l->up * l->up;
    out->in_h = out->in_w = alf_shape_conv_size(plan, l);
    /* the filter's share of the padding: from the convolution's size to the layer's */
    int total = (int)(l->out_size - out->in_h) + taps->width - 1;
    for (int i = 0; i < 4; i++) out->padding[i] = i % 2 == 0 ? total - total / 2 : total / 2;
    return true;
}

bool alf_shape_image_upsample(const alf_plan *plan, const alf_layer_plan *l, const alf_taps *taps,
                              alf_upfirdn_spec *out)
{
    if (plan->config.family != ALF_STYLEGAN2 || plan->config.architecture != ALF_SKIP || l->kind != ALF_LAYER_TORGB ||
        l->out_size == plan->input_size)
        return false;
    *out = alf_upfirdn_spec_default();
    out->filter = *taps;
    alf_upfirdn_spec_upsample(out, 2);
    out->in_h = out->in_w = l->out_size / 2;
    return true;
}
