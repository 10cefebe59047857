/* What operations and their gradients hold on to: nothing without need, nothing after the scope, nothing after any
 * allocation that fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autograd/tape.h"
#include "core/context_internal.h"
#include "device.h"
#include "op_run.h"

enum { SEED = 2000, BUDGETS = 40 };

/* Calls `check` with every row, each on a context of its own, so that peaks are the row's. */
typedef void (*row_check)(alf_ctx *ctx, const op_plans *plans, const op_point *point);

static void for_every_row(alf_backend_kind backend, row_check check)
{
    for (int i = 0; i < OP_CASE_COUNT; i++) {
        test_device on = test_device_create(backend, 1);
        op_plans    plans;
        test_ok(on.ctx, op_open(on.ctx, &OP_CASES[i], &plans));
        op_point point = op_point_create(on.ctx, &OP_CASES[i], &plans, SEED);
        check(on.ctx, &plans, &point);
        op_point_destroy(&point);
        op_close(&plans);
        test_device_destroy(&on);
    }
}

static void on_both_backends(row_check check)
{
    for_every_row(ALF_BACKEND_CPU, check);
    for_every_row(ALF_BACKEND_REFERENCE, check);
}

/* Runs the row to the second order and sees that the context uses what it used before. */
static alf_status run_and_return(alf_ctx *ctx, const op_plans *plans, const op_point *point)
{
    const int64_t before = alf_ctx_memory_used(ctx);
    op_result     result;
    alf_status    status = op_run(ctx, plans, point, OP_SECOND, OP_ALL_INPUTS, &result);
    op_result_destroy(&result);
    if (alf_ctx_memory_used(ctx) != before)
        fail_msg("%s: %lld bytes stay behind (%s)", point->row->name, (long long)(alf_ctx_memory_used(ctx) - before),
                 status == ALF_OK ? "no error" : alf_ctx_message(ctx));
    return status;
}

/* The same, for the first time: scratch grows to the size that it keeps. */
static void warm_up(alf_ctx *ctx, const op_plans *plans, const op_point *point)
{
    op_result result;
    if (op_run(ctx, plans, point, OP_SECOND, OP_ALL_INPUTS, &result) != ALF_OK)
        fail_msg("%s: %s", point->row->name, alf_ctx_message(ctx));
    op_result_destroy(&result);
}

/* --- records ------------------------------------------------------------------------------------------------------ */

/* Bytes that the row's result keeps alive, beyond its inputs. */
static int64_t kept_bytes(alf_ctx *ctx, const op_plans *plans, const op_point *point, bool variables, bool recorded)
{
    alf_scope  *outer = alf_scope_open(ctx);
    alf_tensor *x[OP_INPUTS] = {NULL};
    for (int i = 0; i < point->inputs; i++) {
        const op_input *input = &point->row->inputs[i];
        x[i] = alf_tensor_from_f64(ctx, input->ndim, input->shape, point->x[i]);
        if (variables) x[i] = alf_variable(ctx, x[i]);
    }
    const int64_t before = alf_ctx_memory_used(ctx);
    const bool    was = alf_set_recording(ctx, recorded);
    alf_scope    *inner = alf_scope_open(ctx);
    alf_tensor   *y = alf_scope_close(inner, op_apply(ctx, point->row, plans, x));
    const int64_t bytes = alf_ctx_memory_used(ctx) - before;
    alf_set_recording(ctx, was);
    test_ok(ctx, alf_ctx_status(ctx));
    if ((y->node != NULL) != (variables && recorded)) fail_msg("%s: recorded, or not recorded", point->row->name);
    alf_scope_close(outer, NULL);
    return bytes;
}

static void check_record(alf_ctx *ctx, const op_plans *plans, const op_point *point)
{
    warm_up(ctx, plans, point);
    const int64_t constants = kept_bytes(ctx, plans, point, false, true);
    const int64_t unrecorded = kept_bytes(ctx, plans, point, true, false);
    const int64_t recorded = kept_bytes(ctx, plans, point, true, true);
    if (constants != unrecorded || recorded <= constants)
        fail_msg("%s: constants keep %lld bytes, without a record %lld, with one %lld", point->row->name,
                 (long long)constants, (long long)unrecorded, (long long)recorded);
}

static void constants_leave_no_record(void **state)
{
    (void)state;
    on_both_backends(check_record);
}

/* --- leaks -------------------------------------------------------------------------------------------------------- */

static void check_return(alf_ctx *ctx, const op_plans *plans, const op_point *point)
{
    warm_up(ctx, plans, point);
    for (int i = 0; i < 2; i++)
        if (run_and_return(ctx, plans, point) != ALF_OK) fail_msg("%s: %s", point->row->name, alf_ctx_message(ctx));
}

static void memory_is_back_when_the_scope_closes(void **state)
{
    (void)state;
    on_both_backends(check_return);
}

