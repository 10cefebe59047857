/* Where training takes its images, latents, labels and noise from. Private to the library.
 *
 * Everything is asked for by position: the number of the image in the whole of training. So nothing needs to be
 * remembered between iterations, and ranks agree without talking. */
#ifndef ALF_TRAINING_INPUTS_H
#define ALF_TRAINING_INPUTS_H

#include "training/phases.h"

/* Images of one micro-batch in one phase. */
typedef struct {
    int     phase;    /* in the list of phases, those included that do not run in this iteration */
    int64_t position; /* of the first image                                                      */
    int64_t count;
} alf_draw;

typedef enum { ALF_LATENTS_MAIN = 0, ALF_LATENTS_MIXED } alf_latents_use;

typedef struct {
    void *user;
    /* Real images [count, channels, R, R] and their labels [count, c_dim] (NULL in unconditional networks). */
    alf_status (*reals)(void *user, alf_ctx *ctx, int64_t position, int64_t count, double *images, double *labels);
    /* z [count, z_dim] */
    alf_status (*latents)(void *user, alf_ctx *ctx, const alf_draw *draw, alf_latents_use use, double *z);
    /* Labels of generated images [count, c_dim]; asked for in conditional networks alone. */
    alf_status (*labels)(void *user, alf_ctx *ctx, const alf_draw *draw, double *c);
    /* The layer from which styles are mixed, 1 to num_ws; num_ws: they are not. */
    int (*mixing)(void *user, const alf_draw *draw, int num_ws);
    /* Standard normal noise [count, channels, R, R] of the path length. */
    alf_status (*path_noise)(void *user, alf_ctx *ctx, const alf_draw *draw, int64_t values, double *noise);
    /* Seed of StyleGAN2's noise inputs. */
    uint64_t (*noise_seed)(void *user, const alf_draw *draw);
} alf_inputs;

/* The one that trains: a data set, and counters of random numbers. */
typedef struct {
    alf_dataset *data;
    uint64_t     seed;
    int64_t      z_dim;
    double       style_mixing_prob;
} alf_data_inputs;

/* Inputs that draw from `source`, which must outlive them. */
alf_inputs alf_inputs_of_data(alf_data_inputs *source);

#endif
