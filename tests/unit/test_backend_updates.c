/* What training changes in place: averages and steps of Adam, on both backends. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "tensor/tensor.h"

enum { SIZE = 40001 }; /* several tiles */

static alf_tensor *tensor(alf_ctx *ctx, int64_t count, const double *values)
{
    return alf_tensor_from_f64(ctx, 1, &count, values);
}

static void assert_values(const test_device *on, const char *what, const alf_tensor *x, const double *expected,
                          double tolerance)
{
    double *got = malloc(SIZE * sizeof *got);
    assert_non_null(got);
    test_ok(on->ctx, alf_tensor_read(on->ctx, x, got));
    assert_allclose(what, SIZE, got, expected, tolerance);
    free(got);
}

static void check_lerp(const test_device *on)
{
    double     *x = test_normal(1, 0, SIZE), *y = test_normal(1, 1, SIZE);
    alf_tensor *xt = tensor(on->ctx, SIZE, x), *yt = tensor(on->ctx, SIZE, y);
    alf_tensor_lerp(on->ctx, xt, yt, 0.125);
    for (int i = 0; i < SIZE; i++) x[i] += 0.125 * (y[i] - x[i]);
    assert_values(on, "an eighth of the way", xt, x, test_tolerance(on));
    alf_tensor_lerp(on->ctx, xt, xt, 0.5);
    assert_values(on, "half of the way to itself", xt, x, test_tolerance(on));
    alf_tensor_lerp(on->ctx, xt, yt, 1);
    assert_values(on, "all the way", xt, y, 0);
    assert_values(on, "what is moved to", yt, y, 0);
    free(x);
    free(y);
}

static void lerp_moves_a_part_of_the_way_and_arrives_exactly(void **state)
{
    (void)state;
    test_on_both(check_lerp);
}

static void check_adam(const test_device *on)
{
    const double lr = 0.0025, beta1 = 0.5, beta2 = 0.99, eps = 1e-8;
    double      *x = test_normal(2, 0, SIZE), *m = calloc(SIZE, sizeof *m), *v = calloc(SIZE, sizeof *v);
    assert_true(m && v);
    alf_tensor *xt = tensor(on->ctx, SIZE, x), *mt = tensor(on->ctx, SIZE, m), *vt = tensor(on->ctx, SIZE, v);
    for (int t = 1; t <= 5; t++) {
        double             *g = test_normal(3, (uint64_t)t, SIZE);
        const double        c1 = 1 - pow(beta1, t), c2 = 1 - pow(beta2, t);
        const alf_adam_step step = {beta1, beta2, eps, lr / c1, sqrt(c2)};
        if (t == 3) memset(g, 0, 1000 * sizeof *g);
        alf_tensor_adam(on->ctx, xt, mt, vt, tensor(on->ctx, SIZE, g), &step);
        for (int i = 0; i < SIZE; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            x[i] -= lr * (m[i] / c1) / (sqrt(v[i] / c2) + eps);
        }
        free(g);
    }
    assert_values(on, "parameters", xt, x, 2 * test_tolerance(on));
    assert_values(on, "first moments", mt, m, 2 * test_tolerance(on));
    assert_values(on, "second moments", vt, v, 2 * test_tolerance(on));
    free(x);
    free(m);
    free(v);
}

static void adam_takes_the_steps_of_its_paper(void **state)
{
    (void)state;
    test_on_both(check_adam);
}

static void check_errors(const test_device *on)
{
    alf_ctx            *ctx = on->ctx;
    const alf_adam_step step = {0, 0.99, 1e-8, 1, 1};
    double              value[2];
    alf_tensor         *x = tensor(ctx, 2, (const double[]){1, 2}), *y = tensor(ctx, 2, (const double[]){5, 6});
    alf_tensor         *one = tensor(ctx, 1, (const double[]){1});
    alf_tensor_lerp(ctx, x, one, 0.5);
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_ARGUMENT);
    assert_non_null(strstr(alf_ctx_message(ctx), "alf_tensor_lerp: tensors of 2 and 1 elements"));
    alf_tensor_lerp(ctx, x, y, 0.5); /* the error is still there */
    alf_tensor_adam(ctx, x, y, y, y, &step);
    alf_ctx_clear_error(ctx);
    alf_tensor_adam(ctx, x, one, y, y, &step);
    assert_non_null(strstr(alf_ctx_message(ctx), "alf_tensor_adam"));
    alf_ctx_clear_error(ctx);
    alf_tensor_lerp(ctx, NULL, y, 0.5);
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_ARGUMENT);
    alf_ctx_clear_error(ctx);
    test_ok(ctx, alf_tensor_read(ctx, x, value));
    assert_true(value[0] == 1 && value[1] == 2);
}

static void nothing_changes_in_an_error(void **state)
{
    (void)state;
    test_on_both(check_errors);
}

static void check_finite(const test_device *on)
{
    const double values[] = {NAN, INFINITY, -INFINITY, -2.5, 0, 1e7};
    double       got[6];
    alf_tensor  *x = alf_variable(on->ctx, tensor(on->ctx, 6, values)), *y = alf_tensor_finite(on->ctx, x, 1e5);
    test_ok(on->ctx, alf_tensor_read(on->ctx, y, got));
    assert_null(y->node);
    assert_true(got[0] == 0 && got[1] == 1e5 && got[2] == -1e5 && got[3] == -2.5 && got[4] == 0 && got[5] == 1e5);
    assert_true(alf_tensor_failed(alf_tensor_finite(on->ctx, NULL, 1)));
    alf_ctx_clear_error(on->ctx);
}

static void finite_makes_numbers_of_everything(void **state)
{
    (void)state;
    test_on_both(check_finite);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lerp_moves_a_part_of_the_way_and_arrives_exactly),
        cmocka_unit_test(adam_takes_the_steps_of_its_paper),
        cmocka_unit_test(nothing_changes_in_an_error),
        cmocka_unit_test(finite_makes_numbers_of_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
