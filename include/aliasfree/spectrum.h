/* Average power spectra of images. */
#ifndef ALIASFREE_SPECTRUM_H
#define ALIASFREE_SPECTRUM_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Accumulates windowed power spectra: images whitened by (x - mean)/std, times a separable Kaiser window whose squares
 * sum to 1, zero-padded `interp` times per axis, |FFT|^2 averaged over images and channels, zero frequency at [0, 0].
 * (Paper, figure 13; BLAS-free, FFTW.) */
typedef struct {
    int64_t size;      /* images are size x size; 1 to 16384 */
    int     interp;    /* zero-padding factor, 1 to 16       */
    double  beta;      /* of the Kaiser window, >= 0         */
    double  mean, std; /* of the images' values; std > 0     */
} alf_spectrum_spec;

/* A sum of power spectra. */
typedef struct alf_spectrum alf_spectrum;

/* A sum of no images yet. ALF_ERR_RANGE names the field out of range. */
ALF_API ALF_NODISCARD alf_status alf_spectrum_create(alf_ctx *ctx, const alf_spectrum_spec *spec, alf_spectrum **out);
/* Adds planes [planes, size, size]. */
ALF_API ALF_NODISCARD alf_status alf_spectrum_add(alf_ctx *ctx, alf_spectrum *spectrum, int64_t planes,
                                                  const double *x);
ALF_API int64_t                  alf_spectrum_size(const alf_spectrum *spectrum); /* size * interp */
/* The average so far, [size*interp, size*interp] in power (not dB); zeros before the first image. */
ALF_API void alf_spectrum_read(const alf_spectrum *spectrum, double out[]);
ALF_API void alf_spectrum_destroy(alf_spectrum *spectrum); /* releases it; NULL is allowed */

/* --- looking at a spectrum -------------------------------------------------------------------------------------------- */

/* A map has `size` = alf_spectrum_map_size(n) = 2 (n/2) + 1 rows and columns: frequencies from -n/2 to n/2 bins, which
 * are -s/2 to s/2 cycles per image for an even n and images of s pixels. Zero frequency is in the centre; the highest
 * frequency of an even n stands at both ends. */
ALF_API int64_t alf_spectrum_map_size(int64_t n);
/* spectrum [n, n] in power, zero frequency at [0, 0], to map [size, size] in dB, at least -300. */
ALF_API void alf_spectrum_map(int64_t n, const double spectrum[], double map[]);
/* Smooths map [size, size] by a Gaussian of standard deviation `sigma` cells (0: not at all), which ends at 4 sigma;
 * beyond its edges the map goes on with the values there. */
ALF_API ALF_NODISCARD alf_status alf_spectrum_map_smooth(alf_ctx *ctx, int64_t size, double sigma, double map[]);
/* out [size]: the middle row of map [size, size], or its diagonal, where neighbours are sqrt(2) times as far apart. */
ALF_API void alf_spectrum_map_slice(int64_t size, const double map[], bool diagonal, double out[]);

#ifdef __cplusplus
}
#endif
#endif
