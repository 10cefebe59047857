/* Layer plans: pure functions from a configuration to every derived figure of every layer. */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "models/config.h"
#include "models/inventory.h"

/* --- StyleGAN3 ----------------------------------------------------------------------------------------------------- */

/* Figures of one position along the network; layer i leads from position max(i - 1, 0) to position i. */
typedef struct {
    double  cutoff, half_width, rate;
    int64_t size, channels;
} position;

/* Cutoffs and stopbands grow geometrically up to the critical layers (paper, section 3.2 and appendix C). */
static position stylegan3_position(const alf_config *c, int index)
{
    double resolution = c->img_resolution;
    double last_cutoff = resolution / 2;
    double last_stopband = last_cutoff * c->last_stopband_rel;
    double exponent = fmin((double)index / (c->num_layers - c->num_critical), 1);
    double cutoff = c->first_cutoff * pow(last_cutoff / c->first_cutoff, exponent);
    double stopband = c->first_stopband * pow(last_stopband / c->first_stopband, exponent);
    double rate = exp2(ceil(log2(fmin(stopband * 2, resolution))));
    bool   bare = index >= c->num_layers - 1; /* the last two have no margin */
    bool   last = index == c->num_layers;
    return (position){.cutoff = cutoff,
                      .half_width = fmax(stopband, rate / 2) - cutoff,
                      .rate = rate,
                      .size = bare ? c->img_resolution : (int64_t)rate + 2 * c->margin_size,
                      .channels =
                          last ? c->img_channels
                               : (int64_t)rint(fmin((double)c->channel_base / 2 / cutoff, (double)c->channel_max))};
}

static int floor_half(int64_t value)
{
    return (int)((value - (((value % 2) + 2) % 2)) / 2);
}

static void plan_stylegan3_layer(const alf_config *c, int index, alf_layer_plan *layer)
{
    position in = stylegan3_position(c, index > 0 ? index - 1 : 0), out = stylegan3_position(c, index);
    bool     torgb = index == c->num_layers;
    *layer = (alf_layer_plan){.kind = torgb ? ALF_LAYER_TORGB : ALF_LAYER_CONV,
                              .w_index = index + 1,
                              .in_channels = (int)in.channels,
                              .out_channels = (int)out.channels,
                              .conv_kernel = torgb ? 1 : c->conv_kernel,
                              .in_size = in.size,
                              .out_size = out.size,
                              .in_rate = in.rate,
                              .out_rate = out.rate,
                              .tmp_rate = fmax(in.rate, out.rate) * (torgb ? 1 : c->lrelu_upsampling),
                              .in_cutoff = in.cutoff,
                              .out_cutoff = out.cutoff,
                              .in_half_width = in.half_width,
                              .out_half_width = out.half_width,
                              .critical = index >= c->num_layers - c->num_critical};
    alf_format(layer->name, sizeof layer->name, "L%d_%lld_%lld", index, (long long)out.size, (long long)out.channels);
    layer->up = (int)rint(layer->tmp_rate / in.rate);
    layer->down = (int)rint(layer->tmp_rate / out.rate);
    layer->up_taps = layer->up > 1 && !torgb ? c->filter_size * layer->up : 1;
    layer->down_taps = layer->down > 1 && !torgb ? c->filter_size * layer->down : 1;
    layer->down_radial = c->use_radial_filters && !layer->critical;

    /* The padding that makes the output come out at its size, centred; the convolution has added its own. */
    int64_t total = (layer->out_size - 1) * layer->down + 1 - (layer->in_size + layer->conv_kernel - 1) * layer->up +
                    layer->up_taps + layer->down_taps - 2;
    int before = floor_half(total + layer->up);
    layer->padding[0] = layer->padding[2] = before;
    layer->padding[1] = layer->padding[3] = (int)(total - before);
}

static void plan_stylegan3(const alf_config *c, alf_plan *plan)
{
    position first = stylegan3_position(c, 0);
    plan->num_ws = c->num_layers + 2;
    plan->input_channels = (int)first.channels;
    plan->input_size = first.size;
    plan->input_rate = first.rate;
    plan->input_bandwidth = first.cutoff;
    plan->num_layers = c->num_layers + 1;
    for (int i = 0; i < plan->num_layers; i++) plan_stylegan3_layer(c, i, &plan->layers[i]);
}

/* --- StyleGAN2 ------------------------------------------------------------------------------------------------------ */

int alf_channels_at(int64_t base, int64_t max, int64_t resolution)
{
    int64_t channels = base / resolution;
    return (int)(channels > max ? max : channels);
}

static int stylegan2_channels(const alf_config *c, int64_t resolution)
{
    return alf_channels_at(c->channel_base, c->channel_max, resolution);
}

static void add_stylegan2_layer(alf_plan *plan, int64_t resolution, const char *part, alf_layer_kind kind, int w_index,
                                int in_channels, int out_channels, int up)
{
    const alf_config *c = &plan->config;
    alf_layer_plan   *layer = &plan->layers[plan->num_layers++];
    *layer = (alf_layer_plan){.kind = kind,
                              .w_index = w_index,
                              .in_channels = in_channels,
                              .out_channels = out_channels,
                              .conv_kernel = kind == ALF_LAYER_CONV ? 3 : 1,
                              .in_size = resolution / up,
                              .out_size = resolution,
                              .in_rate = (double)(resolution / up),
                              .out_rate = (double)resolution,
                              .tmp_rate = (double)resolution,
                              .up = up,
                              .down = 1,
                              .up_taps = up > 1 ? c->resample_taps : 1,
                              .down_taps = 1,
                              .noise = kind == ALF_LAYER_CONV && c->use_noise};
    alf_format(layer->name, sizeof layer->name, "b%lld.%s", (long long)resolution, part);
}

