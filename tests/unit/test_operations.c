/* Every row of the operation case table: cpu agrees with the reference, gradients of first and second order agree with
 * differences, any of them can be had without the others, and the number of threads does not show. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "device.h"
#include "op_run.h"

enum { SEED = 2000 };

static void run(alf_ctx *ctx, const op_plans *plans, const op_point *point, op_order order, op_result *out)
{
    if (op_run(ctx, plans, point, order, OP_ALL_INPUTS, out) != ALF_OK)
        fail_msg("%s: %s", point->row->name, alf_ctx_message(ctx));
}

/* Calls `check` with every row on a context of the backend. */
typedef void (*row_check)(alf_ctx *ctx, const op_case *row, const op_plans *plans);

static void for_every_row(alf_backend_kind backend, row_check check)
{
    test_device on = test_device_create(backend, 2);
    for (int i = 0; i < OP_CASE_COUNT; i++) {
        op_plans plans;
        test_ok(on.ctx, op_open(on.ctx, &OP_CASES[i], &plans));
        check(on.ctx, &OP_CASES[i], &plans);
        op_close(&plans);
    }
    test_device_destroy(&on);
}

/* What a value of a run is, for messages. */
static const char *title(const op_point *p, const char *what, int input, char text[160])
{
    if (input == p->inputs)
        snprintf(text, 160, "%s: %s, dy", p->row->name, what);
    else
        snprintf(text, 160, "%s: %s, input %d", p->row->name, what, input);
    return text;
}

/* --- both backends ------------------------------------------------------------------------------------------------ */

typedef struct {
    double forward, gradient, second; /* largest relative errors */
} errors;

/* Either both values are absent or they agree. */
static double agreement(const char *what, int64_t count, const double *got, const double *expected, double tolerance)
{
    if (!got && !expected) return 0;
    if (!got || !expected) fail_msg("%s: a gradient on one backend only", what);
    return assert_allclose(what, count, got, expected, tolerance);
}

static void compare_backends(alf_ctx *cpu, alf_ctx *reference, const op_case *row, errors *worst)
{
    op_plans  on_cpu, on_reference;
    op_result got, expected;
    char      text[160];
    test_ok(cpu, op_open(cpu, row, &on_cpu));
    test_ok(reference, op_open(reference, row, &on_reference));
    op_point p = op_point_create(reference, row, &on_reference, SEED);
    run(cpu, &on_cpu, &p, OP_SECOND, &got);
    run(reference, &on_reference, &p, OP_SECOND, &expected);
    worst->forward = fmax(worst->forward, assert_allclose(row->name, p.size[p.inputs], got.y, expected.y, 2e-6));
    for (int i = 0; i < p.inputs; i++)
        worst->gradient = fmax(worst->gradient,
                               agreement(title(&p, "gradient", i, text), p.size[i], got.dx[i], expected.dx[i], 1e-5));
    for (int i = 0; i <= p.inputs; i++)
        worst->second = fmax(worst->second, agreement(title(&p, "second gradient", i, text), p.size[i], got.ddx[i],
                                                      expected.ddx[i], 1e-5));
    op_result_destroy(&got);
    op_result_destroy(&expected);
    op_point_destroy(&p);
    op_close(&on_cpu);
    op_close(&on_reference);
}

static void cpu_agrees_with_the_reference(void **state)
{
    test_device cpu = test_device_create(ALF_BACKEND_CPU, 2), reference = test_device_create(ALF_BACKEND_REFERENCE, 1);
    errors      worst = {0, 0, 0};
    (void)state;
    for (int i = 0; i < OP_CASE_COUNT; i++) compare_backends(cpu.ctx, reference.ctx, &OP_CASES[i], &worst);
    printf("%d rows, cpu against reference: %.2g forward, %.2g gradient, %.2g second gradient\n", OP_CASE_COUNT,
           worst.forward, worst.gradient, worst.second);
    test_device_destroy(&cpu);
    test_device_destroy(&reference);
}

/* --- differences -------------------------------------------------------------------------------------------------- */

static double dot(int64_t count, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}

