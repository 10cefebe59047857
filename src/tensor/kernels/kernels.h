/* The hot loops of convolutions: one table per instruction set, one function that chooses it.
 *
 * Matrices are cut into panels, so that a product reads both in order: the left one (weights) into panels of `rows`
 * rows, stored [inner][rows]; the right one (inputs, transformed inputs) into panels of `columns` columns, stored
 * [inner][columns]. A panel at the edge is filled up with zeros. */
#ifndef ALF_TENSOR_KERNELS_H
#define ALF_TENSOR_KERNELS_H

#include "aliasfree/base.h"

#define ALF_MOST_PANEL_ROWS 16
#define ALF_MOST_PANEL_COLUMNS 64

typedef struct {
    int lanes;         /* of a vector                                     */
    int rows, columns; /* of a panel; columns are a multiple of the lanes */

    /* y[i * ldy + j] = (add ? the same : 0) + sum over k in [0, inner) of a[k * rows + i] * b[k * columns + j], for
     * i < used_rows and j < used_columns; nothing else of y is touched. Sums run in the order of k. */
    void (*multiply)(int64_t inner, const float *a, const float *b, bool add, int64_t used_rows, int64_t used_columns,
                     float *y, int64_t ldy);
} alf_conv_kernels;

/* The table of an instruction set; the scalar one where it was not compiled. */
const alf_conv_kernels *alf_conv_kernels_of(alf_isa isa);

extern const alf_conv_kernels alf_conv_kernels_scalar;
#if defined(__x86_64__)
extern const alf_conv_kernels alf_conv_kernels_avx2, alf_conv_kernels_avx512;
#endif

#endif
