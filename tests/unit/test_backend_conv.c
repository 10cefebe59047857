/* Convolution on both backends: one table of cases, judged by the formula itself, by the reference, by adjoints and by
 * the numbers of threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conv_problems.h"
#include "core/core.h"
#include "engines.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

typedef struct {
    const char *name;
    int64_t     n, in, out, h, w;
    int         kh, kw, stride, pad_y, pad_x;
    unsigned    flags;
    int         more_h, more_w; /* beyond the size that symmetric padding gives */
} conv_case;

static const conv_case CASES[] = {
    {"one value", 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0},
    {"one value, padded", 1, 1, 1, 1, 1, 3, 3, 1, 1, 1, SCALES, 0, 0},
    {"odd and small", 3, 5, 7, 9, 11, 3, 3, 1, 1, 1, SCALES, 0, 0},
    {"oblong kernel", 2, 3, 4, 8, 13, 3, 5, 1, 1, 2, 0, 0, 0},
    {"oblong kernel, flipped", 2, 3, 4, 8, 13, 5, 2, 1, 2, 0, FLIP | SCALES, 0, 0},
    {"in-out weights", 2, 3, 4, 8, 13, 5, 2, 1, 2, 0, IO, 0, 0},
    {"in-out weights, flipped", 2, 6, 4, 8, 7, 3, 3, 1, 2, 1, IO | FLIP | SCALES, 0, 0},
    {"pointwise in-out weights", 2, 6, 70, 8, 7, 1, 1, 1, 0, 0, IO, 0, 0},
    {"pointwise, padded", 1, 6, 9, 8, 7, 1, 1, 1, 2, 1, 0, 0, 0},
    {"pointwise, cropped", 1, 6, 9, 8, 7, 1, 1, 1, -2, -1, OUT_SCALE, 0, 0},
    {"pointwise, stride 2", 2, 6, 9, 9, 8, 1, 1, 2, 0, 0, IN_SCALE, 0, 0},
    {"crop by negative padding", 2, 4, 3, 12, 11, 3, 3, 1, -2, -1, 0, 0, 0},
    {"padding beyond the kernel", 1, 4, 3, 5, 4, 3, 3, 1, 7, 9, FLIP, 0, 0},
    {"uneven padding", 1, 4, 3, 9, 8, 3, 3, 1, 2, 0, SCALES, -1, 2},
    {"stride 2", 2, 5, 6, 15, 16, 3, 3, 2, 1, 1, SCALES, 0, 0},
    {"stride 3, flipped", 1, 5, 6, 17, 14, 5, 4, 3, 2, 3, FLIP, 0, 0},
    {"stride beyond the kernel", 1, 5, 6, 17, 14, 2, 2, 3, 0, 0, IO, 0, 0},
    {"transposed", 2, 5, 6, 7, 9, 3, 3, 1, 1, 1, TRANSPOSED | SCALES, 0, 0},
    {"transposed, stride 2", 2, 5, 6, 7, 9, 3, 3, 2, 0, 0, TRANSPOSED | SCALES, 0, 0},
    {"transposed, stride 2, padded, flipped", 1, 5, 6, 7, 9, 3, 5, 2, 1, 2, TRANSPOSED | FLIP, 1, 1},
    {"transposed, stride 2, in-out weights", 3, 5, 6, 4, 9, 4, 3, 2, 1, 1, TRANSPOSED | IO | SCALES, 0, 1},
    {"transposed, stride 3, in-out, flipped", 1, 4, 3, 5, 4, 5, 5, 3, 2, 1, TRANSPOSED | IO | FLIP, 2, 1},
    {"transposed, stride beyond the kernel", 2, 4, 3, 5, 4, 2, 1, 3, 0, 0, TRANSPOSED | SCALES, 1, 2},
    {"transposed, negative padding", 1, 3, 4, 5, 6, 3, 3, 2, -3, -1, TRANSPOSED, 0, 0},
    {"transposed, large padding", 1, 3, 4, 9, 8, 3, 3, 2, 5, 6, TRANSPOSED | FLIP, 0, 0},
    {"transposed pointwise", 2, 33, 17, 6, 5, 1, 1, 1, 0, 0, TRANSPOSED | IO, 0, 0},
    {"transposed pointwise, stride 2", 2, 33, 17, 6, 5, 1, 1, 2, 0, 0, TRANSPOSED | SCALES, 0, 0},
    {"kernel larger than the image", 1, 2, 3, 4, 5, 9, 7, 1, 4, 3, 0, 0, 0},
    {"very large kernel", 1, 3, 2, 30, 31, 25, 27, 1, 12, 13, 0, 0, 0},
    {"layer of T, 36 to 38 pixels", 1, 130, 24, 36, 36, 3, 3, 1, 2, 2, SCALES, 0, 0},
    {"layer of T, 52 pixels, batch 2", 2, 61, 20, 52, 52, 3, 3, 1, 2, 2, SCALES, 0, 0},
    {"layer of T, 148 pixels", 1, 16, 10, 148, 148, 3, 3, 1, 2, 2, SCALES, 0, 0},
    {"layer of R, 84 pixels", 1, 530, 4, 84, 84, 1, 1, 1, 0, 0, SCALES, 0, 0},
    {"layer of R, not modulated", 2, 256, 30, 52, 52, 1, 1, 1, 0, 0, 0, 0, 0},
    {"ToRGB", 2, 128, 3, 64, 64, 1, 1, 1, 0, 0, IN_SCALE, 0, 0},
    {"4 x 4 of StyleGAN2", 2, 130, 512, 4, 4, 3, 3, 1, 1, 1, SCALES, 0, 0},
    {"upsampling of StyleGAN2", 1, 256, 70, 16, 16, 3, 3, 2, 0, 0, TRANSPOSED | FLIP | SCALES, 0, 0},
    {"upsampling of StyleGAN2, 32 pixels", 2, 16, 256, 32, 32, 3, 3, 2, 0, 0, TRANSPOSED | FLIP | SCALES, 0, 0},
    {"downsampling of the discriminator", 2, 64, 70, 35, 35, 3, 3, 2, 0, 0, 0, 0, 0},
    {"backward of a layer of T", 1, 130, 40, 38, 38, 3, 3, 1, 2, 2, TRANSPOSED | IO | SCALES, 0, 0},
};

