/* The fast 3x3 convolution on every instruction set, judged by the reference backend: tiles and panels at their edges,
 * its accuracy, adjoints, kept weights, numbers of threads, memory. Every shape takes the fast way here, whether it pays or not. */
#include "tensor/winograd.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conv_problems.h"
#include "core/core.h"
#include "engines.h"
#include "tensor/derived.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

typedef struct {
    const char *name;
    int64_t     n, in, out, h, w;
    int         pad_y, pad_x;
    unsigned    flags;
    double      gain;
    int         more_h, more_w; /* beyond the size that symmetric padding gives */
} wino_case;

static const wino_case CASES[] = {
    {"one tile", 1, 1, 1, 4, 4, 1, 1, 0, 1, 0, 0},
    {"less than a tile", 1, 2, 3, 3, 2, 1, 1, SCALES, 1, 0, 0},
    {"one output", 1, 3, 2, 3, 3, 0, 0, 0, 1, 0, 0},
    {"a tile and a line", 1, 3, 4, 5, 4, 1, 1, IN_SCALE, 1, 0, 0},
    {"a tile and a column", 2, 4, 8, 4, 5, 1, 1, OUT_SCALE, 1, 0, 0},
    {"rows of 15 tiles", 1, 5, 9, 9, 60, 1, 1, SCALES, 1, 0, 0},
    {"rows of 16 tiles", 1, 5, 9, 9, 64, 1, 1, SCALES, 1, 0, 0},
    {"rows of 17 tiles", 2, 5, 9, 9, 65, 1, 1, SCALES, 1, 0, 0},
    {"47 tiles", 47, 2, 3, 4, 4, 1, 1, SCALES, 1, 0, 0},
    {"48 tiles", 2, 6, 17, 16, 24, 1, 1, SCALES, 1, 0, 0},
    {"49 tiles", 1, 7, 12, 28, 27, 1, 1, SCALES, 1, 0, 0},
    {"no padding", 2, 6, 10, 13, 14, 0, 0, SCALES, 1, 0, 0},
    {"padding 2", 2, 6, 10, 13, 14, 2, 2, SCALES, 1, 0, 0},
    {"padding 3 and 4", 2, 6, 10, 13, 14, 3, 4, SCALES, 1, 0, 0},
    {"padding beyond the tile", 1, 3, 4, 5, 3, 9, 11, SCALES, 1, 0, 0},
    {"negative padding", 1, 3, 4, 17, 19, -2, -5, SCALES, 1, 0, 0},
    {"uneven padding", 1, 3, 4, 9, 10, 2, 0, SCALES, 1, -1, 3},
    {"in-out weights", 2, 6, 10, 13, 14, 1, 1, IO, 1, 0, 0},
    {"reversed kernel", 2, 6, 10, 13, 14, 1, 1, FLIP, 1, 0, 0},
    {"in-out weights, reversed", 2, 6, 10, 13, 14, 1, 2, IO | FLIP | SCALES, 1, 0, 0},
    {"transposed", 2, 6, 10, 13, 14, 1, 0, TRANSPOSED | SCALES, 1, 0, 0},
    {"transposed, padded, in-out weights", 2, 6, 10, 13, 14, 2, 4, TRANSPOSED | IO | SCALES, 1, 0, 0},
    {"transposed, reversed", 1, 6, 10, 13, 14, 0, 1, TRANSPOSED | FLIP, 1, 0, 0},
    {"a gain", 1, 6, 10, 13, 14, 1, 1, SCALES, -0.37, 0, 0},
    {"several chunks", 1, 601, 10, 62, 45, 2, 2, SCALES, 1, 0, 0},
    {"several chunks and samples", 7, 12, 530, 19, 22, 1, 1, SCALES, 1.5, 0, 0},
    {"512 channels, two blocks and a rest", 1, 1030, 24, 36, 36, 2, 2, SCALES, 1, 0, 0},
    {"layer of T, 36 to 38 pixels", 1, 512, 40, 36, 36, 2, 2, SCALES, 1, 0, 0},
    {"layer of T, 148 to 150 pixels", 1, 48, 20, 148, 148, 2, 2, SCALES, 1, 0, 0},
    {"back through a layer of T", 1, 256, 40, 38, 38, 2, 2, TRANSPOSED | IO | SCALES, 1, 0, 0},
};

