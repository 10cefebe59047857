/* Elementwise operations, broadcasting, gathering, sums and random numbers on both backends, each judged by its formula
 * in double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "device.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static double *room(int64_t count)
{
    double *values = malloc(((size_t)count + 1) * sizeof *values);
    assert_non_null(values);
    return values;
}

/* --- tensors with strides, for the formulas ----------------------------------------------------------------------- */

/* Shapes whose dimensions broadcast where the bit of a or b is set. */
typedef struct {
    int      ndim;
    int64_t  size[ALF_MAX_DIMS];
    unsigned spread_a, spread_b;
} broadcast_case;

static const broadcast_case BROADCASTS[] = {
    {1, {1}, 0, 0},
    {1, {100003}, 0, 0},
    {1, {70001}, 0, 1},
    {1, {70001}, 1, 0},
    {1, {5}, 1, 1},
    {4, {2, 3, 37, 41}, 0, 0},
    {4, {2, 33, 37, 41}, 0, 12},   /* one factor per channel and sample */
    {4, {2, 3, 127, 129}, 0, 3},   /* one image for all                 */
    {4, {3, 5, 17, 19}, 0, 13},    /* one value per channel             */
    {4, {3, 5, 17, 19}, 5, 10},    /* both ways                         */
    {5, {2, 3, 4, 5, 6}, 9, 18},   /* every other dimension             */
    {5, {1, 300, 1, 80, 1}, 2, 8}, /* dimensions of one step            */
    {2, {3000, 3}, 0, 1},          /* short rows                        */
    {2, {3, 30000}, 2, 1},         /* an outer sum                      */
    {3, {70, 1, 300}, 4, 0},
};

/* Contiguous strides of the tensor whose spread dimensions have size 1; returns its count. */
static int64_t strides_of(const broadcast_case *c, unsigned spread, int64_t stride[])
{
    int64_t count = 1;
    for (int d = c->ndim - 1; d >= 0; d--) {
        const bool one = (spread >> d & 1) != 0;
        stride[d] = one ? 0 : count;
        count *= one ? 1 : c->size[d];
    }
    return count;
}

static alf_loops loops_of(const broadcast_case *c, int64_t *count, int64_t *count_a, int64_t *count_b)
{
    alf_loops loops = {.ndim = c->ndim};
    *count = 1;
    for (int d = 0; d < c->ndim; d++) *count *= loops.size[d] = c->size[d];
    *count_a = strides_of(c, c->spread_a, loops.stride_a);
    *count_b = strides_of(c, c->spread_b, loops.stride_b);
    return loops;
}

/* Offset of position i of the loops by the given strides. */
static int64_t offset_of(const alf_loops *loops, const int64_t stride[], int64_t i)
{
    int64_t offset = 0;
    for (int d = loops->ndim - 1; d >= 0; d--) {
        offset += i % loops->size[d] * stride[d];
        i /= loops->size[d];
    }
    return offset;
}

static double binary_by_formula(alf_binary op, double a, double b)
{
    switch (op) {
    case ALF_BINARY_ADD: return a + b;
    case ALF_BINARY_SUB: return a - b;
    case ALF_BINARY_MUL: return a * b;
    case ALF_BINARY_DIV: return a / b;
    }
    return NAN;
}

