/* What the commands that read and write network files have in common. */
#ifndef ALF_CLI_NETWORK_FILE_H
#define ALF_CLI_NETWORK_FILE_H

#include "cli.h"

/* --network and --key, for tables of options. */
#define ALF_CLI_NETWORK_OPTION                                                                                         \
    {                                                                                                                  \
        .name = "network", .kind = ALF_CLI_TEXT, .value = "FILE", .required = true,                                    \
        .help = "network file: safetensors or an official pickle"                                                      \
    }
#define ALF_CLI_KEY_OPTION                                                                                             \
    {                                                                                                                  \
        .name = "key", .kind = ALF_CLI_TEXT, .value = "NAME",                                                          \
        .help = "which network of the file; G_ema if it is there, unless given"                                        \
    }

/* Networks are written as safetensors whatever the name; a name that promises another format is refused (exit code 2,
 * `what` names the option or argument). */
int alf_cli_check_network_name(const alf_cli *c, const char *what, const char *path);

/* Is the last part of an official tensor name that of a buffer, not of a trained parameter? */
bool alf_cli_is_buffer(const char *name);

#endif
