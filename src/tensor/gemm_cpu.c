/* Products of matrices in float32: tiles of the result on threads, each made by OpenBLAS.
 *
 * Products with few rows or columns, those of dense layers with the samples of a batch, are summed in double: they cost
 * little, and what statistics over a batch make of them in second derivatives loses two of float32's seven digits. */
#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/blas.h"
#include "tensor/cpu.h"

#define TILE_ROWS ((int64_t)256)
#define TILE_COLUMNS ((int64_t)256)
#define FEW ((int64_t)64)                /* rows or columns: summed in double                      */
#define INNER_BLOCK ((int64_t)256)       /* that is converted to double at a time                  */
#define TILE_PRODUCTS ((int64_t)1 << 18) /* multiplications that are worth a task */

typedef struct {
    alf_ctx     *ctx;
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

/* to [rows, columns] = the elements of `from`, whose rows are `ld` apart. */
static void convert(int64_t rows, int64_t columns, const float *from, int64_t ld, double *to)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) to[i * columns + j] = (double)from[i * ld + j];
}

static void gemm_tile_in_double(void *arg, int64_t tile, int worker)
{
    const gemm_job *job = arg;
    const int64_t   i = tile / job->tiles_n * job->tile_m, j = tile % job->tiles_n * job->tile_n;
    const int64_t   m = alf_smaller(job->tile_m, job->m - i), n = alf_smaller(job->tile_n, job->n - j);
    double *a = alf_scratch(job->ctx, worker), *b = a + job->tile_m * INNER_BLOCK, *y = b + job->tile_n * INNER_BLOCK;
    for (int64_t k = 0; k < job->k; k += INNER_BLOCK) {
        const int64_t inner = alf_smaller(INNER_BLOCK, job->k - k);
        if (job->ta)
            convert(inner, m, job->a + k * job->m + i, job->m, a);
        else
            convert(m, inner, job->a + i * job->k + k, job->k, a);
        if (job->tb)
            convert(n, inner, job->b + j * job->k + k, job->k, b);
        else
            convert(inner, n, job->b + k * job->n + j, job->n, b);
        alf_blas_dgemm(job->ta, job->tb, m, n, inner, job->alpha, a, job->ta ? m : inner, b, job->tb ? inner : n, k > 0,
                       y, n);
    }
    for (int64_t r = 0; r < m; r++)
        for (int64_t c = 0; c < n; c++) job->y[(i + r) * job->n + j + c] = (float)y[r * n + c];
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
    gemm_job   job = {.ctx = ctx, .ta = ta, .tb = tb, .m = m, .n = n, .k = k, .alpha = alpha, .a = a, .b = b, .y = y};
    alf_status status = alf_blas_check(ctx, m, n, k);
    if (status != ALF_OK || m == 0 || n == 0) return status;
    if (k == 0) {
        alf_backend_cpu.fill(ctx, m * n, 0, y);
        return ALF_OK;
    }
    alf_blas_prepare(ctx);
    choose_tiles(&job);
    const int64_t tiles = alf_ceil_div(m, job.tile_m) * job.tiles_n;
    if (m > FEW && n > FEW) {
        alf_parallel(ctx, tiles, gemm_tile, &job);
        return ALF_OK;
    }
    const int64_t held = (job.tile_m + job.tile_n) * INNER_BLOCK + job.tile_m * job.tile_n;
    status = alf_scratch_reserve(ctx, (size_t)held * sizeof(double));
    if (status == ALF_OK) alf_parallel(ctx, tiles, gemm_tile_in_double, &job);
    return status;
}
