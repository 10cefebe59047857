/* Layer plans: pure functions from a configuration to every derived figure of every layer. */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "models/config.h"
#include "models/inventory.h"

/* --- StyleGAN3 ----------------------------------------------------------------------------------------------------- */

/* What a signal may carry at one position along the network. */
typedef struct {
    double cutoff, half_width, rate;
} band;

/* Cutoffs and stopbands grow geometrically up to the critical layers (paper, section 3.2 and appendix C). */
static band flexible_band(const alf_config *c, int index)
{
    double resolution = c->img_resolution;
    double last_cutoff = resolution / 2;
    double last_stopband = last_cutoff * c->last_stopband_rel;
    double exponent = fmin((double)index / (c->num_layers - c->num_critical), 1);
    double cutoff = c->first_cutoff * pow(last_cutoff / c->first_cutoff, exponent);
    double stopband = c->first_stopband * pow(last_stopband / c->first_stopband, exponent);
    double rate = exp2(ceil(log2(fmin(stopband * 2, resolution))));
    return (band){.cutoff = cutoff, .half_width = fmax(stopband, rate / 2) - cutoff, .rate = rate};
}

/* Two layers at each rate from 4 up (paper, section 3.2, configurations D to H). */
static band octaves_band(const alf_config *c, int index)
{
    double rate = fmin(4 * exp2(index / 2), c->img_resolution); /* whole octaves */
    double half_width = (sqrt(2) - 1) * rate / 2;
    bool   critical = index >= c->num_layers - c->num_critical;
    return (band){.cutoff = critical ? rate / 2 : rate / 2 - half_width, .half_width = half_width, .rate = rate};
}

/* Layer i leads from position max(i - 1, 0) to position i. Only in octaves the features have a cutoff of their own. */
static band band_at(const alf_config *c, int index)
{
    if (c->schedule == ALF_SCHEDULE_FLEXIBLE) return flexible_band(c, index > 0 ? index : 0);
    band b = octaves_band(c, index > 0 ? index : 0);
    if (index < 0) b.cutoff = c->first_cutoff;
    return b;
}

typedef struct {
    band    band;
    int64_t size, channels;
} position;

/* Index -1: what the input layer gives. */
static position position_at(const alf_config *c, int index)
{
    band   b = band_at(c, index);
    double channels = rint(fmin((double)c->channel_base / 2 / b.cutoff, (double)c->channel_max));
    bool   bare = index >= c->num_layers - 1; /* the last two have no margin */
    return (position){.band = b,
                      .size = bare ? c->img_resolution : (int64_t)b.rate + 2 * c->margin_size,
                      .channels = index == c->num_layers ? c->img_channels : (int64_t)channels};
}

static int floor_half(int64_t value)
{
    return (int)((value - (((value % 2) + 2) % 2)) / 2);
}

/* Paddings that bring `total` more samples than there are, centred as sample positions of both sides ask for. */
static void set_padding(alf_layer_plan *layer, int64_t total, int up)
{
    int before = floor_half(total + up);
    layer->padding[0] = layer->padding[2] = before;
    layer->padding[1] = layer->padding[3] = (int)(total - before);
}

/* The convolution runs at the input's rate and adds its own padding; the nonlinearity changes rate and size. */
static void plan_filtered(const alf_config *c, alf_layer_plan *layer)
{
    const bool torgb = layer->kind == ALF_LAYER_TORGB;
    layer->tmp_rate = fmax(layer->in_rate, layer->out_rate) * (torgb ? 1 : c->lrelu_upsampling);
    layer->up = (int)rint(layer->tmp_rate / layer->in_rate);
    layer->down = (int)rint(layer->tmp_rate / layer->out_rate);
    layer->up_taps = layer->up > 1 && !torgb ? c->filter_size * layer->up : 1;
    layer->down_taps = layer->down > 1 && !torgb ? c->filter_size * layer->down : 1;
    layer->down_radial = c->use_radial_filters && c->filter_family == ALF_FILTERS_KAISER && !layer->critical;
    layer->conv_in_size = layer->in_size;
    layer->conv_padding = layer->conv_kernel - 1;
    layer->conv_out_size = layer->in_size + layer->conv_kernel - 1;
    set_padding(layer,
                (layer->out_size - 1) * layer->down + 1 - layer->conv_out_size * layer->up + layer->up_taps +
                    layer->down_taps - 2,
                layer->up);
}

/* The input is brought to the output's rate, and cropped to what the convolution needs, before that. */
static void plan_plain(const alf_config *c, alf_layer_plan *layer)
{
    const int  k = layer->conv_kernel;
    const bool taps = c->filter_family == ALF_FILTERS_TAPS;
    layer->tmp_rate = layer->out_rate;
    layer->up = (int)rint(layer->out_rate / layer->in_rate);
    layer->down = layer->down_taps = 1;
    layer->up_taps = layer->up == 1 ? 1 : taps ? c->resample_taps : c->filter_size * layer->up;
    layer->conv_out_size = layer->out_size;
    layer->conv_in_size = layer->out_size + k - 1;
    if (layer->up == 1 && layer->in_size == layer->out_size && k % 2 == 1) {
        layer->conv_in_size = layer->in_size;
        layer->conv_padding = k / 2;
    }
    set_padding(layer, layer->conv_in_size - layer->in_size * layer->up + layer->up_taps - 1, layer->up);
}