static void check_binary_case(const test_device *on, alf_binary op, int number)
{
    int64_t         count, count_a, count_b;
    const alf_loops loops = loops_of(&BROADCASTS[number], &count, &count_a, &count_b);
    const uint64_t  seed = 1000 + (uint64_t)number;
    double         *a = test_normal(seed, 0, count_a), *b = test_normal(seed, 1, count_b), *expected = room(count);
    char            label[80];
    for (int64_t i = 0; i < count_b; i++) b[i] += b[i] < 0 ? -1 : 1; /* as a divisor */
    for (int64_t i = 0; i < count; i++)
        expected[i] =
            binary_by_formula(op, a[offset_of(&loops, loops.stride_a, i)], b[offset_of(&loops, loops.stride_b, i)]);
    void *at = test_put(on, count_a, a), *bt = test_put(on, count_b, b), *yt = test_room(on, count);
    on->backend->binary(on->ctx, op, &loops, at, bt, yt);
    double *got = test_take(on, count, yt);
    snprintf(label, sizeof label, "%s: binary %d, case %d (seed %llu)", on->backend->name, (int)op, number,
             (unsigned long long)seed);
    assert_allclose(label, count, got, expected, test_tolerance(on));
    on->backend->release(at);
    on->backend->release(bt);
    free(a);
    free(b);
    free(expected);
    free(got);
}

static void check_binary(const test_device *on)
{
    for (int i = 0; i < COUNT(BROADCASTS); i++)
        for (int op = ALF_BINARY_ADD; op <= ALF_BINARY_DIV; op++) check_binary_case(on, (alf_binary)op, i);
}

static void binary_operations_broadcast_by_strides(void **state)
{
    (void)state;
    test_on_both(check_binary);
}

/* --- one input ---------------------------------------------------------------------------------------------------- */

static double unary_by_formula(alf_unary op, double p, double q, double x)
{
    switch (op) {
    case ALF_UNARY_SCALE_SHIFT: return p * x + q;
    case ALF_UNARY_SQUARE: return x * x;
    case ALF_UNARY_SQRT: return sqrt(x);
    case ALF_UNARY_RSQRT: return 1 / sqrt(x);
    case ALF_UNARY_SOFTPLUS: return log(1 + exp(x));
    case ALF_UNARY_SIGMOID: return 1 / (1 + exp(-x));
    case ALF_UNARY_CLAMP: return fmin(fmax(x, p), q);
    case ALF_UNARY_INSIDE: return x >= p && x <= q;
    case ALF_UNARY_FINITE: return fmin(fmax(x, -p), p);
    }
    return NAN;
}

static void check_unary(const test_device *on)
{
    const int64_t counts[] = {1, 7, 16384, 50001};
    for (int c = 0; c < COUNT(counts); c++)
        for (int op = ALF_UNARY_SCALE_SHIFT; op <= ALF_UNARY_FINITE; op++) {
            const int64_t n = counts[c];
            const double  p = op == ALF_UNARY_FINITE ? 0.75 : -0.75;
            double       *x = test_normal(1100, (uint64_t)op, n), *expected = room(n);
            char          label[80];
            for (int64_t i = 0; i < n; i++) {
                if (op == ALF_UNARY_SQRT || op == ALF_UNARY_RSQRT) x[i] = fabs(x[i]) + 0.125;
                expected[i] = unary_by_formula((alf_unary)op, p, 1.25, x[i]);
            }
            void *xt = test_put(on, n, x), *yt = test_room(on, n);
            on->backend->unary(on->ctx, (alf_unary)op, p, 1.25, n, xt, yt);
            double *got = test_take(on, n, yt);
            snprintf(label, sizeof label, "%s: unary %d of %lld values (seed 1100)", on->backend->name, op,
                     (long long)n);
            assert_allclose(label, n, got, expected, test_tolerance(on));
            on->backend->release(xt);
            free(x);
            free(expected);
            free(got);
        }
}

static void unary_operations_follow_their_formulas(void **state)
{
    (void)state;
    test_on_both(check_unary);
}

static void check_nan(const test_device *on)
{
    const double x[] = {NAN, -3, 3};
    void        *xt = test_put(on, 3, x), *yt = test_room(on, 3);
    on->backend->unary(on->ctx, ALF_UNARY_CLAMP, -1, 1, 3, xt, yt);
    double *got = test_take(on, 3, yt);
    assert_true(isnan(got[0]) && got[1] == -1 && got[2] == 1);
    free(got);
    yt = test_put(on, 3, (const double[]){0, 0, 0});
    on->backend->bias_act(on->ctx, 1, 3, 1, xt, NULL, 0.2, 1, 2, yt);
    got = test_take(on, 3, yt);
    assert_true(isnan(got[0]) && fabs(got[1] + 0.6) < 1e-6 && got[2] == 2);
    free(got);
    on->backend->release(xt);
}

