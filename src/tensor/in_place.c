/* Changing tensors in place, which training does and no operation may; and what makes its gradients finite. */
#include "core/core.h"
#include "tensor/tensor.h"

/* True when the context is without error and both have the same number of elements. */
static bool match(alf_ctx *ctx, const char *name, const alf_tensor *x, const alf_tensor *y)
{
    if (alf_ctx_status(ctx) != ALF_OK || !alf_op_input(ctx, name, x) || !alf_op_input(ctx, name, y)) return false;
    if (x->count == y->count) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: tensors of %lld and %lld elements", name, (long long)x->count,
             (long long)y->count);
    return false;
}

void alf_tensor_lerp(alf_ctx *ctx, alf_tensor *x, const alf_tensor *y, double t)
{
    if (!match(ctx, "alf_tensor_lerp", x, y) || x->storage == y->storage) return;
    x->storage->backend->lerp(ctx, x->count, t, y->storage->data, x->storage->data);
    alf_storage_changed(x->storage);
}

void alf_tensor_adam(alf_ctx *ctx, alf_tensor *x, alf_tensor *m, alf_tensor *v, const alf_tensor *gradient,
                     const alf_adam_step *step)
{
    const char *name = "alf_tensor_adam";
    if (!match(ctx, name, x, m) || !match(ctx, name, x, v) || !match(ctx, name, x, gradient)) return;
    x->storage->backend->adam(ctx, x->count, step, gradient->storage->data, m->storage->data, v->storage->data,
                              x->storage->data);
    alf_storage_changed(x->storage);
}

alf_tensor *alf_tensor_finite(alf_ctx *ctx, alf_tensor *x, double limit)
{
    if (!alf_op_input(ctx, "alf_tensor_finite: x", x)) return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, x->ndim, x->shape);
    if (y->ctx)
        y->storage->backend->unary(ctx, ALF_UNARY_FINITE, limit, 0, x->count, x->storage->data, y->storage->data);
    return y;
}
