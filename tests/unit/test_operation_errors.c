/* What operations say to bad input: the status, the operation's name, and a failed tensor that flows through. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "op_run.h"

/* --- rows of the case table with one input replaced --------------------------------------------------------------- */

static void inputs_of(alf_ctx *ctx, const op_case *row, alf_tensor *x[OP_INPUTS])
{
    for (int i = 0; i < OP_INPUTS; i++) {
        const op_input *input = &row->inputs[i];
        x[i] = input->ndim ? alf_tensor_full(ctx, input->ndim, input->shape, 1) : NULL;
    }
}

/* The operation refuses the inputs with ALF_ERR_ARGUMENT and a text with its name and `text`. */
static void refuses(alf_ctx *ctx, const op_case *row, const op_plans *plans, alf_tensor *const x[], const char *text)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", op_name_length(row), row->name);
    const bool  failed = alf_tensor_failed(op_apply(ctx, row, plans, x));
    const char *message = alf_ctx_message(ctx);
    if (!failed || alf_ctx_status(ctx) != ALF_ERR_ARGUMENT || !strstr(message, name) || !strstr(message, text))
        fail_msg("%s: status %d, '%s': expected an error with '%s' and '%s'", row->name, (int)alf_ctx_status(ctx),
                 message, name, text);
    alf_ctx_clear_error(ctx);
}

/* An error that came before stays what it is, and the operation returns the failed tensor. */
static void passes_on(alf_ctx *ctx, const op_case *row, const op_plans *plans, alf_tensor *const x[])
{
    alf_fail(ctx, ALF_ERR_IO, "the first error");
    const bool failed = alf_tensor_failed(op_apply(ctx, row, plans, x));
    if (!failed || alf_ctx_status(ctx) != ALF_ERR_IO || strcmp(alf_ctx_message(ctx), "the first error") != 0)
        fail_msg("%s: a failed input gives '%s'", row->name, alf_ctx_message(ctx));
    alf_ctx_clear_error(ctx);
}

static void check_input(alf_ctx *ctx, alf_tensor *foreign, const op_case *row, const op_plans *plans, int index)
{
    alf_tensor *x[OP_INPUTS], *failed = alf_tensor_full(ctx, 0, NULL, 0);
    alf_ctx_clear_error(ctx);
    inputs_of(ctx, row, x);
    x[index] = failed;
    refuses(ctx, row, plans, x, "is a failed tensor");
    passes_on(ctx, row, plans, x);
    x[index] = foreign;
    refuses(ctx, row, plans, x, "belongs to another context");
    x[index] = NULL;
    if (index < op_input_count(row) - row->optional)
        refuses(ctx, row, plans, x, "is NULL");
    else if (alf_tensor_failed(op_apply(ctx, row, plans, x)))
        fail_msg("%s: input %d may be NULL: %s", row->name, index, alf_ctx_message(ctx));
}

static void check_rows(const test_device *on)
{
    test_device other = test_device_create(ALF_BACKEND_REFERENCE, 1);
    alf_tensor *foreign = alf_tensor_full(other.ctx, 1, (int64_t[]){1}, 1);
    for (int i = 0; i < OP_CASE_COUNT; i++) {
        op_plans   plans;
        alf_scope *scope = alf_scope_open(on->ctx);
        test_ok(on->ctx, op_open(on->ctx, &OP_CASES[i], &plans));
        for (int k = 0; k < op_input_count(&OP_CASES[i]); k++) check_input(on->ctx, foreign, &OP_CASES[i], &plans, k);
        alf_scope_close(scope, NULL);
        op_close(&plans);
    }
    test_device_destroy(&other);
}

static void every_operation_refuses_absent_failed_and_foreign_inputs_by_name(void **state)
{
    (void)state;
    test_on_both(check_rows);
}

/* --- shapes and numbers ------------------------------------------------------------------------------------------- */

static void refused(alf_ctx *ctx, const alf_tensor *y, alf_status status, const char *text)
{
    if (!alf_tensor_failed(y) || alf_ctx_status(ctx) != status || !strstr(alf_ctx_message(ctx), text))
        fail_msg("status %d, '%s': expected %d, '%s'", (int)alf_ctx_status(ctx), alf_ctx_message(ctx), (int)status,
                 text);
    alf_ctx_clear_error(ctx);
}

#define SHAPE(...)                                                                                                     \
    (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[])                                             \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