static void plan_stylegan3_layer(const alf_config *c, int index, alf_layer_plan *layer)
{
    position in = position_at(c, index - 1), out = position_at(c, index);
    bool     torgb = index == c->num_layers;
    *layer = (alf_layer_plan){.kind = torgb ? ALF_LAYER_TORGB : ALF_LAYER_CONV,
                              .w_index = index + 1,
                              .in_channels = (int)in.channels,
                              .out_channels = (int)out.channels,
                              .conv_kernel = torgb ? 1 : c->conv_kernel,
                              .in_size = in.size,
                              .out_size = out.size,
                              .in_rate = in.band.rate,
                              .out_rate = out.band.rate,
                              .in_cutoff = in.band.cutoff,
                              .out_cutoff = out.band.cutoff,
                              .in_half_width = in.band.half_width,
                              .out_half_width = out.band.half_width,
                              .filter_family = c->filter_family,
                              .plain = c->nonlinearity == ALF_NONLINEARITY_PLAIN,
                              .critical = index >= c->num_layers - c->num_critical};
    alf_format(layer->name, sizeof layer->name, "L%d_%lld_%lld", index, (long long)out.size, (long long)out.channels);
    if (layer->plain)
        plan_plain(c, layer);
    else
        plan_filtered(c, layer);
    if (c->use_noise && !torgb) layer->noise_size = layer->conv_out_size;
}

static void plan_stylegan3(const alf_config *c, alf_plan *plan)
{
    position input = position_at(c, -1);
    plan->num_ws = c->num_layers + 2;
    plan->input_channels = (int)input.channels;
    plan->input_size = input.size;
    plan->input_rate = input.band.rate;
    plan->input_bandwidth = input.band.cutoff;
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
                              .conv_in_size = resolution / up,
                              .conv_out_size = resolution,
                              .plain = true,
                              .noise_size = kind == ALF_LAYER_CONV && c->use_noise ? resolution : 0};
    if (kind == ALF_LAYER_CONV && up > 1)
        layer->conv_out_size = layer->conv_in_size * up + layer->conv_kernel - up; /* transposed */
    else if (kind == ALF_LAYER_SKIP)
        layer->conv_out_size = layer->conv_in_size; /* and upsampled after that */
    else
        layer->conv_padding = layer->conv_kernel / 2;
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

static void print_input(const alf_plan *plan, FILE *to)
{
    char line[160];
    if (plan->input_rate > 0)
        alf_format(line, sizeof line, "input: %d Fourier features, %lldx%lld at rate %g, cutoff %g%s\n",
                   plan->input_channels, (long long)plan->input_size, (long long)plan->input_size, plan->input_rate,
                   plan->input_bandwidth, plan->config.input_transform ? ", learned transform" : "");
    else
        alf_format(line, sizeof line, "input: learned constant, %d channels, %lldx%lld\n", plan->input_channels,
                   (long long)plan->input_size, (long long)plan->input_size);
    fputs(line, to);
}

static void print_layer(const alf_plan *plan, const alf_layer_plan *l, FILE *to)
{
    static const char *const families[] = {"", " lanczos", " gaussian", " taps"};
    const bool               three = plan->config.family == ALF_STYLEGAN3, filters = l->up_taps > 1 || l->down_taps > 1;
    char                     line[256], cutoff[16], half_width[16];
    print_band(cutoff, l->out_cutoff);
    print_band(half_width, l->out_half_width);
    alf_format(line, sizeof line, "%-14s %4d>%-4d %5lld>%-5lld %5g>%-5g %9s %10s %3d:%-3d %3d:%-3d %s%s%s%s%s%s\n",
               l->name, l->in_channels, l->out_channels, (long long)l->in_size, (long long)l->out_size, l->in_rate,
               l->out_rate, cutoff, half_width, l->up, l->up_taps, l->down, l->down_taps,
               l->critical ? " critical" : "", three && l->plain ? " plain" : "",
               filters ? families[l->filter_family] : "", l->down_radial ? " radial" : "",
               l->noise_size > 0 ? " noise" : "", l->kind == ALF_LAYER_TORGB ? " torgb" : "");
    fputs(line, to);
}

void alf_plan_print(const alf_plan *plan, FILE *to)
{
    const bool plain = plan->config.family == ALF_STYLEGAN3 && plan->config.nonlinearity == ALF_NONLINEARITY_PLAIN;
    print_input(plan, to);
    fprintf(to, "%-14s %9s %11s %11s %9s %10s %7s %7s  %s\n", "layer", "channels", "size", "rate", "cutoff",
            "half-width", "up:taps", "dn:taps", "notes");
    for (int i = 0; i < plan->num_layers; i++) print_layer(plan, &plan->layers[i], to);
    fputs("size in samples; rate in samples, cutoff and half-width of the transition band in cycles per canvas width;\n"
          "up and down: factor of resampling and taps of its filter (1: none). critical: cutoff at half the rate;\n"
          "radial: the downsampling filter is a jinc.\n",
          to);
    if (plain) fputs("plain: upsampled before the convolution; the leaky ReLU works on the samples as they are.\n", to);
}