static conv_problem problem_create(const conv_case *c, uint64_t seed)
{
    alf_conv conv = {
        .n = c->n, .in_ch = c->in, .in_h = c->h, .in_w = c->w, .out_ch = c->out, .kh = c->kh, .kw = c->kw, .gain = 1};
    conv.stride = c->stride;
    conv.pad_y = c->pad_y;
    conv.pad_x = c->pad_x;
    return conv_problem_create(c->name, conv, c->flags, c->more_h, c->more_w, seed);
}

/* The ways in which the cpu computes, and the relative error that each may show. */
static const struct {
    alf_conv_method method;
    double          tolerance;
} METHODS[] = {{ALF_CONV_DIRECT, 2e-6}, {ALF_CONV_FAST, 1e-5}};

static test_device cpu_device(alf_conv_method method, int threads)
{
    test_device cpu = test_device_create(ALF_BACKEND_CPU, threads);
    alf_ctx_use_conv(cpu.ctx, method);
    return cpu;
}

static double *convolve(const test_device *on, const conv_problem *p, const double *w, const double *out_scale)
{
    return conv_values(on, on->backend->conv, &p->conv, p->x, w, p->in_scale, out_scale);
}

static double *forward(const test_device *on, const conv_problem *p)
{
    return convolve(on, p, p->w, p->out_scale);
}

static double *weight_gradient(const test_device *on, const conv_problem *p)
{
    return conv_gradient_values(on, on->backend->conv_weight_gradient, p, NULL);
}

/* The gradient along the weight; *products gets that along out_scale, which comes with it. */
static double *both_gradients(const test_device *on, const conv_problem *p, double **products)
{
    return conv_gradient_values(on, on->backend->conv_weight_gradient, p, products);
}

static double *adjoint(const test_device *on, const conv_problem *p)
{
    const alf_conv back = conv_problem_back(p);
    return conv_values(on, on->backend->conv, &back, p->dy, p->w, p->out_scale, p->in_scale);
}

/* --- the formula of backend.h, one output at a time --------------------------------------------------------------- */

/* Input position of output q under kernel position k on one axis; false when there is none. */
static bool source(const alf_conv *c, int64_t q, int64_t k, int64_t pad, int64_t size, int64_t *at)
{
    if (c->transposed && (q + pad - k) % c->stride != 0) return false;
    *at = c->transposed ? (q + pad - k) / c->stride : q * c->stride + k - pad;
    return *at >= 0 && *at < size;
}

