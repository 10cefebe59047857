/* Measures what the machine can do at best. */
#include "aliasfree/machine.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "core/core.h"
#include "kernels/kernels.h"

double alf_machine_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void alf_machine_format_seconds(double seconds, char *text, size_t size)
{
    long long s = seconds >= 0 && seconds < 1e15 ? (long long)rint(seconds) : 0;

    if (s < 60)
        alf_format(text, size, "%llds", s);
    else if (s < 60 * 60)
        alf_format(text, size, "%lldm %02llds", s / 60, s % 60);
    else if (s < 24 * 60 * 60)
        alf_format(text, size, "%lldh %02lldm %02llds", s / 3600, s / 60 % 60, s % 60);
    else
        alf_format(text, size, "%lldd %02lldh %02lldm", s / 86400, s / 3600 % 24, s / 60 % 60);
}

typedef struct {
    alf_ctx           *ctx;
    const alf_kernels *kernels;
    int64_t            rounds;
} fma_run;

static void fma_tile(void *arg, int64_t tile, int worker)
{
    const fma_run *run = arg;

    (void)tile;
    run->kernels->fma_probe(run->rounds, alf_scratch(run->ctx, worker));
}

/* Floating-point operations of all tiles that do `rounds`. */
static double fma_operations(const fma_run *run, int64_t tiles)
{
    float sums[ALF_LANE_PAD];

    return run->kernels->fma_probe(1, sums) * (double)run->rounds * (double)tiles;
}

double alf_machine_fma_gflops(alf_ctx *ctx, int repeats)
{
    fma_run run = {ctx, alf_kernels_of(alf_ctx_isa(ctx)), 200000};
    int64_t tiles = alf_workers(ctx);
    double  best = 0, operations = fma_operations(&run, tiles);

    if (alf_scratch_reserve(ctx, ALF_LANE_PAD * sizeof(float))) return 0;
    for (int i = 0; i < repeats; i++) {
        double start = alf_machine_seconds();

        alf_parallel(ctx, tiles, fma_tile, &run);
        double rate = operations / (alf_machine_seconds() - start) * 1e-9;

        if (rate > best) best = rate;
    }
    return best;
}

typedef struct {
    size_t bytes, piece;
    char  *from, *to;
} copy_run;

static void copy_tile(void *arg, int64_t tile, int worker)
{
    const copy_run *run = arg;
    size_t          at = (size_t)tile * run->piece;
    size_t          count = run->bytes - at < run->piece ? run->bytes - at : run->piece;

    (void)worker;
    memcpy(run->to + at, run->from + at, count);
}

double alf_machine_stream_gbs(alf_ctx *ctx, int64_t bytes, int repeats)
{
    if (bytes < 1) {
        (void)alf_fail(ctx, ALF_ERR_RANGE, "stream: bytes is %lld, expected 1 or more", (long long)bytes);
        return 0;
    }
    copy_run run = {.bytes = (size_t)bytes, .piece = ((size_t)bytes - 1) / (size_t)alf_workers(ctx) + 1};
    int64_t  tiles = (int64_t)((run.bytes - 1) / run.piece + 1);
    double   best = 0;

    run.from = alf_mem_zalloc(ctx, run.bytes, 1);
    run.to = run.from ? alf_mem_zalloc(ctx, run.bytes, 1) : NULL;
    for (int i = 0; i < repeats && run.to; i++) {
        double start = alf_machine_seconds();

        alf_parallel(ctx, tiles, copy_tile, &run);
        double rate = 2 * (double)bytes / (alf_machine_seconds() - start) * 1e-9;

        if (rate > best) best = rate;
    }
    alf_mem_free(run.from);
    alf_mem_free(run.to);
    return best;
}
