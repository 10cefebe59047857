/* The optimiser of one network. Private to the library. */
#ifndef ALF_TRAINING_ADAM_H
#define ALF_TRAINING_ADAM_H

#include "models/params.h"

/* Adam (Kingma and Ba 2015) over the parameters of a network (its buffers are left out). Each parameter counts its own
 * steps: a phase whose loss does not reach it leaves it alone. */
typedef struct {
    alf_ctx          *ctx;
    double            lr, beta1, beta2, eps;
    int               count;
    const alf_param **declared;   /* as the network tells them */
    alf_tensor      **parameters; /* their tensors              */
    alf_tensor      **m, **v;     /* moments, references of our own */
    int64_t          *steps;
} alf_adam;

/* The network must outlive the optimiser. Give back with alf_adam_clear(), also after a failure. */
alf_status alf_adam_start(alf_ctx *ctx, const alf_params *network, alf_adam *out);
void       alf_adam_clear(alf_adam *adam);

/* One step with gradients[i] of parameter i; NULL: left alone. */
void alf_adam_step_all(alf_adam *adam, alf_tensor *const gradients[]);

/* The settings of an optimiser that also takes the steps of a regulariser, every `interval` iterations (Karras et al.
 * 2020, appendix B, lazy regularisation); 0: it does not. */
void alf_adam_set(alf_adam *adam, double lr, double beta1, double beta2, double eps, int interval);

#endif