static double stored_weight(const conv_problem *p, int64_t o, int64_t i, int64_t ky, int64_t kx)
{
    const alf_conv *c = &p->conv;
    if (c->flip) ky = c->kh - 1 - ky, kx = c->kw - 1 - kx;
    return p->w[((c->weight_io ? i * c->out_ch + o : o * c->in_ch + i) * c->kh + ky) * c->kw + kx];
}

static double output_by_formula(const conv_problem *p, int64_t n, int64_t o, int64_t y, int64_t x)
{
    const alf_conv *c = &p->conv;
    double          sum = 0;
    for (int64_t i = 0; i < c->in_ch; i++)
        for (int64_t ky = 0; ky < c->kh; ky++)
            for (int64_t kx = 0; kx < c->kw; kx++) {
                int64_t sy, sx;
                if (!source(c, y, ky, c->pad_y, c->in_h, &sy) || !source(c, x, kx, c->pad_x, c->in_w, &sx)) continue;
                sum += stored_weight(p, o, i, ky, kx) * (p->in_scale ? p->in_scale[n * c->in_ch + i] : 1) *
                       p->x[((n * c->in_ch + i) * c->in_h + sy) * c->in_w + sx];
            }
    return sum * (p->out_scale ? p->out_scale[n * c->out_ch + o] : 1);
}

static void reference_convolution_is_the_formula(void **state)
{
    test_device reference = test_device_create(ALF_BACKEND_REFERENCE, 1);
    int         checked = 0;
    (void)state;
    for (int i = 0; i < COUNT(CASES); i++) {
        conv_problem p = problem_create(&CASES[i], 100 + (uint64_t)i);
        if (conv_problem_products(&p) < 4e6) {
            double *got = forward(&reference, &p), *expected = malloc((size_t)p.y_count * sizeof *expected);
            int64_t at = 0;
            for (int64_t n = 0; n < p.conv.n; n++)
                for (int64_t o = 0; o < p.conv.out_ch; o++)
                    for (int64_t y = 0; y < p.conv.out_h; y++)
                        for (int64_t x = 0; x < p.conv.out_w; x++) expected[at++] = output_by_formula(&p, n, o, y, x);
            assert_allclose(p.label, p.y_count, got, expected, 1e-13);
            free(got);
            free(expected);
            checked++;
        }
        conv_problem_destroy(&p);
    }
    assert_true(checked > COUNT(CASES) / 2);
    test_device_destroy(&reference);
}

/* --- the table on both backends ----------------------------------------------------------------------------------- */

static void cpu_convolution_equals_reference(void **state)
{
    test_device cpu[COUNT(METHODS)], reference = test_device_create(ALF_BACKEND_REFERENCE, 1);
    double      worst[COUNT(METHODS)] = {0}, worst_gradient[COUNT(METHODS)] = {0};
    (void)state;
    for (int m = 0; m < COUNT(METHODS); m++) cpu[m] = cpu_device(METHODS[m].method, 2);
    for (int i = 0; i < COUNT(CASES); i++) {
        conv_problem p = problem_create(&CASES[i], 200 + (uint64_t)i);
        double      *expected = forward(&reference, &p), *expected_dw = weight_gradient(&reference, &p);
        for (int m = 0; m < COUNT(METHODS); m++) {
            const double tolerance = METHODS[m].tolerance;
            double      *got = forward(&cpu[m], &p), *dw = weight_gradient(&cpu[m], &p);
            worst[m] = fmax(worst[m], assert_allclose(p.label, p.y_count, got, expected, tolerance));
            worst_gradient[m] =
                fmax(worst_gradient[m], assert_allclose(p.label, p.w_count, dw, expected_dw, tolerance));
            free(got);
            free(dw);
        }
        free(expected);
        free(expected_dw);
        conv_problem_destroy(&p);
    }
    for (int m = 0; m < COUNT(METHODS); m++) {
        printf("conv: cases=%d %s: max_rel_error=%.3g, weight gradient %.3g\n", COUNT(CASES),
               METHODS[m].method == ALF_CONV_FAST ? "fast" : "direct", worst[m], worst_gradient[m]);
        test_device_destroy(&cpu[m]);
    }
    test_device_destroy(&reference);
}

/* Products of dy with outputs that are not scaled, summed over pixels: the gradient along out_scale by its meaning. The
 * scale of each sum's rounding is that of its terms, not its own. */
