/* aliasfree bench: how fast the operations are here, held against what the machine can do. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "progress.h"

static const alf_cli_option OPTIONS[] = {
    {.name = "filter",
     .kind = ALF_CLI_TEXT,
     .value = "TEXT",
     .help = "only rows whose name contains this, e.g. stylegan3-t, filtered_lrelu, image"},
    {.name = "repeats",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "25",
     .low = 1,
     .high = 100000,
     .help =
         "calls per row, of which the best counts; at least 3, and fewer than N where they take over half a second"},
    {.name = "resolution",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "256",
     .low = 16,
     .high = 4096,
     .help = "image size, a power of two"},
    {.name = "cbase",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "16384",
     .low = 1,
     .high = 1 << 24,
     .help = "channels are this over the resolution (stylegan3-r: twice)"},
    {.name = "cmax",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "512",
     .low = 1,
     .high = 65536,
     .help = "most channels of a layer (stylegan3-r: twice)"},
    {.name = "json", .kind = ALF_CLI_FLAG, .help = "one JSON object with the machine and the rows"},
    {.name = NULL}};

static const struct {
    const char *config;
    void (*sections[5])(alf_bench *b, const char *config, const alf_plan *plan);
} SECTIONS[] = {
    {"stylegan3-t", {alf_bench_fourier, alf_bench_sgemm, alf_bench_modulated_conv, alf_bench_filtered_lrelu}},
    {"stylegan3-r", {alf_bench_fourier, alf_bench_sgemm, alf_bench_modulated_conv, alf_bench_filtered_lrelu}},
    {"stylegan2", {alf_bench_modulated_conv, alf_bench_upfirdn}},
    {"stylegan3-t", {alf_bench_image}},
    {"stylegan3-r", {alf_bench_image}},
    {"stylegan2", {alf_bench_image}}};
enum { SECTIONS_COUNT = sizeof SECTIONS / sizeof *SECTIONS };

/* --- yardsticks --------------------------------------------------------------------------------------------------- */

static alf_yardsticks measure_machine(const alf_bench *b)
{
    enum { FMA_REPEATS = 200, STREAM_REPEATS = 10 }; /* about a third of a millisecond, and 30 of them, each */
    return (alf_yardsticks){.fma_gflops = alf_machine_fma_gflops(b->ctx, FMA_REPEATS),
                            .stream_gbs = alf_machine_stream_gbs(b->ctx, (int64_t)256 << 20, STREAM_REPEATS),
                            .sgemm_gflops = alf_bench_sgemm_square(b)};
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

static alf_yardsticks measure_again(const alf_bench *b, alf_yardsticks first)
{
    alf_yardsticks last = measure_machine(b);
    if (alf_ctx_status(b->ctx) != ALF_OK) return first;
    return (alf_yardsticks){.fma_gflops = larger(b, "FMA", "GFLOP/s", first.fma_gflops, last.fma_gflops),
                            .sgemm_gflops = larger(b, "SGEMM", "GFLOP/s", first.sgemm_gflops, last.sgemm_gflops),
                            .stream_gbs = larger(b, "stream", "GB/s", first.stream_gbs, last.stream_gbs)};
}

/* --- output ------------------------------------------------------------------------------------------------------- */

static void print_text(const alf_bench *b, const alf_yardsticks *y)
{
    printf("%s, %d threads, OpenBLAS kernels %s\n", alf_isa_name(alf_ctx_isa(b->ctx)), alf_ctx_threads(b->ctx),
           alf_blas_core_name());
    printf("FMA peak %.1f GFLOP/s, SGEMM %.1f GFLOP/s, stream %.1f GB/s\n"
           "A useful multiply-add counts as 2 operations, bytes that must be moved count once.\n\n",
           y->fma_gflops, y->sgemm_gflops, y->stream_gbs);
    alf_bench_print(b, y);
}

static json_t *machine_json(const alf_bench *b, const alf_yardsticks *y)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:f, s:f, s:f}", "version", alf_version(), "isa",
                     alf_isa_name(alf_ctx_isa(b->ctx)), "threads", alf_ctx_threads(b->ctx), "blas_core",
                     alf_blas_core_name(), "fma_gflops", y->fma_gflops, "sgemm_gflops", y->sgemm_gflops, "stream_gbs",
                     y->stream_gbs);
}

