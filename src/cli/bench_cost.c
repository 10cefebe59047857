/* What the operations cost. Formulas per image, MAC = useful multiply-add = 2 flops:
 *   convolution            in_channels * out_channels * (kernel taps that meet the image, over all outputs)
 *   filtered leaky ReLU    up: (rows + hu) * wu * tu/up; down: (hu + out_h) * out_w * td,
 *                          radial out_h * out_w * td * ceil(td / 2), since its rows are the same in pairs
 *   upfirdn2d              out_w * (in_h * width + out_h * height) / up for a filter that is a product, as all here are,
 *                          or out_h * out_w * width * height / up^2 where that is less
 *   Fourier features       2 per sample; sines are not counted
 * with hu x wu the upsampled size, tu and td the taps, rows the input rows that reach it. */
#include <math.h>

#include "bench.h"

static const double FLOAT = sizeof(float);

/* Pairs of output and tap along one axis that meet the image rather than the padding. */
static double conv_pairs(const alf_conv_shape *s)
{
    double pairs = 0;
    if (s->spec.transposed) return (double)s->in_size * s->kernel;
    for (int64_t o = 0; o < s->out_size; o++)
        for (int t = 0; t < s->kernel; t++) {
            const int64_t i = o * s->spec.stride + t - s->spec.padding;
            pairs += i >= 0 && i < s->in_size;
        }
    return pairs;
}

alf_bench_cost alf_cost_conv(const alf_conv_shape *s)
{
    const double in = (double)s->in_size, out = (double)s->out_size, k = s->kernel, pairs = conv_pairs(s);
    const double ci = (double)s->in_channels, co = (double)s->out_channels;
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
    if (l->down_taps > 1) macs += l->down_radial ? out * out * td * ceil(td / 2) : (size + out) * out * td;
    return (alf_bench_cost){.flops = 2 * macs * l->out_channels,
                            .bytes = FLOAT * (in * in + out * out) * l->out_channels};
}

alf_bench_cost alf_cost_upfirdn(int64_t channels, const alf_upfirdn_spec *spec, int64_t out_size)
{
    double side = (double)out_size, out = side * side, in = (double)(spec->in_h * spec->in_w);
    double width = spec->filter.width, height = spec->filter.height, up = spec->up;
    double once = out * width * height / (up * up);
    double in_turn = side * ((double)spec->in_h * width + side * height) / up;
    return (alf_bench_cost){.flops = 2 * (double)channels * fmin(once, in_turn),
                            .bytes = FLOAT * (double)channels * (in + out)};
}

alf_bench_cost alf_cost_fourier(const alf_plan *plan)
{
    double samples = (double)plan->input_size * (double)plan->input_size * plan->input_channels;
    return (alf_bench_cost){.flops = 4 * samples, .bytes = FLOAT * samples};
}

/* --- whole networks ----------------------------------------------------------------------------------------------- */

static double all_convolutions(const alf_conv_shape shapes[], int count)
{
    double flops = 0;
    for (int i = 0; i < count; i++) flops += alf_cost_conv(&shapes[i]).flops;
    return flops;
}

double alf_cost_convolutions(const alf_plan *plan)
{
    alf_conv_shape shapes[ALF_MOST_SHAPES];
    return all_convolutions(shapes, alf_shapes_of_plan(plan, true, shapes));
}

/* The mapping network and elementwise work are left out: together below a thousandth. */
alf_bench_cost alf_cost_image(const alf_plan *plan)
{
    const alf_taps   taps = alf_shape_taps();
    alf_upfirdn_spec spec;
    double           flops = alf_cost_convolutions(plan);
    if (plan->input_rate > 0) /* the features, and the matrix that mixes them */
        flops += alf_cost_fourier(plan).flops * (1 + 0.5 * plan->input_channels);
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        if (!l->plain) flops += alf_cost_flrelu(l).flops;
        if (alf_shape_before_plain(plan, l, &spec))
            flops += alf_cost_upfirdn(l->in_channels, &spec, l->conv_in_size).flops;
        if (alf_shape_after_conv(plan, l, &taps, &spec))
            flops += alf_cost_upfirdn(l->out_channels, &spec, l->out_size).flops;
        if (alf_shape_image_upsample(plan, l, &taps, &spec))
            flops += alf_cost_upfirdn(l->out_channels, &spec, l->out_size).flops;
    }
    return (alf_bench_cost){.flops = flops};
}

alf_bench_cost alf_cost_discriminator(const alf_discriminator_config *config)
{
    const alf_taps taps = alf_shape_taps();
    alf_conv_shape shapes[ALF_MOST_SHAPES];
    const int      count = alf_shapes_of_discriminator(config, true, shapes);
    double         flops = all_convolutions(shapes, count);
    for (int i = 0; i < count; i++) {
        const alf_conv_shape *s = &shapes[i];
        if (s->spec.stride == 1) continue;
        const int64_t          size = 2 * s->out_size;
        const alf_upfirdn_spec conv = alf_shape_before_conv(size, &taps), skip = alf_shape_before_skip(size, &taps);
        flops += alf_cost_upfirdn(s->in_channels, &conv, s->in_size).flops;
        flops += alf_cost_upfirdn(s->in_channels, &skip, s->out_size).flops;
    }
    return (alf_bench_cost){.flops = flops};
}
