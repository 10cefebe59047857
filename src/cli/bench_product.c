/* Matrix products: the yardstick of convolutions. Each call makes its result anew, as operations do. */
#include "bench.h"

static alf_tensor *numbers(alf_ctx *ctx, int64_t rows, int64_t columns)
{
    return alf_tensor_random_normal(ctx, 2, (int64_t[]){rows, columns}, 0, 0);
}

alf_bench_product alf_bench_open_product(alf_ctx *ctx, int64_t m, int64_t n, int64_t k, bool transposed)
{
    return (alf_bench_product){.m = m,
                               .n = n,
                               .k = k,
                               .transposed = transposed,
                               .a = numbers(ctx, m, k),
                               .b = transposed ? numbers(ctx, n, k) : numbers(ctx, k, n)};
}

void alf_bench_multiply(alf_ctx *ctx, void *product)
{
    alf_bench_product *p = product;
    alf_scope         *scope = alf_scope_open(ctx);
    alf_matmul(ctx, p->a, false, p->b, p->transposed, 1);
    alf_scope_close(scope, NULL);
}

double alf_bench_product_flops(const alf_bench_product *p)
{
    return 2 * (double)p->m * (double)p->n * (double)p->k;
}

alf_bench_product alf_bench_square_product(alf_ctx *ctx)
{
    const int64_t side = alf_ctx_backend(ctx) == ALF_BACKEND_CPU ? 2048 : 256; /* naive loops take minutes */
    return alf_bench_open_product(ctx, side, side, side, false);
}
