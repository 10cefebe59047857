/* What the files of layer operations share. */
#ifndef ALF_AUTOGRAD_LAYERS_H
#define ALF_AUTOGRAD_LAYERS_H

#include "autograd/tape.h"

/* True when bias is absent or [C] for x [N, C, ...]; else the error is recorded. */
bool alf_bias_fits(alf_ctx *ctx, const char *name, const alf_tensor *x, const alf_tensor *bias);

/* dx [N, C, ...] summed over everything but channels: [C]. */
alf_tensor *alf_bias_gradient(alf_ctx *ctx, alf_tensor *dx);

/* The sums over pixels of a * b: [N, C, h, w] twice -> [N, C]. */
alf_tensor *alf_channel_products(alf_ctx *ctx, alf_tensor *a, alf_tensor *b);

/* The convolution `conv` of x with the weight, channels scaled on both sides (NULL: not), all four differentiable. */
alf_tensor *alf_scaled_conv(alf_ctx *ctx, const alf_conv *conv, alf_tensor *x, alf_tensor *weight, alf_tensor *in_scale,
                            alf_tensor *out_scale);

#endif