static void nan_passes_clamps_and_activations(void **state)
{
    (void)state;
    test_on_both(check_nan);
}

static void check_far(const test_device *on)
{
    const double far[] = {-1e4, -800, -90, 90, 800, 1e4}, x[] = {NAN, INFINITY, -INFINITY, 2, -1e30, 1e4};
    void        *xt = test_put(on, 6, far), *yt = test_room(on, 6), *zt = test_room(on, 6);
    on->backend->unary(on->ctx, ALF_UNARY_SOFTPLUS, 0, 0, 6, xt, yt);
    on->backend->unary(on->ctx, ALF_UNARY_SIGMOID, 0, 0, 6, xt, zt);
    double *softplus = test_take(on, 6, yt), *sigmoid = test_take(on, 6, zt);
    for (int i = 0; i < 6; i++) {
        assert_true(far[i] < 0 ? softplus[i] >= 0 && softplus[i] < 1e-38 : softplus[i] == far[i]);
        assert_true(far[i] < 0 ? sigmoid[i] >= 0 && sigmoid[i] < 1e-38 : sigmoid[i] == 1);
    }
    on->backend->release(xt);
    free(softplus);
    free(sigmoid);

    xt = test_put(on, 6, x);
    yt = test_room(on, 6);
    on->backend->unary(on->ctx, ALF_UNARY_FINITE, 1e5, 0, 6, xt, yt);
    double *finite = test_take(on, 6, yt);
    assert_true(finite[0] == 0 && finite[1] == 1e5 && finite[2] == -1e5 && finite[3] == 2 && finite[4] == -1e5);
    assert_true(finite[5] == 1e4);
    on->backend->release(xt);
    free(finite);
}

static void far_from_zero_nothing_overflows_and_finite_means_finite(void **state)
{
    (void)state;
    test_on_both(check_far);
}

static void check_bias_act(const test_device *on)
{
    static const struct {
        int64_t n, c, inner;
        bool    bias;
        double  slope, gain, limit;
    } cases[] = {{1, 1, 1, true, 0.2, 1.5, INFINITY},
                 {3, 512, 1, true, 0.2, 1.4142135623730951, INFINITY},
                 {2, 5, 997, true, 0.2, 1.4142135623730951, 1.0},
                 {4, 300, 64, false, 0.2, 1, 0.5},
                 {2, 3, 30000, true, 1, 1, 256},
                 {2, 3, 33, false, 0, 2, INFINITY}};
    for (int k = 0; k < COUNT(cases); k++) {
        const int64_t n = cases[k].n, c = cases[k].c, inner = cases[k].inner, count = n * c * inner;
        double       *x = test_normal(1200, (uint64_t)k, count), *b = test_normal(1201, (uint64_t)k, c);
        double       *expected = room(count);
        char          label[80];
        for (int64_t i = 0; i < count; i++) {
            const double v = x[i] + (cases[k].bias ? b[i / inner % c] : 0);
            expected[i] = fmin(fmax(cases[k].gain * (v < 0 ? v * cases[k].slope : v), -cases[k].limit), cases[k].limit);
        }
        void *xt = test_put(on, count, x), *bt = test_put(on, c, b), *yt = test_room(on, count);
        on->backend->bias_act(on->ctx, n, c, inner, xt, cases[k].bias ? bt : NULL, cases[k].slope, cases[k].gain,
                              cases[k].limit, yt);
        double *got = test_take(on, count, yt);
        snprintf(label, sizeof label, "%s: bias_act case %d (seed 1200)", on->backend->name, k);
        assert_allclose(label, count, got, expected, test_tolerance(on));
        on->backend->release(xt);
        on->backend->release(bt);
        free(x);
        free(b);
        free(expected);
        free(got);
    }
}

