/* Fourier features: the input of alias-free generators, on plain arrays.
 *
 * A feature is sin(2 pi (f . p + phase)) * amplitude with f in cycles per canvas width and p in canvas widths from the
 * canvas centre. Sampling positions are pixel centres: p_j = (j + 0.5 - size/2) / rate. */
#ifndef ALIASFREE_FOURIER_H
#define ALIASFREE_FOURIER_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Applies the inverse transform M (3x3, row-major, canvas units, last row 0 0 1) to `count` features in place:
 * phase += f . M_translation, f = f M_linear. freqs [count, 2] as (fx, fy). */
ALF_API void alf_fourier_transform(int64_t count, const double matrix[9], double freqs[], double phases[]);

/* amplitude[i] = clamp(1 - (|f_i| - bandwidth) / (rate/2 - bandwidth), 0, 1): damps what the rate cannot carry. Where
 * rate/2 <= bandwidth the amplitude is 1. */
ALF_API void alf_fourier_damping(int64_t count, const double freqs[], double bandwidth, double rate,
                                 double amplitudes[]);

/* y [count, h, w] = the features sampled at `rate` on an h x w grid. amplitudes may be NULL (1). Phases are reduced and
 * sines taken in double for both element types. */
ALF_API ALF_NODISCARD alf_status alf_fourier_features_f32(alf_ctx *ctx, int64_t count, int64_t h, int64_t w,
                                                          double rate, const float freqs[], const float phases[],
                                                          const float amplitudes[], float y[]);
ALF_API ALF_NODISCARD alf_status alf_fourier_features_f64(alf_ctx *ctx, int64_t count, int64_t h, int64_t w,
                                                          double rate, const double freqs[], const double phases[],
                                                          const double amplitudes[], double y[]);

#ifdef __cplusplus
}
#endif
#endif
