/* upfirdn2d: every engine against the naive loops, adjoints, physics, and what is refused. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines.h"
#include "golden.h"

#define TURN 6.283185307179586

/* The product of two filters as a 2-D one; 4 x 4 as StyleGAN2 has it, or any size. */
static alf_taps product_filter(test_random *r)
{
    bool    four = test_int(r, 0, 1) != 0;
    int     height = four ? 4 : test_int(r, 1, 9), width = four ? 4 : test_int(r, 1, 9);
    double *values = test_reals(r, height * width), *down = test_reals(r, height), *across = test_reals(r, width);

    for (int i = 0; i < height * width; i++) values[i] = down[i / width] * across[i % width];
    free(down);
    free(across);
    return (alf_taps){2, width, height, values};
}

static alf_upfirdn_spec random_spec(test_random *r)
{
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    bool             product = test_int(r, 0, 1) != 0;

    spec.in_h = test_int(r, 1, 23);
    spec.in_w = test_int(r, 1, 41);
    spec.filter = product ? product_filter(r) : test_filter(r, 13);
    spec.up = test_int(r, 1, product ? 2 : 5);
    spec.down = test_int(r, 1, product ? 2 : 5);
    for (int i = 0; i < 4; i++) spec.padding[i] = test_int(r, -3, 12);
    spec.flip = test_int(r, 0, 1) != 0;
    spec.gain = (test_int(r, 0, 3) ? 1 : -1) * (1 + test_real(r));
    return spec;
}

/* --- agreement ----------------------------------------------------------------------------------------------------- */

/* Runs a plan on the engine and by the naive loops, and compares. */
static void compare_with_naive(const engine *e, alf_ctx *ctx, const alf_upfirdn *plan, test_random *r, const char *what)
{
    static const engine naive = {"reference", ALF_ISA_SCALAR, ENGINE_NAIVE};
    const int64_t       planes = 3;
    int64_t             out_h, out_w;

    alf_upfirdn_output_size(plan, &out_h, &out_w);
    int64_t count = planes * out_h * out_w;
    double *x = test_reals(r, planes * plan->spec.in_h * plan->spec.in_w);
    double *got = test_reals(r, count), *expected = test_reals(r, count);

    test_ok(ctx, engine_upfirdn(e, ctx, plan, planes, x, got));
    test_ok(ctx, engine_upfirdn(&naive, ctx, plan, planes, x, expected));
    assert_allclose(what, count, got, expected, e->kind == ENGINE_F32 ? 2e-6 : 1e-12);
    free(x);
    free(got);
    free(expected);
}

/* False when the random spec leaves no output. */
static bool try_seed(const engine *e, alf_ctx *ctx, uint64_t seed)
{
    test_random      r = {seed};
    alf_upfirdn_spec spec = random_spec(&r);
    alf_upfirdn     *plan = NULL, *adjoint = NULL;
    char             what[96];
    alf_status       status = alf_upfirdn_create(ctx, &spec, &plan);

    if (status == ALF_ERR_RANGE && strstr(alf_ctx_message(ctx), "padding")) {
        alf_ctx_clear_error(ctx);
        test_filter_free(spec.filter);
        return false;
    }
    test_ok(ctx, status);
    test_ok(ctx, alf_upfirdn_create_adjoint(ctx, plan, &adjoint));
    snprintf(what, sizeof what, "%s, seed %llu", e->label, (unsigned long long)seed);
    compare_with_naive(e, ctx, plan, &r, what);
    snprintf(what, sizeof what, "%s, adjoint, seed %llu", e->label, (unsigned long long)seed);
    compare_with_naive(e, ctx, adjoint, &r, what);
    alf_upfirdn_destroy(plan);
    alf_upfirdn_destroy(adjoint);
    test_filter_free(spec.filter);
    return true;
}

static void all_shapes_agree_with_the_naive_loops(void **state)
{
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);

    (void)state;
    for (int i = 0; i < count; i++) {
        alf_ctx *ctx = engine_ctx(&engines[i]);
        int      tried = 0;

        for (uint64_t seed = 1; seed <= 120; seed++) tried += try_seed(&engines[i], ctx, seed);
        assert_true(tried >= 80);
        alf_ctx_destroy(ctx);
    }
}

static bool taken_apart(alf_ctx *ctx, alf_taps filter)
{
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_upfirdn     *plan = NULL;

    spec.in_h = spec.in_w = 20;
    spec.filter = filter;
    test_ok(ctx, alf_upfirdn_create(ctx, &spec, &plan));
    bool separable = plan->separable;

    alf_upfirdn_destroy(plan);
    return separable;
}

