/* The averages inside of a generator when a batch comes in several micro-batches. Private to the library. */
#ifndef ALF_TRAINING_MOVING_H
#define ALF_TRAINING_MOVING_H

#include "models/params.h"
#include "training/comm.h"

/* The buffers that a generator moves while it runs: w_avg and the layers' magnitudes. Each micro-batch starts from the
 * values at the phase's start; the new value is the mean of theirs. */
typedef struct {
    alf_ctx     *ctx;
    int          count;
    alf_tensor **tensors; /* the network's            */
    int64_t      values;  /* of all tensors together  */
    double      *start;   /* [values]                 */
    double      *ends;    /* [local][values]          */
    int          local, done;
} alf_moving;

/* Room for `local` micro-batches on this rank. Give back with alf_moving_clear(), also after a failure. */
alf_status alf_moving_start(alf_ctx *ctx, const alf_params *generator, int local, alf_moving *out);
void       alf_moving_clear(alf_moving *moving);

alf_status alf_moving_begin(alf_moving *moving); /* a phase: notes the values       */
alf_status alf_moving_next(alf_moving *moving);  /* after each local micro-batch   */
alf_status alf_moving_end(alf_moving *moving, const alf_comm *comm, int micro_batches);

#endif
