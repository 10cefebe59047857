/* The metrics of equivariance, the same number of images for each. */
#ifndef EXPERIMENTS_EQ_FIGURES_H
#define EXPERIMENTS_EQ_FIGURES_H

#include "aliasfree/aliasfree.h"

/* The first `kinds` of EQ-T on whole pixels, EQ-T on fractions, EQ-R. */
ALF_NODISCARD alf_status eq_figures_measure(alf_generator *g, int kinds, int64_t samples,
                                            const alf_equivariance_options *options, alf_equivariance_result results[]);

#endif
