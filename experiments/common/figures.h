/* What is measured of a network beside its training: equivariance, distance to data, what its learned input transform
 * does. */
#ifndef EXPERIMENTS_FIGURES_H
#define EXPERIMENTS_FIGURES_H

#include "common/subjects.h"
#include "common/trained.h"

/* Of one network; NaN for what it does not have. */
typedef struct {
    double parameters;
    double swd; /* sliced Wasserstein distance, mean over levels */
    struct {
        double db, low, high, relative; /* 95% interval; relative: to the variance of the image */
    } eq[ALF_EQ_KINDS];
    /* Spread of the learned input transform over latents: circular standard deviation of its rotation, in degrees, and
     * root mean square distance of its translation from the mean, in image widths. */
    double turn, shift;
} network_figures;

typedef struct {
    int64_t eq_samples, swd_samples, spread_samples;
} measuring_effort;

/* Measures a network that subjects_open() would open, or finds the finished part of the name `part`. `data`: what the
 * distance is measured to, NULL: nothing. */
ALF_NODISCARD alf_status network_figures_of(alf_study_run *run, const char *part, const char *network,
                                            const subjects_fresh *fresh, const training_set *data,
                                            const measuring_effort *effort, network_figures *out);

/* The spread alone: `samples` latents from `seed` on. NaN where there is no learned transform. */
ALF_NODISCARD alf_status transform_spread(alf_generator *g, int64_t samples, uint32_t seed, double *turn,
                                          double *shift);

#endif
