/* Intervals of figures over images, with alf_pooled_error_interval() for decibels. */
#ifndef ALF_METRICS_BOOTSTRAP_H
#define ALF_METRICS_BOOTSTRAP_H

#include "aliasfree/metrics.h"

/* The middle 95% of the mean when its values are drawn 1000 times again with replacement; NaN for fewer than two. */
void alf_mean_interval(int64_t count, const double values[], uint64_t seed, double *low, double *high);

#endif
