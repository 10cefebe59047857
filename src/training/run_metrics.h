/* The metrics of a snapshot. */
#ifndef ALF_TRAINING_RUN_METRICS_H
#define ALF_TRAINING_RUN_METRICS_H

#include "training/run_job.h"

/* Says which of the metrics cannot be measured on this network, and so are left out. */
ALF_NODISCARD alf_status alf_run_metrics_introduce(const alf_run_job *job);

/* Measures the metrics on G_ema, logs each and appends it to metric-NAME.jsonl; `snapshot` is the network's file. */
ALF_NODISCARD alf_status alf_run_metrics_evaluate(const alf_run_job *job, const char *snapshot);

#endif
