/* What the files of the equivariance operators share. Private to the library. */
#ifndef ALF_DSP_EQUIVARIANCE_H
#define ALF_DSP_EQUIVARIANCE_H

#include "aliasfree/equivariance.h"

/* Support of the band-limiting filter: |x|, |y| < 6 input samples. */
#define ALF_AFFINE_REACH 6

/* Checks images [planes, h, w], their arrays and two numbers `a`, `b` that must be finite; `what` names the operator. */
alf_status alf_check_images(alf_ctx *ctx, const char *what, int64_t planes, int64_t h, int64_t w, const double *x,
                            const double *y, const double *mask, double a, double b);

/* mask [h, w] = 1 on rows y0 to y1 and columns x0 to x1 (excluded; limits may lie outside or be empty), else 0 */
void alf_mask_rectangle(int64_t h, int64_t w, int64_t y0, int64_t y1, int64_t x0, int64_t x1, double *mask);

/* alf_resample_affine() with the taps of alf_affine_filter(matrix, 4) at hand: for callers that resample several
 * batches by one matrix. Arguments are valid already. */
alf_status alf_resample_affine_taps(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x,
                                    const double matrix[4], const double taps[], double *y, double *mask);

#endif
