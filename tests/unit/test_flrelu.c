/* Filtered leaky ReLU: every engine against the naive loops, derivatives, masks, shifts, and what is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flrelus.h"
#include "golden.h"
#include "kernels/codes.h"
#include "sanitized.h"

enum { N = FLRELU_N, C = FLRELU_C };

/* Filters as StyleGAN3 has them, for which there are kernels of their own. */
static void make_it_sixes(test_random *r, alf_flrelu_spec *spec)
{
    spec->up = test_int(r, 0, 1) ? 2 : 4;
    spec->down = spec->up == 4 || test_int(r, 0, 1) ? 2 : 4;
    spec->up_filter = test_symmetric_filter(r, 6 * spec->up);
    if (spec->down == 2 && test_int(r, 0, 1))
        spec->down_filter = test_radial_filter(r, test_int(r, 0, 4) == 0);
    else
        spec->down_filter = test_symmetric_filter(r, 6 * spec->down);
}

static alf_flrelu_spec random_spec(test_random *r)
{
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    bool            nothing = test_int(r, 0, 9) == 0; /* resampled: the elementwise path */

    spec.in_h = test_int(r, 1, 19);
    spec.in_w = test_int(r, 1, 37);
    spec.gain = 1.5 + test_real(r);
    spec.slope = test_int(r, 0, 3) == 0 ? 1 : test_real(r) * 1.5;
    spec.clamp = test_int(r, 0, 1) ? 0.7 : (double)INFINITY;
    if (nothing) return spec;
    if (test_int(r, 0, 1)) {
        make_it_sixes(r, &spec);
    } else {
        spec.up_filter = test_filter(r, 13);
        spec.down_filter = test_filter(r, 13);
        spec.up = test_int(r, 1, 5);
        spec.down = test_int(r, 1, 5);
    }
    for (int i = 0; i < 4; i++) spec.padding[i] = test_int(r, -2, 22);
    spec.flip = test_int(r, 0, 1) != 0;
    return spec;
}

/* NULL when the random padding leaves no output. */
static alf_flrelu *create_or_skip(alf_ctx *ctx, const alf_flrelu_spec *spec)
{
    alf_flrelu *plan = NULL;
    alf_status  status = alf_flrelu_create(ctx, spec, &plan);

    if (status == ALF_ERR_RANGE && strstr(alf_ctx_message(ctx), "padding")) {
        alf_ctx_clear_error(ctx);
        return NULL;
    }
    test_ok(ctx, status);
    return plan;
}

/* --- agreement ----------------------------------------------------------------------------------------------------- */

static void all_shapes_and_modes_agree_with_the_naive_loops(void **state)
{
    const int seeds = (int)test_affordable(100, 100, 10);
    engine    engines[MAX_ENGINES];
    int       count = engine_list(engines);

    (void)state;
    for (int i = 0; i < count; i++) {
        alf_ctx *ctx = engine_ctx(&engines[i]);
        int      tried = 0;

        for (uint64_t seed = 1; seed <= (uint64_t)seeds; seed++) {
            test_random     r = {seed};
            alf_flrelu_spec spec = random_spec(&r);
            alf_flrelu     *plan = create_or_skip(ctx, &spec);
            char            what[96];

            snprintf(what, sizeof what, "%s, seed %llu", engines[i].label, (unsigned long long)seed);
            if (plan) {
                flrelu_batch t = flrelu_batch_of(ctx, plan, &r);

                flrelu_compare(&engines[i], &t, what);
                flrelu_batch_free(t);
                tried++;
            }
            test_filters_free(spec);
        }
        assert_true(tried >= seeds * 6 / 10);
        alf_ctx_destroy(ctx);
    }
}

static bool takes_radial12(alf_ctx *ctx, int up, const alf_taps *up_filter, const alf_taps *down_filter)
{
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    alf_flrelu     *plan = NULL;

    spec.in_h = spec.in_w = 20;
    spec.up = up;
    spec.down = 2;
    spec.up_filter = *up_filter;
    spec.down_filter = *down_filter;
    test_ok(ctx, alf_flrelu_create(ctx, &spec, &plan));
    bool fits = plan->forward.radial12.fits;

    alf_flrelu_destroy(plan);
    return fits;
}

