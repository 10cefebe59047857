/* The gradient of a batch, gathered from its micro-batches. Private to the library. */
#ifndef ALF_TRAINING_GRADIENTS_H
#define ALF_TRAINING_GRADIENTS_H

#include "tensor/tensor.h"
#include "training/comm.h"

/* Sums in the order of micro-batches: the first rank adds its own up as they come; those behind it must hold theirs
 * until the sum of the ranks before arrives. */
typedef struct {
    alf_ctx        *ctx;
    const alf_comm *comm;
    int             count;  /* parameters                                                   */
    int             places; /* sets of gradients that can be held                           */
    int             sets;   /* held                                                         */
    alf_tensor    **held;   /* [places][count], references of our own; NULL: not reached     */
} alf_gradients;

/* Room for the gradients of `local` micro-batches along `count` parameters. */
alf_status alf_gradients_start(alf_ctx *ctx, const alf_comm *comm, int count, int local, alf_gradients *out);
void       alf_gradients_clear(alf_gradients *gradients);

/* *sum += x; *sum is a reference of one's own or NULL. */
void alf_accumulate(alf_ctx *ctx, alf_tensor **sum, alf_tensor *x);

/* Takes over a micro-batch's gradients, references of one's own, and leaves NULL in their place. */
void alf_gradients_add(alf_gradients *gradients, alf_tensor *set[]);
/* The mean over all micro-batches of all ranks, finite, in held[0 .. count-1]. */
alf_status alf_gradients_finish(alf_gradients *gradients, int micro_batches);

#endif