static void only_products_of_filters_are_taken_apart(void **state)
{
    static const double axis[4] = {1, 3, 3, 1}, zeros[16] = {0};
    alf_ctx            *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double              values[16];

    (void)state;
    for (int i = 0; i < 16; i++) values[i] = axis[i / 4] * axis[i % 4] / 64;
    assert_true(taken_apart(ctx, (alf_taps){2, 4, 4, values}));
    assert_true(taken_apart(ctx, (alf_taps){1, 4, 1, axis}));
    assert_false(taken_apart(ctx, (alf_taps){2, 4, 1, axis}));
    assert_false(taken_apart(ctx, (alf_taps){2, 1, 4, axis}));
    assert_false(taken_apart(ctx, (alf_taps){2, 4, 4, zeros}));
    for (int i = 0; i < 16; i++) {
        double kept = values[i];

        values[i] += 1e-9;
        assert_false(taken_apart(ctx, (alf_taps){2, 4, 4, values}));
        values[i] = kept;
    }
    alf_ctx_destroy(ctx);
}

static void images_of_many_bands_agree_with_the_naive_loops(void **state)
{
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);

    (void)state;
    for (int i = 0; i < count; i++)
        for (int rank = 1; rank <= 2; rank++) {
            alf_ctx         *ctx = engine_ctx(&engines[i]);
            test_random      r = {(uint64_t)rank};
            double          *taps = test_reals(&r, 144);
            alf_upfirdn_spec spec = alf_upfirdn_spec_default();
            alf_upfirdn     *plan = NULL;

            spec.in_h = 101;
            spec.in_w = 67;
            spec.filter = (alf_taps){rank, 12, rank == 2 ? 12 : 1, taps};
            alf_upfirdn_spec_upsample(&spec, 2);
            test_ok(ctx, alf_upfirdn_create(ctx, &spec, &plan));
            compare_with_naive(&engines[i], ctx, plan, &r, engines[i].label);
            alf_upfirdn_destroy(plan);
            alf_ctx_destroy(ctx);
            free(taps);
        }
}

static void adjoint_moves_across_the_inner_product(void **state)
{
    engine   e = {"reference", ALF_ISA_SCALAR, ENGINE_NAIVE}; /* the other engines equal it on adjoints, see above */
    alf_ctx *ctx = engine_ctx(&e);

    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        test_random      r = {seed};
        alf_upfirdn_spec spec = random_spec(&r);
        alf_upfirdn     *plan = NULL, *adjoint = NULL;
        int64_t          h, w;

        for (int i = 0; i < 4; i++) spec.padding[i] = test_int(&r, 6, 9); /* never without an output */
        test_ok(ctx, alf_upfirdn_create(ctx, &spec, &plan));
        test_ok(ctx, alf_upfirdn_create_adjoint(ctx, plan, &adjoint));
        alf_upfirdn_output_size(plan, &h, &w);
        int64_t in = spec.in_h * spec.in_w, out = h * w;
        double *x = test_reals(&r, in), *y = test_reals(&r, out);
        double *ax = test_reals(&r, out), *aty = test_reals(&r, in);

        test_ok(ctx, engine_upfirdn(&e, ctx, plan, 1, x, ax));
        test_ok(ctx, engine_upfirdn(&e, ctx, adjoint, 1, y, aty));
        double left = test_dot(out, ax, y), right = test_dot(in, x, aty),
               scale = sqrt(test_dot(out, ax, ax) * (double)out);

        if (!(fabs(left - right) <= 1e-12 * scale + DBL_MIN))
            fail_msg("seed %llu: <Ax, y> = %.17g, <x, A'y> = %.17g", (unsigned long long)seed, left, right);
        alf_upfirdn_destroy(plan);
        alf_upfirdn_destroy(adjoint);
        test_filter_free(spec.filter);
        free(x);
        free(y);
        free(ax);
        free(aty);
    }
    alf_ctx_destroy(ctx);
}

/* --- threads ------------------------------------------------------------------------------------------------------- */

