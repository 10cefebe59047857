/* Low-pass FIR filters for resampling by whole factors, and figures that tell how good they are.
 *
 * Frequencies are in cycles per unit length; the unit is the canvas width, so a signal sampled at `fs` per width has
 * its Nyquist limit at fs/2. Taps of a designed filter sum to 1. A filter is immutable and may be shared by threads. */
#ifndef ALIASFREE_FIR_H
#define ALIASFREE_FIR_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Taps as plain numbers, the form in which every operation takes a filter.
 * All are finite floats. Borrowed: whoever keeps taps copies them. */
typedef struct {
    int rank;          /* 0: the identity; 1: separable, `width` taps used on both axes; 2: height x width, row-major */
    int width, height; /* at most 4096; what the rank leaves out is 1                                                 */
    const double *values; /* [height, width] */
} alf_taps;

/* What makes the ideal low-pass finite. */
typedef enum {
    ALF_WINDOW_KAISER = 0, /* sinc (or jinc) times a Kaiser window; beta follows from numtaps and width */
    ALF_WINDOW_LANCZOS,    /* Lanczos kernel with a = 2, h = 2 f_c k(2 f_c x)                           */
    ALF_WINDOW_GAUSSIAN    /* Gaussian with sigma = 0.4, h = 2 f_c k(2 f_c x)                           */
} alf_window;

/* What a filter is designed to be. */
typedef struct {
    int        numtaps; /* 1 to 4096; 1 is the identity, whatever the other fields                     */
    double     cutoff;  /* f_c, where the response is 1/2; 0 < f_c < fs/2 (<= fs/2 for radial filters) */
    double     width;   /* of the whole transition band, 2 f_h; > 0 (Kaiser only)                      */
    double     fs;      /* sampling rate of the taps; > 0                                              */
    alf_window window;  /* default Kaiser                                                              */
    bool       radial;  /* jinc instead of sinc: rank 2, numtaps x numtaps; Kaiser only                */
} alf_fir_spec;

/* A filter: taps and their sampling rate. Immutable. */
typedef struct alf_fir alf_fir;

/* 12 taps, cutoff 1/4, width 1/4, fs 1, Kaiser, not radial. */
ALF_API alf_fir_spec alf_fir_spec_default(void);

/* Designs the filter (paper, appendix C.1; Kaiser separable equals scipy.signal.firwin(numtaps, cutoff, width=width,
 * fs=fs)). ALF_ERR_RANGE names the first field out of range. */
ALF_API ALF_NODISCARD alf_status alf_fir_design(alf_ctx *ctx, const alf_fir_spec *spec, alf_fir **out);

/* A filter of the older networks: binomial, [1,3,3,1] and its like; count taps, normalised to sum 1. */
ALF_API ALF_NODISCARD alf_status alf_fir_binomial(alf_ctx *ctx, int count, alf_fir **out);
/* The low-pass decomposition filter of the symlet sym2 (order 2, 4 taps) or sym6 (order 6, 12 taps), unnormalised as
 * published. */
ALF_API ALF_NODISCARD alf_status alf_fir_symlet(alf_ctx *ctx, int order, alf_fir **out);

/* A filter from taps that stand elsewhere, at sampling rate fs, for its response and figures. Copies the values. */
ALF_API ALF_NODISCARD alf_status alf_fir_from_taps(alf_ctx *ctx, const alf_taps *taps, double fs, alf_fir **out);

/* The taps; valid as long as the filter. */
ALF_API alf_taps alf_fir_taps(const alf_fir *fir);

/* Gain |H(f)| at `count` frequencies along the x axis (of a separable filter: of one of its axes). */
ALF_API void alf_fir_response(const alf_fir *fir, int count, const double freq[], double gain[]);
/* Gain at frequency (fx, fy) of the 2-D filter. */
ALF_API double alf_fir_response_2d(const alf_fir *fir, double fx, double fy);

/* How good a filter is. */
typedef struct {
    double cutoff;             /* the first frequency at which the gain is 1/2, measured; NaN: there is none */
    double passband_ripple_db; /* largest |20 log10 gain| for f <= passband_end                              */
    double stopband_db;        /* attenuation: -20 log10 of the largest gain for f >= stopband_start; +inf when
                                  that lies beyond fs/2                                                         */
    double transition_width;   /* from the last frequency with gain >= 0.9 to the first with gain <= 0.1; NaN:
                                  the gain does not fall that far                                               */
    double alias_energy_db;    /* 10 log10 of the energy above the new Nyquist after decimation, relative to all,
                                  for white input; of a separable filter along its axis, of a 2-D filter outside
                                  the square that is kept. Rounding shows below -140 dB                         */
    double passband_end, stopband_start; /* the band edges that were used                                       */
} alf_fir_figures;

/* Measures a filter on a dense grid along the x axis, gains relative to that at 0 (ALF_ERR_RANGE when the taps sum to
 * 0). Edges: cutoff -+ width/2, cutoff at most fs/2; `decimation` 1 to 4096 gives the new rate fs / decimation for the
 * alias energy (for 1, 0 energy aliases and the figure is -inf). */
ALF_API ALF_NODISCARD alf_status alf_fir_measure(alf_ctx *ctx, const alf_fir *fir, double cutoff, double width,
                                                 int decimation, alf_fir_figures *out);

/* Kind, cutoff, estimated attenuation and all taps, for a person. */
ALF_API void alf_fir_print(const alf_fir *fir, FILE *to);
ALF_API void alf_fir_destroy(alf_fir *fir); /* releases it; NULL is allowed */

/* Kaiser's estimate of the attenuation in dB of `numtaps` taps with transition width `width` relative to the Nyquist
 * limit: A = 2.285 (numtaps-1) pi width + 7.95. */
ALF_API double alf_kaiser_attenuation(int numtaps, double width);
/* Kaiser's estimate of the window's beta for an attenuation in dB: 0.1102 (A - 8.7) above 50, 0 below 21. */
ALF_API double alf_kaiser_beta(double attenuation);
/* Kaiser window of `count` points. */
ALF_API void alf_kaiser_window(int count, double beta, double out[]);

#ifdef __cplusplus
}
#endif
#endif
