/* Transfer learning: a trainer starts from the tensors of a network file. */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "training/stored.h"
#include "training/trainer.h"

typedef struct {
    const char *key; /* in the file */
    alf_params *params;
} network;

/* The file's array for a tensor of the network; NULL: none. */
static const alf_array *find(const alf_archive *archive, const network *n, int index)
{
    char name[128];
    alf_format(name, sizeof name, "%s.%s", n->key, n->params->items[index].name);
    return alf_archive_find(archive, name);
}

static alf_status check(alf_ctx *ctx, const alf_archive *archive, const network *n)
{
    for (int i = 0; i < n->params->count; i++) {
        const alf_param *p = &n->params->items[i];
        const alf_array *array = find(archive, n, i);
        if (array && !(alf_stored_has_shape(ctx, archive, array, p->ndim, p->shape) &&
                       alf_stored_in_range(ctx, archive, array, -INFINITY)))
            return alf_ctx_status(ctx);
    }
    return ALF_OK;
}

static alf_status copy(alf_ctx *ctx, const alf_archive *archive, const network *n, int *copied)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < n->params->count && status == ALF_OK; i++) {
        const alf_array *array = find(archive, n, i);
        if (!array) continue;
        status = alf_stored_copy(ctx, array, n->params->items[i].tensor);
        (*copied)++;
    }
    return status;
}

static bool has_network(const alf_archive *archive, const char *prefix)
{
    const size_t length = strlen(prefix);
    for (int64_t i = 0; i < alf_archive_count(archive); i++)
        if (strncmp(alf_archive_at(archive, i)->name, prefix, length) == 0) return true;
    return false;
}

/* Files that hold one generator alone, as G or as G_ema, give it to both. */
static alf_status transfer(alf_trainer *t, const alf_archive *archive, int *copied)
{
    const network networks[] = {{has_network(archive, "G.") ? "G" : "G_ema", alf_generator_params(t->g)},
                                {"D", alf_discriminator_params(t->d)},
                                {has_network(archive, "G_ema.") ? "G_ema" : "G", alf_generator_params(t->ema)}};
    enum { NETWORKS = sizeof networks / sizeof networks[0] };
    alf_status status = ALF_OK;
    int        total = 0;
    for (int i = 0; i < NETWORKS && status == ALF_OK; i++) status = check(t->ctx, archive, &networks[i]);
    for (int i = 0; i < NETWORKS && status == ALF_OK; i++) status = copy(t->ctx, archive, &networks[i], &total);
    if (status == ALF_OK && total == 0)
        return alf_fail(t->ctx, ALF_ERR_FORMAT,
                        "%s: no tensor of this file (%lld tensors) has the name of one of G, D or G_ema",
                        alf_archive_path(archive), (long long)alf_archive_count(archive));
    if (status == ALF_OK) status = alf_trainer_reconnect(t, alf_archive_path(archive));
    if (status == ALF_OK && copied) *copied = total;
    return status;
}

alf_status alf_trainer_transfer(alf_trainer *t, const char *path, int *copied)
{
    alf_archive *archive;
    if (!path) return alf_fail(t->ctx, ALF_ERR_ARGUMENT, "alf_trainer_transfer: path is NULL");
    alf_status status = alf_archive_open(t->ctx, path, &archive);
    if (status != ALF_OK) return status;
    status = transfer(t, archive, copied);
    alf_archive_destroy(archive);
    return status;
}
