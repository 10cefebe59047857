/* Sums along the chain of ranks, and the communicator of a process that is alone. */
#include "training/comm.h"

#include <string.h>

static alf_status nothing_to_send(void *user, alf_ctx *ctx, int to, const void *data, size_t bytes)
{
    (void)user, (void)data, (void)bytes;
    return alf_fail(ctx, ALF_ERR_ARGUMENT, "a single process cannot send to rank %d", to);
}

static alf_status nothing_to_receive(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    (void)user, (void)data, (void)bytes;
    return alf_fail(ctx, ALF_ERR_ARGUMENT, "a single process cannot receive from rank %d", from);
}

static alf_status known_already(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    (void)user, (void)ctx, (void)from, (void)data, (void)bytes;
    return ALF_OK;
}

alf_comm alf_comm_single(void)
{
    return (alf_comm){.rank = 0,
                      .size = 1,
                      .user = NULL,
                      .send = nothing_to_send,
                      .receive = nothing_to_receive,
                      .broadcast = known_already};
}

alf_status alf_chain_receive(alf_ctx *ctx, const alf_comm *comm, int64_t count, double sum[])
{
    if (comm->rank == 0) return ALF_OK;
    return comm->receive(comm->user, ctx, comm->rank - 1, sum, (size_t)count * sizeof *sum);
}

alf_status alf_chain_send(alf_ctx *ctx, const alf_comm *comm, int64_t count, const double sum[])
{
    if (comm->rank == comm->size - 1) return ALF_OK;
    return comm->send(comm->user, ctx, comm->rank + 1, sum, (size_t)count * sizeof *sum);
}

alf_status alf_chain_share(alf_ctx *ctx, const alf_comm *comm, int64_t count, double sum[])
{
    if (comm->size == 1) return ALF_OK;
    return comm->broadcast(comm->user, ctx, comm->size - 1, sum, (size_t)count * sizeof *sum);
}

alf_status alf_chain_sum(alf_ctx *ctx, const alf_comm *comm, int local, int64_t count, const double items[],
                         double total[])
{
    int        next = 0;
    alf_status status = alf_chain_receive(ctx, comm, count, total);
    if (comm->rank == 0) memcpy(total, items + count * next++, (size_t)count * sizeof *total);
    for (; next < local; next++)
        for (int64_t j = 0; j < count; j++) total[j] += items[next * count + j];
    if (status == ALF_OK) status = alf_chain_send(ctx, comm, count, total);
    return status == ALF_OK ? alf_chain_share(ctx, comm, count, total) : status;
}
