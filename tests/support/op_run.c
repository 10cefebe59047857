/* Runs rows of the operation case table and takes their gradients. */
#include "op_run.h"

#include <stdlib.h>

#include "aliasfree/random.h"

static double *room(int64_t count)
{
    double *values = malloc((size_t)count * sizeof *values);
    assert_non_null(values);
    return values;
}

static double *normal(uint64_t seed, uint64_t stream, int64_t count)
{
    double *values = room(count);
    alf_random_normal(seed, stream, 0, count, values);
    for (int64_t i = 0; i < count; i++) values[i] = (double)(float)values[i];
    return values;
}

/* --- points ------------------------------------------------------------------------------------------------------- */

static alf_tensor *tensor_of(alf_ctx *ctx, const op_input *input, const double *values)
{
    return alf_tensor_from_f64(ctx, input->ndim, input->shape, values);
}

/* The elements of the row's result at the point. */
static int64_t result_size(alf_ctx *ctx, const op_plans *plans, const op_point *p)
{
    alf_tensor *x[OP_INPUTS] = {NULL};
    alf_scope  *scope = alf_scope_open(ctx);
    for (int i = 0; i < p->inputs; i++) x[i] = tensor_of(ctx, &p->row->inputs[i], p->x[i]);
    const int64_t count = alf_tensor_count(op_apply(ctx, p->row, plans, x));
    alf_scope_close(scope, NULL);
    if (alf_ctx_status(ctx) != ALF_OK) fail_msg("%s: %s", p->row->name, alf_ctx_message(ctx));
    return count;
}

op_point op_point_create(alf_ctx *ctx, const op_case *row, const op_plans *plans, uint64_t seed)
{
    op_point p = {.row = row, .inputs = op_input_count(row)};
    for (int i = 0; i < p.inputs; i++) {
        p.size[i] = op_input_size(&row->inputs[i]);
        p.x[i] = op_input_values(row, i, seed);
        p.u[i] = normal(seed, 100 + (uint64_t)i, p.size[i]);
        assert_non_null(p.x[i]);
    }
    p.size[p.inputs] = result_size(ctx, plans, &p);
    p.x[p.inputs] = normal(seed, 99, p.size[p.inputs]);
    return p;
}

void op_point_destroy(op_point *point)
{
    for (int i = 0; i <= OP_INPUTS; i++) free(point->x[i]);
    for (int i = 0; i < OP_INPUTS; i++) free(point->u[i]);
    *point = (op_point){0};
}

void op_result_destroy(op_result *result)
{
    free(result->y);
    for (int i = 0; i < OP_INPUTS; i++) free(result->dx[i]);
    for (int i = 0; i <= OP_INPUTS; i++) free(result->ddx[i]);
    *result = (op_result){0};
}

/* --- running ------------------------------------------------------------------------------------------------------ */

static double *values_of(alf_ctx *ctx, const alf_tensor *x)
{
    if (!x || alf_tensor_failed(x)) return NULL;
    double *values = room(alf_tensor_count(x));
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    return values;
}

/* The gradient of the sum of <dx[i], u[i]> by all variables and dy. */
static void run_second(alf_ctx *ctx, const op_point *p, alf_tensor *const x[], alf_tensor *const dx[], alf_tensor *dy,
                       op_result *out)
{
    alf_tensor *outputs[OP_INPUTS], *weights[OP_INPUTS], *targets[OP_INPUTS + 1], *grads[OP_INPUTS + 1];
    int         at[OP_INPUTS + 1], num_outputs = 0, num_targets = 0;
    for (int i = 0; i < p->inputs; i++) {
        if (!dx[i]) continue;
        outputs[num_outputs] = dx[i];
        weights[num_outputs++] = tensor_of(ctx, &p->row->inputs[i], p->u[i]);
        targets[num_targets] = x[i];
        at[num_targets++] = i;
    }
    targets[num_targets] = dy;
    at[num_targets++] = p->inputs;
    if (alf_grad(ctx, num_outputs, outputs, weights, num_targets, targets, false, grads) != ALF_OK) return;
    for (int i = 0; i < num_targets; i++) out->ddx[at[i]] = values_of(ctx, grads[i]);
}

/* The gradient of <y, dy> by all variables. */
static void run_gradient(alf_ctx *ctx, const op_point *p, alf_tensor *const x[], unsigned variables, alf_tensor *y,
                         op_order order, op_result *out)
{
    alf_tensor *targets[OP_INPUTS], *grads[OP_INPUTS], *dx[OP_INPUTS] = {NULL};
    int         at[OP_INPUTS], num_targets = 0;
    for (int i = 0; i < p->inputs; i++) {
        if (!(variables >> i & 1)) continue;
        targets[num_targets] = x[i];
        at[num_targets++] = i;
    }
    op_input    like_y = {.ndim = alf_tensor_ndim(y)};
    alf_tensor *dy;
    for (int d = 0; d < like_y.ndim; d++) like_y.shape[d] = alf_tensor_dim(y, d);
    dy = alf_variable(ctx, tensor_of(ctx, &like_y, p->x[p->inputs]));
    if (alf_grad(ctx, 1, &y, &dy, num_targets, targets, order == OP_SECOND, grads) != ALF_OK) return;
    for (int i = 0; i < num_targets; i++) {
        dx[at[i]] = grads[i];
        out->dx[at[i]] = values_of(ctx, grads[i]);
    }
    if (order == OP_SECOND) run_second(ctx, p, x, dx, dy, out);
}

alf_status op_run(alf_ctx *ctx, const op_plans *plans, const op_point *point, op_order order, unsigned variables,
                  op_result *out)
{
    alf_tensor *x[OP_INPUTS] = {NULL};
    alf_scope  *scope = alf_scope_open(ctx);
    *out = (op_result){0};
    for (int i = 0; i < point->inputs; i++) {
        x[i] = tensor_of(ctx, &point->row->inputs[i], point->x[i]);
        if (order > OP_FORWARD && variables >> i & 1) x[i] = alf_variable(ctx, x[i]);
    }
    alf_tensor *y = op_apply(ctx, point->row, plans, x);
    if (alf_ctx_status(ctx) == ALF_OK) out->y = values_of(ctx, y);
    if (alf_ctx_status(ctx) == ALF_OK && order > OP_FORWARD) run_gradient(ctx, point, x, variables, y, order, out);
    alf_scope_close(scope, NULL);
    if (alf_ctx_status(ctx) != ALF_OK) op_result_destroy(out);
    return alf_ctx_status(ctx);
}