/* A function that returned early left its scope open: the one around it closes both, and its result stays. */
static void a_scope_closes_those_left_open_within(void **state)
{
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    (void)state;
    alf_scope_close(alf_scope_open(ctx), NULL); /* what the first one makes stays with the context */
    const int64_t before = alf_ctx_memory_used(ctx), shape[] = {3};
    alf_scope    *first = alf_scope_open(ctx), *second = alf_scope_open(ctx);
    alf_tensor   *outer = alf_tensor_full(ctx, 1, shape, 1);
    (void)alf_scope_open(ctx);
    alf_tensor *inner = alf_add(ctx, outer, alf_tensor_full(ctx, 1, shape, 2));
    double      values[3];
    inner = alf_scope_close(second, inner);
    test_ok(ctx, alf_tensor_read(ctx, inner, values));
    assert_true(values[0] == 3 && values[2] == 3);
    alf_scope_close(first, NULL);
    assert_int_equal(alf_ctx_memory_used(ctx), before);
    alf_ctx_destroy(ctx);
}

/* Budgets from almost nothing to just enough: whatever allocation fails, it is an error and nothing stays behind. A
 * little less than enough does where kept forms of weights can be given up, and more does too. */
static void check_budgets(alf_ctx *ctx, const op_plans *plans, const op_point *point)
{
    const int64_t start = alf_ctx_memory_used(ctx);
    warm_up(ctx, plans, point);
    const int64_t base = alf_ctx_memory_used(ctx), room = alf_ctx_memory_peak(ctx) - base;
    int           failures = 0;
    if (base < start || room <= 0) fail_msg("%s: nothing was used", point->row->name);
    for (int i = 0; i <= BUDGETS; i++) {
        ctx->options.max_memory = base + 1 + (room - 1) * i / BUDGETS;
        alf_status status = run_and_return(ctx, plans, point);
        if (status == ALF_ERR_MEMORY) failures++;
        if (status != (failures == i + 1 ? ALF_ERR_MEMORY : ALF_OK))
            fail_msg("%s: with %lld of %lld bytes: %s", point->row->name, (long long)ctx->options.max_memory - base,
                     (long long)room, alf_ctx_message(ctx));
        alf_ctx_clear_error(ctx);
    }
    ctx->options.max_memory = 0;
    assert_in_range(failures, BUDGETS / 2, BUDGETS);
}

static void memory_is_back_after_any_failed_allocation(void **state)
{
    (void)state;
    on_both_backends(check_budgets);
}

/* --- plans -------------------------------------------------------------------------------------------------------- */

/* Gradients of first and second order of |y|^2 along the first input, one behind the other, with the plans destroyed as
 * soon as y is there, or only at the end. */
static double *curvature(alf_ctx *ctx, const op_point *point, bool early)
{
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *x[OP_INPUTS] = {NULL}, *dx, *ddx;
    op_plans    plans;
    double     *values = malloc(2 * (size_t)point->size[0] * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, op_open(ctx, point->row, &plans));
    for (int i = 0; i < point->inputs; i++) {
        const op_input *input = &point->row->inputs[i];
        x[i] = alf_variable(ctx, alf_tensor_from_f64(ctx, input->ndim, input->shape, point->x[i]));
    }
    alf_tensor *y = alf_square(ctx, op_apply(ctx, point->row, &plans, x));
    if (early) op_close(&plans);
    test_ok(ctx, alf_grad(ctx, 1, &y, NULL, 1, x, true, &dx));
    y = alf_square(ctx, dx);
    test_ok(ctx, alf_grad(ctx, 1, &y, NULL, 1, x, false, &ddx));
    test_ok(ctx, alf_tensor_read(ctx, dx, values));
    test_ok(ctx, alf_tensor_read(ctx, ddx, values + point->size[0]));
    alf_scope_close(scope, NULL);
    if (!early) op_close(&plans);
    return values;
}

static void check_plans(alf_ctx *ctx, const op_plans *plans, const op_point *point)
{
    if (point->row->plan == OP_NO_PLAN) return;
    warm_up(ctx, plans, point);
    const int64_t before = alf_ctx_memory_used(ctx);
    double       *late = curvature(ctx, point, false), *early = curvature(ctx, point, true);
    if (memcmp(late, early, 2 * (size_t)point->size[0] * sizeof *late) != 0)
        fail_msg("%s: other gradients when the plan is destroyed", point->row->name);
    if (alf_ctx_memory_used(ctx) != before) fail_msg("%s: something stays behind", point->row->name);
    free(late);
    free(early);
}

static void plans_live_as_long_as_a_record_that_needs_them(void **state)
{
    (void)state;
    on_both_backends(check_plans);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_leave_no_record),
        cmocka_unit_test(memory_is_back_when_the_scope_closes),
        cmocka_unit_test(a_scope_closes_those_left_open_within),
        cmocka_unit_test(memory_is_back_after_any_failed_allocation),
        cmocka_unit_test(plans_live_as_long_as_a_record_that_needs_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