static void run_on_threads(int threads, const double *x, float *y, int64_t count)
{
    alf_ctx_options  options = alf_ctx_options_default();
    alf_ctx         *ctx = NULL;
    alf_upfirdn     *plan = NULL;
    static double    taps[12] = {1, -2, 3, -4, 5, 6, 7, -8, 9, 10, 11, 12};
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();

    options.threads = threads;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    spec.in_h = 140;
    spec.in_w = 33;
    spec.filter = (alf_taps){1, 12, 1, taps};
    alf_upfirdn_spec_upsample(&spec, 2);
    test_ok(ctx, alf_upfirdn_create(ctx, &spec, &plan));
    unaligned in = unaligned_floats(5 * 140 * 33, x);

    assert_int_equal(count, 5 * 280 * 66);
    test_ok(ctx, alf_upfirdn_f32(ctx, plan, 5, in.f32, y));
    unaligned_free(in);
    alf_upfirdn_destroy(plan);
    alf_ctx_destroy(ctx);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    enum { COUNT = 5 * 280 * 66 };
    test_random r = {7};
    double     *x = test_reals(&r, 5 * 140 * 33);
    float      *one = calloc(COUNT, sizeof *one), *more = calloc(COUNT, sizeof *more);
    const int   threads[2] = {2, 8};

    (void)state;
    run_on_threads(1, x, one, COUNT);
    for (int i = 0; i < 2; i++) {
        memset(more, 0, COUNT * sizeof *more);
        run_on_threads(threads[i], x, more, COUNT);
        assert_memory_equal(one, more, COUNT * sizeof *one);
    }
    free(x);
    free(one);
    free(more);
}

/* --- physics ------------------------------------------------------------------------------------------------------- */

static void band_limited_signal_through_up_and_down_returns_within_60_dB(void **state)
{
    enum { SIDE = 96, EDGE = 32 };
    alf_ctx         *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_fir_spec     fir_spec = {64, 0.5, 0.3, 2, ALF_WINDOW_KAISER, false};
    alf_fir         *fir = NULL;
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_upfirdn     *up = NULL, *down = NULL;
    double          *x = calloc(SIDE * SIDE, sizeof *x), *y = calloc(SIDE * SIDE, sizeof *y);
    double          *wide = calloc(4 * SIDE * SIDE, sizeof *wide), signal = 0, error = 0;

    (void)state;
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            x[i * SIDE + j] = sin(TURN * 0.3 * j + 1) * cos(TURN * 0.11 * i) + cos(TURN * (0.2 * i - 0.05 * j));
    test_ok(ctx, alf_fir_design(ctx, &fir_spec, &fir));
    spec.in_h = spec.in_w = SIDE;
    spec.filter = alf_fir_taps(fir);
    alf_upfirdn_spec_upsample(&spec, 2);
    test_ok(ctx, alf_upfirdn_create(ctx, &spec, &up));
    spec.in_h = spec.in_w = 2 * SIDE;
    alf_upfirdn_spec_downsample(&spec, 2);
    test_ok(ctx, alf_upfirdn_create(ctx, &spec, &down));
    test_ok(ctx, alf_upfirdn_f64(ctx, up, 1, x, wide));
    test_ok(ctx, alf_upfirdn_f64(ctx, down, 1, wide, y));
    for (int i = EDGE; i < SIDE - EDGE; i++)
        for (int j = EDGE; j < SIDE - EDGE; j++) {
            double d = y[i * SIDE + j] - x[i * SIDE + j];

            signal += x[i * SIDE + j] * x[i * SIDE + j];
            error += d * d;
        }
    if (!(error <= 1e-6 * signal)) fail_msg("the error is %.1f dB of the signal", 10 * log10(error / signal));
    alf_upfirdn_destroy(up);
    alf_upfirdn_destroy(down);
    alf_fir_destroy(fir);
    alf_ctx_destroy(ctx);
    free(x);
    free(y);
    free(wide);
}

static void usual_paddings_are_those_of_the_original(void **state)
{
    static const double taps[12] = {1};
    alf_upfirdn_spec    spec = alf_upfirdn_spec_default();

    (void)state;
    spec.filter = (alf_taps){1, 12, 1, taps};
    alf_upfirdn_spec_upsample(&spec, 2);
    assert_memory_equal(spec.padding, ((int[4]){6, 5, 6, 5}), sizeof spec.padding);
    assert_true(spec.gain == 4 && spec.up == 2 && spec.down == 1);
    alf_upfirdn_spec_downsample(&spec, 2);
    assert_memory_equal(spec.padding, ((int[4]){5, 5, 5, 5}), sizeof spec.padding);
    assert_true(spec.gain == 1 && spec.up == 1 && spec.down == 2);
    alf_upfirdn_spec_filter(&spec);
    assert_memory_equal(spec.padding, ((int[4]){6, 5, 6, 5}), sizeof spec.padding);
    assert_true(spec.gain == 1 && spec.up == 1 && spec.down == 1);
    spec.filter = (alf_taps){2, 4, 1, taps};
    alf_upfirdn_spec_upsample(&spec, 4); /* division rounds down */
    assert_memory_equal(spec.padding, ((int[4]){3, 0, 2, -2}), sizeof spec.padding);
}

