/* The entries of the `cpu` table that have a file of their own. */
#ifndef ALF_TENSOR_CPU_H
#define ALF_TENSOR_CPU_H

#include "tensor/backend.h"

alf_status alf_cpu_gemm(alf_ctx *ctx, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const void *a,
                        const void *b, void *y);
alf_status alf_cpu_conv(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *w, const void *in_scale,
                        const void *out_scale, void *y);
alf_status alf_cpu_conv_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                        const void *in_scale, const void *out_scale, void *dw, const void *w,
                                        void *products);

void alf_cpu_pad_reflect(alf_ctx *ctx, alf_direction direction, int64_t planes, int64_t h, int64_t w,
                         const int64_t padding[4], const void *from, void *to);
void alf_cpu_sample_affine(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                           int64_t out_h, int64_t out_w, const double matrices[], const void *from, void *to);
void alf_cpu_filter_each(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                         const double taps[], int64_t count, bool along_x, const void *from, void *to);

#endif
