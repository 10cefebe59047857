/* 3x3 convolution of stride 1 by the algorithm of Winograd, Cook and Toom, F(4x4, 3x3): a tile of 4x4 outputs takes 36
 * products per pair of channels instead of 144. See kernels/winograd.h for the transforms. */
#ifndef ALF_TENSOR_WINOGRAD_H
#define ALF_TENSOR_WINOGRAD_H

#include "tensor/backend.h"

/* Is it meant for this convolution, and faster than the direct way? By shape alone. */
bool alf_winograd_suits(const alf_conv *conv);

/* As the entries of the table, for convolutions that suit. */
alf_status alf_winograd_conv(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *weight,
                             const void *in_scale, const void *out_scale, void *y);
alf_status alf_winograd_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                        const void *in_scale, const void *out_scale, void *dw, const void *w,
                                        void *products);

#endif