#define ONES(...) alf_tensor_full(ctx, SHAPE(__VA_ARGS__), 1)

static void check_elementwise(const test_device *on)
{
    alf_ctx    *ctx = on->ctx;
    alf_tensor *x = ONES(2, 3);
    refused(ctx, alf_add(ctx, x, ONES(2)), ALF_ERR_ARGUMENT, "alf_add: shapes [2, 3] and [2] do not broadcast");
    refused(ctx, alf_sub(ctx, x, ONES(3, 2)), ALF_ERR_ARGUMENT, "alf_sub: shapes");
    refused(ctx, alf_mul(ctx, x, ONES(2, 2, 4)), ALF_ERR_ARGUMENT, "alf_mul: shapes");
    refused(ctx, alf_div(ctx, ONES(4, 3), x), ALF_ERR_ARGUMENT, "alf_div: shapes");
    refused(ctx, alf_clamp(ctx, x, 1, 0), ALF_ERR_RANGE, "alf_clamp: bounds 1 and 0");
    refused(ctx, alf_clamp(ctx, x, NAN, 0), ALF_ERR_RANGE, "alf_clamp");
    refused(ctx, alf_sum(ctx, x, 0), ALF_ERR_ARGUMENT, "alf_sum: dimensions 0x0");
    refused(ctx, alf_sum(ctx, x, 4), ALF_ERR_ARGUMENT, "alf_sum: dimensions 0x4");
    refused(ctx, alf_mean(ctx, x, 1u << 31), ALF_ERR_ARGUMENT, "alf_mean");
    refused(ctx, alf_normalize_second_moment(ctx, ONES(3)), ALF_ERR_ARGUMENT, "alf_normalize_second_moment: x");
}

static void check_shapes(const test_device *on)
{
    alf_ctx      *ctx = on->ctx;
    alf_tensor   *x = ONES(2, 3);
    const int64_t huge = INT64_MAX / 2;
    refused(ctx, alf_reshape(ctx, x, SHAPE(4, 2)), ALF_ERR_ARGUMENT, "alf_reshape: [2, 3] does not fit into [4, 2]");
    refused(ctx, alf_reshape(ctx, x, SHAPE(-2, -3)), ALF_ERR_ARGUMENT, "alf_reshape");
    refused(ctx, alf_reshape(ctx, x, SHAPE(huge, 4, 6)), ALF_ERR_ARGUMENT, "alf_reshape");
    refused(ctx, alf_reshape(ctx, x, 0, (int64_t[]){1}), ALF_ERR_ARGUMENT, "alf_reshape");
    refused(ctx, alf_reshape(ctx, x, 99, (int64_t[99]){6}), ALF_ERR_ARGUMENT, "alf_reshape");
    refused(ctx, alf_reshape(ctx, x, 1, NULL), ALF_ERR_ARGUMENT, "alf_reshape: shape is NULL");
    refused(ctx, alf_slice(ctx, x, 2, 0, 1), ALF_ERR_RANGE, "alf_slice: 1 elements from 0 on of dimension 2");
    refused(ctx, alf_slice(ctx, x, -1, 0, 1), ALF_ERR_RANGE, "alf_slice");
    refused(ctx, alf_slice(ctx, x, 1, -1, 1), ALF_ERR_RANGE, "alf_slice");
    refused(ctx, alf_slice(ctx, x, 1, 2, 2), ALF_ERR_RANGE, "alf_slice");
    refused(ctx, alf_slice(ctx, x, 1, 2, 0), ALF_ERR_RANGE, "alf_slice");
    refused(ctx, alf_slice(ctx, x, 1, INT64_MAX, 1), ALF_ERR_RANGE, "alf_slice");
    refused(ctx, alf_slice(ctx, x, 1, 1, INT64_MAX), ALF_ERR_RANGE, "alf_slice");
    refused(ctx, alf_expand(ctx, x, SHAPE(4, 3)), ALF_ERR_ARGUMENT, "alf_expand: [2, 3] does not expand to [4, 3]");
    refused(ctx, alf_expand(ctx, x, SHAPE(3)), ALF_ERR_ARGUMENT, "alf_expand: from 2 to 1 dimensions");
    refused(ctx, alf_expand(ctx, x, SHAPE(0, 2, 3)), ALF_ERR_RANGE, "[0, 2, 3]");
    refused(ctx, alf_expand(ctx, x, SHAPE(huge, 2, 3)), ALF_ERR_RANGE, "fit into memory");
    refused(ctx, alf_expand(ctx, x, 3, NULL), ALF_ERR_ARGUMENT, "alf_expand: shape is NULL");
    refused(ctx, alf_concat(ctx, x, ONES(2, 4), 0), ALF_ERR_ARGUMENT,
            "alf_concat: [2, 3] and [2, 4] along dimension 0");
    refused(ctx, alf_concat(ctx, x, x, 2), ALF_ERR_ARGUMENT, "alf_concat");
    refused(ctx, alf_concat(ctx, x, x, -1), ALF_ERR_ARGUMENT, "alf_concat");
    refused(ctx, alf_concat(ctx, x, ONES(3), 0), ALF_ERR_ARGUMENT, "alf_concat");
}

