/* Sums over ranks that do not depend on how many there are: one after another, in the order of micro-batches.
 * Private to the library. */
#ifndef ALF_TRAINING_COMM_H
#define ALF_TRAINING_COMM_H

#include "aliasfree/training.h"

/* total[j] = items[0][j] + items[1][j] + ... over the items of rank 0, then those of rank 1, and so on; the same on
 * every rank. items holds `local` rows of `count` numbers. */
alf_status alf_chain_sum(alf_ctx *ctx, const alf_comm *comm, int local, int64_t count, const double items[],
                         double total[]);

/* The two ends of a chain: what the rank before has summed so far (not on the first rank); and this rank's sum to the
 * next one (nothing happens on the last). */
alf_status alf_chain_receive(alf_ctx *ctx, const alf_comm *comm, int64_t count, double sum[]);
alf_status alf_chain_send(alf_ctx *ctx, const alf_comm *comm, int64_t count, const double sum[]);
/* What the last rank has, on all. */
alf_status alf_chain_share(alf_ctx *ctx, const alf_comm *comm, int64_t count, double sum[]);

#endif
