/* 3x3 convolution of stride 1 by the algorithm of Winograd, Cook and Toom, F(4x4, 3x3): a tile of 4x4 outputs takes 36
 * products per pair of channels instead of 144. See kernels/winograd.h for the transforms. */
#ifndef ALF_TENSOR_WINOGRAD_H
#define ALF_TENSOR_WINOGRAD_H

#include "tensor/backend.h"

/* Is the convolution of the kind that this is for, 3x3 taps and stride 1, and faster than the direct way? By shape alone. */
bool alf_winograd_pays(const alf_conv *conv);
/* Does the context want it for this convolution, and for the gradient of its weight? */
bool alf_winograd_takes(const alf_ctx *ctx, const alf_conv *conv);
bool alf_winograd_takes_gradient(const alf_ctx *ctx, const alf_conv *conv, bool products);

/* As the entries of the table, for convolutions that it can do. */
alf_status alf_winograd_conv(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *weight,
                             const void *in_scale, const void *out_scale, void *y);
alf_status alf_winograd_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                        const void *in_scale, const void *out_scale, void *dw, const void *w,
                                        void *products);

#endif
