/* Measuring rows, and showing them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

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

void alf_bench_row(alf_bench *b, const char *name, const char *shape, alf_bench_cost cost, alf_bench_fn fn, void *arg)
{
    alf_bench_result *result = &b->results[b->done];
    *result = (alf_bench_result){.cost = cost};
    snprintf(result->name, sizeof result->name, "%s", name);
    snprintf(result->shape, sizeof result->shape, "%s", shape);
    result->seconds = alf_bench_best(b, ROW_SECONDS, fn, arg, &result->runs);
    if (alf_ctx_status(b->ctx) == ALF_OK) b->done++;
}

/* --- showing ------------------------------------------------------------------------------------------------------ */

static double giga_per_second(double count, const alf_bench_result *result)
{
    return count / result->seconds * 1e-9;
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

void alf_bench_print(const alf_bench *b, const alf_yardsticks *yardsticks)
{
    printf("%-44s %10s %8s %7s %7s %7s %7s\n", "", "ms", "GFLOP/s", "GB/s", "of FMA", "SGEMM", "stream");
    for (int i = 0; i < b->done; i++) {
        const alf_bench_result *r = &b->results[i];
        double                  gflops = giga_per_second(r->cost.flops, r), gbs = giga_per_second(r->cost.bytes, r);
        printf("%-44s %10.3f", r->name, r->seconds * 1e3);
        print_rate(gflops, 8);
        print_rate(gbs, 7);
        print_share(gflops, yardsticks->fma_gflops);
        print_share(gflops, yardsticks->sgemm_gflops);
        print_share(gbs, yardsticks->stream_gbs);
        printf("  %s\n", r->shape);
    }
}

static json_t *optional_real(double value)
{
    return value > 0 ? alf_cli_json_real(value) : json_null();
}

json_t *alf_bench_json(const alf_bench *b, const alf_yardsticks *yardsticks)
{
    json_t *rows = json_array();
    for (int i = 0; i < b->done; i++) {
        const alf_bench_result *r = &b->results[i];
        double                  gflops = giga_per_second(r->cost.flops, r), gbs = giga_per_second(r->cost.bytes, r);
        json_t                 *row =
            json_pack("{s:s, s:s, s:i, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", r->name, "shape", r->shape,
                      "repeats", r->runs, "ms", r->seconds * 1e3, "flops", optional_real(r->cost.flops), "bytes",
                      optional_real(r->cost.bytes), "gflops", optional_real(gflops), "gbs", optional_real(gbs),
                      "share_of_fma", optional_real(gflops / yardsticks->fma_gflops), "share_of_sgemm",
                      optional_real(gflops / yardsticks->sgemm_gflops), "share_of_stream",
                      optional_real(gbs / yardsticks->stream_gbs));
        json_array_append_new(rows, row);
    }
    return rows;
}

/* --- operands ----------------------------------------------------------------------------------------------------- */

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
