/* Products of matrices in float32: tiles of the result on threads, each one call of OpenBLAS. */
#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/blas.h"
#include "tensor/cpu.h"

#define TILE_ROWS ((int64_t)256)
#define TILE_COLUMNS ((int64_t)256)
#define TILE_PRODUCTS ((int64_t)1 << 18) /* multiplications that are worth a task */

typedef struct {
    bool         ta, tb;
    int64_t      m, n, k, tile_m, tile_n, tiles_n;
    double       alpha;
    const float *a, *b;
    float       *y;
} gemm_job;

static void gemm_tile(void *arg, int64_t tile, int worker)
{
    const gemm_job *job = arg;
    const int64_t   i = tile / job->tiles_n * job->tile_m, j = tile % job->tiles_n * job->tile_n;
    const int64_t   m = alf_smaller(job->tile_m, job->m - i), n = alf_smaller(job->tile_n, job->n - j);
    const int64_t   lda = job->ta ? job->m : job->k, ldb = job->tb ? job->k : job->n;
    (void)worker;
    alf_blas_sgemm(job->ta, job->tb, m, n, job->k, job->alpha, job->a + (job->ta ? i : i * lda), lda,
                   job->b + (job->tb ? j * ldb : j), ldb, 0, job->y + i * job->n + j, job->n);
}

/* Tiles of a product with few multiplications grow until they are worth a task; they follow from the shape alone. */
static void choose_tiles(gemm_job *job)
{
    const double enough = (double)TILE_PRODUCTS / (double)job->k;
    job->tile_m = alf_smaller(job->m, TILE_ROWS);
    job->tile_n = alf_smaller(job->n, TILE_COLUMNS);
    while (job->tile_n < job->n && (double)job->tile_m * (double)job->tile_n < enough)
        job->tile_n = alf_smaller(2 * job->tile_n, job->n);
    while (job->tile_m < job->m && (double)job->tile_m * (double)job->tile_n < enough)
        job->tile_m = alf_smaller(2 * job->tile_m, job->m);
    job->tiles_n = alf_ceil_div(job->n, job->tile_n);
}

alf_status alf_cpu_gemm(alf_ctx *ctx, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const void *a,
                        const void *b, void *y)
{
    gemm_job   job = {.ta = ta, .tb = tb, .m = m, .n = n, .k = k, .alpha = alpha, .a = a, .b = b, .y = y};
    alf_status status = alf_blas_check(ctx, m, n, k);
    if (status != ALF_OK || m == 0 || n == 0) return status;
    if (k == 0) {
        alf_backend_cpu.fill(ctx, m * n, 0, y);
        return ALF_OK;
    }
    alf_blas_prepare(ctx);
    choose_tiles(&job);
    alf_parallel(ctx, alf_ceil_div(m, job.tile_m) * job.tiles_n, gemm_tile, &job);
    return ALF_OK;
}
