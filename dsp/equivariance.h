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

#endif
