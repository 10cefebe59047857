/* Intervals: the spread of a figure when groups are drawn again, with replacement. */
#include <math.h>
#include <stdlib.h>

#include "aliasfree/random.h"
#include "metrics/bootstrap.h"

#define RESAMPLES 1000

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The group that is drawn as number i of resample b. */
static int64_t drawn(uint64_t seed, int64_t groups, int64_t b, int64_t i)
{
    double u;
    alf_random_uniform(seed, alf_random_stream(ALF_FOR_BOOTSTRAP, 0), b * groups + i, 1, &u);
    return (int64_t)(u * (double)groups);
}

/* Sorts. */
static void middle(double figures[RESAMPLES], double *low, double *high)
{
    qsort(figures, RESAMPLES, sizeof figures[0], compare_doubles);
    *low = figures[RESAMPLES * 25 / 1000];
    *high = figures[RESAMPLES * 975 / 1000 - 1];
}

void alf_pooled_error_interval(int64_t groups, int64_t stride, const alf_pooled_error sums[], double range,
                               uint64_t seed, double *low, double *high)
{
    double figures[RESAMPLES];
    *low = *high = (double)NAN;
    if (groups < 2) return; /* one group tells nothing of their spread */
    for (int64_t b = 0; b < RESAMPLES; b++) {
        alf_pooled_error sum = {0};
        for (int64_t i = 0; i < groups; i++) alf_pooled_error_merge(&sum, &sums[drawn(seed, groups, b, i) * stride]);
        figures[b] = range > 0 ? alf_pooled_error_db(&sum, range) : alf_pooled_error_relative_db(&sum);
        if (isnan(figures[b])) return;
    }
    middle(figures, low, high);
}

void alf_mean_interval(int64_t count, const double values[], uint64_t seed, double *low, double *high)
{
    double figures[RESAMPLES];
    *low = *high = (double)NAN;
    if (count < 2) return;
    for (int64_t b = 0; b < RESAMPLES; b++) {
        double sum = 0;
        for (int64_t i = 0; i < count; i++) sum += values[drawn(seed, count, b, i)];
        figures[b] = sum / (double)count;
    }
    middle(figures, low, high);
}