static void check_layers(const test_device *on)
{
    alf_ctx       *ctx = on->ctx;
    alf_tensor    *x = ONES(2, 3, 5, 5), *w = ONES(4, 3, 3, 3), *s = ONES(2, 3);
    alf_conv_spec  plain = alf_conv_spec_default(), none = {.stride = 0}, inward = {.stride = 1, .padding = -1};
    alf_modulation m = {.conv = plain, .demodulate = true};
    refused(ctx, alf_matmul(ctx, ONES(2, 3), false, ONES(2, 3), false, 1), ALF_ERR_ARGUMENT,
            "alf_matmul: [2, 3] times [2, 3]: inner sizes 3 and 2 differ");
    refused(ctx, alf_matmul(ctx, ONES(2, 3), false, ONES(3), false, 1), ALF_ERR_ARGUMENT, "alf_matmul: b");
    refused(ctx, alf_bias_act(ctx, x, ONES(2), 1, 1, INFINITY), ALF_ERR_ARGUMENT, "alf_bias_act: bias of shape [2]");
    refused(ctx, alf_bias_act(ctx, ONES(3), ONES(3), 1, 1, INFINITY), ALF_ERR_ARGUMENT, "alf_bias_act: bias");
    refused(ctx, alf_bias_act(ctx, x, NULL, -0.1, 1, 1), ALF_ERR_RANGE, "alf_bias_act: slope -0.1");
    refused(ctx, alf_bias_act(ctx, x, NULL, 1, 0, 1), ALF_ERR_RANGE, "alf_bias_act");
    refused(ctx, alf_bias_act(ctx, x, NULL, 1, 1, NAN), ALF_ERR_RANGE, "alf_bias_act");
    refused(ctx, alf_conv2d(ctx, x, ONES(4, 2, 3, 3), 1, &plain), ALF_ERR_ARGUMENT,
            "alf_conv2d: weight [4, 2, 3, 3] on x [2, 3, 5, 5]");
    refused(ctx, alf_conv2d(ctx, x, ONES(4, 3, 6, 3), 1, &plain), ALF_ERR_ARGUMENT, "alf_conv2d: weight");
    refused(ctx, alf_conv2d(ctx, x, ONES(4, 3), 1, &plain), ALF_ERR_ARGUMENT, "alf_conv2d");
    refused(ctx, alf_conv2d(ctx, x, w, 1, &none), ALF_ERR_RANGE, "alf_conv2d: weight");
    refused(ctx, alf_conv2d(ctx, x, w, 1, &inward), ALF_ERR_RANGE, "padding -1");
    refused(ctx, alf_conv2d(ctx, x, w, 1, NULL), ALF_ERR_ARGUMENT, "alf_conv2d: spec is NULL");
    refused(ctx, alf_modulated_conv2d(ctx, x, w, ONES(2, 4), NULL, &m), ALF_ERR_ARGUMENT,
            "alf_modulated_conv2d: style [2, 4], expected [2, 3]");
    refused(ctx, alf_modulated_conv2d(ctx, x, w, s, ONES(2), &m), ALF_ERR_ARGUMENT, "input_gain must have one element");
    refused(ctx, alf_modulated_conv2d(ctx, x, s, s, NULL, &m), ALF_ERR_ARGUMENT, "alf_modulated_conv2d");
    refused(ctx, alf_modulated_conv2d(ctx, x, w, s, NULL, NULL), ALF_ERR_ARGUMENT,
            "alf_modulated_conv2d: spec is NULL");
    refused(ctx, alf_fourier_grid(ctx, ONES(2, 3, 3), s, s, 4, 4, 1), ALF_ERR_ARGUMENT, "alf_fourier_grid: expected");
    refused(ctx, alf_fourier_grid(ctx, ONES(2, 3, 2), s, ONES(2, 2), 4, 4, 1), ALF_ERR_ARGUMENT, "alf_fourier_grid");
    refused(ctx, alf_fourier_grid(ctx, ONES(2, 3, 2), s, s, 0, 4, 1), ALF_ERR_RANGE, "alf_fourier_grid: 0 x 4 pixels");
    refused(ctx, alf_fourier_grid(ctx, ONES(2, 3, 2), s, s, 4, 4, 0), ALF_ERR_RANGE, "alf_fourier_grid");
    refused(ctx, alf_fourier_grid(ctx, ONES(2, 3, 2), s, s, 4, 4, NAN), ALF_ERR_RANGE, "alf_fourier_grid");
}

