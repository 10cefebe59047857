/* What rows should reach: one table, and how measured rows stand to it. */
#include <fnmatch.h>
#include <math.h>
#include <string.h>

#include "bench.h"
#include "report/values.h"

typedef enum {
    OF_FMA,
    OF_SGEMM,
    OF_SGEMM_TIME,
    OF_FORWARD,
    OF_STREAM_OR_FMA,
    OF_ONE_THREAD,
    OF_BATCH_1,
    OF_SECONDS,
    OF_MEMORY
} bound;

/* How a bound is written, and whether it is the most (time, memory) or the least (speed). */
static const struct {
    const char *name;
    bool        most;
    double      unit; /* of the figures in the format */
    const char *format;
} BOUNDS[] = {[OF_FMA] = {"share of FMA", false, 0.01, "%.1f%%"},
              [OF_SGEMM] = {"speed over SGEMM", false, 1, "%.2fx"},
              [OF_SGEMM_TIME] = {"time over SGEMM's", true, 1, "%.2fx"},
              [OF_FORWARD] = {"time over forward", true, 1, "%.2fx"},
              [OF_STREAM_OR_FMA] = {"of 70% of stream or 45% of FMA", false, 0.01, "%.0f%%"},
              [OF_ONE_THREAD] = {"speed over one thread", false, 1, "%.2fx"},
              [OF_BATCH_1] = {"speed over batch 1", false, 1, "%.2fx"},
              [OF_SECONDS] = {"seconds", true, 1, "%.3f s"},
              [OF_MEMORY] = {"memory", true, 1e9, "%.2f GB"}};

/* Seconds are those of a machine with this SGEMM, and of networks of so many GFLOP (as alf_cost_* count them); on other
 * machines and other sizes they are in proportion. */
static const double SECONDS_SGEMM = 400, OF_STREAM = 0.70, OF_PEAK = 0.45;
enum { IMAGES_FROM = 256, IMAGES_TO = 1024, PAIR = 2 }; /* pixels that times and memory of images are stated for */

typedef struct {
    const char *rows; /* of the names that match; of one bound, the first target that matches counts */
    bound       bound;
    double      value, avx2; /* avx2: on that instruction set, 0: the same */
    double      gflop;       /* that seconds are stated for */
    bool        defaults;    /* stated for the default sizes alone */
} target;

static const target TARGETS[] = {
    {"stylegan3-? filtered_lrelu L*_36_*", OF_FMA, 0.45, 0.45, 0, false},
    {"stylegan3-? filtered_lrelu L*", OF_FMA, 0.55, 0.45, 0, false},
    {"stylegan3-? filtered_lrelu_mask L*", OF_FORWARD, 1.15, 0, 0, false},
    {"stylegan3-? filtered_lrelu_adjoint L*", OF_FORWARD, 1.20, 0, 0, false},
    {"stylegan2 * upfirdn*_adjoint *", OF_FORWARD, 1.20, 0, 0, false},
    {"stylegan2 upfirdn*_adjoint *", OF_FORWARD, 1.20, 0, 0, false},
    {"stylegan2 upfirdn*", OF_STREAM_OR_FMA, 1, 0, 0, false},
    {"stylegan2 discriminator upfirdn*", OF_STREAM_OR_FMA, 1, 0, 0, false},
    {"stylegan* conv *", OF_SGEMM, 0.95, 0, 0, false},
    {"stylegan* conv_direct *", OF_SGEMM, 0.95, 0, 0, false},
    {"stylegan* conv_input_gradient *", OF_SGEMM, 0.95, 0, 0, false},
    {"stylegan* conv_input_gradient_direct *", OF_SGEMM, 0.95, 0, 0, false},
    {"stylegan* conv_weight_gradient *", OF_SGEMM, 0.95, 0, 0, false},
    {"stylegan3-t image", OF_SECONDS, 0.35, 0, 209.1, false},
    {"stylegan3-t image", OF_SGEMM_TIME, 0.65, 0, 0, false},
    {"stylegan3-r image", OF_SECONDS, 0.36, 0, 114.3, false},
    {"stylegan2 image", OF_SECONDS, 0.14, 0, 29.4, false},
    {"stylegan2 discriminator", OF_SECONDS, 0.20, 0, 30.4, false},
    {"stylegan3-? image", OF_MEMORY, 3e9, 0, 0, false},
    {"stylegan* threads", OF_ONE_THREAD, 1.85, 0, 0, false},
    {"stylegan* batch", OF_BATCH_1, 1, 0, 0, false},
    {"stylegan3-t train G*", OF_SECONDS, 1.3, 0, 0, true},
    {"stylegan3-t train Dmain", OF_SECONDS, 0.7, 0, 0, true},
    {"stylegan3-t train Dreg", OF_SECONDS, 0.35, 0, 0, true},
    {"stylegan3-r train G*", OF_SECONDS, 1.2, 0, 0, true},
    {"stylegan3-r train Dmain", OF_SECONDS, 0.6, 0, 0, true},
    {"stylegan3-r train Dreg", OF_SECONDS, 0.35, 0, 0, true},
    {"stylegan3-t train *", OF_MEMORY, 0.8e9, 0, 0, true},
    {"stylegan3-r train *", OF_MEMORY, 1.3e9, 0, 0, true},
};
enum { TARGET_COUNT = sizeof TARGETS / sizeof *TARGETS };

