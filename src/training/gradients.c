/* Gradients summed over micro-batches and ranks, in an order that does not depend on the number of ranks. */
#include "training/gradients.h"

/* What a gradient may be at most: infinities become this. */
#define LARGEST_GRADIENT 1e5

alf_status alf_gradients_start(alf_ctx *ctx, const alf_comm *comm, int count, int local, alf_gradients *out)
{
    const int places = comm->rank == 0 ? 1 : local;
    *out = (alf_gradients){.ctx = ctx,
                           .comm = comm,
                           .count = count,
                           .places = places,
                           .held = alf_mem_zalloc(ctx, (size_t)places * (size_t)count, sizeof(alf_tensor *))};
    return out->held ? ALF_OK : ALF_ERR_MEMORY;
}

void alf_gradients_clear(alf_gradients *gradients)
{
    for (int i = 0; gradients->held && i < gradients->places * gradients->count; i++)
        alf_tensor_release(gradients->held[i]);
    alf_mem_free(gradients->held);
    *gradients = (alf_gradients){.ctx = gradients->ctx};
}

/* *place = x, which becomes a reference of its own. */
static void replace(alf_tensor **place, alf_tensor *x)
{
    alf_tensor_retain(x);
    alf_tensor_release(*place);
    *place = x;
}

void alf_accumulate(alf_ctx *ctx, alf_tensor **sum, alf_tensor *x)
{
    if (!x) return;
    alf_scope *scope = alf_scope_open(ctx);
    replace(sum, *sum ? alf_add(ctx, *sum, x) : x);
    alf_scope_close(scope, NULL);
}

void alf_gradients_add(alf_gradients *gradients, alf_tensor *set[])
{
    const int    place = gradients->comm->rank == 0 ? 0 : gradients->sets;
    alf_tensor **held = gradients->held + (size_t)place * (size_t)gradients->count;
    for (int i = 0; i < gradients->count; i++) {
        alf_accumulate(gradients->ctx, &held[i], set[i]);
        alf_tensor_release(set[i]);
        set[i] = NULL;
    }
    gradients->sets = place + 1;
}

/* Adds this rank's gradients of one parameter to what the ranks before have, and hands the sum on. The sum of the last
 * rank stays in held[index]. */
static alf_status chain(alf_gradients *gradients, int index, double buffer[])
{
    alf_ctx      *ctx = gradients->ctx;
    alf_tensor   *own = gradients->held[index];
    const int64_t count = own->count;
    alf_status    status = alf_chain_receive(ctx, gradients->comm, count, buffer);
    if (status != ALF_OK) return status;
    if (gradients->comm->rank > 0) {
        alf_tensor *sum = alf_tensor_from_f64(ctx, own->ndim, own->shape, buffer);
        for (int set = 0; set < gradients->sets; set++)
            sum = alf_add(ctx, sum, gradients->held[set * gradients->count + index]);
        replace(&gradients->held[index], sum);
    }
    status = alf_tensor_read(ctx, gradients->held[index], buffer);
    return status == ALF_OK ? alf_chain_send(ctx, gradients->comm, count, buffer) : status;
}

/* The last rank's sum, on all. */
static alf_status share(alf_gradients *gradients, int index, double buffer[])
{
    alf_ctx    *ctx = gradients->ctx;
    alf_tensor *own = gradients->held[index];
    alf_status  status = alf_tensor_read(ctx, own, buffer);
    if (status == ALF_OK) status = alf_chain_share(ctx, gradients->comm, own->count, buffer);
    if (status == ALF_OK) replace(&gradients->held[index], alf_tensor_from_f64(ctx, own->ndim, own->shape, buffer));
    return status;
}

/* Calls `step` for every parameter that is reached, in their order: which ones are is the same on all ranks. */
static alf_status each(alf_gradients *gradients, alf_status (*step)(alf_gradients *, int, double[]))
{
    alf_status status = ALF_OK;
    for (int i = 0; i < gradients->count && status == ALF_OK; i++) {
        if (!gradients->held[i]) continue;
        double *buffer = alf_mem_alloc(gradients->ctx, (size_t)gradients->held[i]->count, sizeof *buffer);
        if (!buffer) return ALF_ERR_MEMORY;
        alf_scope *scope = alf_scope_open(gradients->ctx);
        status = step(gradients, i, buffer);
        alf_scope_close(scope, NULL);
        alf_mem_free(buffer);
    }
    return status;
}

alf_status alf_gradients_finish(alf_gradients *gradients, int micro_batches)
{
    alf_ctx   *ctx = gradients->ctx;
    alf_status status = alf_ctx_status(ctx);
    if (gradients->comm->size > 1) {
        if (status == ALF_OK) status = each(gradients, chain);
        if (status == ALF_OK) status = each(gradients, share);
    }
    for (int i = 0; i < gradients->count && status == ALF_OK; i++) {
        alf_tensor *sum = gradients->held[i];
        if (!sum) continue;
        alf_scope *scope = alf_scope_open(ctx);
        if (micro_batches > 1) sum = alf_scale_shift(ctx, sum, 1.0 / micro_batches, 0);
        replace(&gradients->held[i], alf_tensor_finite(ctx, sum, LARGEST_GRADIENT));
        alf_scope_close(scope, NULL);
        status = alf_ctx_status(ctx);
    }
    return status;
}
