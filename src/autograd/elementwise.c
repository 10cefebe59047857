/* Elementwise operations with broadcasting, and their gradients. */

#include "autograd/tape.h"

/* --- two inputs -------------------------------------------------------------------------------------------------------- */

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

/* What a broadcasting operation remembers of its inputs. */
typedef struct {
    int     ndim[2];
    int64_t shape[2][ALF_MAX_DIMS];
} shapes;

static alf_tensor *to_input(alf_ctx *ctx, const alf_node *node, int input, alf_tensor *x)
{
    const shapes *s = node->attributes;
    return alf_sum_to(ctx, x, s->ndim[input], s->shape[input]);
}

static void add_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    for (int i = 0; i < 2; i++)
        if (alf_needs(node, i)) dx[i] = to_input(ctx, node, i, dy);
}

static void sub_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    if (alf_needs(node, 0)) dx[0] = to_input(ctx, node, 0, dy);
    if (alf_needs(node, 1)) dx[1] = to_input(ctx, node, 1, alf_scale_shift(ctx, dy, -1, 0));
}

static void mul_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    for (int i = 0; i < 2; i++)
        if (alf_needs(node, i)) dx[i] = to_input(ctx, node, i, alf_mul(ctx, dy, node->saved[1 - i]));
}

/* y = a / b: da = dy / b, db = -dy a / b^2 */
static void div_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    alf_tensor *da = alf_div(ctx, dy, node->saved[1]);
    if (alf_needs(node, 0)) dx[0] = to_input(ctx, node, 0, da);
    if (alf_needs(node, 1)) {
        alf_tensor *quotient = alf_div(ctx, node->saved[0], node->saved[1]);
        dx[1] = to_input(ctx, node, 1, alf_scale_shift(ctx, alf_mul(ctx, da, quotient), -1, 0));
    }
}

static const alf_op binary_ops[] = {[ALF_BINARY_ADD] = {.name = "alf_add", .backward = add_backward},
                                    [ALF_BINARY_SUB] = {.name = "alf_sub", .backward = sub_backward},
                                    [ALF_BINARY_MUL] = {.name = "alf_mul", .backward = mul_backward},
                                    [ALF_BINARY_DIV] = {.name = "alf_div", .backward = div_backward}};

static alf_tensor *binary(alf_ctx *ctx, alf_binary op, alf_tensor *a, alf_tensor *b)
{
    const char *name = binary_ops[op].name;
    alf_loops   loops;
    char        shape_a[ALF_SHAPE_TEXT], shape_b[ALF_SHAPE_TEXT];
    if (!alf_op_input(ctx, name, a) || !alf_op_input(ctx, name, b)) return alf_failed_tensor();
    if (!broadcast(a, b, &loops))
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "%s: shapes %s and %s do not broadcast", name,
                           alf_shape_text(a->ndim, a->shape, shape_a), alf_shape_text(b->ndim, b->shape, shape_b));
    alf_tensor *y = alf_tensor_new(ctx, loops.ndim, loops.size);
    if (!y->ctx) return y;
    y->storage->backend->binary(ctx, op, &loops, a->storage->data, b->storage->data, y->storage->data);

    shapes s = {.ndim = {a->ndim, b->ndim}};
    for (int d = 0; d < ALF_MAX_DIMS; d++) {
        s.shape[0][d] = a->shape[d];
        s.shape[1][d] = b->shape[d];
    }
    /* a is in the gradient of b alone, and b in both of a quotient */
    const bool linear = op == ALF_BINARY_ADD || op == ALF_BINARY_SUB;
    const bool save_a = !linear && alf_wants_gradient(ctx, b);
    const bool save_b = op == ALF_BINARY_DIV || (!linear && alf_wants_gradient(ctx, a));
    return alf_record(
        ctx, y, &binary_ops[op],
        &(alf_recording){
            .inputs = {a, b}, .saved = {save_a ? a : NULL, save_b ? b : NULL}, .attributes = &s, .size = sizeof s});
}

alf_tensor *alf_add(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, ALF_BINARY_ADD, a, b);
}

alf_tensor *alf_sub(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, ALF_BINARY_SUB, a, b);
}

alf_tensor *alf_mul(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, ALF_BINARY_MUL, a, b);
}

alf_tensor *alf_div(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    return binary(ctx, ALF_BINARY_DIV, a, b);
}

/* --- one input --------------------------------------------------------------------------------------------------------- */

typedef struct {
    double p, q;
} parameters;

