/* Forms of weights: a short list per weight, each form in one block of memory behind its key, and all that a context
 * keeps in one list more. */
#include "tensor/derived.h"

#include "core/core.h"

struct alf_derived {
    alf_derived     *next, **list;  /* of the same weight */
    alf_derived     *older, *newer; /* of the same context */
    alf_ctx         *ctx;
    alf_derived_kind kind;
    alf_conv         conv;
    int64_t          count;
    int              users;
    float           *form;
};

/* Are weights of both used in the same way? Where phases see taps of their own, padding tells which. */
static bool same_use(const alf_conv *a, const alf_conv *b)
{
    const bool phases = a->transposed && a->stride > 1;
    return a->out_ch == b->out_ch && a->in_ch == b->in_ch && a->kh == b->kh && a->kw == b->kw &&
           a->stride == b->stride && a->transposed == b->transposed && a->weight_io == b->weight_io &&
           a->flip == b->flip && (!phases || (a->pad_y == b->pad_y && a->pad_x == b->pad_x));
}

/* --- lists ---------------------------------------------------------------------------------------------------------- */

static void enlist(alf_derived *made)
{
    alf_ctx_extension *extension = alf_ctx_tensor_extension(made->ctx);
    made->next = *made->list;
    *made->list = made;
    made->older = extension->kept;
    if (made->older) made->older->newer = made;
    extension->kept = made;
}

static void release(alf_derived *old)
{
    alf_derived **place = old->list;
    while (*place != old) place = &(*place)->next;
    *place = old->next;
    if (old->older) old->older->newer = old->newer;
    if (old->newer)
        old->newer->older = old->older;
    else
        alf_ctx_tensor_extension(old->ctx)->kept = old->older;
    alf_mem_free(old->form);
    alf_mem_free(old);
}

/* Releases the newest form that nobody uses. */
static bool give_up(void *newest)
{
    alf_derived *d = newest;
    while (d && d->users > 0) d = d->older;
    if (d) release(d);
    return d != NULL;
}

/* --- forms ---------------------------------------------------------------------------------------------------------- */

static alf_derived *find(alf_derived *list, alf_derived_kind kind, const alf_conv *conv, int64_t count)
{
    for (alf_derived *d = list; d; d = d->next)
        if (d->kind == kind && d->count == count && same_use(&d->conv, conv)) return d;
    return NULL;
}

static void drop_other_kinds(alf_derived *list, alf_derived_kind kind, const alf_conv *conv)
{
    for (alf_derived *d = list, *next; d; d = next) {
        next = d->next;
        if (d->kind != kind && d->users == 0 && same_use(&d->conv, conv)) release(d);
    }
}

static alf_derived *make(alf_ctx *ctx, alf_derived **list, alf_derived_kind kind, const alf_conv *conv, int64_t count)
{
    alf_ctx_tensor_extension(ctx)->give_up = give_up;
    drop_other_kinds(*list, kind, conv);
    alf_derived *made = alf_mem_alloc(ctx, 1, sizeof *made);
    if (!made) return NULL;
    *made = (alf_derived){.list = list, .ctx = ctx, .kind = kind, .conv = *conv, .count = count};
    if (!(made->form = alf_mem_alloc(ctx, (size_t)count, sizeof(float)))) {
        alf_mem_free(made);
        return NULL;
    }
    enlist(made);
    return made;
}

float *alf_derived_take(alf_ctx *ctx, const alf_weight *w, alf_derived_kind kind, const alf_conv *conv, int64_t count,
                        bool *fresh)
{
    *fresh = true;
    if (!w->derived) return alf_mem_alloc(ctx, (size_t)count, sizeof(float));

    alf_derived *found = find(*w->derived, kind, conv, count);
    *fresh = !found;
    if (!found && !(found = make(ctx, w->derived, kind, conv, count))) return NULL;
    found->users++;
    return found->form;
}

void alf_derived_return(const alf_weight *w, float *form)
{
    if (!w->derived) {
        alf_mem_free(form);
        return;
    }
    for (alf_derived *d = *w->derived; d; d = d->next)
        if (d->form == form) d->users--;
}

void alf_derived_free(alf_derived **list)
{
    while (*list) release(*list);
}