static conv_problem problem_create(const wino_case *c, uint64_t seed)
{
    alf_conv conv = {.n = c->n, .in_ch = c->in, .in_h = c->h, .in_w = c->w, .out_ch = c->out, .gain = c->gain};
    conv.kh = conv.kw = 3;
    conv.stride = 1;
    conv.pad_y = c->pad_y;
    conv.pad_x = c->pad_x;
    return conv_problem_create(c->name, conv, c->flags, c->more_h, c->more_w, seed);
}

static test_device fast_device(alf_isa isa, int threads)
{
    alf_ctx_options options = alf_ctx_options_default();
    test_device     device = {0};
    options.isa = isa;
    options.threads = threads;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &device.ctx), ALF_OK);
    device.backend = alf_backend_of(device.ctx);
    return device;
}

/* Fast on cpu. */
static conv_fn convolution(const test_device *on)
{
    return on->backend == &alf_backend_cpu ? alf_winograd_conv : on->backend->conv;
}

static double *forward(const test_device *on, const conv_problem *p)
{
    return conv_values(on, convolution(on), &p->conv, p->x, p->w, p->in_scale, p->out_scale);
}

static double *gradient(const test_device *on, const conv_problem *p, double **products)
{
    const bool fast = on->backend == &alf_backend_cpu;
    return conv_gradient_values(on, fast ? alf_winograd_weight_gradient : on->backend->conv_weight_gradient, p,
                                products);
}

static double *adjoint(const test_device *on, const conv_problem *p)
{
    const alf_conv back = conv_problem_back(p);
    return conv_values(on, convolution(on), &back, p->dy, p->w, p->out_scale, p->in_scale);
}

/* What a device makes of a problem. */
typedef struct {
    double *y, *dw, *dw_too, *products; /* dw_too is what comes with the products */
} answers;

static answers answers_of(const test_device *on, const conv_problem *p)
{
    answers a = {.y = forward(on, p), .dw = gradient(on, p, NULL)};
    a.dw_too = gradient(on, p, &a.products);
    return a;
}

static void answers_destroy(answers *a)
{
    free(a->y);
    free(a->dw);
    free(a->dw_too);
    free(a->products);
}

static double root_mean_square(int64_t count, const double *a, const double *minus)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += pow(a[i] - (minus ? minus[i] : 0), 2);
    return sqrt(sum / (double)count);
}

/* The largest error allowed is relative to the largest value, the other one to the root mean square. */
static double check_values(const char *label, int64_t count, const double *got, const double *expected)
{
    assert_allclose(label, count, got, expected, 2e-5);
    const double rms = root_mean_square(count, got, expected) / root_mean_square(count, expected, NULL);
    if (!(rms < 5e-6)) fail_msg("%s: rms error %g", label, rms);
    return rms;
}

static void values_are_those_of_the_reference_on_every_instruction_set(void **state)
{
    test_device reference = test_device_create(ALF_BACKEND_REFERENCE, 1);
    double      worst = 0, worst_gradient = 0;
    (void)state;
    for (int i = 0; i < COUNT(CASES); i++) {
        conv_problem p = problem_create(&CASES[i], 100 + (uint64_t)i);
        answers      expected = answers_of(&reference, &p);
        for (alf_isa isa = ALF_ISA_SCALAR; isa <= alf_cpu_best_isa(); isa++) {
            test_device on = fast_device(isa, 2);
            answers     got = answers_of(&on, &p);
            worst = fmax(worst, check_values(p.label, p.y_count, got.y, expected.y));
            worst_gradient = fmax(worst_gradient, check_values(p.label, p.w_count, got.dw, expected.dw));
            check_values(p.label, p.w_count, got.dw_too, expected.dw_too);
            check_values(p.label, p.conv.n * p.conv.out_ch, got.products, expected.products);
            answers_destroy(&got);
            test_device_destroy(&on);
        }
        answers_destroy(&expected);
        conv_problem_destroy(&p);
    }
    printf("winograd: cases=%d rms error %.3g, of gradients %.3g\n", COUNT(CASES), worst, worst_gradient);
    test_device_destroy(&reference);
}

