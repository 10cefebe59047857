/* Limits of the metrics. */
#ifndef ALF_METRICS_LIMITS_H
#define ALF_METRICS_LIMITS_H

#define ALF_MOST_METRIC_SAMPLES 10000000

#endif