static void plans_hold_no_denormal_taps(void **state)
{
    static const double taps[3] = {1e-40, 1, 1e-310};
    alf_ctx            *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_upfirdn_spec    spec = alf_upfirdn_spec_default();
    alf_upfirdn        *plan = NULL;

    (void)state;
    spec.in_h = spec.in_w = 8;
    spec.filter = (alf_taps){1, 3, 1, taps};
    test_ok(ctx, alf_upfirdn_create(ctx, &spec, &plan));
    for (int i = 0; i < 3; i++) {
        assert_true(plan->across.f32[i] == 0 || fabsf(plan->across.f32[i]) >= FLT_MIN);
        assert_true(plan->across.f64[i] == 0 || fabs(plan->across.f64[i]) >= DBL_MIN);
    }
    alf_upfirdn_destroy(plan);
    alf_ctx_destroy(ctx);
}

/* --- refusals ------------------------------------------------------------------------------------------------------ */

static void expect_refusal(alf_ctx *ctx, const alf_upfirdn_spec *spec, const char *field)
{
    alf_upfirdn *plan = NULL;
    alf_status   status = alf_upfirdn_create(ctx, spec, &plan);

    assert_true(status == ALF_ERR_RANGE || status == ALF_ERR_ARGUMENT);
    assert_null(plan);
    if (!strstr(alf_ctx_message(ctx), field)) fail_msg("'%s' does not name %s", alf_ctx_message(ctx), field);
    alf_ctx_clear_error(ctx);
}

static void bad_specs_name_their_field(void **state)
{
    static const double    taps[4] = {1, 2, 3, 4}, bad[4] = {1, (double)NAN, 3, 4};
    alf_ctx               *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    const alf_upfirdn_spec good = {.in_h = 8, .in_w = 8, .filter = {2, 2, 2, taps}, .up = 2, .down = 1, .gain = 1};
    alf_upfirdn_spec       s;

    (void)state;
#define REFUSED(field, change) (s = good, change, expect_refusal(ctx, &s, field))
    REFUSED("in_h", s.in_h = 0);
    REFUSED("in_w", s.in_w = -5);
    REFUSED("in_w", s.in_w = (int64_t)1 << 40);
    REFUSED("up", s.up = 0);
    REFUSED("up", s.up = 65);
    REFUSED("down", s.down = 0);
    REFUSED("padding[2]", s.padding[2] = 65537);
    REFUSED("padding", s.padding[1] = -100);
    REFUSED("filter.rank", s.filter.rank = 3);
    REFUSED("filter.width", s.filter.width = 0);
    REFUSED("filter.width", s.filter.width = 1 << 20);
    REFUSED("filter.height", s.filter.height = -1);
    REFUSED("filter.height", s.filter.rank = 1);
    REFUSED("filter.values", s.filter.values = NULL);
    REFUSED("filter.values[1]", s.filter.values = bad);
    REFUSED("gain", s.gain = (double)INFINITY);
#undef REFUSED
    alf_ctx_destroy(ctx);
}

static void batches_that_cannot_be_addressed_are_refused(void **state)
{
    alf_ctx         *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_upfirdn     *plan = NULL;
    float            x[64] = {0}, y[64];
    const int64_t    planes[3] = {0, -1, INT64_MAX / 16};

    (void)state;
    spec.in_h = spec.in_w = 8;
    test_ok(ctx, alf_upfirdn_create(ctx, &spec, &plan));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(alf_upfirdn_f32(ctx, plan, planes[i], x, y), ALF_ERR_ARGUMENT);
        alf_ctx_clear_error(ctx);
    }
    assert_int_equal(alf_upfirdn_f32(ctx, plan, 1, NULL, y), ALF_ERR_ARGUMENT);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_upfirdn_f32(ctx, NULL, 1, x, y), ALF_ERR_ARGUMENT);
    alf_upfirdn_destroy(plan);
    alf_upfirdn_destroy(NULL);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shapes_agree_with_the_naive_loops),
        cmocka_unit_test(only_products_of_filters_are_taken_apart),
        cmocka_unit_test(images_of_many_bands_agree_with_the_naive_loops),
        cmocka_unit_test(adjoint_moves_across_the_inner_product),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(band_limited_signal_through_up_and_down_returns_within_60_dB),
        cmocka_unit_test(usual_paddings_are_those_of_the_original),
        cmocka_unit_test(plans_hold_no_denormal_taps),
        cmocka_unit_test(bad_specs_name_their_field),
        cmocka_unit_test(batches_that_cannot_be_addressed_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
