/* Elementwise operations, broadcasting, gathering and copying, for one element type.
 *
 * The file that includes this defines REAL, the element type, and EACH_TILE(ctx, tiles, fn, arg), which runs tiles one
 * by one or on threads. All work is cut into tiles of the contiguous output; a tile is walked in rows, and the kinds of
 * rows that matter have an innermost loop of their own that compilers vectorise. Functions named op_* have the
 * signatures of the backend table. */
#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/loops.h"

#define TILE ((int64_t)16384)
#define RANDOM_BLOCK 512

/* --- memory ------------------------------------------------------------------------------------------------------- */

static void *op_alloc(alf_ctx *ctx, int64_t count)
{
    return alf_mem_alloc(ctx, (size_t)count, sizeof(REAL));
}

static void op_release(void *memory)
{
    alf_mem_free(memory);
}

typedef struct {
    int64_t       count;
    const double *from_host;
    const REAL   *from;
    double       *host;
    REAL         *y;
    REAL          value;
    uint64_t      seed, stream;
} copy_job;

static void store_tile(void *arg, int64_t tile, int worker)
{
    const copy_job *job = arg;
    const int64_t   begin = tile * TILE, end = alf_smaller(begin + TILE, job->count);
    const double   *x = job->from_host;
    REAL           *y = job->y;
    (void)worker;
    for (int64_t i = begin; i < end; i++) y[i] = (REAL)x[i];
}

static void op_store(alf_ctx *ctx, int64_t count, const double *host, void *y)
{
    copy_job job = {.count = count, .from_host = host, .y = y};
    EACH_TILE(ctx, alf_ceil_div(count, TILE), store_tile, &job);
}

static void load_tile(void *arg, int64_t tile, int worker)
{
    const copy_job *job = arg;
    const int64_t   begin = tile * TILE, end = alf_smaller(begin + TILE, job->count);
    const REAL     *x = job->from;
    double         *host = job->host;
    (void)worker;
    for (int64_t i = begin; i < end; i++) host[i] = (double)x[i];
}

static void op_load(alf_ctx *ctx, int64_t count, const void *x, double *host)
{
    copy_job job = {.count = count, .from = x, .host = host};
    EACH_TILE(ctx, alf_ceil_div(count, TILE), load_tile, &job);
}

static void fill_tile(void *arg, int64_t tile, int worker)
{
    const copy_job *job = arg;
    const int64_t   begin = tile * TILE, end = alf_smaller(begin + TILE, job->count);
    const REAL      value = job->value;
    REAL           *y = job->y;
    (void)worker;
    for (int64_t i = begin; i < end; i++) y[i] = value;
}

static void op_fill(alf_ctx *ctx, int64_t count, double value, void *y)
{
    copy_job job = {.count = count, .value = (REAL)value, .y = y};
    EACH_TILE(ctx, alf_ceil_div(count, TILE), fill_tile, &job);
}

static void random_tile(void *arg, int64_t tile, int worker)
{
    const copy_job *job = arg;
    const int64_t   begin = tile * TILE, end = alf_smaller(begin + TILE, job->count);
    double          block[RANDOM_BLOCK];
    (void)worker;
    for (int64_t first = begin; first < end; first += RANDOM_BLOCK) {
        int64_t n = alf_smaller(RANDOM_BLOCK, end - first);
        alf_random_normal(job->seed, job->stream, first, n, block);
        for (int64_t i = 0; i < n; i++) job->y[first + i] = (REAL)block[i];
    }
}

static alf_status op_random_normal(alf_ctx *ctx, uint64_t seed, uint64_t stream, int64_t count, void *y)
{
    copy_job job = {.count = count, .seed = seed, .stream = stream, .y = y};
    EACH_TILE(ctx, alf_ceil_div(count, TILE), random_tile, &job);
    return ALF_OK;
}

/* --- rows of an output -------------------------------------------------------------------------------------------- */

typedef struct row_job row_job;

/* Writes n neighbours of y from a and b, which go on by the innermost strides. */
typedef void (*row_fn)(const row_job *job, int64_t n, const REAL *a, const REAL *b, REAL *y);

