/* Configurations of generators: their defaults, the table of their settings, what must hold between these. */
#include "models/config.h"

#include "core/core.h"
#include "models/settings.h"

#define BOTH (1u << ALF_STYLEGAN2 | 1u << ALF_STYLEGAN3)
#define SG2 (1u << ALF_STYLEGAN2)
#define SG3 (1u << ALF_STYLEGAN3)
#define AT(member) offsetof(alf_config, member)

static const alf_setting mapping_fields[] = {
    {"num_layers", ALF_SETTING_INT, BOTH, true, AT(mapping_layers), 1, 64, NULL, 0},
    {"lr_multiplier", ALF_SETTING_REAL, BOTH, false, AT(mapping_lr_multiplier), 1e-9, 1e9, NULL, 0},
    {"w_avg_beta", ALF_SETTING_REAL, BOTH, false, AT(w_avg_beta), 0, 1, NULL, 0},
    {"activation", ALF_SETTING_LRELU, BOTH, false, 0, 0, 0, NULL, 0},
    {"embed_features", ALF_SETTING_NULL, BOTH, false, 0, 0, 0, NULL, 0},
    {"layer_features", ALF_SETTING_NULL, BOTH, false, 0, 0, 0, NULL, 0},
    {.name = NULL},
};

_Static_assert(sizeof(alf_schedule) == sizeof(int), "settings that are a choice are read and written as an int");

static const char *const input_words[] = {"const", "fourier"};
static const char *const schedule_words[] = {"flexible", "octaves"};
static const char *const nonlinearity_words[] = {"filtered", "plain"};
static const char *const filter_words[] = {"kaiser", "lanczos", "gaussian", "taps"};

static const alf_setting config_fields[] = {
    {"z_dim", ALF_SETTING_INT, BOTH, true, AT(z_dim), 1, 65536, NULL, 0},
    {"c_dim", ALF_SETTING_INT, BOTH, true, AT(c_dim), 0, 65536, NULL, 0},
    {"w_dim", ALF_SETTING_INT, BOTH, true, AT(w_dim), 1, 65536, NULL, 0},
    {"img_resolution", ALF_SETTING_INT, BOTH, true, AT(img_resolution), 4, ALF_MAX_RESOLUTION, NULL, 0},
    {"img_channels", ALF_SETTING_INT, BOTH, true, AT(img_channels), 1, 16, NULL, 0},
    {"mapping_kwargs", ALF_SETTING_OBJECT, BOTH, true, 0, 0, 0, mapping_fields, 0},
    {"channel_base", ALF_SETTING_I64, BOTH, true, AT(channel_base), 1, 1 << 24, NULL, 0},
    {"channel_max", ALF_SETTING_I64, BOTH, true, AT(channel_max), 1, 65536, NULL, 0},
    {"conv_clamp", ALF_SETTING_CLAMP, BOTH, false, AT(conv_clamp), 0, 1e30, NULL, 0},
    {"num_fp16_res", ALF_SETTING_INT, BOTH, false, AT(num_fp16_res), 0, 64, NULL, 0},
    {"schedule", ALF_SETTING_CHOICE, SG3, false, AT(schedule), 0, 1, schedule_words, 0},
    {"nonlinearity", ALF_SETTING_CHOICE, SG3, false, AT(nonlinearity), 0, 1, nonlinearity_words, 0},
    {"filter_family", ALF_SETTING_CHOICE, SG3, false, AT(filter_family), 0, 3, filter_words, 0},
    {"input_transform", ALF_SETTING_BOOL, SG3, false, AT(input_transform), 0, 1, NULL, 0},
    {"num_layers", ALF_SETTING_INT, SG3, false, AT(num_layers), 2, ALF_MAX_LAYERS, NULL, 0},
    {"num_critical", ALF_SETTING_INT, SG3, false, AT(num_critical), 0, 64, NULL, 0},
    {"first_cutoff", ALF_SETTING_REAL, SG3, false, AT(first_cutoff), 1e-3, 4096, NULL, 0},
    {"first_stopband", ALF_SETTING_REAL, SG3, false, AT(first_stopband), 1e-3, 4096, NULL, 0},
    {"last_stopband_rel", ALF_SETTING_REAL, SG3, false, AT(last_stopband_rel), 1.0, 64, NULL, 0},
    {"margin_size", ALF_SETTING_INT, SG3, false, AT(margin_size), 0, 1024, NULL, 0},
    {"output_scale", ALF_SETTING_REAL, SG3, false, AT(output_scale), -1e6, 1e6, NULL, 0},
    {"conv_kernel", ALF_SETTING_INT, SG3, false, AT(conv_kernel), 1, 15, NULL, 0},
    {"filter_size", ALF_SETTING_INT, SG3, false, AT(filter_size), 1, 64, NULL, 0},
    {"lrelu_upsampling", ALF_SETTING_INT, SG3, false, AT(lrelu_upsampling), 1, 16, NULL, 0},
    {"use_radial_filters", ALF_SETTING_BOOL, SG3, false, AT(use_radial_filters), 0, 1, NULL, 0},
    {"magnitude_ema_beta", ALF_SETTING_REAL, SG3, false, AT(magnitude_ema_beta), 0, 1, NULL, 0},
    {"architecture", ALF_SETTING_CHOICE, SG2, true, AT(architecture), 0, 2, alf_architecture_words, 0},
    {"input", ALF_SETTING_CHOICE, SG2, false, AT(input), 0, 1, input_words, 0},
    {"use_noise", ALF_SETTING_BOOL, BOTH, false, AT(use_noise), 0, 1, NULL, 0},
    {"resample_filter", ALF_SETTING_TAPS, BOTH, false, AT(resample_filter), 0, 0, NULL, AT(resample_taps)},
    {"activation", ALF_SETTING_LRELU, SG2, false, 0, 0, 0, NULL, 0},
    {"fused_modconv_default", ALF_SETTING_HINT, SG2, false, 0, 0, 0, NULL, 0},
    {"fp16_channels_last", ALF_SETTING_HINT, SG2, false, 0, 0, 0, NULL, 0},
    /* files of the generation before */
    {"synthesis_kwargs", ALF_SETTING_OBJECT, SG2, false, 0, 0, 0, config_fields, 0},
    {.name = NULL},
};

