/* Modulated convolutions on both backends, judged by weights that are made for each sample as the papers write them and
 * convolve on the reference backend: every choice of normalisation, demodulation and gain, every form of kernel. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "aliasfree/tensor.h"
#include "device.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { N = 3, IN = 5, OUT = 4, H = 6, W = 7 };

static const int KERNELS[][2] = {{1, 1}, {3, 3}, {1, 3}, {3, 1}, {1, 5}, {2, 4}};

typedef struct {
    char           label[96];
    int            kh, kw;
    alf_modulation spec;
    double         gain; /* 0: none */
    double        *x, *w, *style;
} problem;

static problem problem_create(int index)
{
    problem p = {.kh = KERNELS[index / 8][0], .kw = KERNELS[index / 8][1]};
    p.spec = (alf_modulation){.conv = {.padding = 1, .stride = 1}};
    p.spec.normalize = index & 1;
    p.spec.demodulate = index & 2;
    p.gain = index & 4 ? 1.7 : 0;
    snprintf(p.label, sizeof p.label, "%d x %d%s%s%s", p.kh, p.kw, p.spec.normalize ? ", normalised" : "",
             p.spec.demodulate ? ", demodulated" : "", p.gain > 0 ? ", gain" : "");
    p.x = test_normal(7, 0, N * IN * H * W);
    p.w = test_normal(7, 1, OUT * IN * p.kh * p.kw);
    p.style = test_normal(7, 2, N * IN);
    return p;
}

static void problem_destroy(problem *p)
{
    free(p->x);
    free(p->w);
    free(p->style);
}

static double mean_square(int64_t count, const double *values)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += values[i] * values[i];
    return sum / (double)count;
}

/* The weight [OUT, IN, kh, kw] of sample n; the caller frees. */
static double *weight_of(const problem *p, int n)
{
    const int    taps = p->kh * p->kw, row = IN * taps;
    const double power = mean_square(N * IN, p->style);
    double      *w = malloc((size_t)(OUT * row) * sizeof *w);
    assert_non_null(w);
    for (int o = 0; o < OUT; o++) {
        double *wo = w + o * row, factor = p->gain > 0 ? p->gain : 1;
        for (int i = 0; i < row; i++) wo[i] = p->w[o * row + i] * p->style[n * IN + i / taps];
        if (p->spec.normalize) factor /= sqrt(power * mean_square(row, p->w + o * row));
        if (p->spec.demodulate) factor = (p->gain > 0 ? p->gain : 1) / sqrt(mean_square(row, wo) * row);
        for (int i = 0; i < row; i++) wo[i] *= factor;
    }
    return w;
}

static int64_t outputs(const problem *p)
{
    return (int64_t)OUT * (H + 3 - p->kh) * (W + 3 - p->kw);
}

static double *explicitly(alf_ctx *ctx, const problem *p)
{
    double *y = malloc((size_t)(N * outputs(p)) * sizeof *y);
    assert_non_null(y);
    for (int n = 0; n < N; n++) {
        double     *weight = weight_of(p, n);
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *x = alf_tensor_from_f64(ctx, 4, (int64_t[]){1, IN, H, W}, p->x + n * IN * H * W);
        alf_tensor *w = alf_tensor_from_f64(ctx, 4, (int64_t[]){OUT, IN, p->kh, p->kw}, weight);
        test_ok(ctx, alf_tensor_read(ctx, alf_conv2d(ctx, x, w, 1, &p->spec.conv), y + n * outputs(p)));
        alf_scope_close(scope, NULL);
        free(weight);
    }
    return y;
}

static double *modulated(alf_ctx *ctx, const problem *p)
{
    double     *y = malloc((size_t)(N * outputs(p)) * sizeof *y);
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *x = alf_tensor_from_f64(ctx, 4, (int64_t[]){N, IN, H, W}, p->x);
    alf_tensor *w = alf_tensor_from_f64(ctx, 4, (int64_t[]){OUT, IN, p->kh, p->kw}, p->w);
    alf_tensor *style = alf_tensor_from_f64(ctx, 2, (int64_t[]){N, IN}, p->style);
    alf_tensor *gain = p->gain > 0 ? alf_tensor_full(ctx, 1, (int64_t[]){1}, p->gain) : NULL;
    alf_tensor *result = alf_modulated_conv2d(ctx, x, w, style, gain, &p->spec);
    assert_non_null(y);
    test_ok(ctx, alf_ctx_status(ctx));
    assert_int_equal(alf_tensor_count(result), N * outputs(p));
    test_ok(ctx, alf_tensor_read(ctx, result, y));
    alf_scope_close(scope, NULL);
    return y;
}

static void modulation_is_a_weight_of_its_own_for_each_sample(void **state)
{
    test_device cpu = test_device_create(ALF_BACKEND_CPU, 2), reference = test_device_create(ALF_BACKEND_REFERENCE, 1);
    (void)state;
    for (int i = 0; i < 8 * COUNT(KERNELS); i++) {
        problem p = problem_create(i);
        double *expected = explicitly(reference.ctx, &p);
        double *near = modulated(reference.ctx, &p), *got = modulated(cpu.ctx, &p);
        assert_allclose(p.label, N * outputs(&p), near, expected, 1e-7); /* 1e-8 beside a sum of squares */
        assert_allclose(p.label, N * outputs(&p), got, expected, 5e-6);
        free(expected);
        free(near);
        free(got);
        problem_destroy(&p);
    }
    test_device_destroy(&cpu);
    test_device_destroy(&reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modulation_is_a_weight_of_its_own_for_each_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