/* --- one row ------------------------------------------------------------------------------------------------------ */

static double rate(double count, const alf_bench_result *r)
{
    return count / r->times.best * 1e-9;
}

/* The figure of a row that a bound is about; 0: it has none. */
static double figure(const alf_bench_result *r, bound kind, const alf_yardsticks *y)
{
    const double fma = rate(r->cost.flops, r) / y->fma_gflops, stream = rate(r->cost.bytes, r) / y->stream_gbs;
    switch (kind) {
    case OF_FMA: return fma;
    case OF_SGEMM: return r->against == ALF_AGAINST_SGEMM ? alf_bench_speed(r) : 0;
    case OF_SGEMM_TIME: return r->sgemm_gflops > 0 ? r->sgemm_gflops / rate(r->cost.flops, r) : 0; /* as many GFLOP */
    case OF_FORWARD: return r->against == ALF_AGAINST_FORWARD && r->cost.flops > 0 ? 1 / alf_bench_speed(r) : 0;
    case OF_STREAM_OR_FMA: return fmax(stream / OF_STREAM, fma / OF_PEAK);
    case OF_ONE_THREAD: return r->against == ALF_AGAINST_ONE_THREAD ? alf_bench_speed(r) : 0;
    case OF_BATCH_1: return r->against == ALF_AGAINST_BATCH_1 ? alf_bench_speed(r) : 0;
    case OF_SECONDS: return r->times.best;
    case OF_MEMORY: return (double)r->memory;
    }
    return 0;
}

static bool any_given(const alf_bench *b, const char *const options[], int count)
{
    for (int i = 0; i < count; i++)
        if (alf_cli_given(b->cli, options[i])) return true;
    return false;
}

/* What the row should reach here; 0: the target says nothing about this machine or size. */
static double wanted(const alf_bench *b, const target *t, const alf_bench_result *r, const alf_yardsticks *y)
{
    static const char *const sizes[] = {"cbase", "cmax", "batch", "batch-gpu", "p", "resolution"};
    const alf_isa            isa = alf_ctx_isa(b->ctx);
    const double             sgemm = r->sgemm_gflops > 0 ? r->sgemm_gflops : y->sgemm_gflops;
    const int64_t            resolution = alf_bench_int(b->cli, "resolution", IMAGES_FROM);
    if (t->defaults && any_given(b, sizes, 6)) return 0;
    switch (t->bound) {
    case OF_FMA: return isa == ALF_ISA_AVX512 ? t->value : isa == ALF_ISA_AVX2 ? t->avx2 : 0;
    case OF_ONE_THREAD: return alf_ctx_threads(b->ctx) == PAIR ? t->value : 0;
    case OF_SGEMM_TIME: return resolution >= IMAGES_FROM ? t->value : 0;
    case OF_SECONDS:
        if (t->gflop == 0) return t->value * SECONDS_SGEMM / sgemm;
        return resolution >= IMAGES_FROM ? t->value * SECONDS_SGEMM / sgemm * r->cost.flops * 1e-9 / t->gflop : 0;
    case OF_MEMORY: return resolution <= IMAGES_TO && !any_given(b, sizes, 2) ? t->value : 0;
    default: return t->value;
    }
}

