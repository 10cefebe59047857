/* The entries of the `reference` table that have a file of their own. */
#ifndef ALF_TENSOR_REFERENCE_H
#define ALF_TENSOR_REFERENCE_H

#include "tensor/backend.h"

void alf_reference_pad_reflect(alf_ctx *ctx, alf_direction direction, int64_t planes, int64_t h, int64_t w,
                               const int64_t padding[4], const void *from, void *to);
void alf_reference_sample_affine(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                                 int64_t out_h, int64_t out_w, const double matrices[], const void *from, void *to);
void alf_reference_filter_each(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                               const double taps[], int64_t count, bool along_x, const void *from, void *to);

#endif