static void check_products(const test_device *reference, const conv_problem *p, const double *got, double tolerance)
{
    const int64_t plane = p->conv.out_h * p->conv.out_w;
    double       *y = convolve(reference, p, p->w, NULL);
    for (int64_t i = 0; i < p->conv.n * p->conv.out_ch; i++) {
        const double *a = y + i * plane, *b = p->dy + i * plane, expected = test_dot(plane, a, b);
        const double  scale = sqrt(test_dot(plane, a, a) * test_dot(plane, b, b)) + 1e-300;
        if (!(fabs(got[i] - expected) <= tolerance * scale))
            fail_msg("%s: product %lld is %.9g, expected %.9g", p->label, (long long)i, got[i], expected);
    }
    free(y);
}

static void gradients_along_weight_and_output_scales_come_together(void **state)
{
    test_device cpu[COUNT(METHODS)], reference = test_device_create(ALF_BACKEND_REFERENCE, 1);
    (void)state;
    for (int m = 0; m < COUNT(METHODS); m++) cpu[m] = cpu_device(METHODS[m].method, 2);
    for (int i = 0; i < COUNT(CASES); i++) {
        conv_problem p = problem_create(&CASES[i], 500 + (uint64_t)i);
        p.conv.gain = i % 2 ? 1 : -0.7;
        double *products, *expected_products, *expected = both_gradients(&reference, &p, &expected_products);
        check_products(&reference, &p, expected_products, 1e-13);
        for (int m = 0; m < COUNT(METHODS); m++) {
            double *dw = both_gradients(&cpu[m], &p, &products);
            assert_allclose(p.label, p.w_count, dw, expected, METHODS[m].tolerance);
            check_products(&reference, &p, products, METHODS[m].tolerance);
            free(dw);
            free(products);
        }
        free(expected);
        free(expected_products);
        conv_problem_destroy(&p);
    }
    for (int m = 0; m < COUNT(METHODS); m++) test_device_destroy(&cpu[m]);
    test_device_destroy(&reference);
}

/* <conv x, dy> = <x, conv' dy>; and since a convolution is linear in its weight, <conv(x; v), dy> = <v, dw>. */
static void check_duality_of(const test_device *on, const conv_problem *p, uint64_t seed, double tolerance)
{
    double      *y = forward(on, p), *dx = adjoint(on, p), *dw = weight_gradient(on, p);
    double      *v = test_normal(seed, 5, p->w_count);
    double      *other = convolve(on, p, v, p->out_scale);
    const double here = test_dot(p->y_count, y, p->dy), there = test_dot(p->x_count, p->x, dx);
    const double along = test_dot(p->y_count, other, p->dy), slope = test_dot(p->w_count, v, dw);
    const double scale = sqrt(test_dot(p->y_count, y, y) * test_dot(p->y_count, p->dy, p->dy));

    if (!(fabs(here - there) <= tolerance * scale))
        fail_msg("%s: <conv x, y> = %.17g, <x, conv' y> = %.17g", p->label, here, there);
    if (!(fabs(along - slope) <= tolerance * scale))
        fail_msg("%s: <conv(x; v), y> = %.17g, <v, dw> = %.17g", p->label, along, slope);
    free(y);
    free(dx);
    free(dw);
    free(v);
    free(other);
}

static void check_duality(test_device on, double most_products, double tolerance)
{
    for (int i = 0; i < COUNT(CASES); i++) {
        const uint64_t seed = 300 + (uint64_t)i;
        conv_problem   p = problem_create(&CASES[i], seed);
        if (conv_problem_products(&p) <= most_products) check_duality_of(&on, &p, seed, tolerance);
        conv_problem_destroy(&p);
    }
    test_device_destroy(&on);
}

static void reference_gradients_are_adjoint(void **state)
{
    (void)state;
    check_duality(test_device_create(ALF_BACKEND_REFERENCE, 2), 4e6, 1e-13);
}

static void cpu_gradients_are_adjoint(void **state)
{
    (void)state;
    for (int m = 0; m < COUNT(METHODS); m++)
        check_duality(cpu_device(METHODS[m].method, 2), INFINITY, METHODS[m].tolerance);
}

