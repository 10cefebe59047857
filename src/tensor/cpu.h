/* The entries of the `cpu` table that have a file of their own. */
#ifndef ALF_TENSOR_CPU_H
#define ALF_TENSOR_CPU_H

#include "tensor/backend.h"

alf_status alf_cpu_gemm(alf_ctx *ctx, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const void *a,
                        const void *b, void *y);
alf_status alf_cpu_conv(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *w, const void *in_scale,
                        const void *out_scale, void *y);
alf_status alf_cpu_conv_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                        const void *in_scale, const void *out_scale, void *dw);

#endif
