/* The machine: what it can do, measured before and after the rows, and what it is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* How the command's context takes convolutions: by the option, the environment, or by shape. */
static const char *conv_name(const alf_ctx *ctx)
{
    static const char *const names[] = {
        [ALF_CONV_AUTO] = "auto", [ALF_CONV_DIRECT] = "direct", [ALF_CONV_FAST] = "fast"};
    return names[alf_ctx_conv(ctx)];
}

void alf_bench_warn_of_environment(const alf_bench *b)
{
    if (getenv("OPENBLAS_CORETYPE"))
        alf_cli_warn(b->cli,
                     "OPENBLAS_CORETYPE is set: matrix products run with the kernels it names (%s), which may not be "
                     "the best here",
                     alf_blas_core_name());
    if (alf_ctx_conv(b->ctx) != ALF_CONV_AUTO && strcmp(alf_cli_text(b->cli, "conv"), "auto") == 0)
        alf_cli_warn(b->cli, "ALIASFREE_CONV is set: convolutions are not by shape, but %s", conv_name(b->ctx));
}

static double sgemm_gflops(const alf_bench *b)
{
    const double         seconds = 3;
    const int            fewest = 3;
    alf_scope           *scope = alf_scope_open(b->ctx);
    alf_bench_product    product = alf_bench_square_product(b->ctx);
    const alf_bench_call call = {b->ctx, alf_bench_multiply, &product};
    alf_bench_times      times = {.best = INFINITY};
    alf_bench_measure(b, seconds, fewest, &call, &times, NULL, NULL);
    alf_scope_close(scope, NULL);
    return alf_bench_product_flops(&product) / times.best * 1e-9;
}

alf_yardsticks alf_bench_machine(const alf_bench *b)
{
    enum { FMA_REPEATS = 200, STREAM_REPEATS = 10 }; /* about a third of a millisecond, and 30 of them, each */
    return (alf_yardsticks){.fma_gflops = alf_machine_fma_gflops(b->ctx, FMA_REPEATS),
                            .stream_gbs = alf_machine_stream_gbs(b->ctx, (int64_t)256 << 20, STREAM_REPEATS),
                            .sgemm_gflops = sgemm_gflops(b)};
}

/* The larger of two measurements; other work on the machine shows in their difference. */
static double larger(const alf_bench *b, const char *name, const char *unit, double first, double last)
{
    const double most = 1.2;
    if (fmax(first, last) > most * fmin(first, last))
        alf_cli_warn(b->cli, "machine was not quiet: %s %.1f %s at the start, %.1f at the end", name, first, unit,
                     last);
    return fmax(first, last);
}

alf_yardsticks alf_bench_machine_again(const alf_bench *b, alf_yardsticks first)
{
    alf_yardsticks last = alf_bench_machine(b);
    if (alf_ctx_status(b->ctx) != ALF_OK) return first;
    return (alf_yardsticks){.fma_gflops = larger(b, "FMA", "GFLOP/s", first.fma_gflops, last.fma_gflops),
                            .sgemm_gflops = larger(b, "SGEMM", "GFLOP/s", first.sgemm_gflops, last.sgemm_gflops),
                            .stream_gbs = larger(b, "stream", "GB/s", first.stream_gbs, last.stream_gbs)};
}

void alf_bench_print_machine(const alf_bench *b, const alf_yardsticks *y)
{
    printf("%s, %d threads, OpenBLAS kernels %s\n", alf_isa_name(alf_ctx_isa(b->ctx)), alf_ctx_threads(b->ctx),
           alf_blas_core_name());
    printf("FMA peak %.1f GFLOP/s, SGEMM %.1f GFLOP/s, stream %.1f GB/s\n", y->fma_gflops, y->sgemm_gflops,
           y->stream_gbs);
}

json_t *alf_bench_machine_json(const alf_bench *b, const alf_yardsticks *y)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:f, s:f, s:f}", "version", alf_version(), "isa",
                     alf_isa_name(alf_ctx_isa(b->ctx)), "conv", conv_name(b->ctx), "precision",
                     alf_ctx_precision(b->ctx) == ALF_PRECISION_BF16 ? "bf16" : "float32", "threads",
                     alf_ctx_threads(b->ctx), "blas_core", alf_blas_core_name(), "fma_gflops", y->fma_gflops,
                     "sgemm_gflops", y->sgemm_gflops, "stream_gbs", y->stream_gbs);
}
