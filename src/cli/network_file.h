/* What the commands that read and write network files have in common. */
#ifndef ALF_CLI_NETWORK_FILE_H
#define ALF_CLI_NETWORK_FILE_H

#include "cli.h"

/* --network and --key, for tables of options. */
#define ALF_CLI_NETWORK_OPTION                                                                                         \
    {                                                                                                                  \
        .name = "network", .kind = ALF_CLI_TEXT, .value = "FILE", .path = ALF_CLI_FILE, .required = true,              \
        .help = "network file: safetensors or an official pickle"                                                      \
    }
#define ALF_CLI_KEY_OPTION                                                                                             \
    {                                                                                                                  \
        .name = "key", .kind = ALF_CLI_TEXT, .value = "NAME",                                                          \
        .help = "which network of the file; G_ema if it is there, unless given"                                        \
    }
/* --trunc, --class and --noise-mode; the text says what random noise is. */
#define ALF_CLI_TRUNC_OPTION                                                                                           \
    {                                                                                                                  \
        .name = "trunc", .kind = ALF_CLI_REAL, .value = "PSI", .fallback = "1", .low = -1e6, .high = 1e6,              \
        .help = "truncation: how far styles stay from the average"                                                     \
    }
#define ALF_CLI_CLASS_OPTION                                                                                           \
    {                                                                                                                  \
        .name = "class", .kind = ALF_CLI_INT, .value = "N", .high = 65535, .help = "class of a conditional network"    \
    }
#define ALF_CLI_NOISE_OPTION(text)                                                                                     \
    {                                                                                                                  \
        .name = "noise-mode", .kind = ALF_CLI_CHOICE, .value = "const|random|none", .fallback = "const",               \
        .help = "noise inputs of networks that have them; " text                                                       \
    }

/* Networks are written in this format alone; another ending would promise another format. */
#define ALF_CLI_NETWORK_SUFFIX ".safetensors"

/* Loads --network (and --key). NULL: the reason is printed. */
alf_generator *alf_cli_load_network(const alf_cli *c);

/* The class that --class chooses, -1: none was given. A class that the network does not have is a usage error, one for
 * an unconditional network a warning. Returns an exit code. */
int alf_cli_read_class(const alf_cli *c, const alf_generator *g, int *out);

/* What --noise-mode says; where the network has no noise that could be random, with a warning. */
alf_noise_mode alf_cli_read_noise(const alf_cli *c, const alf_generator *g);

/* An error unless all values of a network's image are finite: as levels NaN would be black. */
alf_status alf_cli_check_image(const alf_cli *c, const char *what, int64_t index, int64_t count, const double *values);

/* Is the last part of an official tensor name that of a buffer, not of a trained parameter? */
bool alf_cli_is_buffer(const char *name);

#endif
