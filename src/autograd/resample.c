/* Resampling and the filtered leaky ReLU. */
#include "autograd/layers.h"

/* True when x is [N, C, h, w] of the plan's size. */
static bool plan_fits(alf_ctx *ctx, const char *name, const alf_tensor *x, int64_t in_h, int64_t in_w)
{
    char shape[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(ctx, name, x, 4)) return false;
    if (x->shape[2] == in_h && x->shape[3] == in_w) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: x has shape %s, the plan is for %lld x %lld pixels", name,
             alf_shape_text(4, x->shape, shape), (long long)in_h, (long long)in_w);
    return false;
}

/* --- upfirdn2d --------------------------------------------------------------------------------------------------------- */

/* What the record owns a reference of. */
typedef struct {
    const alf_upfirdn *plan;
} resampling;

static void upfirdn_keep(void *attributes)
{
    alf_upfirdn_retain(((resampling *)attributes)->plan);
}

static void upfirdn_forget(void *attributes)
{
    alf_upfirdn_destroy((alf_upfirdn *)(uintptr_t)((resampling *)attributes)->plan);
}

static void upfirdn_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const resampling *r = node->attributes;
    alf_upfirdn      *adjoint;
    if (alf_upfirdn_create_adjoint(ctx, r->plan, &adjoint) != ALF_OK) return;
    dx[0] = alf_upfirdn2d(ctx, dy, adjoint);
    alf_upfirdn_destroy(adjoint);
}

alf_tensor *alf_upfirdn2d(alf_ctx *ctx, alf_tensor *x, const alf_upfirdn *plan)
{
    static const alf_op op = {
        .name = "alf_upfirdn2d", .backward = upfirdn_backward, .keep = upfirdn_keep, .forget = upfirdn_forget};
    const resampling r = {plan};
    int64_t          in_h, in_w, h, w;
    if (!alf_op_given(ctx, "alf_upfirdn2d: plan", plan)) return alf_failed_tensor();
    alf_upfirdn_input_size(plan, &in_h, &in_w);
    alf_upfirdn_output_size(plan, &h, &w);
    if (!plan_fits(ctx, op.name, x, in_h, in_w)) return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){x->shape[0], x->shape[1], h, w});
    if (y->ctx && y->storage->backend->upfirdn(ctx, plan, x->shape[0] * x->shape[1], x->storage->data,
                                               y->storage->data) != ALF_OK)
        y = alf_failed_tensor();
    return alf_record(ctx, y, &op, &(alf_recording){.inputs = {x}, .attributes = &r, .size = sizeof r});
}

/* --- filtered leaky ReLU ----------------------------------------------------------------------------------------------- */

/* One run of the plan on x; a mask is read, or written in the forward mode. */
static alf_tensor *run_flrelu(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, alf_tensor *x,
                              alf_tensor *bias, alf_tensor *mask)
{
    int64_t h, w;
    if (mode == ALF_FLRELU_ADJOINT)
        alf_flrelu_input_size(plan, &h, &w);
    else
        alf_flrelu_output_size(plan, &h, &w);
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){x->shape[0], x->shape[1], h, w});
    if (!y->ctx) return y;
    if (y->storage->backend->flrelu(ctx, plan, mode, x->shape[0], x->shape[1], x->storage->data,
                                    bias ? bias->storage->data : NULL, mask ? mask->storage->data : NULL,
                                    y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return y;
}

/* A linear one and the plan, which the record owns a reference of. */
typedef struct {
    const alf_flrelu *plan;
    alf_flrelu_mode   mode;
} masked;

static void masked_keep(void *attributes)
{
    alf_flrelu_retain(((masked *)attributes)->plan);
}

static void masked_forget(void *attributes)
{
    alf_flrelu_destroy((alf_flrelu *)(uintptr_t)((masked *)attributes)->plan);
}

static alf_tensor *flrelu_linear(alf_ctx *ctx, const masked *m, alf_tensor *x, alf_tensor *mask);

/* MASKED and ADJOINT are each other's adjoint: one kernel serves every order. */
static void flrelu_linear_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const masked *m = node->attributes;
    const masked  other = {m->plan, m->mode == ALF_FLRELU_ADJOINT ? ALF_FLRELU_MASKED : ALF_FLRELU_ADJOINT};
    dx[0] = flrelu_linear(ctx, &other, dy, node->saved[0]);
}

static alf_tensor *flrelu_linear(alf_ctx *ctx, const masked *m, alf_tensor *x, alf_tensor *mask)
{
    static const alf_op op = {.name = "filtered leaky ReLU, masked",
                              .backward = flrelu_linear_backward,
                              .keep = masked_keep,
                              .forget = masked_forget};
    if (!alf_op_input_ndim(ctx, op.name, x, 4)) return alf_failed_tensor();
    return alf_record(ctx, run_flrelu(ctx, m->plan, m->mode, x, NULL, mask), &op,
                      &(alf_recording){.inputs = {x}, .saved = {mask}, .attributes = m, .size = sizeof *m});
}

static void flrelu_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    alf_tensor *through = flrelu_linear(ctx, node->attributes, dy, node->saved[0]);
    dx[0] = through;
    if (alf_needs(node, 1)) dx[1] = alf_bias_gradient(ctx, through);
}

/* Room for the mask of x, as a tensor of the backend that is never read as numbers. */
static alf_tensor *mask_for(alf_ctx *ctx, const alf_flrelu *plan, const alf_tensor *x)
{
    size_t bytes = alf_flrelu_mask_bytes(plan, x->shape[0] * x->shape[1]);
    size_t element = alf_dtype_size(alf_backend_of(ctx)->dtype);
    return alf_tensor_new(ctx, 1, (int64_t[]){(int64_t)((bytes + element - 1) / element)});
}

alf_tensor *alf_filtered_lrelu(alf_ctx *ctx, alf_tensor *x, alf_tensor *bias, const alf_flrelu *plan)
{
    static const alf_op op = {
        .name = "alf_filtered_lrelu", .backward = flrelu_backward, .keep = masked_keep, .forget = masked_forget};
    const masked back = {plan, ALF_FLRELU_ADJOINT};
    int64_t      in_h, in_w;
    if (!alf_op_given(ctx, "alf_filtered_lrelu: plan", plan)) return alf_failed_tensor();
    alf_flrelu_input_size(plan, &in_h, &in_w);
    if (!plan_fits(ctx, op.name, x, in_h, in_w) || !alf_bias_fits(ctx, op.name, x, bias)) return alf_failed_tensor();
    if (!alf_wants_gradient(ctx, x) && !alf_wants_gradient(ctx, bias))
        return run_flrelu(ctx, plan, ALF_FLRELU_FORWARD, x, bias, NULL);

    alf_tensor *mask = mask_for(ctx, plan, x);
    if (!mask->ctx) return mask;
    return alf_record(ctx, run_flrelu(ctx, plan, ALF_FLRELU_FORWARD, x, bias, mask), &op,
                      &(alf_recording){.inputs = {x, bias}, .saved = {mask}, .attributes = &back, .size = sizeof back});
}
