/* The entries of the backends that come from the signal processing library: cpu judged by the reference, whose naive
 * loops share no arithmetic with the kernels. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

enum { N = 2, C = 3, H = 12, W = 11 };

static const double   TAPS[] = {0.1, -0.2, 0.7, 0.5, 0.3, -0.1};
static const alf_taps FILTER = {1, 6, 1, TAPS};

/* Fails unless both results, which are freed, agree. */
static void compare(const char *what, int64_t count, double *cpu, double *reference)
{
    printf("%s: max_rel_error=%.3g\n", what, assert_allclose(what, count, cpu, reference, 2e-6));
    free(cpu);
    free(reference);
}

static double *upfirdn_on(alf_backend_kind kind, int64_t *count)
{
    test_device      on = test_device_create(kind, 2);
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_upfirdn     *plan;
    int64_t          h, w;
    double          *x = test_normal(2000, 0, N * C * H * W);
    spec.in_h = H;
    spec.in_w = W;
    spec.filter = FILTER;
    spec.down = 3;
    alf_upfirdn_spec_upsample(&spec, 2);
    test_ok(on.ctx, alf_upfirdn_create(on.ctx, &spec, &plan));
    alf_upfirdn_output_size(plan, &h, &w);
    *count = N * C * h * w;
    void *xt = test_put(&on, N * C * H * W, x), *yt = test_room(&on, *count);
    test_ok(on.ctx, on.backend->upfirdn(on.ctx, plan, N * C, xt, yt));
    double *y = test_take(&on, *count, yt);
    on.backend->release(xt);
    alf_upfirdn_destroy(plan);
    test_device_destroy(&on);
    free(x);
    return y;
}

static void cpu_upfirdn_equals_reference(void **state)
{
    int64_t count;
    double *cpu = upfirdn_on(ALF_BACKEND_CPU, &count), *reference = upfirdn_on(ALF_BACKEND_REFERENCE, &count);
    (void)state;
    compare("upfirdn (seed 2000)", count, cpu, reference);
}

static alf_flrelu *flrelu_plan(alf_ctx *ctx)
{
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    alf_flrelu     *plan;
    spec.in_h = H;
    spec.in_w = W;
    spec.up_filter = spec.down_filter = FILTER;
    spec.up = spec.down = 2;
    for (int i = 0; i < 4; i++) spec.padding[i] = 5;
    spec.clamp = 1.5;
    test_ok(ctx, alf_flrelu_create(ctx, &spec, &plan));
    return plan;
}

/* The result of a mode; MASKED and ADJOINT with the mask of a forward pass over other numbers. */
static double *flrelu_on(alf_backend_kind kind, alf_flrelu_mode mode, int64_t *count)
{
    test_device on = test_device_create(kind, 2);
    alf_flrelu *plan = flrelu_plan(on.ctx);
    int64_t     h, w;
    alf_flrelu_output_size(plan, &h, &w);
    const int64_t small = N * C * h * w, large = N * C * H * W;
    double  *x = test_normal(2001, 0, large), *bias = test_normal(2001, 1, C), *v = test_normal(2001, 2, large + small);
    uint8_t *mask = calloc(alf_flrelu_mask_bytes(plan, N * C), 1);
    void    *xt = test_put(&on, large, x), *bt = test_put(&on, C, bias), *vt = test_put(&on, large + small, v);
    void    *yt = test_room(&on, large + small);
    assert_non_null(mask);
    *count = mode == ALF_FLRELU_ADJOINT ? large : small;
    test_ok(on.ctx, on.backend->flrelu(on.ctx, plan, ALF_FLRELU_FORWARD, N, C, xt, bt, mask, yt));
    if (mode != ALF_FLRELU_FORWARD) test_ok(on.ctx, on.backend->flrelu(on.ctx, plan, mode, N, C, vt, NULL, mask, yt));
    double *y = test_take(&on, *count, yt);
    on.backend->release(xt);
    on.backend->release(bt);
    on.backend->release(vt);
    alf_flrelu_destroy(plan);
    test_device_destroy(&on);
    free(x);
    free(bias);
    free(v);
    free(mask);
    return y;
}

static void cpu_filtered_lrelu_equals_reference_in_every_mode(void **state)
{
    static const alf_flrelu_mode modes[] = {ALF_FLRELU_FORWARD, ALF_FLRELU_MASKED, ALF_FLRELU_ADJOINT};
    static const char *const     names[] = {"flrelu forward (seed 2001)", "flrelu masked (seed 2001)",
                                            "flrelu adjoint (seed 2001)"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        int64_t count;
        double *cpu = flrelu_on(ALF_BACKEND_CPU, modes[i], &count);
        compare(names[i], count, cpu, flrelu_on(ALF_BACKEND_REFERENCE, modes[i], &count));
    }
}

static double *fourier_on(alf_backend_kind kind)
{
    test_device on = test_device_create(kind, 2);
    double *freqs = test_normal(2002, 0, 2 * C), *phases = test_normal(2002, 1, C), *sizes = test_normal(2002, 2, C);
    void   *ft = test_put(&on, 2 * C, freqs), *pt = test_put(&on, C, phases), *at = test_put(&on, C, sizes);
    void   *yt = test_room(&on, C * H * W);
    test_ok(on.ctx, on.backend->fourier(on.ctx, C, H, W, 16, ft, pt, at, yt));
    double *y = test_take(&on, C * H * W, yt);
    on.backend->release(ft);
    on.backend->release(pt);
    on.backend->release(at);
    test_device_destroy(&on);
    free(freqs);
    free(phases);
    free(sizes);
    return y;
}

static void cpu_fourier_features_equal_reference(void **state)
{
    (void)state;
    double *cpu = fourier_on(ALF_BACKEND_CPU);
    compare("fourier (seed 2002)", C * H * W, cpu, fourier_on(ALF_BACKEND_REFERENCE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_upfirdn_equals_reference),
        cmocka_unit_test(cpu_filtered_lrelu_equals_reference_in_every_mode),
        cmocka_unit_test(cpu_fourier_features_equal_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
