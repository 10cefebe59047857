/* The one door to FFTW: making and destroying plans is not thread-safe there, so both happen under a lock. Executing a
 * plan needs none. Plans use FFTW_ESTIMATE, so the same sizes always take the same path. Private to the library. */
#ifndef ALF_DSP_FFT_H
#define ALF_DSP_FFT_H

#include <fftw3.h>

#include "aliasfree/base.h"

/* Real to half-complex [.., n/2 + 1] and back (unnormalised; the way back destroys its input), `rank` 1 or 2. NULL with
 * the error recorded. The arrays are not touched. */
fftw_plan alf_fft_plan_r2c(alf_ctx *ctx, int rank, const int n[], double *in, fftw_complex *out);
fftw_plan alf_fft_plan_c2r(alf_ctx *ctx, int rank, const int n[], fftw_complex *in, double *out);
/* Complex, forward, in place. */
fftw_plan alf_fft_plan_c2c(alf_ctx *ctx, int n, fftw_complex *inout);
void      alf_fft_destroy(fftw_plan plan); /* NULL is allowed */

/* "fftw-3.3.10-" and what it was built with. */
const char *alf_fft_version(void);

#endif