static void bias_act_adds_bends_scales_and_clamps(void **state)
{
    (void)state;
    test_on_both(check_bias_act);
}

/* The slope of bias_act is told from its output. */
static void check_act_gradient(const test_device *on)
{
    const int64_t count = 20011;
    const double  slope = 0.2, gain = 1.5, limit = 1;
    double       *x = test_normal(1250, 0, count), *dy = test_normal(1250, 1, count), *expected = room(count);
    void         *xt = test_put(on, count, x), *dyt = test_put(on, count, dy), *yt = test_room(on, count);
    void         *dxt = test_room(on, count);
    for (int64_t i = 0; i < count; i++) {
        const double v = gain * (x[i] < 0 ? slope * x[i] : x[i]);
        expected[i] = fabs(v) >= limit ? 0 : dy[i] * gain * (x[i] < 0 ? slope : 1);
    }
    on->backend->bias_act(on->ctx, 1, 1, count, xt, NULL, slope, gain, limit, yt);
    on->backend->act_gradient(on->ctx, count, dyt, yt, slope, gain, limit, dxt);
    double *got = test_take(on, count, dxt);
    assert_allclose("act_gradient (seed 1250)", count, got, expected, test_tolerance(on));
    on->backend->release(xt);
    on->backend->release(dyt);
    on->backend->release(yt);
    free(x);
    free(dy);
    free(expected);
    free(got);
}

static void act_gradient_is_the_slope_of_bias_act(void **state)
{
    (void)state;
    test_on_both(check_act_gradient);
}

/* --- gathering and sums ------------------------------------------------------------------------------------------- */

/* A walk through a tensor of `count` elements from element `first` on. */
typedef struct {
    const char *name;
    int64_t     count, first;
    alf_loops   loops;
} walk_case;

static const walk_case WALKS[] = {
    {"copy", 50001, 0, {1, {50001}, {1}, {0}}},
    {"transpose", 300 * 177, 0, {2, {177, 300}, {1, 177}, {0}}},
    {"transpose of the middle", 2 * 30 * 40 * 7, 0, {4, {2, 40, 30, 7}, {8400, 7, 280, 1}, {0}}},
    {"slice", 9 * 20 * 30, 4 * 600 + 5, {3, {3, 20, 11}, {600, 30, 1}, {0}}},
    {"every other, backwards", 100, 99, {1, {50}, {-2}, {0}}},
    {"rows backwards", 20 * 30, 19 * 30, {2, {20, 30}, {-30, 1}, {0}}},
    {"expansion", 5, 0, {3, {300, 5, 7}, {0, 1, 0}, {0}}},
};

static void check_gather(const test_device *on)
{
    for (int k = 0; k < COUNT(WALKS); k++) {
        const walk_case *walk = &WALKS[k];
        int64_t          count = 1;
        for (int d = 0; d < walk->loops.ndim; d++) count *= walk->loops.size[d];
        double *a = test_normal(1300, (uint64_t)k, walk->count), *expected = room(count);
        void   *at = test_put(on, walk->count, a), *yt = test_room(on, count);
        char   *from = (char *)at + (size_t)walk->first * alf_dtype_size(on->backend->dtype);
        for (int64_t i = 0; i < count; i++)
            expected[i] = a[walk->first + offset_of(&walk->loops, walk->loops.stride_a, i)];
        on->backend->gather(on->ctx, &walk->loops, from, yt);
        double *got = test_take(on, count, yt);
        assert_allclose(walk->name, count, got, expected, 0);
        on->backend->release(at);
        free(a);
        free(expected);
        free(got);
    }
}

static void gather_copies_along_any_strides(void **state)
{
    (void)state;
    test_on_both(check_gather);
}

