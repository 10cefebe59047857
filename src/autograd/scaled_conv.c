/* The one convolution that all others are made of, and its gradients.
 *
 * y = d * conv(s * x, w) is linear in each of x, w, s and d; so are its gradients along w and d. The gradients of all
 * are therefore written with the same operations, to any order. */
#include "autograd/layers.h"

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

alf_tensor *alf_channel_products(alf_ctx *ctx, alf_tensor *a, alf_tensor *b)
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
    *ds = alf_channel_products(ctx, f.x, unscaled);
    if (x_needed) *dx = alf_mul(ctx, unscaled, for_images(ctx, s));
}

/* Where that along w is not wanted too. The convolution is not kept for this: it would be as large as all that is. */
static alf_tensor *gradient_of_d(alf_ctx *ctx, const alf_conv *conv, factors f)
{
    alf_scope *scope = alf_scope_open(ctx);
    return alf_scope_close(scope, alf_channel_products(ctx, f.dy, alf_scaled_conv(ctx, conv, f.x, f.w, f.s, NULL)));
}

/* --- gradients along the weight ----------------------------------------------------------------------------------- */

typedef struct {
    int64_t size[4], count;
} weight_shape;

static weight_shape shape_of_weight(const alf_conv *c)
{
    weight_shape shape = {{c->out_ch, c->in_ch, c->kh, c->kw}, c->out_ch * c->in_ch * c->kh * c->kw};
    if (c->weight_io) {
        shape.size[0] = c->in_ch;
        shape.size[1] = c->out_ch;
    }
    return shape;
}

static const void *elements(const alf_tensor *x)
{
    return x ? x->storage->data : NULL;
}

/* dw, and dd unless it is NULL. */
static bool run_weight_gradient(alf_ctx *ctx, const alf_conv *conv, factors f, void *dw, void *dd)
{
    return f.x->storage->backend->conv_weight_gradient(ctx, conv, elements(f.x), elements(f.dy), elements(f.s),
                                                       elements(f.d), dw, dd ? elements(f.w) : NULL, dd) == ALF_OK;
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

static alf_tensor *weight_gradient(alf_ctx *ctx, const alf_conv *conv, factors f)
{
    static const alf_op op = {.name = "convolution, weight gradient", .backward = weight_gradient_backward};
    const weight_shape  shape = shape_of_weight(conv);
    if (!alf_op_input(ctx, "weight gradient: dy", f.dy)) return alf_failed_tensor();
    alf_tensor *dw = alf_tensor_new(ctx, 4, shape.size);
    if (!dw->ctx || !run_weight_gradient(ctx, conv, f, dw->storage->data, NULL)) return alf_failed_tensor();
    return alf_record(
        ctx, dw, &op,
        &(alf_recording){
            .inputs = {f.x, f.dy, f.s, f.d}, .saved = {f.x, f.dy, f.s, f.d}, .attributes = conv, .size = sizeof *conv});
}

/* The gradients along w and d in one tensor, dw before dd, and out of it. */
static alf_tensor *dw_of(alf_ctx *ctx, const alf_conv *conv, alf_tensor *both)
{
    const weight_shape shape = shape_of_weight(conv);
    return alf_reshape(ctx, alf_slice(ctx, both, 0, 0, shape.count), 4, shape.size);
}

static alf_tensor *dd_of(alf_ctx *ctx, const alf_conv *conv, alf_tensor *both)
{
    const int64_t first = shape_of_weight(conv).count, count = conv->n * conv->out_ch;
    return alf_reshape(ctx, alf_slice(ctx, both, 0, first, count), 2, (int64_t[]){conv->n, conv->out_ch});
}

/* Inputs and saved tensors: x, dy, s, d, w. What comes in takes the place of the weight on the one hand and of d on the
 * other, so this is the gradient of <dy, d * conv(s * x, gw)> + <dy, gd * conv(s * x, w)>. */
static void both_gradients_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *g, alf_tensor *dx[])
{
    const alf_conv *conv = node->attributes;
    const factors   f = {node->saved[0], node->saved[4], node->saved[2], node->saved[3], node->saved[1]};
    factors         a = f, b = f;
    a.w = dw_of(ctx, conv, g);
    b.d = dd_of(ctx, conv, g);
    const bool  x_needed = alf_needs(node, 0), s_needed = alf_needs(node, 2);
    alf_tensor *ax = NULL, *as = NULL, *bx = NULL, *bs = NULL;
    gradients_of_input(ctx, conv, a, x_needed, s_needed, &ax, &as);
    gradients_of_input(ctx, conv, b, x_needed, s_needed, &bx, &bs);
    if (x_needed) dx[0] = alf_add(ctx, ax, bx);
    if (s_needed) dx[2] = alf_add(ctx, as, bs);
    if (alf_needs(node, 1))
        dx[1] = alf_add(ctx, alf_scaled_conv(ctx, conv, f.x, a.w, f.s, f.d),
                        alf_scaled_conv(ctx, conv, f.x, f.w, f.s, b.d));
    if (alf_needs(node, 3)) dx[3] = gradient_of_d(ctx, conv, a);
    if (alf_needs(node, 4)) dx[4] = weight_gradient(ctx, conv, b);
}