static void only_symmetric_filters_are_folded(void **state)
{
    alf_ctx    *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    test_random r = {5};
    double      values[144];
    alf_taps    up2 = test_symmetric_filter(&r, 12), up4 = test_symmetric_filter(&r, 24), radial = {2, 12, 12, values};
    alf_taps    lopsided = {1, 12, 1, test_reals(&r, 12)}, wide = {2, 12, 11, values};

    (void)state;
    for (int i = 0; i < 144; i++) values[i] = 1.0 / (1 + fabs(i / 12 - 5.5) + fabs(i % 12 - 5.5));
    assert_true(takes_radial12(ctx, 2, &up2, &radial));
    assert_true(takes_radial12(ctx, 4, &up4, &radial));
    assert_false(takes_radial12(ctx, 2, &lopsided, &radial));
    assert_false(takes_radial12(ctx, 4, &up2, &radial));
    assert_false(takes_radial12(ctx, 2, &up2, &wide));
    for (int i = 0; i < 144; i++) { /* one tap that differs from its mirror images */
        double kept = values[i];

        values[i] += 1e-6;
        assert_false(takes_radial12(ctx, 2, &up2, &radial));
        values[i] = kept;
    }
    test_filter_free(up2);
    test_filter_free(up4);
    test_filter_free(lopsided);
    alf_ctx_destroy(ctx);
}

typedef struct {
    int  in, out, up;
    bool radial, symmetric;
} layer;

static alf_taps layer_filter(test_random *r, int taps, bool radial, bool symmetric)
{
    if (symmetric) return radial ? test_radial_filter(r, false) : test_symmetric_filter(r, taps);
    return (alf_taps){radial ? 2 : 1, taps, radial ? taps : 1, test_reals(r, radial ? taps * taps : taps)};
}

/* A layer of StyleGAN3 whose output has several bands. */
static alf_flrelu_spec layer_spec(test_random *r, const layer *l)
{
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    int             total = (l->out - 1) * 2 + 1 - l->in * l->up + 6 * l->up + 12 - 2, before = (total + l->up) / 2;

    spec.in_h = spec.in_w = l->in;
    spec.up = l->up;
    spec.down = 2;
    spec.up_filter = layer_filter(r, 6 * l->up, false, l->symmetric);
    spec.down_filter = layer_filter(r, 12, l->radial, l->symmetric);
    for (int i = 0; i < 4; i++) spec.padding[i] = i % 2 ? total - before : before;
    spec.clamp = 3;
    return spec;
}

static void layers_of_many_bands_agree_with_the_naive_loops(void **state)
{
    static const layer layers[] = {{87, 85, 2, false, false}, {46, 87, 4, false, false}, {72, 70, 2, true, false},
                                   {87, 85, 2, false, true},  {46, 87, 4, false, true},  {72, 70, 2, true, true},
                                   {55, 103, 4, true, true}};
    const int          layer_count = sizeof layers / sizeof layers[0];
    engine             engines[MAX_ENGINES];
    int                count = engine_list(engines);

    (void)state;
    for (int i = 1; i < count; i++) /* all but the naive loops themselves */
        for (int k = 0; k < layer_count; k++) {
            alf_ctx        *ctx = engine_ctx(&engines[i]);
            test_random     r = {(uint64_t)k};
            alf_flrelu_spec spec = layer_spec(&r, &layers[k]);
            alf_flrelu     *plan = NULL;

            test_ok(ctx, alf_flrelu_create(ctx, &spec, &plan));
            assert_int_equal(plan->forward.out_h, layers[k].out);
            assert_true(plan->forward.space[0].band < plan->forward.out_h);
            flrelu_batch t = flrelu_batch_of(ctx, plan, &r);

            flrelu_compare(&engines[i], &t, engines[i].label);
            flrelu_batch_free(t);
            test_filters_free(spec);
            alf_ctx_destroy(ctx);
        }
}

/* --- derivatives --------------------------------------------------------------------------------------------------- */

