/* Configurations of discriminators: their defaults, the table of their settings, and what must hold between these. */
#include "core/core.h"
#include "models/config.h"
#include "models/settings.h"

#define ALL 1u
#define AT(member) offsetof(alf_discriminator_config, member)

static const alf_setting mapping_fields[] = {
    {"num_layers", ALF_SETTING_INT, ALL, true, AT(mapping_layers), 1, 64, NULL, 0},
    {"lr_multiplier", ALF_SETTING_REAL, ALL, false, AT(mapping_lr_multiplier), 1e-9, 1e9, NULL, 0},
    {"activation", ALF_SETTING_LRELU, ALL, false, 0, 0, 0, NULL, 0},
    {"embed_features", ALF_SETTING_NULL, ALL, false, 0, 0, 0, NULL, 0},
    {"layer_features", ALF_SETTING_NULL, ALL, false, 0, 0, 0, NULL, 0},
    {.name = NULL},
};

static const alf_setting block_fields[] = {
    {"freeze_layers", ALF_SETTING_INT, ALL, true, AT(freeze_layers), 0, 64, NULL, 0},
    {"resample_filter", ALF_SETTING_TAPS, ALL, false, AT(resample_filter), 0, 0, NULL, AT(resample_taps)},
    {"activation", ALF_SETTING_LRELU, ALL, false, 0, 0, 0, NULL, 0},
    {"fp16_channels_last", ALF_SETTING_HINT, ALL, false, 0, 0, 0, NULL, 0},
    {.name = NULL},
};

static const alf_setting epilogue_fields[] = {
    {"mbstd_group_size", ALF_SETTING_INT_OR_NULL, ALL, true, AT(mbstd_group_size), 0, 65536, NULL, 0},
    {"mbstd_num_channels", ALF_SETTING_INT, ALL, false, AT(mbstd_num_channels), 0, 65536, NULL, 0},
    {"activation", ALF_SETTING_LRELU, ALL, false, 0, 0, 0, NULL, 0},
    {.name = NULL},
};

static const alf_setting config_fields[] = {
    {"c_dim", ALF_SETTING_INT, ALL, true, AT(c_dim), 0, 65536, NULL, 0},
    {"img_resolution", ALF_SETTING_INT, ALL, true, AT(img_resolution), 8, ALF_MAX_RESOLUTION, NULL, 0},
    {"img_channels", ALF_SETTING_INT, ALL, true, AT(img_channels), 1, 16, NULL, 0},
    {"architecture", ALF_SETTING_CHOICE, ALL, true, AT(architecture), 0, 2, alf_architecture_words, 0},
    {"channel_base", ALF_SETTING_I64, ALL, true, AT(channel_base), 1, 1 << 24, NULL, 0},
    {"channel_max", ALF_SETTING_I64, ALL, true, AT(channel_max), 1, 65536, NULL, 0},
    {"conv_clamp", ALF_SETTING_CLAMP, ALL, false, AT(conv_clamp), 0, 1e30, NULL, 0},
    {"num_fp16_res", ALF_SETTING_INT, ALL, false, AT(num_fp16_res), 0, 64, NULL, 0},
    {"cmap_dim", ALF_SETTING_INT_OR_NULL, ALL, false, AT(cmap_dim), -1, 65536, NULL, 0},
    {"mapping_kwargs", ALF_SETTING_OBJECT, ALL, true, 0, 0, 0, mapping_fields, 0},
    {"block_kwargs", ALF_SETTING_OBJECT, ALL, true, 0, 0, 0, block_fields, 0},
    {"epilogue_kwargs", ALF_SETTING_OBJECT, ALL, true, 0, 0, 0, epilogue_fields, 0},
    {.name = NULL},
};

alf_discriminator_config alf_discriminator_config_default(void)
{
    return (alf_discriminator_config){.img_resolution = 256,
                                      .img_channels = 3,
                                      .architecture = ALF_RESNET,
                                      .channel_base = 32768,
                                      .channel_max = 512,
                                      .conv_clamp = 256,
                                      .num_fp16_res = 4,
                                      .cmap_dim = -1,
                                      .mapping_layers = 8,
                                      .mapping_lr_multiplier = 0.01,
                                      .mbstd_group_size = 4,
                                      .mbstd_num_channels = 1,
                                      .resample_taps = 4,
                                      .resample_filter = {1, 3, 3, 1}};
}

/* The table and the defaults, for which the caller has room. */
static alf_settings settings_of(alf_discriminator_config *standard)
{
    *standard = alf_discriminator_config_default();
    return (alf_settings){.table = config_fields, .family = ALL, .owner = "a discriminator", .standard = standard};
}

alf_status alf_discriminator_config_check(alf_ctx *ctx, const alf_discriminator_config *config, const char *origin)
{
    alf_discriminator_config standard;
    const alf_settings       settings = settings_of(&standard);
    alf_status               status = alf_settings_check(ctx, &settings, config, origin);
    if (status == ALF_OK) status = alf_config_check_resolution(ctx, config->img_resolution, 8, origin);
    if (status != ALF_OK) return status;
    if (config->channel_base < config->img_resolution)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "%s: channel_base is %lld: the first block would have no channels: expected at least "
                        "img_resolution, %d",
                        origin, (long long)config->channel_base, config->img_resolution);
    if (config->c_dim > 0 && config->cmap_dim == 0)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: cmap_dim is 0: a conditional network needs at least 1", origin);
    const int channels = alf_channels_at(config->channel_base, config->channel_max, 4);
    if (config->mbstd_num_channels > 0 && channels % config->mbstd_num_channels != 0)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "%s: mbstd_num_channels is %d: expected a divisor of the 4x4 block's %d channels", origin,
                        config->mbstd_num_channels, channels);
    return ALF_OK;
}

alf_status alf_discriminator_config_from_kwargs(alf_ctx *ctx, const char *kwargs, const char *origin,
                                                alf_discriminator_config *out)
{
    if (!out || !origin)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_discriminator_config_from_kwargs: origin or out is NULL");
    alf_discriminator_config standard;
    const alf_settings       settings = settings_of(&standard);
    alf_discriminator_config config = standard;
    alf_status               status = alf_settings_read(ctx, &settings, kwargs, origin, &config);
    if (status == ALF_OK) status = alf_discriminator_config_check(ctx, &config, origin);
    if (status == ALF_OK) *out = config;
    return status;
}

alf_status alf_discriminator_config_to_kwargs(alf_ctx *ctx, const alf_discriminator_config *config, char **out)
{
    if (!config || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_discriminator_config_to_kwargs: config or out is NULL");
    alf_status status = alf_discriminator_config_check(ctx, config, "configuration");
    if (status != ALF_OK) return status;
    alf_discriminator_config standard;
    const alf_settings       settings = settings_of(&standard);
    return alf_settings_write(ctx, &settings, config, out);
}
