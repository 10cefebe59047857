/* Operations that move elements without changing them. */
#include <string.h>

#include "autograd/tape.h"

/* What operations here remember: the shape of their input, and where along which dimension. */
typedef struct {
    int     ndim;
    int64_t shape[ALF_MAX_DIMS];
    int     dim;
    int64_t first;
} origin;

static origin origin_of(const alf_tensor *x, int dim, int64_t first)
{
    origin o = {.ndim = x->ndim, .dim = dim, .first = first};
    memcpy(o.shape, x->shape, sizeof o.shape);
    return o;
}

static void reshape_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const origin *o = node->attributes;
    dx[0] = alf_reshape(ctx, dy, o->ndim, o->shape);
}

alf_tensor *alf_reshape(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[])
{
    char from[ALF_SHAPE_TEXT], to[ALF_SHAPE_TEXT];
    if (!alf_op_input(ctx, "alf_reshape: x", x) || !alf_op_given(ctx, "alf_reshape: shape", shape))
        return alf_failed_tensor();
    int64_t count = ndim >= 1 && ndim <= ALF_MAX_DIMS ? 1 : 0;
    for (int i = 0; count && i < ndim; i++)
        if (shape[i] < 1 || !alf_mul_i64(count, shape[i], &count)) count = 0;
    if (count != x->count)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_reshape: %s does not fit into %s",
                           alf_shape_text(x->ndim, x->shape, from),
                           alf_shape_text(ndim > ALF_MAX_DIMS ? ALF_MAX_DIMS : ndim, shape, to));
    static const alf_op op = {.name = "alf_reshape", .backward = reshape_backward};
    const origin        o = origin_of(x, 0, 0);
    return alf_record(ctx, alf_tensor_view(ctx, x, ndim, shape), &op,
                      &(alf_recording){.inputs = {x}, .attributes = &o, .size = sizeof o});
}

/* Row-major strides of a shape. */
static void strides_of(int ndim, const int64_t shape[], int64_t stride[])
{
    int64_t step = 1;
    for (int d = ndim - 1; d >= 0; d--) {
        stride[d] = step;
        step *= shape[d];
    }
}

static void slice_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const origin *o = node->attributes;
    dx[0] = alf_embed(ctx, dy, o->dim, o->first, o->shape[o->dim]);
}

alf_tensor *alf_slice(alf_ctx *ctx, alf_tensor *x, int dim, int64_t first, int64_t count)
{
    if (!alf_op_input(ctx, "alf_slice: x", x)) return alf_failed_tensor();
    if (dim < 0 || dim >= x->ndim || first < 0 || count < 1 || count > x->shape[dim] - first)
        return alf_op_fail(ctx, ALF_ERR_RANGE, "alf_slice: %lld elements from %lld on of dimension %d, size %lld",
                           (long long)count, (long long)first, dim, (long long)alf_tensor_dim(x, dim));
    if (count == x->shape[dim]) return x;
    alf_loops loops = {.ndim = x->ndim};
    memcpy(loops.size, x->shape, sizeof loops.size);
    strides_of(x->ndim, x->shape, loops.stride_a);
    loops.size[dim] = count;
    alf_tensor *y = alf_tensor_new(ctx, x->ndim, loops.size);
    if (!y->ctx) return y;
    size_t      size = alf_dtype_size(y->storage->backend->dtype);
    const char *start = (const char *)x->storage->data + (size_t)(first * loops.stride_a[dim]) * size;
    y->storage->backend->gather(ctx, &loops, start, y->storage->data);

    static const alf_op op = {.name = "alf_slice", .backward = slice_backward};
    const origin        o = origin_of(x, dim, first);
    return alf_record(ctx, y, &op, &(alf_recording){.inputs = {x}, .attributes = &o, .size = sizeof o});
}

/* Zeros, x, zeros. */
alf_tensor *alf_embed(alf_ctx *ctx, alf_tensor *x, int dim, int64_t first, int64_t total)
{
    if (!alf_op_input(ctx, "alf_embed: x", x)) return alf_failed_tensor();
    int64_t     shape[ALF_MAX_DIMS], after = total - first - x->shape[dim];
    alf_tensor *y = x;
    memcpy(shape, x->shape, sizeof shape);
    if (first > 0) {
        shape[dim] = first;
        y = alf_concat(ctx, alf_tensor_full(ctx, x->ndim, shape, 0), y, dim);
    }
    if (after > 0) {
        shape[dim] = after;
        y = alf_concat(ctx, y, alf_tensor_full(ctx, x->ndim, shape, 0), dim);
    }
    return y;
}