/* How large a dot product with a vector of random signs would be. */
static double magnitude(int64_t count, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += a[i] * b[i] * a[i] * b[i];
    return sqrt(sum);
}

/* The scalar whose gradient is under test: <y, dy>, or the sum of <dx[i], u[i]>. */
static double objective(alf_ctx *ctx, const op_plans *plans, const op_point *p, op_order order)
{
    op_result r;
    double    sum = 0;
    run(ctx, plans, p, order == OP_SECOND ? OP_GRADIENT : OP_FORWARD, &r);
    if (order == OP_GRADIENT) sum = dot(p->size[p->inputs], r.y, p->x[p->inputs]);
    for (int i = 0; i < p->inputs && order == OP_SECOND; i++)
        if (r.dx[i]) sum += dot(p->size[i], r.dx[i], p->u[i]);
    op_result_destroy(&r);
    return sum;
}

/* The objective's central difference along `direction` from input `index` (the last one is dy). */
static double difference(alf_ctx *ctx, const op_plans *plans, op_point *p, op_order order, int index,
                         const double *direction, double step)
{
    double *const here = p->x[index];
    double       *moved = malloc((size_t)p->size[index] * sizeof *moved), value[2];
    assert_non_null(moved);
    p->x[index] = moved;
    for (int side = 0; side < 2; side++) {
        for (int64_t i = 0; i < p->size[index]; i++) moved[i] = here[i] + (side ? -step : step) * direction[i];
        value[side] = objective(ctx, plans, p, order);
    }
    p->x[index] = here;
    free(moved);
    return (value[0] - value[1]) / (2 * step);
}

static const double TOLERANCE = 1e-7;

/* How a gradient compares with differences. */
typedef struct {
    double error;  /* the largest, relative, of the directions without a kink */
    bool   kinked; /* there is a direction with a kink within the step        */
} verdict;

/* Compares the gradient of the objective by one input along a random direction. The error is relative to what the
 * gradient is along such a direction; `floor` is the objective's own size, for gradients that vanish. A kink within the
 * step shows in the difference over half the step, which is another one then. */
static verdict verdict_along(alf_ctx *ctx, const op_plans *plans, op_point *p, op_order order, int index,
                             const double *gradient, double floor, uint64_t seed)
{
    const int64_t count = p->size[index];
    const double  step = p->row->kinked ? 1e-6 : 1e-5; /* small steps seldom cross a kink */
    double       *direction = malloc((size_t)count * sizeof *direction);
    assert_non_null(direction);
    alf_random_normal(seed, 200 + (uint64_t)index, 0, count, direction);
    const double expected = gradient ? dot(count, gradient, direction) : 0;
    double       scale = fmax(floor, gradient ? magnitude(count, gradient, direction) : 0);
    if (!(scale > 0)) scale = 1;
    const double whole = difference(ctx, plans, p, order, index, direction, step);
    verdict      v = {.error = fabs(whole - expected) / scale};
    if (!isfinite(v.error)) v.error = INFINITY;
    if (p->row->kinked && v.error > TOLERANCE && isfinite(v.error)) {
        const double half = difference(ctx, plans, p, order, index, direction, step / 2);
        v.kinked = fabs(whole - half) / scale > TOLERANCE / 4;
    }
    if (v.kinked) v.error = 0;
    free(direction);
    return v;
}

/* Over all inputs; of second order over dy too. */
static verdict verdict_at(alf_ctx *ctx, const op_plans *plans, const op_case *row, op_order order, uint64_t seed)
{
    op_point  p = op_point_create(ctx, row, plans, seed);
    op_result r;
    verdict   all = {0};
    double    floor = 0;
    run(ctx, plans, &p, order, &r);
    for (int i = 0; i < p.inputs && order == OP_SECOND; i++)
        if (r.dx[i]) floor = fmax(floor, magnitude(p.size[i], r.dx[i], p.u[i]));
    for (int i = 0; i < p.inputs + (order == OP_SECOND); i++) {
        const double *gradient = order == OP_SECOND ? r.ddx[i] : r.dx[i];
        const verdict v = verdict_along(ctx, plans, &p, order, i, gradient, floor, seed);
        all.error = fmax(all.error, v.error);
        all.kinked |= v.kinked;
    }
    op_result_destroy(&r);
    op_point_destroy(&p);
    return all;
}

