/* What rank 0 of a run decides and the other ranks follow. */
#ifndef ALF_TRAINING_RUN_RANKS_H
#define ALF_TRAINING_RUN_RANKS_H

#include "aliasfree/training.h"

/* Rank 0 tells the others its status and, where that is ALF_OK, `data`; they take both. A failure of rank 0 so ends all
 * ranks with its status. Returns what rank 0 gave, or the failure to tell. */
ALF_NODISCARD alf_status alf_run_follow(alf_ctx *ctx, const alf_comm *comm, alf_status status, void *data,
                                        size_t bytes);

#endif
