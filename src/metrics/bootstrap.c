/* Intervals of pooled errors: the spread of a figure when groups are drawn again, with replacement. */
#include <math.h>
#include <stdlib.h>

#include "aliasfree/metrics.h"
#include "aliasfree/random.h"

#define RESAMPLES 1000

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void alf_pooled_error_interval(int64_t groups, int64_t stride, const alf_pooled_error sums[], double range,
                               uint64_t seed, double *low, double *high)
{
    const uint64_t stream = alf_random_stream(ALF_FOR_BOOTSTRAP, 0);
    double         figures[RESAMPLES];
    *low = *high = (double)NAN;
    if (groups < 2) return; /* one group tells nothing of their spread */
    for (int64_t b = 0; b < RESAMPLES; b++) {
        alf_pooled_error sum = {0};
        for (int64_t i = 0; i < groups; i++) {
            double u;
            alf_random_uniform(seed, stream, b * groups + i, 1, &u);
            alf_pooled_error_merge(&sum, &sums[(int64_t)(u * (double)groups) * stride]);
        }
        figures[b] = range > 0 ? alf_pooled_error_db(&sum, range) : alf_pooled_error_relative_db(&sum);
        if (isnan(figures[b])) return;
    }
    qsort(figures, RESAMPLES, sizeof figures[0], compare_doubles);
    *low = figures[RESAMPLES * 25 / 1000];
    *high = figures[RESAMPLES * 975 / 1000 - 1];
}