static void check_plans(const test_device *on)
{
    alf_ctx         *ctx = on->ctx;
    alf_upfirdn_spec resample = alf_upfirdn_spec_default();
    alf_flrelu_spec  spec = alf_flrelu_spec_default();
    alf_upfirdn     *upfirdn;
    alf_flrelu      *flrelu;
    resample.in_h = spec.in_h = 4;
    resample.in_w = spec.in_w = 5;
    test_ok(ctx, alf_upfirdn_create(ctx, &resample, &upfirdn));
    test_ok(ctx, alf_flrelu_create(ctx, &spec, &flrelu));
    refused(ctx, alf_upfirdn2d(ctx, ONES(1, 1, 5, 4), upfirdn), ALF_ERR_ARGUMENT,
            "alf_upfirdn2d: x has shape [1, 1, 5, 4], the plan is for 4 x 5 pixels");
    refused(ctx, alf_upfirdn2d(ctx, ONES(4, 5), upfirdn), ALF_ERR_ARGUMENT, "alf_upfirdn2d has shape [4, 5]");
    refused(ctx, alf_upfirdn2d(ctx, ONES(1, 1, 4, 5), NULL), ALF_ERR_ARGUMENT, "alf_upfirdn2d: plan is NULL");
    refused(ctx, alf_filtered_lrelu(ctx, ONES(1, 1, 4, 4), NULL, flrelu), ALF_ERR_ARGUMENT, "alf_filtered_lrelu: x");
    refused(ctx, alf_filtered_lrelu(ctx, ONES(1, 2, 4, 5), ONES(3), flrelu), ALF_ERR_ARGUMENT,
            "alf_filtered_lrelu: bias of shape [3]");
    refused(ctx, alf_filtered_lrelu(ctx, ONES(1, 2, 4, 5), ONES(2, 1), flrelu), ALF_ERR_ARGUMENT, "alf_filtered_lrelu");
    refused(ctx, alf_filtered_lrelu(ctx, ONES(1, 2, 4, 5), NULL, NULL), ALF_ERR_ARGUMENT,
            "alf_filtered_lrelu: plan is NULL");
    alf_upfirdn_destroy(upfirdn);
    alf_flrelu_destroy(flrelu);
}

