/* Measuring a row, and showing it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "progress.h"

static const double ROW_SECONDS = 0.5;
enum { MIN_RUNS = 3 };

bool alf_bench_wants(alf_bench *b, const char *name)
{
    if (alf_ctx_status(b->ctx) != ALF_OK || (b->filter && !strstr(name, b->filter))) return false;
    b->total += b->counting;
    return !b->counting && alf_progress(b->ctx, "bench", b->done, b->total) == ALF_OK;
}

double alf_bench_best(const alf_bench *b, double seconds, alf_bench_fn fn, void *arg, int *runs)
{
    double best = INFINITY, start = alf_machine_seconds();
    int    most = b->repeats > MIN_RUNS ? b->repeats : MIN_RUNS;
    for (*runs = 0; *runs < most && alf_ctx_status(b->ctx) == ALF_OK; ++*runs) {
        double now = alf_machine_seconds();
        if (*runs >= MIN_RUNS && now - start > seconds) break;
        fn(b->ctx, arg);
        best = fmin(best, alf_machine_seconds() - now);
    }
    return best;
}

/* A share of a yardstick in per cent, or blanks where one of them is missing. */
static void print_share(double value, double yardstick)
{
    if (value > 0 && yardstick > 0)
        printf(" %6.1f%%", 100 * value / yardstick);
    else
        printf(" %7s", "");
}

static void print_rate(double value, int width)
{
    if (value > 0)
        printf(" %*.1f", width, value);
    else
        printf(" %*s", width, "");
}

static void print_row(alf_bench *b, const char *name, const char *shape, double seconds, double gflops, double gbs)
{
    alf_cli_progress_clear(b->cli->progress);
    if (!b->titled) {
        printf("%-44s %10s %8s %7s %7s %7s %7s  %s\n", "", "ms", "GFLOP/s", "GB/s", "of FMA", "SGEMM", "stream", "");
        b->titled = true;
    }
    printf("%-44s %10.3f", name, seconds * 1e3);
    print_rate(gflops, 8);
    print_rate(gbs, 7);
    print_share(gflops, b->fma_gflops);
    print_share(gflops, b->sgemm_gflops);
    print_share(gbs, b->stream_gbs);
    printf("  %s\n", shape);
    fflush(stdout);
}

static json_t *optional_real(double value)
{
    return value > 0 ? alf_cli_json_real(value) : json_null();
}

static json_t *row_json(const alf_bench *b, const char *name, const char *shape, int runs, double seconds,
                        alf_bench_cost cost, double gflops, double gbs)
{
    return json_pack("{s:s, s:s, s:i, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", name, "shape", shape, "repeats",
                     runs, "ms", seconds * 1e3, "flops", optional_real(cost.flops), "bytes", optional_real(cost.bytes),
                     "gflops", optional_real(gflops), "gbs", optional_real(gbs), "share_of_fma",
                     optional_real(gflops / b->fma_gflops), "share_of_sgemm", optional_real(gflops / b->sgemm_gflops),
                     "share_of_stream", optional_real(gbs / b->stream_gbs));
}

void alf_bench_row(alf_bench *b, const char *name, const char *shape, alf_bench_cost cost, alf_bench_fn fn, void *arg)
{
    int    runs;
    double seconds = alf_bench_best(b, ROW_SECONDS, fn, arg, &runs);
    if (alf_ctx_status(b->ctx) != ALF_OK) return;
    b->done++;
    double gflops = cost.flops / seconds * 1e-9, gbs = cost.bytes / seconds * 1e-9;
    if (!b->json)
        print_row(b, name, shape, seconds, gflops, gbs);
    else if (json_array_append_new(b->rows, row_json(b, name, shape, runs, seconds, cost, gflops, gbs)))
        alf_fail(b->ctx, ALF_ERR_MEMORY, "out of memory for the row '%s'", name);
}

float *alf_bench_numbers(alf_ctx *ctx, int64_t count)
{
    float *x = malloc((size_t)count * sizeof *x);
    if (!x) {
        alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for %lld numbers to measure with", (long long)count);
        return NULL;
    }
    uint32_t state = 1; /* a linear congruential generator: as random as multiplications need */
    for (int64_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = (float)((int32_t)state * 0x1p-31);
    }
    return x;
}
