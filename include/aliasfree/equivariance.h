/* The image operators of the equivariance metrics (paper, appendix E), and pooled errors.
 *
 * Images are planes [planes, h, w] in double. Translations are in units of the image size (to the right and down),
 * angles in radians. Each operator writes the mask [h, w] of the pixels on which its result is meant to hold (1 or 0,
 * the same for every plane). Input and output must not overlap. */
#ifndef ALIASFREE_EQUIVARIANCE_H
#define ALIASFREE_EQUIVARIANCE_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Shift by whole pixels, round(t * size); zeros come in. Mask: the area that is covered. */
ALF_API ALF_NODISCARD alf_status alf_shift_whole(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x,
                                                 double tx, double ty, double *y, double *mask);

/* Shift by a fraction with the normalised Lanczos kernel, a = 3. Mask: without the pixels whose taps leave the image. */
ALF_API ALF_NODISCARD alf_status alf_shift_fractional(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w,
                                                      const double *x, double tx, double ty, double *y, double *mask);

/* The band-limiting filter of a resampling by the affine matrix (2x2, row-major) at upsampling `up`: a windowed sinc
 * of the grid convolved with that of the turned grid, polyphase-normalised; taps [12 up - 1, 12 up - 1]. */
ALF_API ALF_NODISCARD alf_status alf_affine_filter(alf_ctx *ctx, const double matrix[4], int up, double taps[]);

/* Resamples by the affine matrix (2x2, row-major, about the image centre) without aliasing: upsampling by 4 with the
 * filter above, then bilinear sampling. */
ALF_API ALF_NODISCARD alf_status alf_resample_affine(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w,
                                                     const double *x, const double matrix[4], double *y, double *mask);

/* Rotation by `angle`, that is alf_resample_affine by [[cos, sin], [-sin, cos]]. */
ALF_API ALF_NODISCARD alf_status alf_rotate(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x,
                                            double angle, double *y, double *mask);

/* Pseudo-rotation: band-limits x as a rotation by `angle` back would, without turning it. Mask: without the border. */
ALF_API ALF_NODISCARD alf_status alf_pseudo_rotate(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x,
                                                   double angle, double *y, double *mask);

/* The last two for many images by one angle: their filters, which take most of the time of small images, are designed
 * once. Immutable. */
typedef struct alf_rotation      alf_rotation;
ALF_API ALF_NODISCARD alf_status alf_rotation_create(alf_ctx *ctx, double angle, alf_rotation **out);
ALF_API void                     alf_rotation_destroy(alf_rotation *rotation); /* NULL is allowed */
/* What alf_rotate() gives, to the bit; and what alf_pseudo_rotate() gives. */
ALF_API ALF_NODISCARD alf_status alf_rotation_apply(alf_ctx *ctx, const alf_rotation *rotation, int64_t planes,
                                                    int64_t h, int64_t w, const double *x, double *y, double *mask);
ALF_API ALF_NODISCARD alf_status alf_rotation_limit(alf_ctx *ctx, const alf_rotation *rotation, int64_t planes,
                                                    int64_t h, int64_t w, const double *x, double *y, double *mask);

/* Pooled errors: sums over samples, pixels and channels. */
typedef struct {
    double squared_error; /* sum of mask * (a - b)^2                                   */
    double mask;          /* sum of the mask, every channel counted                    */
    double value, square; /* sums of mask * b and mask * b^2: the reference's variance */
} alf_pooled_error;

/* Adds planes [planes, h, w] of tested a and reference b. mask_b may be NULL; else the mask is the product of both. */
ALF_API void alf_pooled_error_add(alf_pooled_error *sum, int64_t planes, int64_t pixels, const double *a,
                                  const double *b, const double *mask_a, const double *mask_b);
/* sum += other */
ALF_API void alf_pooled_error_merge(alf_pooled_error *sum, const alf_pooled_error *other);
/* 10 log10(range^2 / (squared_error / mask)); +inf without error, NaN for an empty mask. Images use range 2. */
ALF_API double alf_pooled_error_db(const alf_pooled_error *sum, double range);
/* The same relative to the variance of the reference instead of a fixed range. */
ALF_API double alf_pooled_error_relative_db(const alf_pooled_error *sum);

#ifdef __cplusplus
}
#endif
#endif
