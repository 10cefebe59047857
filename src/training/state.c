/* Everything that training changes, to an archive and back. One walk lists what there is; storing, checking and taking
 * back are visitors of it. */
#include <math.h>
#include <string.h>

#include "tensor/tensor.h"
#include "training/stored.h"
#include "training/trainer.h"

#define PREFIX "state."

/* --- what there is -------------------------------------------------------------------------------------------------------- */

typedef struct {
    char        name[160];
    alf_tensor *tensor; /* or, where this is NULL, numbers of our own */
    alf_dtype   dtype;  /* ALF_F64, ALF_I64                            */
    int64_t     count;
    void       *numbers;
    double      low; /* they may not be below */
} state_item;

typedef alf_status (*visitor)(void *user, const state_item *item);

/* The walk, and how it went. */
typedef struct {
    visitor    visit;
    void      *user;
    alf_status status;
} walk;

static void visit_tensor(walk *w, const char *group, const char *name, alf_tensor *tensor)
{
    state_item item = {.tensor = tensor, .low = -INFINITY};
    if (w->status != ALF_OK) return;
    alf_format(item.name, sizeof item.name, PREFIX "%s.%s", group, name);
    w->status = w->visit(w->user, &item);
}

static void visit_numbers(walk *w, const char *name, alf_dtype dtype, int64_t count, const void *numbers, double low)
{
    state_item item = {.dtype = dtype, .count = count, .numbers = (void *)(uintptr_t)numbers, .low = low};
    if (w->status != ALF_OK) return;
    alf_format(item.name, sizeof item.name, PREFIX "%s", name);
    w->status = w->visit(w->user, &item);
}

static void visit_network(walk *w, const char *group, const alf_params *network)
{
    for (int i = 0; i < network->count; i++) visit_tensor(w, group, network->items[i].name, network->items[i].tensor);
}

static void visit_adam(walk *w, const char *m, const char *v, const char *steps, const alf_adam *adam)
{
    for (int i = 0; i < adam->count; i++) {
        visit_tensor(w, m, adam->declared[i]->name, adam->m[i]);
        visit_tensor(w, v, adam->declared[i]->name, adam->v[i]);
    }
    visit_numbers(w, steps, ALF_I64, adam->count, adam->steps, 0);
}

static alf_status each_item(const alf_trainer *t, visitor visit, void *user)
{
    enum { NUMBERS = ALF_LOSS_STATISTICS * sizeof(alf_moments) / sizeof(double) };
    walk    w = {.visit = visit, .user = user};
    int64_t images = alf_trainer_images(t);
    visit_network(&w, "G", alf_generator_params(t->g));
    visit_network(&w, "D", alf_discriminator_params(t->d));
    visit_network(&w, "G_ema", alf_generator_params(t->ema));
    visit_adam(&w, "adam.G.m", "adam.G.v", "adam.G.steps", &t->g_adam);
    visit_adam(&w, "adam.D.m", "adam.D.v", "adam.D.steps", &t->d_adam);
    visit_numbers(&w, "pl_mean", ALF_F64, 1, &t->pl_mean, -INFINITY);
    visit_numbers(&w, "augment_p", ALF_F64, 1, &t->augment_p, 0);
    visit_numbers(&w, "augment_signs", ALF_F64, 3, &t->ada, -INFINITY);
    visit_numbers(&w, "statistics", ALF_F64, NUMBERS, t->statistics.losses, -INFINITY);
    visit_numbers(&w, "iterations", ALF_I64, 1, &t->iterations, 0);
    visit_numbers(&w, "images", ALF_I64, 1, &images, 0); /* follows from the others; a check of the batch size */
    return w.status;
}

/* Tensors are stored as the backend has them, or the bits would not be the same afterwards. */
static alf_dtype tensor_dtype(const alf_trainer *t)
{
    return alf_backend_of(t->ctx)->dtype;
}

/* --- storing ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const alf_trainer *t;
    alf_archive       *archive;
} storing;

static alf_status store(void *user, const state_item *item)
{
    const storing *s = user;
    alf_ctx       *ctx = s->t->ctx;
    if (!item->tensor) return alf_archive_add(s->archive, item->name, item->dtype, 1, &item->count, item->numbers);
    const alf_tensor *x = item->tensor;
    double           *values = alf_mem_alloc(ctx, (size_t)x->count, sizeof *values);
    alf_status        status = values ? alf_tensor_read(ctx, x, values) : ALF_ERR_MEMORY;
    if (status == ALF_OK &&
        tensor_dtype(s->t) == ALF_F32) /* narrowed in place: a float takes the room of half a double */
        for (int64_t i = 0; i < x->count; i++) {
            const float single = (float)values[i];
            memcpy((char *)values + (size_t)i * sizeof single, &single, sizeof single);
        }
    if (status == ALF_OK)
        status = alf_archive_add(s->archive, item->name, tensor_dtype(s->t), x->ndim, x->shape, values);
    alf_mem_free(values);
    return status;
}

