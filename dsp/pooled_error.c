/* Pooled errors: sums over samples, pixels and channels, and the decibels that follow. */
#include <math.h>

#include "aliasfree/equivariance.h"

void alf_pooled_error_add(alf_pooled_error *sum, int64_t planes, int64_t pixels, const double *a, const double *b,
                          const double *mask_a, const double *mask_b)
{
    alf_pooled_error part = {0}; /* summed apart: adding small terms to a large total would round each of them */
    for (int64_t p = 0; p < planes; p++) {
        for (int64_t i = 0; i < pixels; i++) {
            double weight = mask_b ? mask_a[i] * mask_b[i] : mask_a[i];
            if (weight == 0.0) continue; /* what lies outside may be anything, NaN too */
            double value = b[p * pixels + i], error = a[p * pixels + i] - value;
            part.squared_error += weight * error * error;
            part.mask += weight;
            part.value += weight * value;
            part.square += weight * value * value;
        }
    }
    alf_pooled_error_merge(sum, &part);
}

void alf_pooled_error_merge(alf_pooled_error *sum, const alf_pooled_error *other)
{
    sum->squared_error += other->squared_error;
    sum->mask += other->mask;
    sum->value += other->value;
    sum->square += other->square;
}

/* 10 log10(signal / mean squared error) */
static double decibels(const alf_pooled_error *sum, double signal)
{
    if (!(sum->mask > 0.0)) return NAN;
    if (sum->squared_error == 0.0) return INFINITY;
    return 10.0 * log10(signal / (sum->squared_error / sum->mask));
}

double alf_pooled_error_db(const alf_pooled_error *sum, double range)
{
    return decibels(sum, range * range);
}

double alf_pooled_error_relative_db(const alf_pooled_error *sum)
{
    double mean = sum->value / sum->mask;
    return decibels(sum, fmax(0.0, sum->square / sum->mask - mean * mean));
}
