/* Taking gradients: what reaches which input, how often it can be asked for, and what scopes do with the results. */
#include <string.h>

#include "aliasfree/tensor.h"
#include "core/context_internal.h"
#include "device.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static alf_tensor *number(alf_ctx *ctx, double value)
{
    return alf_tensor_full(ctx, 1, (int64_t[]){1}, value);
}

static alf_tensor *variable(alf_ctx *ctx, double value)
{
    return alf_variable(ctx, number(ctx, value));
}

static void assert_number(alf_ctx *ctx, const alf_tensor *x, double expected)
{
    double value;
    assert_non_null(x);
    test_ok(ctx, alf_tensor_read(ctx, x, &value));
    if (value != expected) fail_msg("%.17g, expected %.17g", value, expected);
}

/* d y / d x of one-element tensors. */
static alf_tensor *slope(alf_ctx *ctx, alf_tensor *y, alf_tensor *x, bool create_graph)
{
    alf_tensor *dx = NULL;
    test_ok(ctx, alf_grad(ctx, 1, &y, NULL, 1, &x, create_graph, &dx));
    return dx;
}

static void assert_error(alf_ctx *ctx, alf_status status, const char *text)
{
    if (alf_ctx_status(ctx) != status || !strstr(alf_ctx_message(ctx), text))
        fail_msg("status %d, '%s': expected %d, '%s'", (int)alf_ctx_status(ctx), alf_ctx_message(ctx), (int)status,
                 text);
    alf_ctx_clear_error(ctx);
}

/* --- what reaches which input ------------------------------------------------------------------------------------- */

static void check_paths(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_tensor *x = variable(ctx, 3), *b = variable(ctx, 5), *c = variable(ctx, 7), *dx[3];
    alf_tensor *product = alf_mul(ctx, x, b), *y = alf_add(ctx, alf_mul(ctx, product, x), x); /* x^2 b + x */
    test_ok(ctx, alf_grad(ctx, 1, &y, NULL, 3, (alf_tensor *[]){x, c, product}, true, dx));
    assert_number(ctx, dx[0], 2 * 3 * 5 + 1);
    assert_null(dx[1]);
    assert_number(ctx, dx[2], 3);
}

static void gradients_of_all_paths_add_up_and_other_inputs_get_none(void **state)
{
    (void)state;
    test_on_both(check_paths);
}

static void check_outputs(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_tensor *x = variable(ctx, 3), *y = alf_square(ctx, x), *z = alf_square(ctx, y), *constant = number(ctx, 1);
    alf_tensor *outputs[] = {y, z, x, constant}, *weights[] = {number(ctx, 2), number(ctx, 10), NULL, NULL}, *dx[2];
    test_ok(ctx, alf_grad(ctx, 4, outputs, weights, 2, (alf_tensor *[]){x, y}, false, dx));
    assert_number(ctx, dx[0], 2 * 2 * 3 + 10 * 4 * 27 + 1);
    assert_number(ctx, dx[1], 2 + 10 * 2 * 9);
}

static void outputs_are_weighted_and_may_be_inputs(void **state)
{
    (void)state;
    test_on_both(check_outputs);
}

static void check_twins(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_tensor *x = variable(ctx, 3), *y = alf_square(ctx, x), *z = alf_square(ctx, y), *dx[4];
    test_ok(ctx, alf_grad(ctx, 1, &z, NULL, 4, (alf_tensor *[]){x, y, x, y}, false, dx));
    assert_number(ctx, dx[0], 4 * 27);
    assert_number(ctx, dx[1], 18);
    assert_number(ctx, dx[2], 4 * 27);
    assert_number(ctx, dx[3], 18);
}

static void an_input_that_is_asked_for_twice_gets_its_gradient_twice(void **state)
{
    (void)state;
    test_on_both(check_twins);
}

static void check_detached(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_tensor *x = variable(ctx, 3), *past = alf_square(ctx, x), *y = alf_mul(ctx, alf_detach(ctx, past), x);
    alf_tensor *again = alf_variable(ctx, past), *z = alf_square(ctx, again), *dx[2];
    assert_number(ctx, slope(ctx, y, x, false), 9);
    test_ok(ctx, alf_grad(ctx, 1, &z, NULL, 2, (alf_tensor *[]){x, again}, false, dx));
    assert_null(dx[0]);
    assert_number(ctx, dx[1], 18);
}

static void detached_tensors_and_variables_have_no_past(void **state)
{
    (void)state;
    test_on_both(check_detached);
}

/* --- how often ---------------------------------------------------------------------------------------------------- */

static void check_orders(const test_device *on)
{
    alf_ctx     *ctx = on->ctx;
    alf_tensor  *x = variable(ctx, 3), *square = alf_mul(ctx, x, x), *y = alf_mul(ctx, square, square);
    const double expected[] = {81, 108, 108, 72, 24};
    for (int order = 0; order < COUNT(expected); order++) {
        assert_number(ctx, y, expected[order]);
        y = slope(ctx, y, x, true);
    }
    assert_null(y); /* a constant depends on nothing */
}

static void gradients_can_be_taken_of_gradients_to_any_order(void **state)
{
    (void)state;
    test_on_both(check_orders);
}