alf_status alf_trainer_state_to_archive(const alf_trainer *t, alf_archive *archive)
{
    if (!archive) return alf_fail(t->ctx, ALF_ERR_ARGUMENT, "alf_trainer_state_to_archive: archive is NULL");
    return each_item(t, store, &(storing){t, archive});
}

/* --- restoring --------------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_trainer       *t;
    const alf_archive *archive;
    int64_t            seen;
} restoring;

static alf_status check(void *user, const state_item *item)
{
    restoring       *r = user;
    alf_ctx         *ctx = r->t->ctx;
    const alf_array *array = alf_archive_find(r->archive, item->name);
    const alf_dtype  dtype = item->tensor ? tensor_dtype(r->t) : item->dtype;
    const int        ndim = item->tensor ? item->tensor->ndim : 1;
    const int64_t   *shape = item->tensor ? item->tensor->shape : &item->count;
    if (!array) return alf_fail(ctx, ALF_ERR_FORMAT, "%s: %s is missing", alf_archive_path(r->archive), item->name);
    r->seen++;
    if (array->dtype != dtype)
        return alf_fail(ctx, ALF_ERR_FORMAT, "%s: the elements of %s have %d bytes: expected %s of %d bytes",
                        alf_archive_path(r->archive), item->name, (int)alf_dtype_size(array->dtype),
                        dtype == ALF_I64 ? "integers" : "numbers", (int)alf_dtype_size(dtype));
    if (!alf_stored_has_shape(ctx, r->archive, array, ndim, shape) ||
        !alf_stored_in_range(ctx, r->archive, array, item->low))
        return alf_ctx_status(ctx);
    return ALF_OK;
}

typedef struct {
    const char *name;
    bool        known;
} search;

static alf_status compare(void *user, const state_item *item)
{
    search *s = user;
    s->known = s->known || strcmp(s->name, item->name) == 0;
    return ALF_OK;
}

/* Names the array that is in the file but not in the trainer, if there is one. */
static alf_status check_strangers(const restoring *r)
{
    int64_t stored = 0;
    for (int64_t i = 0; i < alf_archive_count(r->archive); i++)
        stored += strncmp(alf_archive_at(r->archive, i)->name, PREFIX, strlen(PREFIX)) == 0;
    for (int64_t i = 0; stored != r->seen && i < alf_archive_count(r->archive); i++) {
        search s = {.name = alf_archive_at(r->archive, i)->name};
        if (strncmp(s.name, PREFIX, strlen(PREFIX)) != 0) continue;
        alf_status status = each_item(r->t, compare, &s);
        if (status == ALF_OK && !s.known)
            status = alf_fail(r->t->ctx, ALF_ERR_FORMAT, "%s: %s is not part of this training",
                              alf_archive_path(r->archive), s.name);
        if (status != ALF_OK) return status;
    }
    return ALF_OK;
}

/* The number of images follows from that of iterations; p is a probability. */
static alf_status check_values(const restoring *r)
{
    double iterations, images, p;
    alf_array_read_f64(alf_archive_find(r->archive, PREFIX "iterations"), 0, 1, &iterations);
    alf_array_read_f64(alf_archive_find(r->archive, PREFIX "images"), 0, 1, &images);
    if (iterations > 1e12 || images != iterations * r->t->options.batch)
        return alf_fail(r->t->ctx, ALF_ERR_FORMAT, "%s: %.0f images in %.0f iterations: expected batches of %d",
                        alf_archive_path(r->archive), images, iterations, r->t->options.batch);
    alf_array_read_f64(alf_archive_find(r->archive, PREFIX "augment_p"), 0, 1, &p);
    if (p > 1)
        return alf_fail(r->t->ctx, ALF_ERR_FORMAT, "%s: " PREFIX "augment_p is %g: expected 0 to 1",
                        alf_archive_path(r->archive), p);
    return ALF_OK;
}

static alf_status take(void *user, const state_item *item)
{
    restoring       *r = user;
    const alf_array *array = alf_archive_find(r->archive, item->name);
    if (item->tensor) return alf_stored_copy(r->t->ctx, array, item->tensor);
    memcpy(item->numbers, array->data, (size_t)item->count * alf_dtype_size(item->dtype));
    return ALF_OK;
}

alf_status alf_trainer_restore(alf_trainer *t, const alf_archive *archive)
{
    if (!archive) return alf_fail(t->ctx, ALF_ERR_ARGUMENT, "alf_trainer_restore: archive is NULL");
    restoring  r = {.t = t, .archive = archive};
    alf_status status = each_item(t, check, &r);
    if (status == ALF_OK) status = check_strangers(&r);
    if (status == ALF_OK) status = check_values(&r);
    if (status == ALF_OK) status = each_item(t, take, &r);
    return status == ALF_OK ? alf_trainer_reconnect(t, alf_archive_path(archive)) : status;
}
