/* Showing measured rows: a table, or JSON. */
#include "bench.h"
#include "report/values.h"

static double giga_per_second(double count, const alf_bench_result *result)
{
    return count / result->times.best * 1e-9;
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

/* Times over the forward pass, speeds over everything else. */
static void print_against(const alf_bench_result *r)
{
    const double speed = alf_bench_speed(r);
    if (r->against == ALF_AGAINST_NOTHING)
        printf(" %17s", "");
    else
        printf(" %6.2fx %-10s", r->against == ALF_AGAINST_FORWARD ? 1 / speed : speed,
               alf_bench_against_name(r->against));
}

void alf_bench_print(const alf_bench *b, const alf_yardsticks *yardsticks)
{
    printf("%-54s %9s %9s %8s %7s %7s %7s  %s\n", "", "ms", "median", "GFLOP/s", "GB/s", "of FMA", "stream", "against");
    for (int i = 0; i < b->done; i++) {
        const alf_bench_result *r = &b->results[i];
        const double            gflops = giga_per_second(r->cost.flops, r), gbs = giga_per_second(r->cost.bytes, r);
        printf("%-54s %9.3f %9.3f", r->name, r->times.best * 1e3, r->times.median * 1e3);
        print_rate(gflops, 8);
        print_rate(gbs, 7);
        print_share(gflops, yardsticks->fma_gflops);
        print_share(gbs, yardsticks->stream_gbs);
        print_against(r);
        printf("  %s", r->shape);
        if (r->memory > 0) printf(", %.2f GB", (double)r->memory * 1e-9);
        if (r->psnr > 0) printf(", PSNR %.1f dB", r->psnr);
        printf("\n");
    }
}

static json_t *optional_real(double value)
{
    return value > 0 ? alf_cli_json_real(value) : json_null();
}

static json_t *row_json(const alf_bench_result *r, const alf_yardsticks *y)
{
    const double gflops = giga_per_second(r->cost.flops, r), gbs = giga_per_second(r->cost.bytes, r);
    const bool   alone = r->against == ALF_AGAINST_NOTHING;
    return json_pack("{s:s, s:s, s:i, s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                     r->name, "shape", r->shape, "repeats", r->times.runs, "ms", r->times.best * 1e3, "median_ms",
                     r->times.median * 1e3, "flops", optional_real(r->cost.flops), "bytes",
                     optional_real(r->cost.bytes), "gflops", optional_real(gflops), "gbs", optional_real(gbs),
                     "share_of_fma", optional_real(gflops / y->fma_gflops), "share_of_stream",
                     optional_real(gbs / y->stream_gbs), "against",
                     alone ? json_null() : json_string(alf_bench_against_name(r->against)), "against_ms",
                     optional_real(r->other.best * 1e3), "against_median_ms", optional_real(r->other.median * 1e3),
                     "speed", optional_real(alf_bench_speed(r)), "memory",
                     r->memory > 0 ? json_integer((json_int_t)r->memory) : json_null(), "psnr", optional_real(r->psnr));
}

json_t *alf_bench_json(const alf_bench *b, const alf_yardsticks *yardsticks)
{
    json_t *rows = json_array();
    for (int i = 0; i < b->done; i++) rows = alf_json_add(rows, row_json(&b->results[i], yardsticks));
    return rows;
}