/* Sums over the dimensions that b spreads over, of x walked by a's strides. */
static void check_reduce_case(const test_device *on, int number)
{
    int64_t         count, count_x, count_y;
    const alf_loops loops = loops_of(&BROADCASTS[number], &count, &count_x, &count_y);
    const uint64_t  seed = 1400 + (uint64_t)number;
    const double    scale = 0.75;
    double         *x = test_normal(seed, 0, count_x), *expected = calloc((size_t)count_y, sizeof *expected);
    char            label[80];
    assert_non_null(expected);
    for (int64_t i = 0; i < count_x; i++) x[i] += 0.5; /* so that long sums are not all cancellation */
    for (int64_t i = 0; i < count; i++)
        expected[offset_of(&loops, loops.stride_b, i)] += scale * x[offset_of(&loops, loops.stride_a, i)];
    void *xt = test_put(on, count_x, x), *yt = test_room(on, count_y);
    on->backend->reduce(on->ctx, &loops, scale, xt, count_y, yt);
    double *got = test_take(on, count_y, yt);
    snprintf(label, sizeof label, "%s: reduce case %d (seed %llu)", on->backend->name, number,
             (unsigned long long)seed);
    /* the sums are double: only the result is rounded */
    assert_allclose(label, count_y, got, expected, on->backend->dtype == ALF_F32 ? 1e-7 : 1e-12);
    on->backend->release(xt);
    free(x);
    free(expected);
    free(got);
}

static void check_reduce(const test_device *on)
{
    for (int i = 0; i < COUNT(BROADCASTS); i++) check_reduce_case(on, i);
}

static void reduce_sums_in_double(void **state)
{
    (void)state;
    test_on_both(check_reduce);
}

/* The adjoint of a slice: the loops reach only part of y. */
static void check_reduce_into_part(const test_device *on)
{
    const alf_loops loops = {2, {2, 3}, {3, 1}, {10, 2}};
    const double    x[] = {1, 2, 3, 4, 5, 6};
    const double    expected[20] = {2, 0, 4, 0, 6, 0, 0, 0, 0, 0, 8, 0, 10, 0, 12, 0, 0, 0, 0, 0};
    void           *xt = test_put(on, 6, x), *yt = test_room(on, 20);
    on->backend->reduce(on->ctx, &loops, 2, xt, 20, yt);
    double *got = test_take(on, 20, yt);
    assert_allclose("reduce into a part", 20, got, expected, 0);
    on->backend->release(xt);
    free(got);
}

static void reduce_leaves_zeros_where_no_loop_goes(void **state)
{
    (void)state;
    test_on_both(check_reduce_into_part);
}

/* --- products of rows --------------------------------------------------------------------------------------------- */

static void check_dot_rows(const test_device *on)
{
    const int64_t sizes[][2] = {{1, 1}, {7, 3}, {5, 40003}, {3000, 17}, {1, 8}};
    for (int k = 0; k < COUNT(sizes); k++) {
        const int64_t rows = sizes[k][0], count = sizes[k][1];
        double *a = test_normal(1500, 0, rows * count), *b = test_normal(1500, 1, rows * count), *expected = room(rows);
        for (int64_t r = 0; r < rows; r++) {
            expected[r] = 0;
            for (int64_t i = 0; i < count; i++) expected[r] += a[r * count + i] * b[r * count + i];
        }
        void *at = test_put(on, rows * count, a), *bt = test_put(on, rows * count, b), *yt = test_room(on, rows);
        on->backend->dot_rows(on->ctx, rows, count, at, bt, yt);
        double *got = test_take(on, rows, yt);
        assert_allclose("products of rows (seed 1500)", rows, got, expected, test_tolerance(on));
        on->backend->release(at);
        on->backend->release(bt);
        free(a);
        free(b);
        free(expected);
        free(got);
    }
}

static void dot_rows_sums_products_in_double(void **state)
{
    (void)state;
    test_on_both(check_dot_rows);
}

