/* The metrics of equivariance of a network. */
#include "common/eq_figures.h"

alf_status eq_figures_measure(alf_generator *g, int kinds, int64_t samples, const alf_equivariance_options *options,
                              alf_equivariance_result results[])
{
    alf_metric metrics[ALF_EQ_KINDS];
    for (int k = 0; k < kinds; k++) metrics[k] = (alf_metric){.kind = (alf_metric_kind)k, .samples = samples};
    return alf_measure_equivariance(g, kinds, metrics, options, results);
}