static void the_way_back_is_the_adjoint(void **state)
{
    test_device on = fast_device(ALF_ISA_AUTO, 2);
    (void)state;
    for (int i = 0; i < COUNT(CASES); i++) {
        conv_problem p = problem_create(&CASES[i], 200 + (uint64_t)i);
        double      *y = forward(&on, &p), *dx = adjoint(&on, &p);
        const double here = test_dot(p.y_count, y, p.dy), there = test_dot(p.x_count, p.x, dx);
        const double scale = sqrt(test_dot(p.y_count, y, y) * test_dot(p.y_count, p.dy, p.dy));
        if (!(fabs(here - there) <= 5e-6 * scale))
            fail_msg("%s: <conv x, y> = %.17g, <x, conv' y> = %.17g", p.label, here, there);
        free(y);
        free(dx);
        conv_problem_destroy(&p);
    }
    test_device_destroy(&on);
}

static void the_bits_are_the_same_on_1_3_and_40_threads(void **state)
{
    static const int threads[] = {3, 40};
    test_device      one = fast_device(ALF_ISA_AUTO, 1);
    (void)state;
    for (int t = 0; t < COUNT(threads); t++) {
        test_device more = fast_device(ALF_ISA_AUTO, threads[t]);
        for (int i = 0; i < COUNT(CASES); i++) {
            conv_problem p = problem_create(&CASES[i], 300 + (uint64_t)i);
            answers      a = answers_of(&one, &p), b = answers_of(&more, &p);
            if (memcmp(a.y, b.y, (size_t)p.y_count * sizeof *a.y) != 0 ||
                memcmp(a.dw, b.dw, (size_t)p.w_count * sizeof *a.y) != 0 ||
                memcmp(a.dw_too, b.dw_too, (size_t)p.w_count * sizeof *a.y) != 0 ||
                memcmp(a.products, b.products, (size_t)(p.conv.n * p.conv.out_ch) * sizeof *a.y) != 0)
                fail_msg("%s: 1 and %d threads differ", p.label, threads[t]);
            answers_destroy(&a);
            answers_destroy(&b);
            conv_problem_destroy(&p);
        }
        test_device_destroy(&more);
    }
    test_device_destroy(&one);
}

static void a_kept_weight_gives_the_same_until_it_is_let_go(void **state)
{
    test_device      on = fast_device(ALF_ISA_AUTO, 2);
    conv_problem     p = problem_create(&CASES[9], 400);
    double          *expected = forward(&on, &p);
    alf_derived     *kept = NULL;
    void            *x = test_put(&on, p.x_count, p.x), *w = test_put(&on, p.w_count, p.w);
    void            *is = test_put(&on, p.conv.n * p.conv.in_ch, p.in_scale);
    void            *os = test_put(&on, p.conv.n * p.conv.out_ch, p.out_scale);
    const alf_weight weight = {w, &kept};
    (void)state;
    for (int round = 0; round < 3; round++) {
        void *y = test_room(&on, p.y_count);
        test_ok(on.ctx, alf_winograd_conv(on.ctx, &p.conv, x, &weight, is, os, y));
        assert_non_null(kept);
        if (round == 0) on.backend->fill(on.ctx, p.w_count, 0, w); /* no longer looked at */
        double *got = test_take(&on, p.y_count, y);
        assert_memory_equal(got, expected, (size_t)p.y_count * sizeof *got);
        free(got);
    }
    alf_derived_free(&kept);
    assert_null(kept);
    on.backend->release(x);
    on.backend->release(w);
    on.backend->release(is);
    on.backend->release(os);
    free(expected);
    conv_problem_destroy(&p);
    test_device_destroy(&on);
}

static alf_status forward_of(alf_ctx *ctx, const alf_conv *conv, const float *x, const float *w, float *y)
{
    alf_derived *kept = NULL;
    alf_status   status = alf_winograd_conv(ctx, conv, x, &(alf_weight){w, &kept}, NULL, NULL, y);
    if (status != ALF_OK) assert_null(kept);
    alf_derived_free(&kept);
    return status;
}

