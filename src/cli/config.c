#include "config.h"

enum { MOST_CBASE = 1 << 24, MOST_CMAX = 1 << 16 }; /* of the network */

const alf_cli_option alf_cli_network_options[] = {
    {.name = "cfg",
     .kind = ALF_CLI_CHOICE,
     .value = "stylegan3-t|stylegan3-r|stylegan2|A|B|C|D|E|F|G|H|T|R",
     .required = true,
     .help = "configuration: a step of the paper's ladder from StyleGAN2 (A) to StyleGAN3 (T, R)"},
    {.name = "cbase",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "32768",
     .low = 1,
     .high = MOST_CBASE,
     .help = "capacity: channels are proportional to it; stylegan3-r gets twice as many"},
    {.name = "cmax",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "512",
     .low = 1,
     .high = MOST_CMAX,
     .help = "most channels of a layer; stylegan3-r gets twice as many"},
    {.name = "z-dim",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "512",
     .low = 1,
     .high = 65536,
     .help = "size of latents"},
    {.name = "w-dim",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "512",
     .low = 1,
     .high = 65536,
     .help = "size of styles"},
    {.name = "map-depth",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 64,
     .help = "layers of the mapping; 8 from A to C, else 2, unless given"},
    {.name = "noise", .kind = ALF_CLI_BOOL, .help = "noise inputs after convolutions; in A and B unless given"},
    {.name = "architecture",
     .kind = ALF_CLI_CHOICE,
     .value = "skip|resnet|orig",
     .help = "A to C: how the image leaves the blocks; skip unless given"},
    {.name = "num-layers",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 2,
     .high = 64,
     .help = "T, R: layers without ToRGB; 14 unless given"},
    {.name = "num-critical",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 64,
     .help = "D to R: critically sampled layers at the end; all in D, E and F, else 2, unless given"},
    {.name = "margin-size",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 256,
     .help = "D to R: samples around the canvas; 0 in D, else 10, unless given"},
    {.name = "first-stopband",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .low = 0.001,
     .high = 4096,
     .help = "T, R: where the first layer's filters must have fallen; 2^2.1 = 4.2871 unless given"},
    {.name = "filter-family",
     .kind = ALF_CLI_CHOICE,
     .value = "kaiser|lanczos|gaussian|taps",
     .help = "D to R: windowed sinc, Lanczos (a = 2), Gaussian (sigma = 0.4), or in D and E StyleGAN2's taps 1 3 3 1; "
             "taps in D, else kaiser, unless given. R keeps jinc filters with kaiser alone"},
    {.name = "filter-size",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 64,
     .help = "E to R: taps of a filter per sampling step; 6 unless given"},
    {.name = "lrelu-upsampling",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 16,
     .help = "F to R: upsampling around nonlinearities; 2 unless given"},
    {.name = "input-transform",
     .kind = ALF_CLI_BOOL,
     .help = "D to R: Fourier features under a learned transform; from H on unless given. false: fixed features"},
    {.name = NULL}};

const alf_rung *alf_cli_rung(const alf_cli *c)
{
    return alf_ladder_find(alf_cli_text(c, "cfg"));
}

/* --- settings of some steps only ------------------------------------------------------------------------------------ */

static bool is_stylegan2(const alf_config *c)
{
    return c->family == ALF_STYLEGAN2;
}

static bool is_stylegan3(const alf_config *c)
{
    return c->family == ALF_STYLEGAN3;
}

static bool is_flexible(const alf_config *c)
{
    return is_stylegan3(c) && c->schedule == ALF_SCHEDULE_FLEXIBLE;
}

static bool designs_filters(const alf_config *c)
{
    return is_stylegan3(c) && c->filter_family != ALF_FILTERS_TAPS;
}

static bool is_filtered(const alf_config *c)
{
    return is_stylegan3(c) && c->nonlinearity == ALF_NONLINEARITY_FILTERED;
}

/* Words stand in the table in the order of the enumerations. */
static void apply_choices(const alf_cli *c, alf_config *config)
{
    if (alf_cli_given(c, "architecture")) config->architecture = (alf_architecture)alf_cli_choice(c, "architecture");
    if (alf_cli_given(c, "filter-family"))
        config->filter_family = (alf_filter_family)alf_cli_choice(c, "filter-family");
}

