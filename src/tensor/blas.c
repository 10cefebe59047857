/* The door to OpenBLAS: one product on one thread. */
#include "tensor/blas.h"

#include <cblas.h>
#include <limits.h>

#include "aliasfree/tensor.h"
#include "core/arithmetic.h"
#include "core/core.h"

void alf_blas_prepare(const alf_ctx *ctx)
{
    if (!alf_ctx_keeps_blas_threads(ctx) && openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

alf_status alf_blas_check(alf_ctx *ctx, int64_t m, int64_t n, int64_t k)
{
    const int64_t most = sizeof(blasint) == sizeof(int) ? INT_MAX : INT64_MAX, side = alf_larger(alf_larger(m, n), k);
    if (side <= most) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "matrix product: a matrix with a side of %lld: expected at most %lld",
                    (long long)side, (long long)most);
}

void alf_blas_sgemm(bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const float *a, int64_t lda,
                    const float *b, int64_t ldb, double beta, float *y, int64_t ldy)
{
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n,
                (blasint)k, (float)alpha, a, (blasint)lda, b, (blasint)ldb, (float)beta, y, (blasint)ldy);
}

void alf_blas_dgemm(bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const double *a, int64_t lda,
                    const double *b, int64_t ldb, double beta, double *y, int64_t ldy)
{
    cblas_dgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n,
                (blasint)k, alpha, a, (blasint)lda, b, (blasint)ldb, beta, y, (blasint)ldy);
}

const char *alf_blas_core_name(void)
{
    const char *name = openblas_get_corename();
    return name ? name : "";
}
