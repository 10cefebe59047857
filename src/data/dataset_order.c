/* The shuffled sequence of a data set's items. */
#include "aliasfree/random.h"
#include "core/core.h"
#include "data/dataset_internal.h"

enum { PIECE = 256 };

void alf_permutation(uint64_t seed, uint64_t stream, int64_t first, int64_t count, int64_t out[])
{
    double values[PIECE];

    for (int64_t i = 0; i < count; i++) out[i] = i;
    for (int64_t i = 0; i < count; i++) {
        int64_t other, kept = out[i];
        if (i % PIECE == 0) alf_random_uniform(seed, stream, first + i, count - i < PIECE ? count - i : PIECE, values);
        other = i + (int64_t)(values[i % PIECE] * (double)(count - i));
        out[i] = out[other];
        out[other] = kept;
    }
}

static alf_status make_order(alf_dataset *set, uint64_t seed, int64_t run)
{
    int64_t count = alf_dataset_count(set);

    if (!set->order) set->order = alf_mem_alloc(set->ctx, (size_t)count, sizeof *set->order);
    if (!set->order) return alf_ctx_status(set->ctx);
    /* A stream for each run; beyond 2^32 runs, later parts of the same streams. */
    alf_permutation(seed, alf_random_stream(ALF_FOR_DATA_ORDER, (uint32_t)run), (run >> 32) * count, count, set->order);
    set->order_seed = seed;
    set->order_run = run;
    return ALF_OK;
}

alf_status alf_dataset_shuffled(alf_dataset *set, uint64_t seed, int64_t position, int64_t *item)
{
    int64_t run, count;

    if (!set) return ALF_ERR_ARGUMENT;
    if (!item || position < 0)
        return alf_fail(set->ctx, ALF_ERR_ARGUMENT, "alf_dataset_shuffled: %s",
                        item ? "the position is negative" : "item is NULL");
    count = alf_dataset_count(set);
    run = position / count;
    if ((set->order_run != run || set->order_seed != seed) && make_order(set, seed, run))
        return alf_ctx_status(set->ctx);
    *item = set->order[position % count];
    return ALF_OK;
}
