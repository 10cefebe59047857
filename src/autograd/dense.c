/* Matrix products and activations. */

#include "autograd/layers.h"

/* --- matrices ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    bool   transpose_a, transpose_b;
    double alpha;
} product;

/* With A = op(a), B = op(b), y = alpha A B: dA = alpha dy B^T, dB = alpha A^T dy, each transposed as it is stored. */
static void matmul_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const product *p = node->attributes;
    const bool     ta = p->transpose_a, tb = p->transpose_b;
    alf_tensor    *a = node->saved[0], *b = node->saved[1];
    if (alf_needs(node, 0))
        dx[0] = ta ? alf_matmul(ctx, b, tb, dy, true, p->alpha) : alf_matmul(ctx, dy, false, b, !tb, p->alpha);
    if (alf_needs(node, 1))
        dx[1] = tb ? alf_matmul(ctx, dy, true, a, ta, p->alpha) : alf_matmul(ctx, a, !ta, dy, false, p->alpha);
}

static const alf_op matmul_op = {.name = "alf_matmul", .backward = matmul_backward};

alf_tensor *alf_matmul(alf_ctx *ctx, alf_tensor *a, bool transpose_a, alf_tensor *b, bool transpose_b, double alpha)
{
    char shape_a[ALF_SHAPE_TEXT], shape_b[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(ctx, "alf_matmul: a", a, 2) || !alf_op_input_ndim(ctx, "alf_matmul: b", b, 2))
        return alf_failed_tensor();
    int64_t m = a->shape[transpose_a ? 1 : 0], k = a->shape[transpose_a ? 0 : 1];
    int64_t n = b->shape[transpose_b ? 0 : 1], k_b = b->shape[transpose_b ? 1 : 0];
    if (k != k_b)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_matmul: %s%s times %s%s: inner sizes %lld and %lld differ",
                           alf_shape_text(2, a->shape, shape_a), transpose_a ? "^T" : "",
                           alf_shape_text(2, b->shape, shape_b), transpose_b ? "^T" : "", (long long)k, (long long)k_b);
    alf_tensor *y = alf_tensor_new(ctx, 2, (int64_t[]){m, n});
    if (!y->ctx) return y;
    if (y->storage->backend->gemm(ctx, transpose_a, transpose_b, m, n, k, alpha, a->storage->data, b->storage->data,
                                  y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    const product p = {transpose_a, transpose_b, alpha};
    return alf_record(ctx, y, &matmul_op,
                      &(alf_recording){.inputs = {a, b}, .saved = {a, b}, .attributes = &p, .size = sizeof p});
}

/* --- activations ------------------------------------------------------------------------------------------------------- */

typedef struct {
    double slope, gain, limit;
} activation;

static alf_tensor *act_gradient(alf_ctx *ctx, alf_tensor *dy, alf_tensor *y, const activation *a);

/* The slope is constant between kinks, so the gradient is linear in dy and its own gradient is the same operation. */
static void act_gradient_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    dx[0] = act_gradient(ctx, dy, node->saved[0], node->attributes);
}

static const alf_op act_gradient_op = {.name = "bias_act gradient", .backward = act_gradient_backward};

static alf_tensor *act_gradient(alf_ctx *ctx, alf_tensor *dy, alf_tensor *y, const activation *a)
{
    if (!alf_op_input(ctx, "bias_act gradient", dy)) return alf_failed_tensor();
    alf_tensor *dx = alf_tensor_new(ctx, dy->ndim, dy->shape);
    if (!dx->ctx) return dx;
    dx->storage->backend->act_gradient(ctx, dy->count, dy->storage->data, y->storage->data, a->slope, a->gain, a->limit,
                                       dx->storage->data);
    return alf_record(ctx, dx, &act_gradient_op,
                      &(alf_recording){.inputs = {dy}, .saved = {y}, .attributes = a, .size = sizeof *a});
}

alf_tensor *alf_bias_gradient(alf_ctx *ctx, alf_tensor *dx)
{
    if (!alf_op_input(ctx, "bias gradient", dx)) return alf_failed_tensor();
    unsigned    all = (1u << dx->ndim) - 1, channels = 1u << 1;
    alf_tensor *sum = alf_sum(ctx, dx, all & ~channels);
    return alf_reshape(ctx, sum, 1, (int64_t[]){alf_tensor_dim(dx, 1)});
}

static void bias_act_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    alf_tensor *through = act_gradient(ctx, dy, node->saved[0], node->attributes);
    dx[0] = through;
    if (alf_needs(node, 1)) dx[1] = alf_bias_gradient(ctx, through);
}

static const alf_op bias_act_op = {.name = "alf_bias_act", .backward = bias_act_backward};

/* True when bias is absent or [C] for x [N, C, ...]. */
bool alf_bias_fits(alf_ctx *ctx, const char *name, const alf_tensor *x, const alf_tensor *bias)
{
    char shape_x[ALF_SHAPE_TEXT], shape_b[ALF_SHAPE_TEXT];
    if (!bias) return true;
    if (!alf_op_input(ctx, name, bias)) return false;
    if (bias->ndim == 1 && x->ndim >= 2 && bias->shape[0] == x->shape[1]) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: bias of shape %s for x of shape %s", name,
             alf_shape_text(bias->ndim, bias->shape, shape_b), alf_shape_text(x->ndim, x->shape, shape_x));
    return false;
}

alf_tensor *alf_bias_act(alf_ctx *ctx, alf_tensor *x, alf_tensor *bias, double slope, double gain, double limit)
{
    if (!alf_op_input(ctx, "alf_bias_act: x", x) || !alf_bias_fits(ctx, "alf_bias_act", x, bias))
        return alf_failed_tensor();
    if (!(slope >= 0 && gain > 0 && limit >= 0)) /* the gradient is told from the sign of the output */
        return alf_op_fail(ctx, ALF_ERR_RANGE,
                           "alf_bias_act: slope %g, gain %g, limit %g: expected 0 or more, above 0, 0 or more", slope,
                           gain, limit);
    int64_t     c = x->ndim >= 2 ? x->shape[1] : 1;
    alf_tensor *y = alf_tensor_new(ctx, x->ndim, x->shape);
    if (!y->ctx) return y;
    y->storage->backend->bias_act(ctx, x->shape[0], c, x->count / (x->shape[0] * c), x->storage->data,
                                  bias ? bias->storage->data : NULL, slope, gain, limit, y->storage->data);
    if (!alf_wants_gradient(ctx, x) && !alf_wants_gradient(ctx, bias)) return y;
    const activation a = {slope, gain, limit};
    alf_tensor      *seen = alf_detach(ctx, y); /* y itself would keep its own record alive */
    if (!seen->ctx) return seen;
    return alf_record(ctx, y, &bias_act_op,
                      &(alf_recording){.inputs = {x, bias}, .saved = {seen}, .attributes = &a, .size = sizeof a});
}
