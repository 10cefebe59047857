/* The judge of all kernels and the engine of the reference backend: resampling and Fourier features by their definition,
 * in double.
 *
 * Same arguments, results and errors as the functions without "naive" in their name, the format of the mask included
 * (its padding bits are zero). Planes are shared out to the context's threads. */
#ifndef ALF_DSP_NAIVE_H
#define ALF_DSP_NAIVE_H

#include "plans.h"

alf_status alf_naive_upfirdn_f64(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const double *x, double *y);
alf_status alf_naive_flrelu_f64(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                                const double *x, const double *bias, uint8_t *mask, double *y);
alf_status alf_naive_fourier_features_f64(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate,
                                          const double freqs[], const double phases[], const double amplitudes[],
                                          double y[]);

#endif
