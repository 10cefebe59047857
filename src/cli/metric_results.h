/* What metrics gave, for a person, as JSON and in files. */
#ifndef ALF_CLI_METRIC_RESULTS_H
#define ALF_CLI_METRIC_RESULTS_H

#include "cli.h"

typedef struct {
    alf_metric              metric;
    alf_equivariance_result equivariance; /* unless metric.kind is ALF_SWD */
    alf_swd_result          swd;          /* if it is                      */
} alf_cli_metric_result;

/* Shows the results in their order, as tables or with --json as lines, and appends each to its file in --outdir. Returns
 * an exit code. */
int alf_cli_tell_metrics(const alf_cli *c, int count, const alf_cli_metric_result results[]);

#endif