/* Left to the configuration unless given. */
static int apply_settings(const alf_cli *c, alf_config *config)
{
    const struct {
        const char *option, *steps;              /* who has it, for messages */
        bool (*there)(const alf_config *config); /* NULL: everyone           */
        int    *whole;                           /* one of these is set      */
        double *real;
        bool   *truth;
    } settings[] = {
        {"architecture", "A to C", is_stylegan2, NULL, NULL, NULL}, /* these two are applied already */
        {"filter-family", "D to R", is_stylegan3, NULL, NULL, NULL},
        {"map-depth", NULL, NULL, &config->mapping_layers, NULL, NULL},
        {"noise", NULL, NULL, NULL, NULL, &config->use_noise},
        {"num-layers", "T and R", is_flexible, &config->num_layers, NULL, NULL},
        {"num-critical", "D to R", is_stylegan3, &config->num_critical, NULL, NULL},
        {"margin-size", "D to R", is_stylegan3, &config->margin_size, NULL, NULL},
        {"first-stopband", "T and R", is_flexible, NULL, &config->first_stopband, NULL},
        {"filter-size", "E to R, whose filters are designed", designs_filters, &config->filter_size, NULL, NULL},
        {"lrelu-upsampling", "F to R, whose nonlinearities are filtered", is_filtered, &config->lrelu_upsampling, NULL,
         NULL},
        {"input-transform", "D to R", is_stylegan3, NULL, NULL, &config->input_transform},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const char *option = settings[i].option;
        if (!alf_cli_given(c, option)) continue;
        if (settings[i].there && !settings[i].there(config))
            return alf_cli_usage_error(c, "--%s: %s has no such setting: it is one of %s", option,
                                       alf_cli_text(c, "cfg"), settings[i].steps);
        if (settings[i].whole) *settings[i].whole = (int)alf_cli_int(c, option);
        if (settings[i].real) *settings[i].real = alf_cli_real(c, option);
        if (settings[i].truth) *settings[i].truth = alf_cli_flag(c, option);
    }
    return ALF_CLI_OK;
}

/* --- the whole ------------------------------------------------------------------------------------------------------ */

/* The product is not the user's, so the range is told of what the user writes. */
static int check_multiplied(const alf_cli *c, const char *option, int most)
{
    const alf_rung *rung = alf_cli_rung(c);
    if (alf_cli_int(c, option) <= most / rung->capacity) return ALF_CLI_OK;
    return alf_cli_usage_error(c, "--%s: '%s': expected 1 to %d, since %s multiplies it by %d", option,
                               alf_cli_text(c, option), most / rung->capacity, rung->name, rung->capacity);
}

int alf_cli_check_capacity(const alf_cli *c)
{
    int exit_code = check_multiplied(c, "cbase", MOST_CBASE);
    return exit_code == ALF_CLI_OK ? check_multiplied(c, "cmax", MOST_CMAX) : exit_code;
}

int alf_cli_apply_network(const alf_cli *c, alf_config *config)
{
    config->z_dim = (int)alf_cli_int(c, "z-dim");
    config->w_dim = (int)alf_cli_int(c, "w-dim");
    apply_choices(c, config);
    return apply_settings(c, config);
}

int alf_cli_read_config(const alf_cli *c, alf_config *out)
{
    alf_config config;
    int        exit_code = alf_cli_check_capacity(c);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_config_named(c->ctx, alf_cli_rung(c)->name, (int)alf_cli_int(c, "resolution"), alf_cli_int(c, "cbase"),
                         alf_cli_int(c, "cmax"), &config) != ALF_OK)
        return alf_cli_refusal(c);
    config.c_dim = (int)alf_cli_int(c, "c-dim");
    config.img_channels = (int)alf_cli_int(c, "img-channels");
    exit_code = alf_cli_apply_network(c, &config);
    if (exit_code == ALF_CLI_OK) *out = config;
    return exit_code;
}
