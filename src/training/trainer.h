/* The insides of a trainer. Private to the library. */
#ifndef ALF_TRAINING_TRAINER_H
#define ALF_TRAINING_TRAINER_H

#include "core/core.h"
#include "models/networks.h"
#include "training/adam.h"
#include "training/average.h"
#include "training/inputs.h"
#include "training/loss.h"
#include "training/moving.h"
#include "training/statistics.h"

struct alf_trainer {
    alf_ctx             *ctx;
    alf_training_options options;
    alf_comm             comm;
    alf_inputs           inputs;
    alf_data_inputs      source; /* behind the inputs, unless they come from elsewhere */

    alf_generator     *g, *ema;
    alf_discriminator *d;
    alf_adam           g_adam, d_adam;

    alf_phase  phases[ALF_MOST_PHASES];
    int        num_phases;
    int        micro_batches, local; /* of a batch; of these on this rank                    */
    alf_moving moving;

    int64_t        iterations;
    double         pl_mean;
    double         augment_p;
    alf_moments    ada; /* signs of real scores since p was adjusted */
    alf_statistics statistics;

    alf_tensor **reals, **real_labels; /* of this iteration, one for each local micro-batch; NULL: not read yet */

    /* For tests: told of every value that a loss reports, in the phase that is running. */
    alf_loss_observer observer;
    alf_phase_kind    running;
};

/* A trainer on other inputs than a data set. */
alf_status alf_trainer_start(alf_ctx *ctx, const alf_training_options *options, const alf_inputs *inputs,
                             const alf_comm *comm, alf_trainer **out);

/* After values of a file were put into the networks: their layers are made anew. `origin`, the file, leads messages. */
alf_status alf_trainer_reconnect(alf_trainer *t, const char *origin);

/* Runs one phase on the whole batch: losses, gradients, the optimiser's step. */
alf_status alf_trainer_run_phase(alf_trainer *t, int index);

#endif