/* Blocks b4, b8, ...; a block's ToRGB takes the style that the next block's first convolution takes. */
static void plan_stylegan2(const alf_config *c, alf_plan *plan)
{
    int convs = 0;
    plan->input_channels = stylegan2_channels(c, 4);
    plan->input_size = 4;
    if (c->input == ALF_INPUT_FOURIER) {
        plan->input_rate = (double)plan->input_size;
        plan->input_bandwidth = c->first_cutoff; /* of every configuration with this input: 2 */
    }
    for (int64_t resolution = 4; resolution <= c->img_resolution; resolution *= 2) {
        int  in = stylegan2_channels(c, resolution / 2), out = stylegan2_channels(c, resolution);
        bool first = resolution == 4, last = resolution == c->img_resolution;
        if (!first && c->architecture == ALF_RESNET)
            add_stylegan2_layer(plan, resolution, "skip", ALF_LAYER_SKIP, -1, in, out, 2);
        if (!first) add_stylegan2_layer(plan, resolution, "conv0", ALF_LAYER_CONV, convs++, in, out, 2);
        add_stylegan2_layer(plan, resolution, "conv1", ALF_LAYER_CONV, convs++, out, out, 1);
        if (c->architecture == ALF_SKIP || last)
            add_stylegan2_layer(plan, resolution, "torgb", ALF_LAYER_TORGB, convs, out, c->img_channels, 1);
    }
    plan->num_ws = convs + 1;
}

/* --- both ----------------------------------------------------------------------------------------------------------- */

/* No more layers than this come from any configuration in range. */
static int most_layers(const alf_config *c)
{
    int blocks = 0;
    for (int64_t resolution = 4; resolution <= c->img_resolution; resolution *= 2) blocks++;
    return c->family == ALF_STYLEGAN2 ? 4 * blocks : c->num_layers + 1;
}

static alf_status check_layers(alf_ctx *ctx, const alf_plan *plan)
{
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *layer = &plan->layers[i];
        if (layer->out_size < 1 || layer->up < 1 || layer->down < 1 || layer->up > 64 || layer->down > 64 ||
            !(layer->out_half_width > 0 || plan->config.family == ALF_STYLEGAN2))
            return alf_fail(ctx, ALF_ERR_RANGE,
                            "layer %s of the plan: size %lld, up %d, down %d, half-width %g: these settings give no "
                            "layer",
                            layer->name, (long long)layer->out_size, layer->up, layer->down, layer->out_half_width);
    }
    return ALF_OK;
}

alf_status alf_plan_create(alf_ctx *ctx, const alf_config *config, alf_plan **out)
{
    if (!config || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_plan_create: config or out is NULL");
    alf_status status = alf_config_check(ctx, config, "configuration");
    if (status != ALF_OK) return status;
    alf_plan *plan = alf_mem_zalloc(ctx, 1, sizeof *plan);
    if (!plan) return ALF_ERR_MEMORY;
    plan->config = *config;
    if (!(plan->layers = alf_mem_zalloc(ctx, (size_t)most_layers(config), sizeof *plan->layers))) {
        alf_mem_free(plan);
        return ALF_ERR_MEMORY;
    }
    if (config->family == ALF_STYLEGAN2)
        plan_stylegan2(config, plan);
    else
        plan_stylegan3(config, plan);
    status = check_layers(ctx, plan);
    if (status == ALF_OK) status = alf_params_count(ctx, plan, &plan->num_parameters);
    if (status == ALF_OK)
        *out = plan;
    else
        alf_plan_destroy(plan);
    return status;
}

void alf_plan_destroy(alf_plan *plan)
{
    if (!plan) return;
    alf_mem_free(plan->layers);
    alf_mem_free(plan);
}

/* A figure that only filtered layers have. */
static void print_band(char text[16], double value)
{
    if (value > 0)
        alf_format(text, 16, "%.3f", value);
    else
        alf_format(text, 16, "-");
}

void alf_plan_print(const alf_plan *plan, FILE *to)
{
    fprintf(to, "%-14s %9s %11s %11s %9s %10s %7s %7s  %s\n", "layer", "channels", "size", "rate", "cutoff",
            "half-width", "up:taps", "dn:taps", "notes");
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        char                  line[256], cutoff[16], half_width[16];
        print_band(cutoff, l->out_cutoff);
        print_band(half_width, l->out_half_width);
        alf_format(line, sizeof line, "%-14s %4d>%-4d %5lld>%-5lld %5g>%-5g %9s %10s %3d:%-3d %3d:%-3d %s%s%s%s\n",
                   l->name, l->in_channels, l->out_channels, (long long)l->in_size, (long long)l->out_size, l->in_rate,
                   l->out_rate, cutoff, half_width, l->up, l->up_taps, l->down, l->down_taps,
                   l->critical ? " critical" : "", l->down_radial ? " radial" : "", l->noise ? " noise" : "",
                   l->kind == ALF_LAYER_TORGB ? " torgb" : "");
        fputs(line, to);
    }
    fputs("size in samples; rate in samples, cutoff and half-width of the transition band in cycles per canvas width;\n"
          "up and down: factor of resampling and taps of its filter (1: none). critical: cutoff at half the rate;\n"
          "radial: the downsampling filter is a jinc.\n",
          to);
}
