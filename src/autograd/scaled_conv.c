/* The one convolution that all others are made of, and its gradients.
 *
 * y = d * conv(s * x, w) is linear in each of x, w, s and d; so is its weight gradient. The gradients of both are
 * therefore written with the same two operations, to any order. */
#include "autograd/layers.h"

static alf_tensor *weight_gradient(alf_ctx *ctx, const alf_conv *conv, alf_tensor *x, alf_tensor *dy,
                                   alf_tensor *in_scale, alf_tensor *out_scale);

static alf_conv adjoint_of(const alf_conv *c)
{
    alf_conv a = *c;
    a.in_ch = c->out_ch;
    a.in_h = c->out_h;
    a.in_w = c->out_w;
    a.out_ch = c->in_ch;
    a.out_h = c->in_h;
    a.out_w = c->in_w;
    a.transposed = !c->transposed;
    a.weight_io = !c->weight_io;
    return a;
}

/* sum over pixels of a * b: [N, C, h, w] twice -> [N, C] */
static alf_tensor *channel_products(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    alf_tensor *sum = alf_sum(ctx, alf_mul(ctx, a, b), 1u << 2 | 1u << 3);
    return alf_reshape(ctx, sum, 2, (int64_t[]){alf_tensor_dim(a, 0), alf_tensor_dim(a, 1)});
}

/* Four factors that <dy, d * conv(s * x, w)> is linear in. */
typedef struct {
    alf_tensor *x, *w, *s, *d, *dy;
} factors;

static alf_tensor *gradient_of_x(alf_ctx *ctx, const alf_conv *conv, factors f)
{
    const alf_conv adjoint = adjoint_of(conv);
    return alf_scaled_conv(ctx, &adjoint, f.dy, f.w, f.d, f.s);
}

static alf_tensor *gradient_of_s(alf_ctx *ctx, const alf_conv *conv, factors f)
{
    f.s = NULL;
    return channel_products(ctx, f.x, gradient_of_x(ctx, conv, f));
}

static alf_tensor *gradient_of_d(alf_ctx *ctx, const alf_conv *conv, factors f)
{
    return channel_products(ctx, f.dy, alf_scaled_conv(ctx, conv, f.x, f.w, f.s, NULL));
}

/* Inputs and saved tensors: x, w, s, d. */
static void conv_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const alf_conv *conv = node->attributes;
    const factors   f = {node->saved[0], node->saved[1], node->saved[2], node->saved[3], dy};
    if (alf_needs(node, 0)) dx[0] = gradient_of_x(ctx, conv, f);
    if (alf_needs(node, 1)) dx[1] = weight_gradient(ctx, conv, f.x, dy, f.s, f.d);
    if (alf_needs(node, 2)) dx[2] = gradient_of_s(ctx, conv, f);
    if (alf_needs(node, 3)) dx[3] = gradient_of_d(ctx, conv, f);
}

alf_tensor *alf_scaled_conv(alf_ctx *ctx, const alf_conv *conv, alf_tensor *x, alf_tensor *weight, alf_tensor *in_scale,
                            alf_tensor *out_scale)
{
    static const alf_op op = {.name = "convolution", .backward = conv_backward};
    if (!alf_op_input(ctx, "convolution: x", x) || !alf_op_input(ctx, "convolution: weight", weight) ||
        (in_scale && !alf_op_input(ctx, "convolution: in_scale", in_scale)) ||
        (out_scale && !alf_op_input(ctx, "convolution: out_scale", out_scale)))
        return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){conv->n, conv->out_ch, conv->out_h, conv->out_w});
    if (!y->ctx) return y;
    if (y->storage->backend->conv(ctx, conv, x->storage->data, weight->storage->data,
                                  in_scale ? in_scale->storage->data : NULL,
                                  out_scale ? out_scale->storage->data : NULL, y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return alf_record(ctx, y, &op,
                      &(alf_recording){.inputs = {x, weight, in_scale, out_scale},
                                       .saved = {x, weight, in_scale, out_scale},
                                       .attributes = conv,
                                       .size = sizeof *conv});
}

/* Inputs and saved tensors: x, dy, s, d. What comes in, g, takes the place of the weight. */
static void weight_gradient_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *g, alf_tensor *dx[])
{
    const alf_conv *conv = node->attributes;
    const factors   f = {node->saved[0], g, node->saved[2], node->saved[3], node->saved[1]};
    if (alf_needs(node, 0)) dx[0] = gradient_of_x(ctx, conv, f);
    if (alf_needs(node, 1)) dx[1] = alf_scaled_conv(ctx, conv, f.x, g, f.s, f.d);
    if (alf_needs(node, 2)) dx[2] = gradient_of_s(ctx, conv, f);
    if (alf_needs(node, 3)) dx[3] = gradient_of_d(ctx, conv, f);
}

static alf_tensor *weight_gradient(alf_ctx *ctx, const alf_conv *conv, alf_tensor *x, alf_tensor *dy,
                                   alf_tensor *in_scale, alf_tensor *out_scale)
{
    static const alf_op op = {.name = "convolution, weight gradient", .backward = weight_gradient_backward};
    const int64_t       first = conv->weight_io ? conv->in_ch : conv->out_ch;
    const int64_t       second = conv->weight_io ? conv->out_ch : conv->in_ch;
    if (!alf_op_input(ctx, "weight gradient: dy", dy)) return alf_failed_tensor();
    alf_tensor *dw = alf_tensor_new(ctx, 4, (int64_t[]){first, second, conv->kh, conv->kw});
    if (!dw->ctx) return dw;
    if (dw->storage->backend->conv_weight_gradient(
            ctx, conv, x->storage->data, dy->storage->data, in_scale ? in_scale->storage->data : NULL,
            out_scale ? out_scale->storage->data : NULL, dw->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return alf_record(ctx, dw, &op,
                      &(alf_recording){.inputs = {x, dy, in_scale, out_scale},
                                       .saved = {x, dy, in_scale, out_scale},
                                       .attributes = conv,
                                       .size = sizeof *conv});
}
