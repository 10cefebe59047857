/* How a run begins: in which folder, and from which state. */
#ifndef ALF_TRAINING_RUN_START_H
#define ALF_TRAINING_RUN_START_H

#include "training/run_job.h"

/* Chooses, or makes, and locks the folder; all ranks learn it. */
ALF_NODISCARD alf_status alf_run_settle(alf_run_job *job);

/* Takes up the state in the folder, or starts from the beginning where there is none: then also writes what stands at
 * the beginning of a run. */
ALF_NODISCARD alf_status alf_run_begin(alf_run_job *job);

#endif
