/* What rank 0 of a run decides and the other ranks follow. */
#include "training/run_ranks.h"

#include "core/core.h"

alf_status alf_run_follow(alf_ctx *ctx, const alf_comm *comm, alf_status status, void *data, size_t bytes)
{
    int32_t    shared = (int32_t)status;
    alf_status sent;

    if (comm->size == 1) return status;
    sent = comm->broadcast(comm->user, ctx, 0, &shared, sizeof shared);
    if (!sent && comm->rank != 0 && !alf_is_status(shared))
        sent = alf_fail(ctx, ALF_ERR_IO, "rank 0 sent %d, expected a status: ranks do not talk about the same", shared);
    if (sent || (comm->rank == 0 && status)) return status ? status : sent;
    if (shared)
        return alf_fail(ctx, (alf_status)shared, "rank 0 failed (%s): it says why",
                        alf_status_text((alf_status)shared));
    return bytes ? comm->broadcast(comm->user, ctx, 0, data, bytes) : ALF_OK;
}
