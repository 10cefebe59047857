/* Names of metrics in a list of the command line. */
#ifndef ALF_CLI_METRIC_NAME_H
#define ALF_CLI_METRIC_NAME_H

#include "cli.h"

/* Understands a name of --metrics, which must be another metric than the `count` before it in the list. Returns an exit
 * code, with the mistake told. */
int alf_cli_read_metric(const alf_cli *c, const char *name, int count, const alf_metric before[], alf_metric *out);

#endif