static bool matches(const target *t, const alf_bench_result *r)
{
    return fnmatch(t->rows, r->name, 0) == 0;
}

/* Is this the first target of its bound for the row? */
static bool applies(const target *t, const alf_bench_result *r)
{
    if (!matches(t, r)) return false;
    for (const target *before = TARGETS; before < t; before++)
        if (before->bound == t->bound && matches(before, r)) return false;
    return true;
}

typedef struct {
    double want, value, margin; /* margin: 1 and more is reached */
} standing;

/* How the row stands to the target; false: it does not apply. */
static bool stands(const alf_bench *b, const target *t, const alf_bench_result *r, const alf_yardsticks *y,
                   standing *out)
{
    if (!applies(t, r)) return false;
    out->want = wanted(b, t, r, y);
    out->value = figure(r, t->bound, y);
    if (!(out->want > 0) || !(out->value > 0)) return false;
    out->margin = BOUNDS[t->bound].most ? out->want / out->value : out->value / out->want;
    return true;
}

/* --- showing ------------------------------------------------------------------------------------------------------ */

static void print_figure(bound kind, double value, const char *before)
{
    char text[32];
    snprintf(text, sizeof text, BOUNDS[kind].format, value / BOUNDS[kind].unit);
    printf("%s%9s", before, text);
}

static void print_target(const alf_bench *b, const alf_yardsticks *y, const target *t)
{
    const alf_bench_result *worst = NULL;
    standing                s, least = {.margin = INFINITY};
    int                     rows = 0, reached = 0;
    for (int i = 0; i < b->done; i++) {
        if (!stands(b, t, &b->results[i], y, &s)) continue;
        rows++;
        reached += s.margin >= 1;
        if (s.margin >= least.margin) continue;
        least = s;
        worst = &b->results[i];
    }
    if (!worst) return;
    printf("%-40s %-31s", t->rows, BOUNDS[t->bound].name);
    print_figure(t->bound, least.want, BOUNDS[t->bound].most ? " <=" : " >=");
    print_figure(t->bound, least.value, " ");
    printf("  %s %3d of %3d  %s\n", reached == rows ? "reached" : "missed ", reached, rows, worst->name);
}

void alf_bench_print_targets(const alf_bench *b, const alf_yardsticks *y)
{
    standing s;
    bool     any = false;
    for (int i = 0; i < TARGET_COUNT * b->done && !any; i++)
        any = stands(b, &TARGETS[i / b->done], &b->results[i % b->done], y, &s);
    if (!any) return;
    printf("\n%-40s %-31s %11s %9s  %-17s  %s\n", "targets", "", "wanted", "worst", "rows that reach it", "the worst");
    for (int i = 0; i < TARGET_COUNT; i++) print_target(b, y, &TARGETS[i]);
}

json_t *alf_bench_targets_json(const alf_bench *b, const alf_yardsticks *y)
{
    json_t  *list = json_array();
    standing s;
    for (int i = 0; i < TARGET_COUNT; i++)
        for (int k = 0; k < b->done; k++) {
            if (!stands(b, &TARGETS[i], &b->results[k], y, &s)) continue;
            list = alf_json_add(list, json_pack("{s:s, s:s, s:s, s:b, s:f, s:f, s:b}", "target", TARGETS[i].rows, "row",
                                                b->results[k].name, "bound", BOUNDS[TARGETS[i].bound].name, "at_most",
                                                (int)BOUNDS[TARGETS[i].bound].most, "want", s.want, "value", s.value,
                                                "reached", (int)(s.margin >= 1)));
        }
    return list;
}