static void check_bits(alf_conv_method method)
{
    static const int threads[] = {1, 2, 8};
    test_device      on[COUNT(threads)];
    for (int t = 0; t < COUNT(threads); t++) on[t] = cpu_device(method, threads[t]);
    for (int i = 0; i < COUNT(CASES); i++) {
        conv_problem p = problem_create(&CASES[i], 400 + (uint64_t)i);
        double *dd, *y = forward(&on[0], &p), *dw = weight_gradient(&on[0], &p), *dw2 = both_gradients(&on[0], &p, &dd);
        for (int t = 1; t < COUNT(threads); t++) {
            double *other_dd, *other_y = forward(&on[t], &p), *other_dw = weight_gradient(&on[t], &p);
            double *other_dw2 = both_gradients(&on[t], &p, &other_dd);
            if (memcmp(y, other_y, (size_t)p.y_count * sizeof *y) != 0 ||
                memcmp(dw, other_dw, (size_t)p.w_count * sizeof *dw) != 0 ||
                memcmp(dw2, other_dw2, (size_t)p.w_count * sizeof *dw) != 0 ||
                memcmp(dd, other_dd, (size_t)(p.conv.n * p.conv.out_ch) * sizeof *dd) != 0)
                fail_msg("%s: 1 and %d threads differ", p.label, threads[t]);
            free(other_y);
            free(other_dw);
            free(other_dw2);
            free(other_dd);
        }
        free(y);
        free(dw);
        free(dw2);
        free(dd);
        conv_problem_destroy(&p);
    }
    for (int t = 0; t < COUNT(threads); t++) test_device_destroy(&on[t]);
}

static void cpu_convolution_has_the_same_bits_on_1_2_and_8_threads(void **state)
{
    (void)state;
    for (int m = 0; m < COUNT(METHODS); m++) check_bits(METHODS[m].method);
}

/* --- edges -------------------------------------------------------------------------------------------------------- */

static void output_sizes_are_those_of_the_formula(void **state)
{
    alf_conv conv = {.in_h = 7, .in_w = 8, .kh = 3, .kw = 3, .stride = 2};
    (void)state;
    assert_true(alf_conv_output_size(&conv));
    assert_int_equal(conv.out_h, 3);
    assert_int_equal(conv.out_w, 3);
    conv.transposed = true;
    assert_true(alf_conv_output_size(&conv));
    assert_int_equal(conv.out_h, 15);
    assert_int_equal(conv.out_w, 17);
    conv.pad_y = 8;
    assert_false(alf_conv_output_size(&conv));
    conv = (alf_conv){.in_h = 2, .in_w = 8, .kh = 3, .kw = 3, .stride = 2};
    assert_false(alf_conv_output_size(&conv));
    conv = (alf_conv){.in_h = INT64_MAX / 2, .in_w = 8, .kh = 3, .kw = 3, .stride = 3, .transposed = true};
    assert_false(alf_conv_output_size(&conv));
}

static void convolution_within_a_small_budget_fails_and_releases_all(void **state)
{
    static const conv_case c = {"budget", 1, 64, 64, 16, 16, 3, 3, 2, 1, 1, TRANSPOSED | IO, 0, 0};
    alf_ctx_options        options = alf_ctx_options_default();
    conv_problem           p = problem_create(&c, 500);
    float                 *x = calloc((size_t)p.x_count, sizeof *x), *w = calloc((size_t)p.w_count, sizeof *w);
    float                 *y = calloc((size_t)p.y_count, sizeof *y);
    alf_ctx               *ctx = NULL;
    (void)state;
    options.threads = 1;
    options.max_memory = p.w_count * 4 + 1000; /* the packed weight, but no scratch */
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    assert_int_equal(alf_backend_cpu.conv(ctx, &p.conv, x, &(alf_weight){w, NULL}, NULL, NULL, y), ALF_ERR_MEMORY);
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_MEMORY);
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_backend_cpu.conv_weight_gradient(ctx, &p.conv, x, y, NULL, NULL, w, NULL, NULL),
                     ALF_ERR_MEMORY);
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    alf_ctx_destroy(ctx);
    free(x);
    free(w);
    free(y);
    conv_problem_destroy(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_convolution_is_the_formula),
        cmocka_unit_test(cpu_convolution_equals_reference),
        cmocka_unit_test(gradients_along_weight_and_output_scales_come_together),
        cmocka_unit_test(reference_gradients_are_adjoint),
        cmocka_unit_test(cpu_gradients_are_adjoint),
        cmocka_unit_test(cpu_convolution_has_the_same_bits_on_1_2_and_8_threads),
        cmocka_unit_test(output_sizes_are_those_of_the_formula),
        cmocka_unit_test(convolution_within_a_small_budget_fails_and_releases_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