static void masked_and_adjoint_are_adjoint(void **state)
{
    alf_ctx *ctx = engine_ctx(&flrelu_naive);

    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        test_random     r = {seed};
        alf_flrelu_spec spec = random_spec(&r);
        alf_flrelu     *plan = create_or_skip(ctx, &spec);

        test_filters_free(spec);
        if (!plan) continue;
        flrelu_batch t = flrelu_batch_of(ctx, plan, &r);
        char         what[64];

        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        flrelu_compare_adjoint(&flrelu_naive, &t, what);
        flrelu_batch_free(t);
    }
    alf_ctx_destroy(ctx);
}

/* Moves x by `step` along dx; false when that crosses a kink. */
static bool move(const flrelu_batch *t, double step, double *y)
{
    uint8_t *mask = malloc(t->mask_bytes);
    double  *x = malloc((size_t)t->in * sizeof *x);

    for (int64_t i = 0; i < t->in; i++) x[i] = t->x[i] + step * t->dx[i];
    flrelu_run(&flrelu_naive, t, ALF_FLRELU_FORWARD, x, mask, y);
    bool same = memcmp(mask, t->mask, t->mask_bytes) == 0;

    free(mask);
    free(x);
    return same;
}

/* Between kinks the operation is linear, so the difference quotient is exact but for rounding. */
static void masked_is_the_derivative_away_from_kinks(void **state)
{
    alf_ctx *ctx = engine_ctx(&flrelu_naive);
    int      tried = 0;

    (void)state;
    for (uint64_t seed = 200; seed < 240; seed++) {
        test_random     r = {seed};
        alf_flrelu_spec spec = random_spec(&r);
        alf_flrelu     *plan = create_or_skip(ctx, &spec);
        char            what[64];

        test_filters_free(spec);
        if (!plan) continue;
        flrelu_batch t = flrelu_batch_of(ctx, plan, &r);
        double      *above = calloc((size_t)t.out, sizeof *above), *below = calloc((size_t)t.out, sizeof *below);
        double       h = 1e-4;

        flrelu_run(&flrelu_naive, &t, ALF_FLRELU_FORWARD, t.x, t.mask, t.y);
        while (h > 1e-8 && !(move(&t, h, above) && move(&t, -h, below))) h /= 2;
        if (h > 1e-8) {
            for (int64_t i = 0; i < t.out; i++) above[i] = (above[i] - below[i]) / (2 * h);
            flrelu_run(&flrelu_naive, &t, ALF_FLRELU_MASKED, t.dx, t.mask, t.y);
            snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
            assert_allclose(what, t.out, above, t.y, 1e-6);
            tried++;
        }
        flrelu_batch_free(t);
        free(above);
        free(below);
    }
    assert_true(tried >= 20);
    alf_ctx_destroy(ctx);
}

static void kinks_take_the_side_that_pytorch_takes(void **state)
{
    static const float x[5] = {-3, -0.5F, 0, 1.5F, 2};
    static const float expected[5] = {0, 1, 1, 2,
                                      0}; /* clamped, negative, 0 is negative, exactly at the clamp, above */
    engine             engines[MAX_ENGINES];
    int                count = engine_list(engines);

    (void)state;
    for (int i = 0; i < count; i++) {
        alf_ctx        *ctx = engine_ctx(&engines[i]);
        alf_flrelu_spec spec = {.in_h = 1, .in_w = 5, .up = 1, .down = 1, .gain = 2, .slope = 0.5, .clamp = 3};
        alf_flrelu     *plan = NULL;
        uint8_t         mask[16];
        double          in[5], ones[5] = {1, 1, 1, 1, 1}, y[5];

        spec.clamp = 3; /* 2 * 1.5; -3 * 2 * 0.5 = -3 is at the clamp as well */
        for (int k = 0; k < 5; k++) in[k] = (double)x[k] - (k == 0 ? 0.5 : 0);
        test_ok(ctx, alf_flrelu_create(ctx, &spec, &plan));
        assert_true(alf_flrelu_mask_bytes(plan, 1) <= sizeof mask);
        test_ok(ctx, engine_flrelu(&engines[i], ctx, plan, ALF_FLRELU_FORWARD, 1, 1, in, NULL, mask, y));
        assert_true(y[0] == -3 && y[1] == -0.5 && y[2] == 0 && y[3] == 3 && y[4] == 3);
        test_ok(ctx, engine_flrelu(&engines[i], ctx, plan, ALF_FLRELU_MASKED, 1, 1, ones, NULL, mask, y));
        for (int k = 0; k < 5; k++) assert_true(y[k] == (double)expected[k]);
        alf_flrelu_destroy(plan);
        alf_ctx_destroy(ctx);
    }
}