static void check_images(const test_device *on)
{
    alf_ctx         *ctx = on->ctx;
    alf_tensor      *x = ONES(2, 3, 5, 4), *flat = ONES(2, 3);
    const int64_t    wide[4] = {0, 4, 0, 0}, high[4] = {0, 0, 5, 0}, cut[4] = {0, 0, 0, -1};
    const double     m[12] = {1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0};
    double           bad[12] = {0};
    const alf_status range = ALF_ERR_RANGE, argument = ALF_ERR_ARGUMENT;
    refused(ctx, alf_pad_reflect(ctx, x, NULL), argument, "alf_pad_reflect: padding is NULL");
    refused(ctx, alf_pad_reflect(ctx, flat, wide), argument, "alf_pad_reflect: x has shape [2, 3]");
    refused(ctx, alf_pad_reflect(ctx, x, wide), range, "alf_pad_reflect: padding 4 of a side with 4 samples");
    refused(ctx, alf_pad_reflect(ctx, x, high), range, "alf_pad_reflect: padding 5 of a side with 5 samples");
    refused(ctx, alf_pad_reflect(ctx, x, cut), range, "alf_pad_reflect: padding -1");
    bad[11] = NAN;
    refused(ctx, alf_sample_affine(ctx, x, NULL, 2, 2), argument, "alf_sample_affine: matrices is NULL");
    refused(ctx, alf_sample_affine(ctx, flat, m, 2, 2), argument, "alf_sample_affine: x has shape [2, 3]");
    refused(ctx, alf_sample_affine(ctx, x, bad, 2, 2), range, "alf_sample_affine: matrices: number 11 is nan");
    refused(ctx, alf_sample_affine(ctx, x, m, 0, 2), range, "alf_sample_affine: 0 x 2 pixels");
    refused(ctx, alf_sample_affine(ctx, x, m, 2, -1), range, "alf_sample_affine: 2 x -1 pixels");
    refused(ctx, alf_sample_affine(ctx, x, m, INT64_MAX, 2), range, "fit into memory");
    bad[11] = -INFINITY;
    refused(ctx, alf_filter_each(ctx, x, NULL, 2, true), argument, "alf_filter_each: taps is NULL");
    refused(ctx, alf_filter_each(ctx, flat, m, 2, true), argument, "alf_filter_each: x has shape [2, 3]");
    refused(ctx, alf_filter_each(ctx, x, m, 5, true), range, "alf_filter_each: 5 taps on a side of 4 samples");
    refused(ctx, alf_filter_each(ctx, x, m, 6, false), range, "alf_filter_each: 6 taps on a side of 5 samples");
    refused(ctx, alf_filter_each(ctx, x, m, 0, true), range, "alf_filter_each: 0 taps");
    refused(ctx, alf_filter_each(ctx, x, m, INT64_MAX, true), range, "alf_filter_each");
    assert_false(
        alf_tensor_failed(alf_filter_each(ctx, x, bad, 5, false))); /* ten taps; the eleventh is not looked at */
    refused(ctx, alf_filter_each(ctx, ONES(3, 1, 5, 5), bad, 4, false), range, "number 11 is -inf");
}

static void operations_refuse_shapes_and_numbers_that_make_no_sense(void **state)
{
    (void)state;
    test_on_both(check_elementwise);
    test_on_both(check_shapes);
    test_on_both(check_layers);
    test_on_both(check_plans);
    test_on_both(check_images);
}

/* --- making and reading ------------------------------------------------------------------------------------------- */

static void check_making(const test_device *on)
{
    alf_ctx *ctx = on->ctx;
    double   value = 0;
    refused(ctx, alf_tensor_full(ctx, 0, (int64_t[]){1}, 0), ALF_ERR_ARGUMENT, "0 dimensions");
    refused(ctx, alf_tensor_full(ctx, ALF_MAX_DIMS + 1, (int64_t[ALF_MAX_DIMS + 1]){1}, 0), ALF_ERR_ARGUMENT,
            "dimensions: expected 1 to");
    refused(ctx, alf_tensor_full(ctx, 1, NULL, 0), ALF_ERR_ARGUMENT, "shape of a tensor is NULL");
    refused(ctx, alf_tensor_full(ctx, SHAPE(2, 0), 0), ALF_ERR_RANGE, "[2, 0]");
    refused(ctx, alf_tensor_full(ctx, SHAPE(2, -3), 0), ALF_ERR_RANGE, "[2, -3]");
    refused(ctx, alf_tensor_full(ctx, SHAPE(INT64_MAX, INT64_MAX), 0), ALF_ERR_RANGE, "fit into memory");
    refused(ctx, alf_tensor_from_f64(ctx, SHAPE(2), NULL), ALF_ERR_ARGUMENT, "alf_tensor_from_f64: values is NULL");
    refused(ctx, alf_tensor_from_array(ctx, NULL), ALF_ERR_ARGUMENT, "alf_tensor_from_array: array is NULL");
    refused(ctx, alf_variable(ctx, NULL), ALF_ERR_ARGUMENT, "x is NULL");
    refused(ctx, alf_detach(ctx, NULL), ALF_ERR_ARGUMENT, "alf_detach: x is NULL");
    assert_int_equal(alf_tensor_read(ctx, NULL, &value), ALF_ERR_ARGUMENT);
    refused(ctx, NULL, ALF_ERR_ARGUMENT, "alf_tensor_read: x is NULL");
    assert_int_equal(alf_tensor_read(ctx, ONES(1), NULL), ALF_ERR_ARGUMENT);
    refused(ctx, NULL, ALF_ERR_ARGUMENT, "alf_tensor_read: out is NULL");
    alf_tensor *failed = alf_tensor_full(ctx, SHAPE(0), 0);
    assert_int_equal(alf_tensor_read(ctx, failed, &value), ALF_ERR_RANGE); /* the context's status */
    refused(ctx, failed, ALF_ERR_RANGE, "[0]");
    assert_int_equal(alf_tensor_ndim(failed), 0);
    assert_int_equal(alf_tensor_ndim(NULL), 0);
    assert_int_equal(alf_tensor_dim(failed, 0), 1);
    assert_true(alf_tensor_failed(NULL));
}