struct row_job {
    alf_loops   loops;
    int64_t     count;
    row_fn      row;
    const REAL *a, *b;
    REAL       *y;
    REAL        p, q, limit;
};

static void rows_tile(void *arg, int64_t tile, int worker)
{
    const row_job *job = arg;
    const int64_t  begin = tile * TILE, end = alf_smaller(begin + TILE, job->count);
    alf_cursor     at = alf_cursor_at(&job->loops, begin);
    (void)worker;
    for (int64_t i = begin; i < end;) {
        int64_t n = alf_smaller(alf_cursor_row(&at), end - i);
        job->row(job, n, job->a + at.a, job->b + at.b, job->y + i);
        alf_cursor_advance(&at, n);
        i += n;
    }
}

static void run_rows(alf_ctx *ctx, const alf_loops *loops, row_job *job)
{
    job->loops = alf_loops_collapse(loops);
    job->count = alf_loops_count(&job->loops);
    EACH_TILE(ctx, alf_ceil_div(job->count, TILE), rows_tile, job);
}

/* A row function: y[i] = EXPR of u (from a), v (from b), p, q and limit. */
#define ROW(NAME, EXPR)                                                                                                \
    static void NAME(const row_job *job, int64_t n, const REAL *a, const REAL *b, REAL *y)                             \
    {                                                                                                                  \
        const int     last = job->loops.ndim - 1;                                                                      \
        const int64_t sa = job->loops.stride_a[last], sb = job->loops.stride_b[last];                                  \
        const REAL    p = job->p, q = job->q, limit = job->limit;                                                      \
        (void)p, (void)q, (void)limit;                                                                                 \
        if (sa == 1 && sb == 1) {                                                                                      \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const REAL u = a[i], v = b[i];                                                                         \
                (void)v;                                                                                               \
                y[i] = (EXPR);                                                                                         \
            }                                                                                                          \
        } else if (sa == 1 && sb == 0) {                                                                               \
            const REAL v = b[0];                                                                                       \
            (void)v;                                                                                                   \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const REAL u = a[i];                                                                                   \
                y[i] = (EXPR);                                                                                         \
            }                                                                                                          \
        } else if (sa == 0 && sb == 1) {                                                                               \
            const REAL u = a[0];                                                                                       \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const REAL v = b[i];                                                                                   \
                (void)v;                                                                                               \
                y[i] = (EXPR);                                                                                         \
            }                                                                                                          \
        } else {                                                                                                       \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const REAL u = a[i * sa], v = b[i * sb];                                                               \
                (void)v;                                                                                               \
                y[i] = (EXPR);                                                                                         \
            }                                                                                                          \
        }                                                                                                              \
    }

static inline REAL root(REAL x)
{
    return sizeof(REAL) == sizeof(float) ? (REAL)sqrtf((float)x) : (REAL)sqrt((double)x);
}

/* log(1 + e^x) and e^x / (1 + e^x), from e^-|x|, which cannot overflow. */
static inline REAL softplus(REAL x)
{
    const bool single = sizeof(REAL) == sizeof(float);
    const REAL tail = single ? (REAL)log1pf(expf(-fabsf((float)x))) : (REAL)log1p(exp(-fabs((double)x)));
    return (x > 0 ? x : 0) + tail;
}

static inline REAL sigmoid(REAL x)
{
    const bool single = sizeof(REAL) == sizeof(float);
    const REAL e = single ? (REAL)expf(-fabsf((float)x)) : (REAL)exp(-fabs((double)x));
    return (x > 0 ? 1 : e) / (1 + e);
}

/* NaN passes through: a clamp must not hide that something went wrong. */
static inline REAL clamped(REAL x, REAL low, REAL high)
{
    const REAL raised = x < low ? low : x;
    return raised > high ? high : raised;
}

/* dy, times slope where y is not positive (an output of 0 is the negative side of slope 0): as a sum of two parts, since gcc keeps a branch around the choice of a product
 * and then finds no vectors. */
static inline REAL bent(REAL dy, REAL y, REAL slope)
{
    const REAL negative = y > 0 ? 0 : dy, positive = y > 0 ? dy : 0;
    return positive + slope * negative;
}

