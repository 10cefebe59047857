/* Sums and means over dimensions, and what is built on them. */
#include <string.h>

#include "autograd/tape.h"

typedef struct {
    int     ndim;
    int64_t shape[ALF_MAX_DIMS];
    double  scale;
} reduction;

static void reduce_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const reduction *r = node->attributes;
    if (r->scale != 1) dy = alf_scale_shift(ctx, dy, r->scale, 0);
    dx[0] = alf_expand(ctx, dy, r->ndim, r->shape);
}

static alf_tensor *reduce(alf_ctx *ctx, const alf_op *op, alf_tensor *x, unsigned dims, bool mean)
{
    if (!alf_op_input(ctx, op->name, x)) return alf_failed_tensor();
    if (dims == 0 || dims >= 1u << x->ndim)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "%s: dimensions 0x%x of a tensor with %d", op->name, dims, x->ndim);
    alf_loops loops = {.ndim = x->ndim};
    int64_t   stride_x = 1, stride_y = 1, reduced = 1, shape[ALF_MAX_DIMS];
    for (int d = x->ndim - 1; d >= 0; d--) {
        bool gone = dims >> d & 1;
        shape[d] = gone ? 1 : x->shape[d];
        loops.size[d] = x->shape[d];
        loops.stride_a[d] = stride_x;
        loops.stride_b[d] = gone ? 0 : stride_y;
        stride_x *= x->shape[d];
        stride_y *= shape[d];
        if (gone) reduced *= x->shape[d];
    }
    alf_tensor *y = alf_tensor_new(ctx, x->ndim, shape);
    if (!y->ctx) return y;
    reduction r = {.ndim = x->ndim, .scale = mean ? 1.0 / (double)reduced : 1.0};
    memcpy(r.shape, x->shape, sizeof r.shape);
    y->storage->backend->reduce(ctx, &loops, r.scale, x->storage->data, y->count, y->storage->data);
    return alf_record(ctx, y, op, &(alf_recording){.inputs = {x}, .attributes = &r, .size = sizeof r});
}

alf_tensor *alf_mean(alf_ctx *ctx, alf_tensor *x, unsigned dims)
{
    static const alf_op op = {.name = "alf_mean", .backward = reduce_backward};
    return reduce(ctx, &op, x, dims, true);
}

alf_tensor *alf_sum(alf_ctx *ctx, alf_tensor *x, unsigned dims)
{
    static const alf_op op = {.name = "alf_sum", .backward = reduce_backward};
    return reduce(ctx, &op, x, dims, false);
}

alf_tensor *alf_sum_to(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[])
{
    unsigned dims = 0;
    if (!alf_op_input(ctx, "alf_sum_to: x", x)) return alf_failed_tensor();
    for (int d = 0; d < x->ndim; d++) {
        int at = d - (x->ndim - ndim); /* where this dimension stands in the shape */
        if ((at < 0 || shape[at] == 1) && x->shape[d] != 1) dims |= 1u << d;
    }
    if (dims) x = alf_sum(ctx, x, dims);
    return x->ctx && x->ndim != ndim ? alf_reshape(ctx, x, ndim, shape) : x;
}

alf_tensor *alf_normalize_second_moment(alf_ctx *ctx, alf_tensor *x)
{
    if (!alf_op_input_ndim(ctx, "alf_normalize_second_moment: x", x, 2)) return alf_failed_tensor();
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *power = alf_mean(ctx, alf_square(ctx, x), 1u << 1); /* [N, 1] */
    return alf_scope_close(scope, alf_mul(ctx, x, alf_rsqrt(ctx, alf_scale_shift(ctx, power, 1, 1e-8))));
}