enum { MOST_KINKS = 2 }; /* of a whole table */

static double worst_difference; /* of the rows so far */
static int    kinks;            /* met by the rows so far */

static void check_differences(alf_ctx *ctx, const op_case *row, const op_plans *plans, op_order order)
{
    for (uint64_t seed = SEED;; seed++) {
        const verdict v = verdict_at(ctx, plans, row, order, seed);
        if (!(v.error <= TOLERANCE))
            fail_msg("%s: gradient of order %d differs from differences by %.3g (seed %d)", row->name, (int)order,
                     v.error, (int)seed);
        worst_difference = fmax(worst_difference, v.error);
        if (!v.kinked) return;
        printf("%s: a kink lies within the step for seed %d\n", row->name, (int)seed);
        if (++kinks > MOST_KINKS) fail_msg("%d kinks within steps, expected %d at most", kinks, MOST_KINKS);
    }
}

static void check_first(alf_ctx *ctx, const op_case *row, const op_plans *plans)
{
    check_differences(ctx, row, plans, OP_GRADIENT);
}

static void check_second(alf_ctx *ctx, const op_case *row, const op_plans *plans)
{
    check_differences(ctx, row, plans, OP_SECOND);
}

static void gradients_are_the_limits_of_differences(void **state)
{
    (void)state;
    worst_difference = kinks = 0;
    for_every_row(ALF_BACKEND_REFERENCE, check_first);
    printf("%d rows, gradients against differences: %.2g\n", OP_CASE_COUNT, worst_difference);
}

static void gradients_of_gradients_are_the_limits_of_differences(void **state)
{
    (void)state;
    worst_difference = kinks = 0;
    for_every_row(ALF_BACKEND_REFERENCE, check_second);
    printf("%d rows, second gradients against differences: %.2g\n", OP_CASE_COUNT, worst_difference);
}

/* --- same bits ---------------------------------------------------------------------------------------------------- */

static void assert_same_bits(const op_point *p, const char *what, int input, const double *a, const double *b)
{
    char text[160];
    if ((a || b) && (!a || !b || memcmp(a, b, (size_t)p->size[input] * sizeof *a) != 0))
        fail_msg("%s: not the same bits", title(p, what, input, text));
}

static void assert_same_result(const op_point *p, const op_result *a, const op_result *b, const char *what)
{
    assert_same_bits(p, what, p->inputs, a->y, b->y);
    for (int i = 0; i < p->inputs; i++) assert_same_bits(p, what, i, a->dx[i], b->dx[i]);
    for (int i = 0; i <= p->inputs; i++) assert_same_bits(p, what, i, a->ddx[i], b->ddx[i]);
}

static op_result result_on(alf_ctx *ctx, const op_point *p)
{
    op_plans  plans;
    op_result result;
    test_ok(ctx, op_open(ctx, p->row, &plans));
    run(ctx, &plans, p, OP_SECOND, &result);
    op_close(&plans);
    return result;
}

static void compare_threads(const test_device on[], int count, const op_case *row)
{
    op_plans plans;
    test_ok(on[0].ctx, op_open(on[0].ctx, row, &plans));
    op_point  p = op_point_create(on[0].ctx, row, &plans, SEED);
    op_result one = result_on(on[0].ctx, &p);
    for (int i = 1; i < count; i++) {
        op_result many = result_on(on[i].ctx, &p);
        assert_same_result(&p, &one, &many, "on several threads");
        op_result_destroy(&many);
    }
    op_result_destroy(&one);
    op_point_destroy(&p);
    op_close(&plans);
}

static void the_number_of_threads_does_not_show(void **state)
{
    test_device on[] = {test_device_create(ALF_BACKEND_CPU, 1), test_device_create(ALF_BACKEND_CPU, 2),
                        test_device_create(ALF_BACKEND_CPU, 8)};
    (void)state;
    for (int i = 0; i < OP_CASE_COUNT; i++) compare_threads(on, 3, &OP_CASES[i]);
    for (int i = 0; i < 3; i++) test_device_destroy(&on[i]);
}