static inline REAL within(REAL dy, REAL y, REAL limit)
{
    return ((y > -limit) & (y < limit)) ? dy : 0;
}

ROW(row_scale_shift, p *u + q)
ROW(row_square, u *u)
ROW(row_sqrt, root(u))
ROW(row_rsqrt, 1 / root(u))
ROW(row_clamp, clamped(u, p, q))
ROW(row_add, u + v)
ROW(row_sub, u - v)
ROW(row_mul, u *v)
ROW(row_div, u / v)
ROW(row_bias_act, clamped(q *bent(u + v, u + v, p), -limit, limit))
ROW(row_act_gradient, q *bent(within(u, v, limit), v, p))
ROW(row_inside, (REAL)((u >= p) & (u <= q)))
ROW(row_softplus, softplus(u))
ROW(row_sigmoid, sigmoid(u))
ROW(row_finite, u != u ? 0 : clamped(u, -p, p))
ROW(row_copy, u)

static void op_unary(alf_ctx *ctx, alf_unary op, double p, double q, int64_t count, const void *x, void *y)
{
    static const row_fn rows[] = {[ALF_UNARY_SCALE_SHIFT] = row_scale_shift,
                                  [ALF_UNARY_SQUARE] = row_square,
                                  [ALF_UNARY_SQRT] = row_sqrt,
                                  [ALF_UNARY_RSQRT] = row_rsqrt,
                                  [ALF_UNARY_SOFTPLUS] = row_softplus,
                                  [ALF_UNARY_SIGMOID] = row_sigmoid,
                                  [ALF_UNARY_CLAMP] = row_clamp,
                                  [ALF_UNARY_INSIDE] = row_inside,
                                  [ALF_UNARY_FINITE] = row_finite};

    alf_loops loops = {.ndim = 1, .size = {count}, .stride_a = {1}};
    row_job   job = {.row = rows[op], .a = x, .b = x, .y = y, .p = (REAL)p, .q = (REAL)q};
    run_rows(ctx, &loops, &job);
}

static void op_binary(alf_ctx *ctx, alf_binary op, const alf_loops *loops, const void *a, const void *b, void *y)
{
    static const row_fn rows[] = {
        [ALF_BINARY_ADD] = row_add, [ALF_BINARY_SUB] = row_sub, [ALF_BINARY_MUL] = row_mul, [ALF_BINARY_DIV] = row_div};

    row_job job = {.row = rows[op], .a = a, .b = b, .y = y};
    run_rows(ctx, loops, &job);
}

static void op_gather(alf_ctx *ctx, const alf_loops *loops, const void *a, void *y)
{
    alf_loops alone = *loops;
    row_job   job = {.row = row_copy, .a = a, .b = a, .y = y};
    memset(alone.stride_b, 0, sizeof alone.stride_b);
    run_rows(ctx, &alone, &job);
}

static void op_act_gradient(alf_ctx *ctx, int64_t count, const void *dy, const void *y, double slope, double gain,
                            double limit, void *dx)
{
    alf_loops loops = {.ndim = 1, .size = {count}, .stride_a = {1}, .stride_b = {1}};
    row_job   job = {
          .row = row_act_gradient, .a = dy, .b = y, .y = dx, .p = (REAL)slope, .q = (REAL)gain, .limit = (REAL)limit};
    run_rows(ctx, &loops, &job);
}

static void op_bias_act(alf_ctx *ctx, int64_t n, int64_t c, int64_t inner, const void *x, const void *bias,
                        double slope, double gain, double limit, void *y)
{
    const REAL none = 0;
    alf_loops  loops = {.ndim = 3, .size = {n, c, inner}, .stride_a = {c * inner, inner, 1}, .stride_b = {0, 1, 0}};
    row_job    job = {.row = row_bias_act,
                      .a = x,
                      .b = bias ? bias : &none,
                      .y = y,
                      .p = (REAL)slope,
                      .q = (REAL)gain,
                      .limit = (REAL)limit};
    if (!bias) loops.stride_b[1] = 0;
    run_rows(ctx, &loops, &job);
}
