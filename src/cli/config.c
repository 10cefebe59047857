#include <string.h>

#include "config.h"

const alf_cli_option alf_cli_config_options[] = {
    ALF_CLI_CFG_OPTION,
    {.name = "resolution",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 4,
     .high = 4096,
     .required = true,
     .help = "side of the image in pixels, a power of two; 16 or more for StyleGAN3"},
    ALF_CLI_CBASE_OPTION,
    ALF_CLI_CMAX_OPTION,
    ALF_CLI_Z_DIM_OPTION,
    ALF_CLI_W_DIM_OPTION,
    {.name = "c-dim",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 65536,
     .help = "number of classes; 0: unconditional"},
    {.name = "img-channels",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "3",
     .low = 1,
     .high = 16,
     .help = "channels of the image"},
    ALF_CLI_MAP_DEPTH_OPTION,
    ALF_CLI_NUM_LAYERS_OPTION,
    {.name = "num-critical",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 64,
     .help = "StyleGAN3: critically sampled layers at the end; 2 unless given"},
    {.name = "margin-size",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 256,
     .help = "StyleGAN3: samples around the canvas; 10 unless given"},
    {.name = "filter-size",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 64,
     .help = "StyleGAN3: taps of a filter per sampling step; 6 unless given"},
    {.name = "lrelu-upsampling",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 16,
     .help = "StyleGAN3: upsampling around nonlinearities; 2 unless given"},
    {.name = "architecture",
     .kind = ALF_CLI_CHOICE,
     .value = "skip|resnet|orig",
     .help = "StyleGAN2: how the image leaves the blocks; skip unless given"},
    {.name = NULL}};

static alf_architecture architecture_named(const char *name)
{
    return strcmp(name, "skip") == 0 ? ALF_SKIP : strcmp(name, "resnet") == 0 ? ALF_RESNET : ALF_ORIG;
}

int alf_cli_not_of_family(const alf_cli *c, const char *option)
{
    return alf_cli_usage_error(c, "--%s: %s has no such setting", option, alf_cli_text(c, "cfg"));
}

/* Settings of one family only, left to the configuration unless given. */
static int apply_family_settings(const alf_cli *c, alf_config *config)
{
    const struct {
        const char *option;
        int        *setting;
    } stylegan3[] = {
        {"num-layers", &config->num_layers},
        {"num-critical", &config->num_critical},
        {"margin-size", &config->margin_size},
        {"filter-size", &config->filter_size},
        {"lrelu-upsampling", &config->lrelu_upsampling},
    };
    for (size_t i = 0; i < sizeof stylegan3 / sizeof stylegan3[0]; i++) {
        const char *option = stylegan3[i].option;
        if (!alf_cli_given(c, option)) continue;
        if (config->family != ALF_STYLEGAN3) return alf_cli_not_of_family(c, option);
        *stylegan3[i].setting = (int)alf_cli_int(c, option);
    }
    if (!alf_cli_given(c, "architecture")) return ALF_CLI_OK;
    if (config->family != ALF_STYLEGAN2) return alf_cli_not_of_family(c, "architecture");
    config->architecture = architecture_named(alf_cli_text(c, "architecture"));
    return ALF_CLI_OK;
}

/* The doubled number is not the user's, so the range is told of what the user writes. */
static int check_doubled(const alf_cli *c, const char *option, int most)
{
    if (strcmp(alf_cli_text(c, "cfg"), "stylegan3-r") != 0 || alf_cli_int(c, option) <= most / 2) return ALF_CLI_OK;
    return alf_cli_usage_error(c, "--%s: '%s': expected 1 to %d, since stylegan3-r gets twice as many", option,
                               alf_cli_text(c, option), most / 2);
}

int alf_cli_check_capacity(const alf_cli *c)
{
    int exit_code = check_doubled(c, "cbase", ALF_CLI_MOST_CBASE);
    return exit_code == ALF_CLI_OK ? check_doubled(c, "cmax", ALF_CLI_MOST_CMAX) : exit_code;
}

int alf_cli_read_config(const alf_cli *c, alf_config *out)
{
    alf_config config;
    int        exit_code = alf_cli_check_capacity(c);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_config_named(c->ctx, alf_cli_text(c, "cfg"), (int)alf_cli_int(c, "resolution"), alf_cli_int(c, "cbase"),
                         alf_cli_int(c, "cmax"), &config) != ALF_OK)
        return alf_cli_refusal(c);
    config.z_dim = (int)alf_cli_int(c, "z-dim");
    config.w_dim = (int)alf_cli_int(c, "w-dim");
    config.c_dim = (int)alf_cli_int(c, "c-dim");
    config.img_channels = (int)alf_cli_int(c, "img-channels");
    if (alf_cli_given(c, "map-depth")) config.mapping_layers = (int)alf_cli_int(c, "map-depth");
    exit_code = apply_family_settings(c, &config);
    if (exit_code == ALF_CLI_OK) *out = config;
    return exit_code;
}
