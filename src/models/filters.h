/* Filters that networks carry among their buffers. */
#ifndef ALF_MODELS_FILTERS_H
#define ALF_MODELS_FILTERS_H

#include "aliasfree/resample.h"
#include "models/params.h"

/* How a filter starts that is given by its taps (`source`, doubles): they, or of rank 2 their outer product with
 * themselves, divided by the sum. */
alf_status alf_init_taps(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[]);

/* Declares "<prefix>resample_filter" of StyleGAN2's resampling: the outer product of the taps with themselves, divided by
 * its sum; of 8 taps and more the taps alone. `values` must outlive the list. */
alf_status alf_resample_filter_declare(alf_params *params, const char *prefix, int taps, const double *values);

/* Reads a filter's taps from its tensor ([t] or [h, w]), which must outlive `taps`, into memory of its own: free
 * *values with alf_mem_free(). NULL is the identity. */
alf_status alf_taps_of(alf_ctx *ctx, alf_tensor *filter, double **values, alf_taps *taps);

#endif
