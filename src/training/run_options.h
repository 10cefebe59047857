/* What the options of a run may be. */
#ifndef ALF_TRAINING_RUN_OPTIONS_H
#define ALF_TRAINING_RUN_OPTIONS_H

#include "aliasfree/training.h"

/* Refuses what makes no sense, by the name of the field. */
ALF_NODISCARD alf_status alf_run_options_check(alf_ctx *ctx, const alf_run_options *options);

#endif