static void expand_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const origin *o = node->attributes;
    dx[0] = alf_sum_to(ctx, dy, o->ndim, o->shape);
}

alf_tensor *alf_expand(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[])
{
    char from[ALF_SHAPE_TEXT], to[ALF_SHAPE_TEXT];
    if (!alf_op_input(ctx, "alf_expand: x", x) || !alf_op_given(ctx, "alf_expand: shape", shape))
        return alf_failed_tensor();
    if (ndim < x->ndim || ndim > ALF_MAX_DIMS)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_expand: from %d to %d dimensions", x->ndim, ndim);
    int64_t   stride[ALF_MAX_DIMS];
    alf_loops loops = {.ndim = ndim};
    strides_of(x->ndim, x->shape, stride);
    for (int d = ndim - 1, i = x->ndim - 1; d >= 0; d--, i--) {
        if (i >= 0 && x->shape[i] != 1 && x->shape[i] != shape[d])
            return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_expand: %s does not expand to %s",
                               alf_shape_text(x->ndim, x->shape, from), alf_shape_text(ndim, shape, to));
        loops.size[d] = shape[d];
        loops.stride_a[d] = i >= 0 && x->shape[i] != 1 ? stride[i] : 0;
    }
    alf_tensor *y = alf_tensor_new(ctx, ndim, shape);
    if (y->ctx) y->storage->backend->gather(ctx, &loops, x->storage->data, y->storage->data);

    static const alf_op op = {.name = "alf_expand", .backward = expand_backward};
    const origin        o = origin_of(x, 0, 0);
    return alf_record(ctx, y, &op, &(alf_recording){.inputs = {x}, .attributes = &o, .size = sizeof o});
}

/* The attribute is the origin of a; the rest of dy belongs to b. */
static void concat_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const origin *o = node->attributes;
    const int64_t first = o->shape[o->dim];
    if (alf_needs(node, 0)) dx[0] = alf_slice(ctx, dy, o->dim, 0, first);
    if (alf_needs(node, 1)) dx[1] = alf_slice(ctx, dy, o->dim, first, alf_tensor_dim(dy, o->dim) - first);
}

alf_tensor *alf_concat(alf_ctx *ctx, alf_tensor *a, alf_tensor *b, int dim)
{
    char shape_a[ALF_SHAPE_TEXT], shape_b[ALF_SHAPE_TEXT];
    if (!alf_op_input(ctx, "alf_concat: a", a) || !alf_op_input(ctx, "alf_concat: b", b)) return alf_failed_tensor();
    bool fits = a->ndim == b->ndim && dim >= 0 && dim < a->ndim;
    for (int d = 0; fits && d < a->ndim; d++) fits = d == dim || a->shape[d] == b->shape[d];
    if (!fits)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_concat: %s and %s along dimension %d",
                           alf_shape_text(a->ndim, a->shape, shape_a), alf_shape_text(b->ndim, b->shape, shape_b), dim);
    int64_t shape[ALF_MAX_DIMS], outer = 1, inner_a = 1, inner_b = 1;
    memcpy(shape, a->shape, sizeof shape);
    shape[dim] += b->shape[dim];
    for (int d = 0; d < dim; d++) outer *= a->shape[d];
    for (int d = dim; d < a->ndim; d++) {
        inner_a *= a->shape[d];
        inner_b *= b->shape[d];
    }
    alf_tensor *y = alf_tensor_new(ctx, a->ndim, shape);
    if (!y->ctx) return y;
    const alf_backend *backend = y->storage->backend;
    size_t             size = alf_dtype_size(backend->dtype);
    alf_loops          run_a = {1, {inner_a}, {1}, {0}}, run_b = {1, {inner_b}, {1}, {0}};
    for (int64_t i = 0; i < outer; i++) {
        char *to = (char *)y->storage->data + (size_t)(i * (inner_a + inner_b)) * size;
        backend->gather(ctx, &run_a, (const char *)a->storage->data + (size_t)(i * inner_a) * size, to);
        backend->gather(ctx, &run_b, (const char *)b->storage->data + (size_t)(i * inner_b) * size,
                        to + (size_t)inner_a * size);
    }

    static const alf_op op = {.name = "alf_concat", .backward = concat_backward};
    const origin        o = origin_of(a, dim, 0);
    return alf_record(ctx, y, &op, &(alf_recording){.inputs = {a, b}, .attributes = &o, .size = sizeof o});
}