/* --- some gradients alone ----------------------------------------------------------------------------------------- */

/* `got` agrees with `expected`, or both say that there is nothing. `size` is that of what rounding is measured by. */
static void assert_agrees(const op_point *p, const char *what, int input, const double *got, const double *expected,
                          double size)
{
    char text[160];
    title(p, what, input, text);
    for (int64_t i = 0; (got || expected) && i < p->size[input]; i++)
        assert_allclose_absolute(text, 1, got ? &got[i] : &(double){0}, expected ? &expected[i] : &(double){0}, size);
}

/* Of the first `count` values of a run, those that are there. */
static double largest(const op_point *p, int count, double *const values[])
{
    double most = 0;
    for (int i = 0; i < count; i++)
        for (int64_t k = 0; values[i] && k < p->size[i]; k++) most = fmax(most, fabs(values[i][k]));
    return most;
}

/* Without u there is nothing to be said of a gradient's own gradient. */
static void silence(op_point *p, unsigned variables)
{
    for (int i = 0; i < p->inputs; i++)
        if (!(variables >> i & 1)) memset(p->u[i], 0, (size_t)p->size[i] * sizeof *p->u[i]);
}

/* Some inputs as variables, with constants for the others, give those gradients that come with all; of first order, of
 * second order, and where none of second order is asked for. To rounding: there may be a shorter way to some. */
static void check_subset(alf_ctx *ctx, const op_case *row, const op_plans *plans, unsigned variables, double rounding)
{
    op_point  p = op_point_create(ctx, row, plans, SEED);
    op_result all, some, first;
    silence(&p, variables);
    run(ctx, plans, &p, OP_SECOND, &all);
    if (op_run(ctx, plans, &p, OP_SECOND, variables, &some) != ALF_OK ||
        op_run(ctx, plans, &p, OP_GRADIENT, variables, &first) != ALF_OK)
        fail_msg("%s: %s", row->name, alf_ctx_message(ctx));
    const double size = rounding * largest(&p, p.inputs + 1, all.ddx);
    for (int i = 0; i <= p.inputs; i++) {
        if (i < p.inputs && !(variables >> i & 1)) continue;
        assert_agrees(&p, "second gradient among others", i, some.ddx[i], all.ddx[i], size);
        if (i == p.inputs) continue;
        assert_same_bits(&p, "gradient without a second one", i, first.dx[i], some.dx[i]);
        assert_agrees(&p, "gradient among others", i, some.dx[i], all.dx[i], rounding * largest(&p, p.inputs, all.dx));
    }
    op_result_destroy(&all);
    op_result_destroy(&some);
    op_result_destroy(&first);
    op_point_destroy(&p);
}

static void check_on_cpu(alf_ctx *ctx, const op_case *row, const op_plans *plans)
{
    const unsigned all = (1u << op_input_count(row)) - 1;
    const double   rounding = alf_ctx_conv(ctx) == ALF_CONV_DIRECT ? 2e-6 : 1e-5;
    for (unsigned variables = 1; variables <= all; variables++) check_subset(ctx, row, plans, variables, rounding);
}

static void check_on_reference(alf_ctx *ctx, const op_case *row, const op_plans *plans)
{
    const unsigned all = (1u << op_input_count(row)) - 1;
    for (unsigned variables = 1; variables <= all; variables++) check_subset(ctx, row, plans, variables, 1e-13);
}

static void some_gradients_alone_are_those_among_others(void **state)
{
    (void)state;
    for_every_row(ALF_BACKEND_CPU, check_on_cpu);
    for_every_row(ALF_BACKEND_REFERENCE, check_on_reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_agrees_with_the_reference),
        cmocka_unit_test(gradients_are_the_limits_of_differences),
        cmocka_unit_test(gradients_of_gradients_are_the_limits_of_differences),
        cmocka_unit_test(the_number_of_threads_does_not_show),
        cmocka_unit_test(some_gradients_alone_are_those_among_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
