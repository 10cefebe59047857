/* Forms of weights: a short list per weight, each form in one block of memory behind its key. */
#include "tensor/derived.h"

#include "core/core.h"

struct alf_derived {
    alf_derived     *next;
    alf_derived_kind kind;
    alf_isa          isa; /* panels are as wide as vectors */
    alf_conv         conv;
    int64_t          count;
    float           *form;
};

/* Are weights of both used in the same way? */
static bool same_use(const alf_conv *a, const alf_conv *b)
{
    return a->out_ch == b->out_ch && a->in_ch == b->in_ch && a->kh == b->kh && a->kw == b->kw &&
           a->stride == b->stride && a->pad_y == b->pad_y && a->pad_x == b->pad_x && a->transposed == b->transposed &&
           a->weight_io == b->weight_io && a->flip == b->flip;
}

static alf_derived *find(const alf_ctx *ctx, alf_derived *list, alf_derived_kind kind, const alf_conv *conv,
                         int64_t count)
{
    for (alf_derived *d = list; d; d = d->next)
        if (d->kind == kind && d->isa == alf_ctx_isa(ctx) && d->count == count && same_use(&d->conv, conv)) return d;
    return NULL;
}

float *alf_derived_take(alf_ctx *ctx, const alf_weight *w, alf_derived_kind kind, const alf_conv *conv, int64_t count,
                        bool *fresh)
{
    *fresh = true;
    if (!w->derived) return alf_mem_alloc(ctx, (size_t)count, sizeof(float));

    alf_derived *found = find(ctx, *w->derived, kind, conv, count);
    *fresh = !found;
    if (found) return found->form;

    alf_derived *made = alf_mem_alloc(ctx, 1, sizeof *made);
    if (!made) return NULL;
    *made = (alf_derived){*w->derived, kind, alf_ctx_isa(ctx), *conv, count, NULL};
    if (!(made->form = alf_mem_alloc(ctx, (size_t)count, sizeof(float)))) {
        alf_mem_free(made);
        return NULL;
    }
    *w->derived = made;
    return made->form;
}

void alf_derived_return(const alf_weight *w, float *form)
{
    if (!w->derived) alf_mem_free(form);
}

void alf_derived_free(alf_derived **list)
{
    while (*list) {
        alf_derived *first = *list;
        *list = first->next;
        alf_mem_free(first->form);
        alf_mem_free(first);
    }
}