static alf_tensor *unary(alf_ctx *ctx, alf_unary op, double p, double q, alf_tensor *x);

static void scale_shift_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const parameters *s = node->attributes;
    dx[0] = s->p == 1 ? dy : alf_scale_shift(ctx, dy, s->p, 0);
}

static void square_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    dx[0] = alf_scale_shift(ctx, alf_mul(ctx, dy, node->saved[0]), 2, 0);
}

static void sqrt_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    dx[0] = alf_scale_shift(ctx, alf_mul(ctx, dy, alf_rsqrt(ctx, node->saved[0])), 0.5, 0);
}

/* d x^(-1/2) = -1/2 x^(-3/2) */
static void rsqrt_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    alf_tensor *power = alf_div(ctx, alf_rsqrt(ctx, node->saved[0]), node->saved[0]);
    dx[0] = alf_scale_shift(ctx, alf_mul(ctx, dy, power), -0.5, 0);
}

static void softplus_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    dx[0] = alf_mul(ctx, dy, alf_sigmoid(ctx, node->saved[0]));
}

/* With s the sigmoid: ds = s(x) s(-x), which does not cancel for large x as s (1 - s) does. */
static void sigmoid_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    alf_tensor *x = node->saved[0], *mirrored = alf_sigmoid(ctx, alf_scale_shift(ctx, x, -1, 0));
    dx[0] = alf_mul(ctx, dy, alf_mul(ctx, alf_sigmoid(ctx, x), mirrored));
}

static void clamp_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const parameters *s = node->attributes;
    dx[0] = alf_mul(ctx, dy, unary(ctx, ALF_UNARY_INSIDE, s->p, s->q, alf_detach(ctx, node->saved[0])));
}

static const alf_op unary_ops[] = {
    [ALF_UNARY_SCALE_SHIFT] = {.name = "alf_scale_shift", .backward = scale_shift_backward},
    [ALF_UNARY_SQUARE] = {.name = "alf_square", .backward = square_backward},
    [ALF_UNARY_SQRT] = {.name = "alf_sqrt", .backward = sqrt_backward},
    [ALF_UNARY_RSQRT] = {.name = "alf_rsqrt", .backward = rsqrt_backward},
    [ALF_UNARY_SOFTPLUS] = {.name = "alf_softplus", .backward = softplus_backward},
    [ALF_UNARY_SIGMOID] = {.name = "alf_sigmoid", .backward = sigmoid_backward},
    [ALF_UNARY_CLAMP] = {.name = "alf_clamp", .backward = clamp_backward},
    [ALF_UNARY_INSIDE] = {.name = "inside"}}; /* of detached tensors only */

static alf_tensor *unary(alf_ctx *ctx, alf_unary op, double p, double q, alf_tensor *x)
{
    const parameters s = {p, q};
    if (!alf_op_input(ctx, unary_ops[op].name, x)) return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, x->ndim, x->shape);
    if (!y->ctx) return y;
    y->storage->backend->unary(ctx, op, p, q, x->count, x->storage->data, y->storage->data);
    return alf_record(
        ctx, y, &unary_ops[op],
        &(alf_recording){
            .inputs = {x}, .saved = {op == ALF_UNARY_SCALE_SHIFT ? NULL : x}, .attributes = &s, .size = sizeof s});
}

alf_tensor *alf_scale_shift(alf_ctx *ctx, alf_tensor *x, double scale, double shift)
{
    return unary(ctx, ALF_UNARY_SCALE_SHIFT, scale, shift, x);
}

alf_tensor *alf_square(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, ALF_UNARY_SQUARE, 0, 0, x);
}

alf_tensor *alf_sqrt(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, ALF_UNARY_SQRT, 0, 0, x);
}

alf_tensor *alf_rsqrt(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, ALF_UNARY_RSQRT, 0, 0, x);
}

alf_tensor *alf_softplus(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, ALF_UNARY_SOFTPLUS, 0, 0, x);
}

alf_tensor *alf_sigmoid(alf_ctx *ctx, alf_tensor *x)
{
    return unary(ctx, ALF_UNARY_SIGMOID, 0, 0, x);
}

alf_tensor *alf_clamp(alf_ctx *ctx, alf_tensor *x, double low, double high)
{
    if (!(low <= high)) return alf_op_fail(ctx, ALF_ERR_RANGE, "alf_clamp: bounds %g and %g", low, high);
    return unary(ctx, ALF_UNARY_CLAMP, low, high, x);
}
