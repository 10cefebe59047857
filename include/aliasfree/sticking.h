/* Texture sticking along a translation: where the energy of pixel slices lies between space and time.
 *
 * A slice is a segment of pixels along the direction of motion, one row per frame: [frames, length]. Its content moves by
 * `velocity` pixels per frame. In its spectrum, spatial frequencies k in cycles per pixel by temporal ones w in cycles per
 * frame, what is carried along lies on the line w = -velocity k (modulo the frame rate, 1), what stays at its pixels lies
 * on w = 0. Neither line is thinner than the window makes it.
 *
 * Window: Kaiser in space and in time, each with squares summing to 1. Of n points and parameter beta its main lobe has
 * the half-width sqrt(1 + (beta/pi)^2) / n. Stuck is what lies within the main lobe in time of w = 0; carried, what lies
 * within the main lobes of w = -velocity k. Frequencies k at which these two overlap do not count: up to
 * (2 half-widths in time) / |velocity| + (half-width in space), and where the frame rate aliases the carried line onto
 * the stuck one.
 *
 * Leakage: images have most of their energy in low spatial frequencies, which hardly move in time, so that side lobes in
 * space would put it on w = 0 at high ones. Therefore the second difference along space is taken before the window, which
 * lessens them by (2 sin(pi k))^2, and its gain is taken out of the spectrum again. It treats all temporal frequencies
 * alike. Nothing is subtracted in time. */
#ifndef ALIASFREE_STICKING_H
#define ALIASFREE_STICKING_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Slices, and how their spectra are taken. */
typedef struct {
    int64_t frames, length; /* of a slice: 4 to 65536 and 8 to 65536                                      */
    double  velocity;       /* pixels per frame, towards larger indices if positive; not 0                */
    double  beta_space;     /* of the Kaiser windows, 0 to 40; default 8: side lobes 58 dB below the main */
    double  beta_time;      /* default 6: 44 dB                                                           */
} alf_sticking_spec;

/* What the spectra of slices of one form are taken with. */
typedef struct alf_sticking alf_sticking;

/* 128 frames of 64 pixels at a quarter of a pixel per frame. */
ALF_API alf_sticking_spec alf_sticking_spec_default(void);

/* Makes it for slices of this form. ALF_ERR_RANGE names the field out of range. */
ALF_API ALF_NODISCARD alf_status alf_sticking_create(alf_ctx *ctx, const alf_sticking_spec *spec, alf_sticking **out);
ALF_API void                     alf_sticking_destroy(alf_sticking *sticking); /* releases it; NULL is allowed */

/* Number of spatial frequencies, (length - 2) / 2 + 1 (two pixels go with the difference); frequency i in cycles per
 * pixel, i / (length - 2); and whether both lines are apart there. */
ALF_API int64_t alf_sticking_frequencies(const alf_sticking *sticking);
ALF_API double  alf_sticking_frequency(const alf_sticking *sticking, int64_t i);
ALF_API bool    alf_sticking_separated(const alf_sticking *sticking, int64_t i);

/* Adds the energies of `planes` slices [planes, frames, length] at each spatial frequency, all [frequencies]: on the
 * stuck line, on the carried line, and of all temporal frequencies. An energy is a part of the window-weighted mean
 * square; at frequency 0 it is 0. `power`, unless NULL, gets the whole spectrum: [frames, frequencies], w = 0 in row
 * frames / 2, w rising with the row. One thread at a time. */
ALF_API ALF_NODISCARD alf_status alf_sticking_add(alf_ctx *ctx, alf_sticking *sticking, int64_t planes, const double *x,
                                                  double stuck[], double carried[], double all[], double *power);

/* Where the energy lies. */
typedef struct {
    double  stuck, carried, rest;         /* of the energy that counts; they sum to 1; NaN where there is none      */
    double  energy;                       /* that counts: at frequencies from k_min on at which the lines are apart */
    double  k_low, k_high;                /* the lowest and highest of them; NaN: none                              */
    int64_t frequencies;                  /* how many                                                               */
    double  chance_stuck, chance_carried; /* what white noise, new in each frame, has on either line                */
} alf_sticking_shares;

/* Shares of the energies (that alf_sticking_add has added up) from spatial frequency k_min >= 0 on. */
ALF_API alf_sticking_shares alf_sticking_share(const alf_sticking *sticking, double k_min, const double stuck[],
                                               const double carried[], const double all[]);

#ifdef __cplusplus
}
#endif
#endif