/* --- shifts, threads ----------------------------------------------------------------------------------------------- */

/* One input pixel is up/down output pixels; where no border is felt even the bits are the same. */
static void shifted_input_gives_a_shifted_output(void **state)
{
    enum { IN = 48, OUT = 84, EDGE = 24 };
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);

    (void)state;
    for (int k = 0; k < 4 * (count - 1); k++) {
        int             i = 1 + k / 4;
        alf_ctx        *ctx = engine_ctx(&engines[i]);
        test_random     r = {11};
        layer           l = {IN, OUT, 4, k % 2 != 0, k / 2 % 2 != 0};
        alf_flrelu_spec spec = layer_spec(&r, &l);
        alf_flrelu     *plan = NULL;
        double         *x = test_reals(&r, IN * IN), *moved = calloc(IN * IN, sizeof *moved);
        double         *y = calloc(OUT * OUT, sizeof *y), *y_moved = calloc(OUT * OUT, sizeof *y_moved);

        for (int p = 0; p < IN - 1; p++)
            for (int q = 0; q < IN - 2; q++) moved[(p + 1) * IN + q + 2] = x[p * IN + q];
        test_ok(ctx, alf_flrelu_create(ctx, &spec, &plan));
        test_ok(ctx, engine_flrelu(&engines[i], ctx, plan, ALF_FLRELU_FORWARD, 1, 1, x, NULL, NULL, y));
        test_ok(ctx, engine_flrelu(&engines[i], ctx, plan, ALF_FLRELU_FORWARD, 1, 1, moved, NULL, NULL, y_moved));
        for (int p = EDGE; p < OUT - EDGE; p++)
            for (int q = EDGE; q < OUT - EDGE; q++)
                if (y_moved[(p + 2) * OUT + q + 4] != y[p * OUT + q])
                    fail_msg("%s: pixel %d, %d", engines[i].label, p, q);
        alf_flrelu_destroy(plan);
        alf_ctx_destroy(ctx);
        test_filters_free(spec);
        free(x);
        free(moved);
        free(y);
        free(y_moved);
    }
}

static flrelu_batch make_batch(alf_ctx *ctx, const void *arg)
{
    test_random     r = {5};
    alf_flrelu_spec spec = layer_spec(&r, arg);
    alf_flrelu     *plan = NULL;

    test_ok(ctx, alf_flrelu_create(ctx, &spec, &plan));
    flrelu_batch t = flrelu_batch_of(ctx, plan, &r);

    test_filters_free(spec);
    return t;
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    static const engine f32 = {"cpu", ALF_ISA_AUTO, ENGINE_F32};
    static const layer  layers[] = {{80, 78, 2, false, false},
                                    {80, 78, 2, false, true},
                                    {80, 78, 2, true, true},
                                    {342, 340, 2, false, true}}; /* bands of the fast path as well */

    (void)state;
    for (int k = 0; k < 4; k++) flrelu_compare_threads(&f32, make_batch, &layers[k]);
}

/* --- refusals ------------------------------------------------------------------------------------------------------ */

static void expect_refusal(alf_ctx *ctx, const alf_flrelu_spec *spec, const char *field)
{
    alf_flrelu *plan = NULL;
    alf_status  status = alf_flrelu_create(ctx, spec, &plan);

    assert_true(status == ALF_ERR_RANGE || status == ALF_ERR_ARGUMENT);
    assert_null(plan);
    if (!strstr(alf_ctx_message(ctx), field)) fail_msg("'%s' does not name %s", alf_ctx_message(ctx), field);
    alf_ctx_clear_error(ctx);
}

