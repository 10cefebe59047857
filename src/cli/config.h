/* The options that describe a network, shared by the commands that make one from nothing. */
#ifndef ALF_CLI_CONFIG_H
#define ALF_CLI_CONFIG_H

#include "cli.h"

enum {
    ALF_CLI_MOST_CBASE = 1 << 24,
    ALF_CLI_MOST_CMAX = 1 << 16
}; /* of the network, after the doubling of stylegan3-r */

/* Those that training takes too. */
#define ALF_CLI_CFG_OPTION                                                                                             \
    {                                                                                                                  \
        .name = "cfg", .kind = ALF_CLI_CHOICE, .value = "stylegan3-t|stylegan3-r|stylegan2", .required = true,         \
        .help = "configuration"                                                                                        \
    }
#define ALF_CLI_CBASE_OPTION                                                                                           \
    {                                                                                                                  \
        .name = "cbase", .kind = ALF_CLI_INT, .value = "N", .fallback = "32768", .low = 1, .high = ALF_CLI_MOST_CBASE, \
        .help = "capacity: channels are proportional to it; stylegan3-r gets twice as many"                            \
    }
#define ALF_CLI_CMAX_OPTION                                                                                            \
    {                                                                                                                  \
        .name = "cmax", .kind = ALF_CLI_INT, .value = "N", .fallback = "512", .low = 1, .high = ALF_CLI_MOST_CMAX,     \
        .help = "most channels of a layer; stylegan3-r gets twice as many"                                             \
    }
#define ALF_CLI_Z_DIM_OPTION                                                                                           \
    {                                                                                                                  \
        .name = "z-dim", .kind = ALF_CLI_INT, .value = "N", .fallback = "512", .low = 1, .high = 65536,                \
        .help = "size of latents"                                                                                      \
    }
#define ALF_CLI_W_DIM_OPTION                                                                                           \
    {                                                                                                                  \
        .name = "w-dim", .kind = ALF_CLI_INT, .value = "N", .fallback = "512", .low = 1, .high = 65536,                \
        .help = "size of styles"                                                                                       \
    }
#define ALF_CLI_MAP_DEPTH_OPTION                                                                                       \
    {                                                                                                                  \
        .name = "map-depth", .kind = ALF_CLI_INT, .value = "N", .low = 1, .high = 64,                                  \
        .help = "layers of the mapping; 8 for StyleGAN2, else 2, unless given"                                         \
    }
#define ALF_CLI_NUM_LAYERS_OPTION                                                                                      \
    {                                                                                                                  \
        .name = "num-layers", .kind = ALF_CLI_INT, .value = "N", .low = 2, .high = 64,                                 \
        .help = "StyleGAN3: layers without ToRGB; 14 unless given"                                                     \
    }

extern const alf_cli_option alf_cli_config_options[];

/* The configuration that the options describe. Returns an exit code; on failure the reason is printed. */
int alf_cli_read_config(const alf_cli *c, alf_config *out);

/* A usage error for a capacity (--cbase, --cmax) beyond its range once stylegan3-r has doubled it. Returns an exit code. */
int alf_cli_check_capacity(const alf_cli *c);
/* Says that the configuration has no such setting: a usage error. */
int alf_cli_not_of_family(const alf_cli *c, const char *option);

#endif
