/* The door to OpenBLAS: one product on one thread. Tiles make the threads. */
#ifndef ALF_TENSOR_BLAS_H
#define ALF_TENSOR_BLAS_H

#include "aliasfree/base.h"

/* Tells OpenBLAS, for the whole process, to use one thread per call, unless the context leaves it alone. Cheap, to be
 * called before the first product of an operation: its own threads would split sums as their number suggests. */
void alf_blas_prepare(const alf_ctx *ctx);

/* ALF_OK when the sides of a product fit OpenBLAS's integers; else the error is recorded. */
alf_status alf_blas_check(alf_ctx *ctx, int64_t m, int64_t n, int64_t k);

/* y [m, n] = op(a) op(b) * alpha + y * beta, row-major with rows `lda`, `ldb`, `ldy` elements apart; ta, tb: stored
 * transposed. m, n, k are 1 or more. With beta = 0 y is not read. */
void alf_blas_sgemm(bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const float *a, int64_t lda,
                    const float *b, int64_t ldb, double beta, float *y, int64_t ldy);
/* The same in double. */
void alf_blas_dgemm(bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const double *a, int64_t lda,
                    const double *b, int64_t ldb, double beta, double *y, int64_t ldy);

#endif
