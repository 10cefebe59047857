/* Elementwise operations with broadcasting, and reductions. */
#include <math.h>

#include "tensor/tensor.h"

/* Fills the loops for two inputs broadcast against each other and the shape of the result; false when they do not fit. */
static bool broadcast(const alf_tensor *a, const alf_tensor *b, alf_loops *loops)
{
    int     ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    int64_t stride_a = 1, stride_b = 1;
    loops->ndim = ndim;
    for (int d = ndim - 1, i = a->ndim - 1, j = b->ndim - 1; d >= 0; d--, i--, j--) {
        int64_t size_a = i >= 0 ? a->shape[i] : 1, size_b = j >= 0 ? b->shape[j] : 1;
        if (size_a != size_b && size_a != 1 && size_b != 1) return false;
        loops->size[d] = size_a > size_b ? size_a : size_b;
        loops->stride_a[d] = size_a == 1 ? 0 : stride_a;
        loops->stride_b[d] = size_b == 1 ? 0 : stride_b;
        stride_a *= size_a;
        stride_b *= size_b;
    }
    return true;
}

static alf_tensor *binary(alf_ctx *ctx, const char *name, alf_binary op, alf_tensor *a, alf_tensor *b)
{
    alf_loops loops;
    char      shape_a[ALF_SHAPE_TEXT], shape_b[ALF_SHAPE_TEXT];
    if (!alf_op_input(ctx, name, a) || !alf_op_input(ctx, name, b)) return alf_failed_tensor();
    if (!broadcast(a, b, &loops))
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "%s: shapes %s and %s do not broadcast", name,
                           alf_shape_text(a->ndim, a->shape, shape_a), alf_shape_text(b->ndim, b->shape, shape_b));
    alf_tensor *y = alf_tensor_new(ctx, loops.ndim, loops.size);
    if (y->ctx) y->storage->backend->binary(ctx, op, &loops, a->storage->data, b->storage->data, y->storage->data);
    return y;
}

static alf_tensor *unary(alf_ctx *ctx, const char *name, alf_unary op, double p, double q, alf_tensor *x)
{
    if (!alf_op_input(ctx, name, x)) return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, x->ndim, x->shape);
    if (y->ctx) y->storage->backend->unary(ctx, op, p, q, x->count, x->storage->data, y->storage->data);
    return y;
}

alf_tensor *alf_add(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, "alf_add", ALF_BINARY_ADD, a, b);
}

alf_tensor *alf_sub(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, "alf_sub", ALF_BINARY_SUB, a, b);
}

alf_tensor *alf_mul(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, "alf_mul", ALF_BINARY_MUL, a, b);
}

alf_tensor *alf_div(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, "alf_div", ALF_BINARY_DIV, a, b);
}

alf_tensor *alf_scale_shift(alf_ctx *ctx, alf_tensor *x, double scale, double shift)
{
    return unary(ctx, "alf_scale_shift", ALF_UNARY_SCALE_SHIFT, scale, shift, x);
}

alf_tensor *alf_square(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, "alf_square", ALF_UNARY_SQUARE, 0, 0, x);
}

alf_tensor *alf_sqrt(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, "alf_sqrt", ALF_UNARY_SQRT, 0, 0, x);
}

alf_tensor *alf_rsqrt(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, "alf_rsqrt", ALF_UNARY_RSQRT, 0, 0, x);
}

alf_tensor *alf_clamp(alf_ctx *ctx, alf_tensor *x, double low, double high)
{
    if (!(low <= high)) return alf_op_fail(ctx, ALF_ERR_RANGE, "alf_clamp: bounds %g and %g", low, high);
    return unary(ctx, "alf_clamp", ALF_UNARY_CLAMP, low, high, x);
}

static alf_tensor *reduce(alf_ctx *ctx, const char *name, alf_tensor *x, unsigned dims, bool mean)
{
    if (!alf_op_input(ctx, name, x)) return alf_failed_tensor();
    if (dims == 0 || dims >= 1u << x->ndim)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "%s: dimensions 0x%x of a tensor with %d", name, dims, x->ndim);
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
    if (y->ctx)
        y->storage->backend->reduce(ctx, &loops, mean ? 1.0 / (double)reduced : 1.0, x->storage->data, y->count,
                                    y->storage->data);
    return y;
}

alf_tensor *alf_mean(alf_ctx *ctx, alf_tensor *x, unsigned dims)
{
    return reduce(ctx, "alf_mean", x, dims, true);
}

alf_tensor *alf_sum(alf_ctx *ctx, alf_tensor *x, unsigned dims)
{
    return reduce(ctx, "alf_sum", x, dims, false);
}

alf_tensor *alf_normalize_second_moment(alf_ctx *ctx, alf_tensor *x)
{
    if (!alf_op_input_ndim(ctx, "alf_normalize_second_moment: x", x, 2)) return alf_failed_tensor();
    alf_tensor *power = alf_mean(ctx, alf_square(ctx, x), 1u << 1); /* [N, 1] */
    return alf_mul(ctx, x, alf_rsqrt(ctx, alf_scale_shift(ctx, power, 1, 1e-8)));
}
