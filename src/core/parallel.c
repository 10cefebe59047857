/* Tiles on the threads of the context's pool.
 *
 * The pool runs one task per worker; each task takes tiles from a shared counter until none is left. So a worker's
 * index names its scratch, and which worker takes which tile has no influence on results. */
#include "core/context_internal.h"
#include "core/sanitizers.h"

/* The pool's library is not compiled with ThreadSanitizer, which therefore does not see that the pool orders what
 * happens before, in and after a task: it is told. In other builds these are nothing. What is handed over goes by one
 * address and what comes back by another, and the counter orders nothing, so workers are not ordered among themselves
 * and a race between tiles shows. */
#ifdef ALF_TSAN
#include <sanitizer/tsan_interface.h>
#define HAND_OVER(address) __tsan_release(address)
#define TAKE_OVER(address) __tsan_acquire(address)
#else
#define HAND_OVER(address) ((void)(address))
#define TAKE_OVER(address) ((void)(address))
#endif

typedef struct {
    alf_tile_fn          fn;
    void                *arg;
    int64_t              tiles;
    atomic_int_least64_t next;
} tile_run;

static void run_worker(void *context, size_t worker)
{
    tile_run *run = context;
    int64_t   tile;
    TAKE_OVER(&run->fn);
    while ((tile = atomic_fetch_add_explicit(&run->next, 1, memory_order_relaxed)) < run->tiles)
        run->fn(run->arg, tile, (int)worker);
    HAND_OVER(&run->tiles);
}

static void run_tiles(alf_ctx *ctx, int64_t tiles, alf_tile_fn fn, void *arg)
{
    if (tiles <= 1 || !ctx->pool) {
        for (int64_t tile = 0; tile < tiles; tile++) fn(arg, tile, 0);
        return;
    }
    tile_run run = {.fn = fn, .arg = arg, .tiles = tiles};
    atomic_init(&run.next, 0);
    size_t workers = tiles < ctx->workers ? (size_t)tiles : (size_t)ctx->workers;
    /* Workers sleep between calls: spinning gains microseconds on an idle machine and loses seconds on a busy one. */
    HAND_OVER(&run.fn);
    pthreadpool_parallelize_1d(ctx->pool, run_worker, &run, workers, PTHREADPOOL_FLAG_YIELD_WORKERS);
    TAKE_OVER(&run.tiles);
}

void alf_parallel(alf_ctx *ctx, int64_t tiles, alf_tile_fn fn, void *arg)
{
    ctx->in_tiles = true;
    run_tiles(ctx, tiles, fn, arg);
    ctx->in_tiles = false;
}

int alf_workers(const alf_ctx *ctx)
{
    return ctx->workers;
}

alf_status alf_scratch_reserve(alf_ctx *ctx, size_t bytes)
{
    if (bytes <= ctx->scratch_bytes) return ALF_OK;
    for (int i = 0; i < ctx->workers; i++) {
        alf_mem_free(ctx->scratch[i]);
        ctx->scratch[i] = NULL;
    }
    ctx->scratch_bytes = 0;
    for (int i = 0; i < ctx->workers; i++)
        if (!(ctx->scratch[i] = alf_mem_alloc(ctx, bytes, 1))) return ALF_ERR_MEMORY;
    ctx->scratch_bytes = bytes;
    return ALF_OK;
}

void *alf_scratch(alf_ctx *ctx, int worker)
{
    return ctx->scratch[worker];
}