/* --- running ------------------------------------------------------------------------------------------------------ */

static void run_sections(alf_bench *b)
{
    const alf_cli *c = b->cli;
    for (int i = 0; i < SECTIONS_COUNT; i++) {
        const char *name = SECTIONS[i].config;
        alf_config  config;
        alf_plan   *plan;
        if (alf_config_named(b->ctx, name, (int)alf_cli_int(c, "resolution"), alf_cli_int(c, "cbase"),
                             alf_cli_int(c, "cmax"), &config) != ALF_OK ||
            alf_plan_create(b->ctx, &config, &plan) != ALF_OK)
            return;
        for (int s = 0; SECTIONS[i].sections[s]; s++) SECTIONS[i].sections[s](b, name, plan);
        alf_plan_destroy(plan);
    }
}

/* Counts the rows that the filter wants. Returns an exit code: no row is wrong usage. */
static int count_rows(alf_bench *b)
{
    b->counting = true;
    run_sections(b);
    b->counting = false;
    if (alf_ctx_status(b->ctx) != ALF_OK) return alf_cli_refusal(b->cli);
    if (b->total == 0) return alf_cli_usage_error(b->cli, "--filter=%s: no row has a name that contains it", b->filter);
    return ALF_CLI_OK;
}

/* What was measured before a failure or a Ctrl-C is shown too. */
static int measure_rows(alf_bench *b)
{
    alf_yardsticks yardsticks = measure_machine(b);
    run_sections(b);
    if (alf_ctx_status(b->ctx) == ALF_OK) yardsticks = measure_again(b, yardsticks);
    alf_cli_progress_clear(b->cli->progress);
    if (!alf_cli_flag(b->cli, "json") && b->done > 0) print_text(b, &yardsticks);
    if (alf_ctx_status(b->ctx) != ALF_OK) return alf_cli_failure(b->cli);
    if (!alf_cli_flag(b->cli, "json")) return ALF_CLI_OK;
    json_t *json =
        json_pack("{s:o, s:o}", "machine", machine_json(b, &yardsticks), "rows", alf_bench_json(b, &yardsticks));
    return alf_cli_print_json(b->cli, json, false);
}

static int run(alf_cli *c)
{
    alf_bench b = {
        .cli = c, .ctx = c->ctx, .filter = alf_cli_text(c, "filter"), .repeats = (int)alf_cli_int(c, "repeats")};
    if (getenv("OPENBLAS_CORETYPE"))
        alf_cli_warn(c,
                     "OPENBLAS_CORETYPE is set: matrix products run with the kernels it names (%s), which may not be "
                     "the best here",
                     alf_blas_core_name());
    int code = count_rows(&b);
    if (code != ALF_CLI_OK) return code;
    b.results = calloc((size_t)b.total, sizeof *b.results);
    code = b.results ? measure_rows(&b) : alf_cli_error(c, "out of memory for %d rows", b.total);
    free(b.results);
    return code;
}

const alf_cli_command alf_cli_bench = {
    .name = "bench",
    .summary = "measure the speed of operations and of whole images",
    .options = OPTIONS,
    .notes =
        {"Shares are percent of the figures in the first lines, which are measured on this machine: GFLOP/s of the FMA "
         "peak "
         "(multiply-adds in registers) and of SGEMM (the product of two large square matrices), GB/s of stream (a copy "
         "of "
         "256 MB, read and written). They are measured before and after the rows, and the larger counts: let the "
         "machine "
         "be otherwise quiet.",
         "GFLOP: a useful multiply-add counts 2, one with padding or with stuffed zeros nothing. Multiply-adds of a "
         "convolution: in channels x out channels x kernel taps that meet the image, over all outputs; of a filtered "
         "leaky "
         "ReLU, per channel and axis: taps / up for each sample on the way up, taps for each on the way down (radial: "
         "taps^2 for each output); of upfirdn: taps / up^2 for each output; of Fourier features: 2 for each sample; of "
         "an "
         "image: the sum of its layers'.",
         "GB: inputs, weights, outputs and masks, each once.",
         "The data of small layers stay in the cache, so that shares of stream above 100% are possible."},
    .run = run};