static void check_twice(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_tensor *x = variable(ctx, 3), *y = alf_square(ctx, x), *dx;
    assert_number(ctx, slope(ctx, y, x, true), 6);
    assert_number(ctx, slope(ctx, y, x, true), 6);
    assert_number(ctx, slope(ctx, y, x, false), 6);
    assert_int_equal(alf_grad(ctx, 1, &y, NULL, 1, &x, false, &dx), ALF_ERR_ARGUMENT);
    assert_non_null(strstr(alf_ctx_message(ctx), "create_graph"));
    assert_error(ctx, ALF_ERR_ARGUMENT, "alf_square");
    assert_true(alf_tensor_failed(dx));
}

static void a_second_gradient_without_create_graph_is_an_error_that_says_so(void **state)
{
    (void)state;
    test_on_both(check_twice);
}

static void check_partly(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_tensor *a = variable(ctx, 3), *b = variable(ctx, 5), *u = alf_square(ctx, a), *v = alf_square(ctx, b);
    alf_tensor *sum = alf_add(ctx, u, v);
    assert_number(ctx, slope(ctx, u, a, false), 6);
    assert_number(ctx, slope(ctx, sum, b, false), 10); /* does not pass where the record was dropped */

    alf_tensor *h = alf_square(ctx, a); /* asked for itself, so its own record is not walked */
    assert_number(ctx, slope(ctx, alf_scale_shift(ctx, h, 4, 0), h, false), 4);
    assert_number(ctx, slope(ctx, alf_scale_shift(ctx, h, 5, 0), a, false), 30);
}

static void a_gradient_leaves_the_rest_of_the_record_alone(void **state)
{
    (void)state;
    test_on_both(check_partly);
}

/* --- scopes ------------------------------------------------------------------------------------------------------- */

/* Both gradients of a sum are one tensor, which the scope holds twice. */
static void check_shared(const test_device *on)
{
    alf_ctx      *ctx = on->ctx;
    alf_scope    *outer = alf_scope_open(ctx);
    alf_tensor   *a = variable(ctx, 3), *b = variable(ctx, 5), *dx[2];
    const int64_t before = alf_ctx_memory_used(ctx);
    alf_scope    *middle = alf_scope_open(ctx), *inner = alf_scope_open(ctx);
    alf_tensor   *y = alf_add(ctx, a, b);
    test_ok(ctx, alf_grad(ctx, 1, &y, NULL, 2, (alf_tensor *[]){a, b}, false, dx));
    assert_number(ctx, alf_scope_close(inner, dx[1]), 1);
    alf_scope_close(middle, NULL);
    assert_int_equal(alf_ctx_memory_used(ctx), before);
    alf_scope_close(outer, NULL);
}

static void a_scope_hands_on_a_gradient_that_two_inputs_share(void **state)
{
    (void)state;
    test_on_both(check_shared);
}

/* Somewhere among these sizes the scope's own list must grow, and there is no memory for that. */
static void check_crowded(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *x = variable(ctx, 3), *y = alf_square(ctx, x), *dx;
    int         failures = 0;
    for (int i = 0; i < 600; i++) {
        const int64_t before = alf_ctx_memory_used(ctx);
        ctx->options.max_memory = before + 6000;
        if (alf_grad(ctx, 1, &y, NULL, 1, &x, true, &dx) != ALF_OK) {
            assert_int_equal(alf_ctx_memory_used(ctx), before);
            assert_true(alf_tensor_failed(dx));
            assert_error(ctx, ALF_ERR_MEMORY, "memory budget");
            failures++;
        }
        ctx->options.max_memory = 0;
    }
    assert_true(failures > 0);
    alf_scope_close(scope, NULL);
}

static void a_gradient_for_which_the_scope_has_no_room_is_released(void **state)
{
    (void)state;
    test_on_both(check_crowded);
}

/* A record as long as this one must not be released by functions that call each other that often. */
static void check_long(const test_device *on)
{
    const int     length = 300000;
    alf_ctx      *ctx = on->ctx;
    alf_scope    *outer = alf_scope_open(ctx);
    alf_tensor   *x = variable(ctx, 1), *y = x;
    const int64_t before = alf_ctx_memory_used(ctx);
    alf_scope    *middle = alf_scope_open(ctx), *inner = alf_scope_open(ctx);
    for (int i = 0; i < length; i++) y = i % 2 ? alf_scale_shift(ctx, y, 1, 1) : alf_sqrt(ctx, y);
    y = alf_scope_close(inner, y);
    test_ok(ctx, alf_ctx_status(ctx));
    assert_non_null(slope(ctx, y, x, false));
    alf_scope_close(middle, NULL);
    assert_int_equal(alf_ctx_memory_used(ctx), before);
    alf_scope_close(outer, NULL);
}

static void a_record_may_be_as_long_as_memory_allows(void **state)
{
    (void)state;
    test_on_both(check_long);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_of_all_paths_add_up_and_other_inputs_get_none),
        cmocka_unit_test(outputs_are_weighted_and_may_be_inputs),
        cmocka_unit_test(an_input_that_is_asked_for_twice_gets_its_gradient_twice),
        cmocka_unit_test(detached_tensors_and_variables_have_no_past),
        cmocka_unit_test(gradients_can_be_taken_of_gradients_to_any_order),
        cmocka_unit_test(a_second_gradient_without_create_graph_is_an_error_that_says_so),
        cmocka_unit_test(a_gradient_leaves_the_rest_of_the_record_alone),
        cmocka_unit_test(a_scope_hands_on_a_gradient_that_two_inputs_share),
        cmocka_unit_test(a_gradient_for_which_the_scope_has_no_room_is_released),
        cmocka_unit_test(a_record_may_be_as_long_as_memory_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
