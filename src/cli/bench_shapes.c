/* On which shapes the operations of networks run: convolutions and resamplings of generators, by their plans, and of
 * discriminators, by their settings. */
#include "bench.h"

static bool is_transposed(const alf_plan *plan, const alf_layer_plan *l)
{
    return plan->config.family == ALF_STYLEGAN2 && l->kind == ALF_LAYER_CONV && l->up > 1;
}

/* --- convolutions ------------------------------------------------------------------------------------------------- */

static bool same_shape(const alf_conv_shape *a, const alf_conv_shape *b)
{
    return a->in_channels == b->in_channels && a->out_channels == b->out_channels && a->in_size == b->in_size &&
           a->out_size == b->out_size && a->kernel == b->kernel && a->spec.transposed == b->spec.transposed;
}

static bool seen(const alf_conv_shape *shape, const alf_conv_shape list[], int count)
{
    for (int i = 0; i < count; i++)
        if (same_shape(&list[i], shape)) return true;
    return false;
}

static alf_conv_shape layer_shape(const alf_plan *plan, const alf_layer_plan *l)
{
    const bool     transposed = is_transposed(plan, l);
    alf_conv_shape s = {.in_channels = l->in_channels,
                        .out_channels = l->out_channels,
                        .in_size = l->conv_in_size,
                        .out_size = l->conv_out_size,
                        .kernel = l->conv_kernel,
                        .spec = alf_conv_spec_default()};
    snprintf(s.name, sizeof s.name, "%s", l->name);
    s.spec.transposed = transposed;
    s.spec.stride = transposed ? l->up : 1;
    s.spec.padding = l->conv_padding;
    return s;
}

int alf_shapes_of_plan(const alf_plan *plan, bool repeated, alf_conv_shape out[ALF_MOST_SHAPES])
{
    int count = 0;
    for (int i = 0; i < plan->num_layers && count < ALF_MOST_SHAPES; i++) {
        const alf_conv_shape s = layer_shape(plan, &plan->layers[i]);
        if (repeated || !seen(&s, out, count)) out[count++] = s;
    }
    return count;
}

alf_discriminator_config alf_shape_discriminator(const alf_plan *plan)
{
    alf_discriminator_config config = alf_discriminator_config_default();
    config.img_resolution = plan->config.img_resolution;
    config.img_channels = plan->config.img_channels;
    config.channel_base = plan->config.channel_base;
    config.channel_max = plan->config.channel_max;
    return config;
}

static int64_t channels_at(const alf_discriminator_config *config, int64_t size)
{
    const int64_t channels = config->channel_base / size;
    return channels < config->channel_max ? channels : config->channel_max;
}

static alf_conv_shape block_shape(const char *name, int64_t block, int64_t in, int64_t out, int kernel, int64_t size,
                                  int stride)
{
    alf_conv_shape s = {.in_channels = in,
                        .out_channels = out,
                        .in_size = stride > 1 ? size + 1 : size, /* the filter before it leaves one more */
                        .out_size = size / stride,
                        .kernel = kernel,
                        .spec = alf_conv_spec_default()};
    s.spec.stride = stride;
    s.spec.padding = stride > 1 ? 0 : kernel / 2;
    snprintf(s.name, sizeof s.name, "b%lld.%s", (long long)block, name);
    return s;
}

/* Blocks halve the image: 3x3, 3x3 of stride 2, and 1x1 beside them. */
int alf_shapes_of_discriminator(const alf_discriminator_config *config, bool repeated,
                                alf_conv_shape out[ALF_MOST_SHAPES])
{
    const int64_t whole = config->img_resolution, last = channels_at(config, 4);
    int           count = 0;
    out[count++] = block_shape("fromrgb", whole, config->img_channels, channels_at(config, whole), 1, whole, 1);
    for (int64_t size = whole; size > 4; size /= 2) {
        const int64_t        here = channels_at(config, size), next = channels_at(config, size / 2);
        const alf_conv_shape block[] = {block_shape("conv0", size, here, here, 3, size, 1),
                                        block_shape("conv1", size, here, next, 3, size, 2),
                                        block_shape("skip", size, here, next, 1, size / 2, 1)};
        for (int i = 0; i < 3; i++)
            if (repeated || !seen(&block[i], out, count)) out[count++] = block[i];
    }
    out[count++] = block_shape("conv", 4, last + config->mbstd_num_channels, last, 3, 4, 1);
    return count;
}

/* --- resampling --------------------------------------------------------------------------------------------------- */

alf_taps alf_shape_taps(void)
{
    static const double values[16] = {1 / 64.0, 3 / 64.0, 3 / 64.0, 1 / 64.0, 3 / 64.0, 9 / 64.0, 9 / 64.0, 3 / 64.0,
                                      3 / 64.0, 9 / 64.0, 9 / 64.0, 3 / 64.0, 1 / 64.0, 3 / 64.0, 3 / 64.0, 1 / 64.0};
    return (alf_taps){.rank = 2, .width = 4, .height = 4, .values = values};
}

static alf_upfirdn_spec resampling_of(int64_t size, const alf_taps *taps)
{
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    spec.filter = *taps;
    spec.in_h = spec.in_w = size;
    return spec;
}

/* Paddings that make an image of `in` samples one of `out`. */
static void pad_to(alf_upfirdn_spec *spec, int64_t out)
{
    const int total = (int)(out - spec->in_h) + spec->filter.width - 1;
    for (int i = 0; i < 4; i++) spec->padding[i] = i % 2 == 0 ? total - total / 2 : total / 2;
}

bool alf_shape_after_conv(const alf_plan *plan, const alf_layer_plan *l, const alf_taps *taps, alf_upfirdn_spec *out)
{
    if (!is_transposed(plan, l)) return false;
    *out = resampling_of(l->conv_out_size, taps);
    out->gain = l->up * l->up;
    pad_to(out, l->out_size); /* the filter's share of the padding: from the convolution's size to the layer's */
    return true;
}

bool alf_shape_before_plain(const alf_plan *plan, const alf_layer_plan *l, alf_upfirdn_spec *out)
{
    const alf_taps taps = {.rank = 2, .width = l->up_taps, .height = l->up_taps};
    if (plan->config.family != ALF_STYLEGAN3 || !l->plain || l->up == 1) return false;
    *out = resampling_of(l->in_size, &taps);
    out->up = l->up;
    return true;
}

bool alf_shape_image_upsample(const alf_plan *plan, const alf_layer_plan *l, const alf_taps *taps,
                              alf_upfirdn_spec *out)
{
    if (plan->config.family != ALF_STYLEGAN2 || plan->config.architecture != ALF_SKIP || l->kind != ALF_LAYER_TORGB ||
        l->out_size == plan->input_size)
        return false;
    *out = resampling_of(l->out_size / 2, taps);
    alf_upfirdn_spec_upsample(out, 2);
    return true;
}

alf_upfirdn_spec alf_shape_before_conv(int64_t size, const alf_taps *taps)
{
    alf_upfirdn_spec spec = resampling_of(size, taps);
    pad_to(&spec, size + 1);
    return spec;
}

alf_upfirdn_spec alf_shape_before_skip(int64_t size, const alf_taps *taps)
{
    alf_upfirdn_spec spec = resampling_of(size, taps);
    alf_upfirdn_spec_downsample(&spec, 2);
    return spec;
}