static alf_tensor *both_gradients(alf_ctx *ctx, const alf_conv *conv, factors f)
{
    static const alf_op op = {.name = "convolution, gradients of weight and scale",
                              .backward = both_gradients_backward};
    const int64_t       weights = shape_of_weight(conv).count;
    if (!alf_op_input(ctx, "weight gradient: dy", f.dy)) return alf_failed_tensor();
    alf_tensor *both = alf_tensor_new(ctx, 1, (int64_t[]){weights + conv->n * conv->out_ch});
    if (!both->ctx) return both;
    char *dw = both->storage->data, *dd = dw + (size_t)weights * alf_dtype_size(both->storage->backend->dtype);
    if (!run_weight_gradient(ctx, conv, f, dw, dd)) return alf_failed_tensor();
    return alf_record(ctx, both, &op,
                      &(alf_recording){.inputs = {f.x, f.dy, f.s, f.d, f.w},
                                       .saved = {f.x, f.dy, f.s, f.d, f.w},
                                       .attributes = conv,
                                       .size = sizeof *conv});
}

/* --- the convolution ---------------------------------------------------------------------------------------------- */

/* Inputs and saved tensors: x (only where others than x need it), w, s, d. */
static void conv_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const alf_conv *conv = node->attributes;
    const factors   f = {node->saved[0], node->saved[1], node->saved[2], node->saved[3], dy};
    if (alf_needs(node, 1) && alf_needs(node, 3)) {
        alf_tensor *both = both_gradients(ctx, conv, f); /* of one way through x and dy */
        dx[1] = dw_of(ctx, conv, both);
        dx[3] = dd_of(ctx, conv, both);
    } else if (alf_needs(node, 1)) {
        dx[1] = weight_gradient(ctx, conv, f);
    } else if (alf_needs(node, 3)) {
        dx[3] = gradient_of_d(ctx, conv, f);
    }
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
    const bool       beside_x = alf_wants_gradient(ctx, weight) || alf_wants_gradient(ctx, in_scale) ||
                          alf_wants_gradient(ctx, out_scale); /* x itself is in none of its own gradients */
    alf_conv made = *conv;
    made.exact = conv->exact || beside_x || alf_wants_gradient(ctx, x);
    if (y->storage->backend->conv(ctx, &made, elements(x), &w, elements(in_scale), elements(out_scale),
                                  y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return alf_record(ctx, y, &op,
                      &(alf_recording){.inputs = {x, weight, in_scale, out_scale},
                                       .saved = {beside_x ? x : NULL, weight, in_scale, out_scale},
                                       .attributes = &made,
                                       .size = sizeof made});
}