/* --- memory and random numbers ------------------------------------------------------------------------------------ */

static void check_random(const test_device *on)
{
    const int64_t count = 40001;
    double       *expected = room(count);
    void         *yt = test_room(on, count);
    test_ok(on->ctx, on->backend->random_normal(on->ctx, 0x123456789abcdefu, 7, count, yt));
    double *got = test_take(on, count, yt);
    alf_random_normal(0x123456789abcdefu, 7, 0, count, expected);
    for (int64_t i = 0; i < count; i++) {
        const double rounded = on->backend->dtype == ALF_F32 ? (double)(float)expected[i] : expected[i];
        if (got[i] != rounded)
            fail_msg("%s: value %lld is %.17g, expected %.17g", on->backend->name, (long long)i, got[i], rounded);
    }
    free(expected);
    free(got);
}

static void random_normal_is_the_philox_stream(void **state)
{
    (void)state;
    test_on_both(check_random);
}

static void check_copies(const test_device *on)
{
    const int64_t count = 33333;
    double       *x = test_normal(1600, 0, count), *got = test_take(on, count, test_put(on, count, x));
    void         *yt = test_room(on, count);
    assert_allclose("store and load", count, got, x, 0);
    free(got);
    on->backend->fill(on->ctx, count, 0.25, yt);
    got = test_take(on, count, yt);
    for (int64_t i = 0; i < count; i++) assert_true(got[i] == 0.25);
    free(got);
    free(x);
    on->backend->release(NULL);
}

static void values_return_from_the_backend_as_they_went(void **state)
{
    (void)state;
    test_on_both(check_copies);
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

static double *sum_of(const test_device *on, const alf_loops *loops, int64_t count, int64_t sums)
{
    double *x = test_normal(1700, 0, count);
    void   *xt = test_put(on, count, x), *yt = test_room(on, sums);
    on->backend->reduce(on->ctx, loops, 1, xt, sums, yt);
    on->backend->release(xt);
    free(x);
    return test_take(on, sums, yt);
}

static void sums_have_the_same_bits_on_1_2_and_8_threads(void **state)
{
    static const int       threads[] = {2, 8};
    static const alf_loops few[] = {{1, {300000}, {1}, {0}}, {3, {3, 10, 10000}, {100000, 10000, 1}, {0, 1, 0}}};
    test_device            one = test_device_create(ALF_BACKEND_CPU, 1);
    (void)state;
    for (int t = 0; t < COUNT(threads); t++) {
        test_device many = test_device_create(ALF_BACKEND_CPU, threads[t]);
        for (int i = 0; i < COUNT(few); i++) {
            const int64_t sums = few[i].ndim == 1 ? 1 : few[i].size[1];
            double       *a = sum_of(&one, &few[i], 300000, sums), *b = sum_of(&many, &few[i], 300000, sums);
            assert_memory_equal(a, b, (size_t)sums * sizeof *a);
            free(a);
            free(b);
        }
        test_device_destroy(&many);
    }
    test_device_destroy(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binary_operations_broadcast_by_strides),
        cmocka_unit_test(unary_operations_follow_their_formulas),
        cmocka_unit_test(nan_passes_clamps_and_activations),
        cmocka_unit_test(far_from_zero_nothing_overflows_and_finite_means_finite),
        cmocka_unit_test(bias_act_adds_bends_scales_and_clamps),
        cmocka_unit_test(act_gradient_is_the_slope_of_bias_act),
        cmocka_unit_test(gather_copies_along_any_strides),
        cmocka_unit_test(reduce_sums_in_double),
        cmocka_unit_test(reduce_leaves_zeros_where_no_loop_goes),
        cmocka_unit_test(dot_rows_sums_products_in_double),
        cmocka_unit_test(random_normal_is_the_philox_stream),
        cmocka_unit_test(values_return_from_the_backend_as_they_went),
        cmocka_unit_test(sums_have_the_same_bits_on_1_2_and_8_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
