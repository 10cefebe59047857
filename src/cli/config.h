/* The options that describe a network, shared by the commands that make one from nothing. */
#ifndef ALF_CLI_CONFIG_H
#define ALF_CLI_CONFIG_H

#include "cli.h"

/* Which network: the options of `plan`, `init` and `train`. */
extern const alf_cli_option alf_cli_network_options[];
#define ALF_CLI_NETWORK_TITLE "the network"

/* What a data set tells in training. */
#define ALF_CLI_IMAGE_OPTIONS                                                                                          \
    {.name = "resolution",                                                                                             \
     .kind = ALF_CLI_INT,                                                                                              \
     .value = "N",                                                                                                     \
     .low = 4,                                                                                                         \
     .high = 4096,                                                                                                     \
     .required = true,                                                                                                 \
     .help = "side of the image in pixels, a power of two; 16 or more from D on"},                                     \
        {.name = "c-dim",                                                                                              \
         .kind = ALF_CLI_INT,                                                                                          \
         .value = "N",                                                                                                 \
         .fallback = "0",                                                                                              \
         .high = 65536,                                                                                                \
         .help = "number of classes; 0: unconditional"},                                                               \
    {                                                                                                                  \
        .name = "img-channels", .kind = ALF_CLI_INT, .value = "N", .fallback = "3", .low = 1, .high = 16,              \
        .help = "channels of the image"                                                                                \
    }

/* The step of the ladder that --cfg names, by its name or its letter. */
const alf_rung *alf_cli_rung(const alf_cli *c);

/* A usage error for a capacity (--cbase, --cmax) beyond its range once the step of the ladder has multiplied it. Returns
 * an exit code. */
int alf_cli_check_capacity(const alf_cli *c);
/* Changes a configuration of that step as the other options say; one that the step does not have is a usage error.
 * Returns an exit code. */
int alf_cli_apply_network(const alf_cli *c, alf_config *config);
/* The configuration that network and image options describe. Returns an exit code; on failure the reason is printed. */
int alf_cli_read_config(const alf_cli *c, alf_config *out);

#endif
