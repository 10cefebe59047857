/* Averages inside of a generator, joined over micro-batches. */
#include "training/moving.h"

#include <string.h>

#include "tensor/tensor.h"

static bool moves(const char *name)
{
    return strcmp(name, "mapping.w_avg") == 0 || alf_ends_with(name, ".magnitude_ema");
}

alf_status alf_moving_start(alf_ctx *ctx, const alf_params *generator, int local, alf_moving *out)
{
    *out = (alf_moving){
        .ctx = ctx, .local = local, .tensors = alf_mem_zalloc(ctx, (size_t)generator->count, sizeof(alf_tensor *))};
    for (int i = 0; out->tensors && i < generator->count; i++) {
        if (!moves(generator->items[i].name)) continue;
        out->tensors[out->count++] = generator->items[i].tensor;
        out->values += generator->items[i].count;
    }
    out->start = alf_mem_zalloc(ctx, (size_t)out->values, sizeof *out->start);
    out->ends = alf_mem_zalloc(ctx, (size_t)out->values * (size_t)local, sizeof *out->ends);
    return out->tensors && out->start && out->ends ? ALF_OK : ALF_ERR_MEMORY;
}

void alf_moving_clear(alf_moving *moving)
{
    alf_mem_free(moving->tensors);
    alf_mem_free(moving->start);
    alf_mem_free(moving->ends);
    *moving = (alf_moving){.ctx = moving->ctx};
}

static alf_status read_all(const alf_moving *moving, double values[])
{
    alf_status status = ALF_OK;
    for (int i = 0; i < moving->count && status == ALF_OK; i++) {
        status = alf_tensor_read(moving->ctx, moving->tensors[i], values);
        values += moving->tensors[i]->count;
    }
    return status;
}

static alf_status write_all(const alf_moving *moving, const double values[])
{
    alf_scope *scope = alf_scope_open(moving->ctx);
    for (int i = 0; i < moving->count; i++) {
        alf_tensor *x = moving->tensors[i];
        alf_tensor_lerp(moving->ctx, x, alf_tensor_from_f64(moving->ctx, x->ndim, x->shape, values), 1);
        values += x->count;
    }
    alf_scope_close(scope, NULL);
    return alf_ctx_status(moving->ctx);
}

alf_status alf_moving_begin(alf_moving *moving)
{
    moving->done = 0;
    return read_all(moving, moving->start);
}

alf_status alf_moving_next(alf_moving *moving)
{
    alf_status status = read_all(moving, moving->ends + moving->done++ * moving->values);
    return status == ALF_OK ? write_all(moving, moving->start) : status;
}

alf_status alf_moving_end(alf_moving *moving, const alf_comm *comm, int micro_batches)
{
    alf_status status = alf_chain_sum(moving->ctx, comm, moving->local, moving->values, moving->ends, moving->start);
    for (int64_t i = 0; i < moving->values; i++) moving->start[i] /= micro_batches;
    return status == ALF_OK ? write_all(moving, moving->start) : status;
}