static void bad_specs_name_their_field(void **state)
{
    static const double taps[4] = {1, 2, 3, 4}, bad[4] = {1, 2, (double)INFINITY, 4};
    alf_ctx            *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_flrelu_spec     good = alf_flrelu_spec_default(), s;

    (void)state;
    good.in_h = good.in_w = 16;
    good.up_filter = good.down_filter = (alf_taps){1, 4, 1, taps};
#define REFUSED(field, change) (s = good, change, expect_refusal(ctx, &s, field))
    REFUSED("in_h", s.in_h = -1);
    REFUSED("in_w", s.in_w = INT64_MAX);
    REFUSED("up", s.up = 100);
    REFUSED("down", s.down = -1);
    REFUSED("padding[3]", s.padding[3] = -65537);
    REFUSED("padding", s.padding[0] = -30);
    REFUSED("up_filter.rank", s.up_filter.rank = -1);
    REFUSED("up_filter.values", s.up_filter.values = NULL);
    REFUSED("down_filter.values[2]", s.down_filter.values = bad);
    REFUSED("down_filter.width", s.down_filter.width = 5000);
    REFUSED("gain", s.gain = (double)NAN);
    REFUSED("slope", s.slope = (double)INFINITY);
    REFUSED("clamp", s.clamp = -1);
    REFUSED("clamp", s.clamp = (double)NAN);
#undef REFUSED
    alf_ctx_destroy(ctx);
}

static void modes_take_what_they_need_and_no_more(void **state)
{
    alf_ctx        *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    alf_flrelu     *plan = NULL;
    float           x[1] = {1}, y[1] = {7}, b[1] = {0};
    uint8_t         mask[16] = {0};

    (void)state;
    test_ok(ctx, alf_flrelu_create(ctx, &spec, &plan));
#define REFUSED(call) (assert_int_equal(call, ALF_ERR_ARGUMENT), alf_ctx_clear_error(ctx))
    REFUSED(alf_flrelu_f32(ctx, plan, ALF_FLRELU_MASKED, 1, 1, x, NULL, NULL, y));
    REFUSED(alf_flrelu_f32(ctx, plan, ALF_FLRELU_ADJOINT, 1, 1, x, NULL, NULL, y));
    REFUSED(alf_flrelu_f32(ctx, plan, ALF_FLRELU_ADJOINT, 1, 1, x, b, mask, y));
    REFUSED(alf_flrelu_f32(ctx, plan, ALF_FLRELU_FORWARD, 0, 1, x, b, mask, y));
    REFUSED(alf_flrelu_f32(ctx, plan, ALF_FLRELU_FORWARD, INT64_MAX, 2, x, b, mask, y));
    REFUSED(alf_flrelu_f32(ctx, plan, ALF_FLRELU_FORWARD, 1, 1, NULL, b, mask, y));
#undef REFUSED
    assert_true(y[0] == 7);
    assert_true(alf_flrelu_mask_bytes(plan, INT64_MAX) == SIZE_MAX);
    alf_flrelu_destroy(plan);
    alf_flrelu_destroy(NULL);
    alf_ctx_destroy(ctx);
}

/* --- the rest ------------------------------------------------------------------------------------------------------ */

static void bias_gradient_sums_over_samples_and_pixels(void **state)
{
    enum { PIXELS = 1237 };
    engine      engines[MAX_ENGINES];
    int         count = engine_list(engines);
    test_random r = {3};
    double     *dx = test_reals(&r, N * C * PIXELS), expected[C] = {0}, got[C];

    (void)state;
    for (int i = 0; i < N * C * PIXELS; i++) expected[i / PIXELS % C] += dx[i];
    for (int i = 0; i < count; i++) {
        alf_ctx *ctx = engine_ctx(&engines[i]);

        engine_bias_gradient(&engines[i], ctx, N, C, PIXELS, dx, got);
        assert_allclose(engines[i].label, C, got, expected, engines[i].kind == ENGINE_F32 ? 2e-7 : 1e-13);
        alf_ctx_destroy(ctx);
    }
    free(dx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shapes_and_modes_agree_with_the_naive_loops),
        cmocka_unit_test(only_symmetric_filters_are_folded),
        cmocka_unit_test(layers_of_many_bands_agree_with_the_naive_loops),
        cmocka_unit_test(masked_and_adjoint_are_adjoint),
        cmocka_unit_test(masked_is_the_derivative_away_from_kinks),
        cmocka_unit_test(kinks_take_the_side_that_pytorch_takes),
        cmocka_unit_test(shifted_input_gives_a_shifted_output),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(bad_specs_name_their_field),
        cmocka_unit_test(modes_take_what_they_need_and_no_more),
        cmocka_unit_test(bias_gradient_sums_over_samples_and_pixels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