static void tensors_of_impossible_shapes_are_not_made(void **state)
{
    (void)state;
    test_on_both(check_making);
}

/* --- gradients ---------------------------------------------------------------------------------------------------- */

static void not_taken(alf_ctx *ctx, alf_status got, const alf_tensor *dx, alf_status status, const char *text)
{
    assert_int_equal(got, status);
    refused(ctx, dx, status, text);
}

static void check_gradients(const test_device *on)
{
    alf_ctx         *ctx = on->ctx;
    test_device      other = test_device_create(ALF_BACKEND_REFERENCE, 1);
    alf_tensor      *x = alf_variable(ctx, ONES(2, 3)), *y = alf_square(ctx, x), *absent = NULL, *dx = NULL;
    alf_tensor      *foreign = alf_tensor_full(other.ctx, SHAPE(2, 3), 1), *column = ONES(2, 1), *flat = ONES(6);
    const alf_status bad = ALF_ERR_ARGUMENT;
    not_taken(ctx, alf_grad(ctx, 0, &y, NULL, 1, &x, false, &dx), dx, bad, "alf_grad: expected outputs");
    not_taken(ctx, alf_grad(ctx, 1, NULL, NULL, 1, &x, false, &dx), dx, bad, "alf_grad: expected outputs");
    not_taken(ctx, alf_grad(ctx, 1, &y, NULL, 0, &x, false, &dx), dx, bad, "alf_grad: expected outputs");
    not_taken(ctx, alf_grad(ctx, 1, &y, NULL, 1, NULL, false, &dx), dx, bad, "alf_grad: expected outputs");
    not_taken(ctx, alf_grad(ctx, 1, &y, NULL, 1, &x, false, NULL), NULL, bad, "room for their gradients");
    not_taken(ctx, alf_grad(ctx, 1, &absent, NULL, 1, &x, false, &dx), dx, bad, "alf_grad: output is NULL");
    not_taken(ctx, alf_grad(ctx, 1, &y, NULL, 1, &absent, false, &dx), dx, bad, "alf_grad: input is NULL");
    not_taken(ctx, alf_grad(ctx, 1, &foreign, NULL, 1, &x, false, &dx), dx, bad, "alf_grad: output belongs to another");
    not_taken(ctx, alf_grad(ctx, 1, &y, NULL, 1, &foreign, false, &dx), dx, bad, "alf_grad: input belongs to another");
    not_taken(ctx, alf_grad(ctx, 1, &y, &foreign, 1, &x, false, &dx), dx, bad, "belongs to another context");
    not_taken(ctx, alf_grad(ctx, 1, &y, &column, 1, &x, false, &dx), dx, bad, "alf_grad: output 0 and its gradient");
    not_taken(ctx, alf_grad(ctx, 1, &y, &flat, 1, &x, false, &dx), dx, bad, "alf_grad: output 0 and its gradient");
    alf_fail(ctx, ALF_ERR_IO, "the first error");
    not_taken(ctx, alf_grad(ctx, 1, &y, NULL, 1, &x, false, &dx), dx, ALF_ERR_IO, "the first error");
    test_ok(ctx, alf_grad(ctx, 1, &y, NULL, 1, &x, false, &dx)); /* after all that the record is whole */
    test_device_destroy(&other);
}

static void gradients_of_bad_arguments_are_not_taken_and_leave_the_record_whole(void **state)
{
    (void)state;
    test_on_both(check_gradients);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_refuses_absent_failed_and_foreign_inputs_by_name),
        cmocka_unit_test(operations_refuse_shapes_and_numbers_that_make_no_sense),
        cmocka_unit_test(tensors_of_impossible_shapes_are_not_made),
        cmocka_unit_test(gradients_of_bad_arguments_are_not_taken_and_leave_the_record_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
