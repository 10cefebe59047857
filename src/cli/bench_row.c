/* Measuring rows. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "session.h"

static const double ROW_SECONDS = 0.25;
enum { MIN_RUNS = 3 };

bool alf_bench_wants(alf_bench *b, const char *name)
{
    if (alf_ctx_status(b->ctx) != ALF_OK || (b->filter && !strstr(name, b->filter))) return false;
    b->total += b->counting;
    return !b->counting && alf_progress(b->ctx, "bench", b->done < b->total ? b->done : b->total, b->total) == ALF_OK;
}

/* --- times -------------------------------------------------------------------------------------------------------- */

static int compare_seconds(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

alf_bench_times alf_bench_times_of(int runs, double seconds[])
{
    if (runs < 1) return (alf_bench_times){0};
    qsort(seconds, (size_t)runs, sizeof *seconds, compare_seconds);
    return (alf_bench_times){
        .best = seconds[0], .median = (seconds[(runs - 1) / 2] + seconds[runs / 2]) / 2, .runs = runs};
}

static bool in_order(const alf_bench_call *call)
{
    return !call || alf_ctx_status(call->ctx) == ALF_OK;
}

static double seconds_of(const alf_bench_call *call)
{
    const double start = alf_machine_seconds();
    call->fn(call->ctx, call->arg);
    return alf_machine_seconds() - start;
}

void alf_bench_measure(const alf_bench *b, double seconds, int fewest, const alf_bench_call *call,
                       alf_bench_times *times, const alf_bench_call *other, alf_bench_times *others)
{
    const int    most = b->repeats > fewest ? b->repeats : fewest;
    const double start = alf_machine_seconds();
    double      *mine = malloc(2 * (size_t)most * sizeof *mine);
    int          runs = 0;
    if (!mine) {
        alf_fail(b->ctx, ALF_ERR_MEMORY, "out of memory for the times of %d calls", most);
        return;
    }
    while (runs < most && in_order(call) && in_order(other)) {
        if (runs >= fewest && alf_machine_seconds() - start > seconds) break;
        mine[runs] = seconds_of(call);
        if (other) mine[most + runs] = seconds_of(other);
        runs++;
    }
    *times = alf_bench_times_of(runs, mine);
    if (other) *others = alf_bench_times_of(runs, mine + most);
    free(mine);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

alf_bench_result *alf_bench_keep(alf_bench *b, const char *name, const char *shape, alf_bench_times times)
{
    if (b->done == b->room) {
        const int         room = 2 * b->room + 64;
        alf_bench_result *results = realloc(b->results, (size_t)room * sizeof *results);
        if (!results) {
            alf_fail(b->ctx, ALF_ERR_MEMORY, "out of memory for %d rows", room);
            return NULL;
        }
        b->results = results;
        b->room = room;
    }
    alf_bench_result *result = &b->results[b->done++];
    *result = (alf_bench_result){.times = times};
    snprintf(result->name, sizeof result->name, "%s", name);
    snprintf(result->shape, sizeof result->shape, "%s", shape);
    return result;
}

alf_bench_result *alf_bench_row(alf_bench *b, const alf_bench_task *task)
{
    alf_bench_times       times = {0}, others = {0};
    const alf_bench_call *other = task->against != ALF_AGAINST_NOTHING ? &task->other : NULL;
    const double          share = task->share > 0 ? task->share : 1;
    alf_bench_measure(b, task->seconds > 0 ? task->seconds : ROW_SECONDS, task->fewest > 0 ? task->fewest : MIN_RUNS,
                      &task->call, &times, other, &others);
    if (alf_ctx_status(b->ctx) != ALF_OK || !in_order(&task->call) || !in_order(other)) return NULL;
    alf_bench_result *result = alf_bench_keep(b, task->name, task->shape, times);
    if (!result) return NULL;
    result->cost = task->cost;
    result->against = task->against;
    result->other = (alf_bench_times){share * others.best, share * others.median, others.runs};
    return result;
}

const char *alf_bench_against_name(alf_against against)
{
    static const char *const names[] = {[ALF_AGAINST_NOTHING] = "",        [ALF_AGAINST_SGEMM] = "SGEMM",
                                        [ALF_AGAINST_FORWARD] = "forward", [ALF_AGAINST_ONE_THREAD] = "one thread",
                                        [ALF_AGAINST_BATCH_1] = "batch 1", [ALF_AGAINST_PEER] = "PyTorch"};
    return names[against];
}

double alf_bench_speed(const alf_bench_result *r)
{
    return r->against != ALF_AGAINST_NOTHING ? r->other.best / r->times.best : 0;
}

/* --- contexts ----------------------------------------------------------------------------------------------------- */

/* Progress of the other context, in the bench's name. */
static bool forward_progress(void *user, const char *what, int64_t done, int64_t total)
{
    return alf_progress(user, what, done, total) == ALF_OK;
}

static alf_ctx *open_context(alf_bench *b, alf_ctx_options options)
{
    char     message[1024] = "";
    alf_ctx *ctx = NULL;
    options.progress = forward_progress;
    options.progress_user = b->ctx;
    const alf_status status = alf_ctx_create(&options, message, sizeof message, &ctx);
    if (status == ALF_OK) return ctx;
    alf_fail(b->ctx, status, "%s", message);
    return NULL;
}

alf_ctx *alf_bench_open_context(alf_bench *b, int threads, alf_conv_method conv)
{
    alf_ctx_options options = alf_cli_context_options(b->cli, threads > 0 ? threads : alf_ctx_threads(b->ctx));
    if (conv != ALF_CONV_AUTO) options.conv = conv;
    return open_context(b, options);
}

alf_ctx *alf_bench_open_float32(alf_bench *b)
{
    alf_ctx_options options = alf_cli_context_options(b->cli, alf_ctx_threads(b->ctx));
    options.precision = ALF_PRECISION_FLOAT32;
    return open_context(b, options);
}

void alf_bench_close_context(alf_bench *b, alf_ctx *ctx)
{
    if (ctx && alf_ctx_status(ctx) != ALF_OK) alf_fail(b->ctx, alf_ctx_status(ctx), "%s", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
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

int64_t alf_bench_int(const alf_cli *c, const char *option, int64_t fallback)
{
    return alf_cli_given(c, option) ? alf_cli_int(c, option) : fallback;
}
