/* The losses of one micro-batch and their gradients. Private to the library. */
#ifndef ALF_TRAINING_LOSS_H
#define ALF_TRAINING_LOSS_H

#include "training/adam.h"
#include "training/inputs.h"
#include "training/statistics.h"

/* What a micro-batch gives besides gradients; all doubles, so that rows of it can be summed over ranks. */
typedef struct {
    alf_moments losses[ALF_LOSS_STATISTICS];
    double      loss;    /* mean over images, times the interval                */
    double      pl_mean; /* the moving mean of path lengths after this batch   */
} alf_tally;

/* Told of every value that a loss reports: one for each image. */
typedef struct {
    void (*fn)(void *user, const char *statistic, int64_t count, const double values[]);
    void *user;
} alf_loss_observer;

/* One micro-batch in one phase: what the losses need. */
typedef struct {
    alf_ctx                    *ctx;
    const alf_training_options *options;
    const alf_inputs           *inputs;
    const alf_loss_observer    *observer;
    alf_generator              *g;
    alf_discriminator          *d;
    const alf_upfirdn          *blur; /* NULL: none */
    double                      augment_p;
    alf_phase                   phase;
    alf_draw                    draw;
    alf_tensor                 *reals, *real_labels; /* of the discriminator's phases */
    double                      pl_mean;             /* at the phase's start          */

    /* results */
    const alf_adam *adam;      /* whose parameters gradients are taken of      */
    alf_tensor    **gradients; /* one each, NULL at first; references of their own */
    alf_tally      *tally;
} alf_pass;

/* Runs the phase's losses forward and back. Parameters that the loss does not reach keep NULL. */
alf_status alf_loss_run(alf_pass *pass);

#endif