alf_config alf_config_default(alf_family family)
{
    return (alf_config){.family = family,
                        .z_dim = 512,
                        .w_dim = 512,
                        .img_resolution = 256,
                        .img_channels = 3,
                        .channel_base = 32768,
                        .channel_max = 512,
                        .conv_clamp = 256,
                        .num_fp16_res = 4,
                        .mapping_layers = family == ALF_STYLEGAN2 ? 8 : 2,
                        .mapping_lr_multiplier = 0.01,
                        .w_avg_beta = 0.998,
                        .input_transform = family == ALF_STYLEGAN3,
                        .num_layers = 14,
                        .num_critical = 2,
                        .first_cutoff = 2,
                        .first_stopband = 0x1.125fbee250664p+2,    /* 2^2.1 */
                        .last_stopband_rel = 0x1.3b2c47bff8329p+0, /* 2^0.3 */
                        .margin_size = 10,
                        .output_scale = 0.25,
                        .conv_kernel = 3,
                        .filter_size = 6,
                        .lrelu_upsampling = 2,
                        .magnitude_ema_beta = 0.999,
                        .use_noise = family == ALF_STYLEGAN2,
                        .resample_taps = 4,
                        .resample_filter = {1, 3, 3, 1}};
}

/* --- checks, reading, writing ------------------------------------------------------------------------------------------ */

static bool check_family(alf_ctx *ctx, alf_family family, const char *origin)
{
    if (family == ALF_STYLEGAN2 || family == ALF_STYLEGAN3) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: family %d: expected StyleGAN2 or StyleGAN3", origin, (int)family);
    return false;
}