static alf_status gradient_of(alf_ctx *ctx, const alf_conv *conv, const float *x, const float *w, float *y)
{
    float     *dw = malloc(64 * 64 * 9 * sizeof *dw), products[64];
    alf_status status = alf_winograd_weight_gradient(ctx, conv, x, y, NULL, NULL, dw, w, products);
    free(dw);
    return status;
}

/* Under growing budgets until there is enough; what stays in between is the context's scratch alone. */
static void check_budgets(alf_status (*run)(alf_ctx *, const alf_conv *, const float *, const float *, float *))
{
    const alf_conv  conv = {.n = 1,
                            .in_ch = 64,
                            .in_h = 16,
                            .in_w = 16,
                            .out_ch = 64,
                            .out_h = 16,
                            .out_w = 16,
                            .kh = 3,
                            .kw = 3,
                            .stride = 1,
                            .pad_y = 1,
                            .pad_x = 1,
                            .gain = 1};
    float          *x = calloc(64 * 256, sizeof *x), *w = calloc(64 * 64 * 9, sizeof *w);
    float          *y = calloc(64 * 256, sizeof *y);
    alf_ctx_options options = alf_ctx_options_default();
    int             failures = 0;
    options.threads = 1;
    for (bool succeeded = false; !succeeded; options.max_memory += 100000) {
        alf_ctx *ctx;
        if (failures == 0) options.max_memory = 10000;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        const alf_status status = run(ctx, &conv, x, w, y);
        assert_int_equal(alf_ctx_status(ctx), status);
        succeeded = status == ALF_OK;
        if (!succeeded) {
            assert_int_equal(status, ALF_ERR_MEMORY);
            failures++;
        }
        alf_ctx_clear_error(ctx);
        assert_int_equal(alf_scratch_reserve(ctx, (size_t)1 << 40), ALF_ERR_MEMORY); /* lets go of the old one */
        assert_int_equal(alf_ctx_memory_used(ctx), 0);
        alf_ctx_destroy(ctx);
    }
    assert_true(failures > 5);
    free(x);
    free(w);
    free(y);
}

static void a_small_budget_fails_and_releases_all(void **state)
{
    (void)state;
    check_budgets(forward_of);
    check_budgets(gradient_of);
}

static bool pays(int64_t n, int64_t in, int64_t out, int64_t size, int k, int stride)
{
    alf_conv conv = {.n = n, .in_ch = in, .in_h = size, .in_w = size, .out_ch = out, .kh = k, .kw = k};
    conv.stride = stride;
    conv.pad_y = conv.pad_x = k / 2;
    conv.gain = 1;
    assert_true(alf_conv_output_size(&conv));
    return alf_winograd_pays(&conv);
}

static void it_pays_for_large_layers_and_not_for_small_ones(void **state)
{
    (void)state;
    assert_true(pays(1, 512, 512, 36, 3, 1));
    assert_true(pays(1, 128, 128, 276, 3, 1));
    assert_true(pays(8, 512, 512, 8, 3, 1));
    assert_false(pays(1, 512, 512, 4, 3, 1));
    assert_false(pays(1, 512, 512, 8, 3, 1));
    assert_false(pays(1, 128, 3, 256, 3, 1));
    assert_false(pays(1, 3, 128, 256, 3, 1));
    assert_false(pays(1, 512, 512, 64, 1, 1));
    assert_false(pays(1, 512, 512, 64, 5, 1));
    assert_false(pays(1, 512, 512, 65, 3, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_the_reference_on_every_instruction_set),
        cmocka_unit_test(the_way_back_is_the_adjoint),
        cmocka_unit_test(the_bits_are_the_same_on_1_3_and_40_threads),
        cmocka_unit_test(a_kept_weight_gives_the_same_until_it_is_let_go),
        cmocka_unit_test(a_small_budget_fails_and_releases_all),
        cmocka_unit_test(it_pays_for_large_layers_and_not_for_small_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
