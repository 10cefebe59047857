/* The options that describe a network, shared by the commands that make one from nothing. */
#ifndef ALF_CLI_CONFIG_H
#define ALF_CLI_CONFIG_H

#include "cli.h"

extern const alf_cli_option alf_cli_config_options[];

/* The configuration that the options describe. Returns an exit code; on failure the reason is printed. */
int alf_cli_read_config(const alf_cli *c, alf_config *out);

#endif
