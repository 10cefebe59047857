/* What both ways to compute Fourier features share. Private to the library. */
#ifndef ALF_DSP_FOURIER_H
#define ALF_DSP_FOURIER_H

#include "aliasfree/fourier.h"

/* Checks the arguments of alf_fourier_features_f32() and its like. */
alf_status alf_fourier_check(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate, const void *freqs,
                             const void *phases, const void *y);

#endif