/* The table and the defaults, for which the caller has room. */
static alf_settings settings_of(alf_family family, alf_config *standard)
{
    *standard = alf_config_default(family);
    return (alf_settings){.table = config_fields,
                          .family = 1u << family,
                          .owner = family == ALF_STYLEGAN2 ? "StyleGAN2" : "StyleGAN3",
                          .standard = standard};
}

alf_status alf_config_check_resolution(alf_ctx *ctx, int resolution, int lowest, const char *origin)
{
    if (resolution >= lowest && resolution <= ALF_MAX_RESOLUTION && (resolution & (resolution - 1)) == 0) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "%s: img_resolution is %d: expected a power of two from %d to %d", origin,
                    resolution, lowest, ALF_MAX_RESOLUTION);
}

int alf_config_octave_layers(int resolution)
{
    int layers = 0;
    for (int rate = 4; rate <= resolution; rate *= 2) layers += 2;
    return layers;
}

/* What must hold between the settings of StyleGAN3's layers. */
static alf_status check_layers(alf_ctx *ctx, const alf_config *c, const char *origin)
{
    const bool octaves = c->schedule == ALF_SCHEDULE_OCTAVES;
    const int  layers = alf_config_octave_layers(c->img_resolution), most = c->num_layers - (octaves ? 0 : 1);
    if (octaves && c->num_layers != layers)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: num_layers is %d: expected %d, two for each rate from 4 to %d", origin,
                        c->num_layers, layers, c->img_resolution);
    if (c->num_critical > most)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: num_critical is %d: expected at most %d, since num_layers is %d",
                        origin, c->num_critical, most, c->num_layers);
    if (c->filter_family == ALF_FILTERS_TAPS && c->nonlinearity != ALF_NONLINEARITY_PLAIN)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "%s: filter_family is \"taps\", given taps for upsampling alone: expected a plain "
                        "nonlinearity with it",
                        origin);
    return ALF_OK;
}

/* A learned transform would be in the plan, and is not in the init_kwargs of this family. */
static alf_status check_input(alf_ctx *ctx, const alf_config *c, const char *origin)
{
    if (!c->input_transform) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "%s: input_transform is true: expected false, StyleGAN2 has no such transform",
                    origin);
}

alf_status alf_config_check(alf_ctx *ctx, const alf_config *config, const char *origin)
{
    if (!check_family(ctx, config->family, origin)) return alf_ctx_status(ctx);
    const bool         two = config->family == ALF_STYLEGAN2;
    alf_config         standard;
    const alf_settings settings = settings_of(config->family, &standard);
    alf_status         status = alf_settings_check(ctx, &settings, config, origin);
    if (status == ALF_OK) status = alf_config_check_resolution(ctx, config->img_resolution, two ? 4 : 16, origin);
    if (status != ALF_OK) return status;
    return two ? check_input(ctx, config, origin) : check_layers(ctx, config, origin);
}

alf_status alf_config_apply(alf_ctx *ctx, const char *kwargs, const char *origin, alf_config *config)
{
    alf_config         standard;
    const alf_settings settings = settings_of(config->family, &standard);
    return alf_settings_read(ctx, &settings, kwargs, origin, config);
}

alf_status alf_config_from_kwargs(alf_ctx *ctx, alf_family family, const char *kwargs, const char *origin,
                                  alf_config *out)
{
    if (!out || !origin) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_config_from_kwargs: origin or out is NULL");
    if (!check_family(ctx, family, origin)) return alf_ctx_status(ctx);
    alf_config config = alf_config_default(family);
    alf_status status = alf_config_apply(ctx, kwargs, origin, &config);
    if (status == ALF_OK) status = alf_config_check(ctx, &config, origin);
    if (status == ALF_OK) *out = config;
    return status;
}

alf_status alf_config_to_kwargs(alf_ctx *ctx, const alf_config *config, char **out)
{
    if (!config || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_config_to_kwargs: config or out is NULL");
    alf_status status = alf_config_check(ctx, config, "configuration");
    if (status != ALF_OK) return status;
    alf_config         standard;
    const alf_settings settings = settings_of(config->family, &standard);
    return alf_settings_write(ctx, &settings, config, out);
}
