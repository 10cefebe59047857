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

/* One factor for each channel of each sample, [N, C], to go with images. */
static alf_tensor *for_images(alf_ctx *ctx, alf_tensor *scale)
{
    return alf_reshape(ctx, scale, 4, (int64_t[]){alf_tensor_dim(scale, 0), alf_tensor_dim(scale, 1), 1, 1});
}

static void products_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *g, alf_tensor *dx[])
{
    for (int i = 0; i < 2; i++)
        if (alf_needs(node, i)) dx[i] = alf_mul(ctx, node->saved[1 - i], for_images(ctx, g));
}

/* sum over pixels of a * b: [N, C, h, w] twice -> [N, C] */
static alf_tensor *channel_products(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
{
    static const alf_op op = {.name = "channel products", .backward = products_backward};
    if (!alf_op_input_ndim(ctx, op.name, a, 4) || !alf_op_input_ndim(ctx, op.name, b, 4)) return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, 2, a->shape);
    if (!y->ctx) return y;
    y->storage->backend->dot_rows(ctx, y->count, a->count / y->count, a->storage->data, b->storage->data,
                                  y->storage->data);
    return alf_record(ctx, y, &op, &(alf_recording){.inputs = {a, b}, .saved = {a, b}});
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

/* The gradients along x and s share a convolution when both are asked for. */
static void gradients_of_input(alf_ctx *ctx, const alf_conv *conv, factors f, bool x_needed, bool s_needed,
                               alf_tensor **dx, alf_tensor **ds)
{
    alf_tensor *s = f.s;
    if (!s_needed) {
        if (x_needed) *dx = gradient_of_x(ctx, conv, f);
        return;
    }
    f.s = NULL;
    alf_tensor *unscaled = gradient_of_x(ctx, conv, f);
    *ds = channel_products(ctx, f.x, unscaled);
    if (x_needed) *dx = alf_mul(ctx, unscaled, for_images(ctx, s));
}

/* The convolution is not kept for this: it would be as large as all that is. */
static alf_tensor *gradient_of_d(alf_ctx *ctx, const alf_conv *conv, factors f)
{
    alf_scope *scope = alf_scope_open(ctx);
    return alf_scope_close(scope, channel_products(ctx, f.dy, alf_scaled_conv(ctx, conv, f.x, f.w, f.s, NULL)));
}

/* Inputs and saved tensors: x (only where others than x need it), w, s, d. */
static void conv_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const alf_conv *conv = node->attributes;
    const factors   f = {node->saved[0], node->saved[1], node->saved[2], node->saved[3], dy};
    if (alf_needs(node, 3)) dx[3] = gradient_of_d(ctx, conv, f);
    if (alf_needs(node, 1)) dx[1] = weight_gradient(ctx, conv, f.x, dy, f.s, f.d);
    gradients_of_input(ctx, conv, f, alf_needs(node, 0), alf_needs(node, 2), &dx[0], &dx[2]);
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
    const alf_weight w = alf_tensor_weight(weight);
    if (y->storage->backend->conv(ctx, conv, x->storage->data, &w, in_scale ? in_scale->storage->data : NULL,
                                  out_scale ? out_scale->storage->data : NULL, y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    const bool beside_x = alf_wants_gradient(ctx, weight) || alf_wants_gradient(ctx, in_scale) ||
                          alf_wants_gradient(ctx, out_scale); /* x itself is in none of its own gradients */
    return alf_record(ctx, y, &op,
                      &(alf_recording){.inputs = {x, weight, in_scale, out_scale},
                                       .saved = {beside_x ? x : NULL, weight, in_scale, out_scale},
                                       .attributes = conv,
                                       .size = sizeof *conv});
}

/* Inputs and saved tensors: x, dy, s, d. What comes in, g, takes the place of the weight. */
static void weight_gradient_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *g, alf_tensor *dx[])
{
    const alf_conv *conv = node->attributes;
    const factors   f = {node->saved[0], g, node->saved[2], node->saved[3], node->saved[1]};
    if (alf_needs(node, 3)) dx[3] = gradient_of_d(ctx, conv, f);
    if (alf_needs(node, 1)) dx[1] = alf_scaled_conv(ctx, conv, f.x, g, f.s, f.d);
    gradients_of_input(ctx, conv, f, alf_needs(node, 0), alf_needs(node, 2), &dx[0], &dx[2]);
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
            out_scale ? out_scale->storage->data : NULL, dw->storage->data, NULL, NULL) != ALF_OK)
        return alf_failed_tensor();
    return alf_record(ctx, dw, &op,
                      &(alf_recording){.inputs = {x, dy, in_scale, out_scale},
                                       .saved = {x, dy, in_scale, out_scale},
                                       .attributes = conv,
                                       .size = sizeof *conv});
}
