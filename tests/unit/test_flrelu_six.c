/* Filtered leaky ReLU by the fast path for symmetric filters of six taps per phase: shapes that meet its tiles, chunks
 * and ends of rows, nonlinearities that it leaves to others, its masks, and threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flrelus.h"
#include "golden.h"
#include "kernels/codes.h"
#include "sanitized.h"

/* Padding is what keeps the size (times up, over down), give or take `spread`, which may crop. */
typedef struct {
    const char *name;
    int         in_h, in_w, up, down, spread;
} shape;

static const shape SHAPES[] = {
    {"one pixel", 1, 1, 2, 2, 0},
    {"below a vector", 9, 7, 2, 2, 2},
    {"below a vector, up 4", 9, 3, 4, 2, 2},
    {"below a vector, down 4", 17, 6, 2, 4, 2},
    {"a vector and one more", 12, 17, 2, 2, 0},
    {"two tiles of small planes, odd width", 40, 41, 2, 2, 3},
    {"two tiles of small planes, up 4", 41, 43, 4, 2, 3},
    {"two tiles of small planes, down 4", 47, 38, 2, 4, 3},
    {"a tile for each plane", 91, 90, 2, 2, 3},
    {"much added or cropped", 50, 53, 2, 2, 35},
    {"much added or cropped, up 4", 29, 27, 4, 2, 45},
    {"much added or cropped, down 4", 61, 53, 2, 4, 40},
    {"two bands", 345, 9, 2, 2, 3},
    {"two bands, up 4", 175, 11, 4, 2, 3},
    {"three bands, down 4", 1300, 3, 2, 4, 3},
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof SHAPES[0], TALLEST = 320 };

static alf_flrelu_spec spec_of(const shape *s, test_random *r)
{
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    int             half = 3 * s->up + 3 * s->down - 1;

    spec.in_h = s->in_h;
    spec.in_w = s->in_w;
    spec.up = s->up;
    spec.down = s->down;
    spec.up_filter = test_symmetric_filter(r, 6 * s->up);
    spec.down_filter = test_symmetric_filter(r, 6 * s->down);
    spec.gain = 1.7;
    spec.clamp = 3;
    spec.flip = test_int(r, 0, 1) != 0;
    for (int i = 0; i < 4; i++) spec.padding[i] = half + test_int(r, -s->spread, s->spread);
    return spec;
}

/* Data of a shape; a band of its rows is so large that the clamp is reached there. */
static flrelu_batch open_batch(alf_ctx *ctx, const shape *s, const alf_flrelu_spec *spec, test_random *r)
{
    alf_flrelu *plan = NULL;

    test_ok(ctx, alf_flrelu_create(ctx, spec, &plan));
    assert_true(plan->forward.six.fits && plan->adjoint.six.fits);
    flrelu_batch t = flrelu_batch_of(ctx, plan, r);

    for (int64_t i = 0; i < t.in; i++) {
        int64_t row = i / s->in_w % s->in_h;

        t.x[i] *= row >= s->in_h / 3 && row < s->in_h / 2 ? 25 : 0.7;
    }
    return t;
}

typedef void (*check)(const engine *e, const flrelu_batch *t, const char *what);

/* Every engine but the naive loops, or only those that count in double. */
static void check_shape(const shape *s, const alf_flrelu_spec *spec, bool all, check fn)
{
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);

    for (int i = 1; i < count; i++) {
        alf_ctx    *ctx = engine_ctx(&engines[i]);
        test_random r = {77};
        char        what[128];

        if (all || engines[i].kind == ENGINE_F64) {
            flrelu_batch t = open_batch(ctx, s, spec, &r);

            snprintf(what, sizeof what, "%s, %s, padding %d, %d, %d, %d", engines[i].label, s->name, spec->padding[0],
                     spec->padding[1], spec->padding[2], spec->padding[3]);
            fn(&engines[i], &t, what);
            flrelu_batch_free(t);
        }
        alf_ctx_destroy(ctx);
    }
}

static void check_shapes(bool all, check fn)
{
    const uint64_t seeds = (uint64_t)test_affordable(2, 1, 1);

    for (int k = 0; k < SHAPE_COUNT; k++)
        for (uint64_t seed = 1; seed <= (SHAPES[k].in_h < TALLEST ? seeds : 1); seed++) {
            test_random     r = {seed};
            alf_flrelu_spec spec = spec_of(&SHAPES[k], &r);

            check_shape(&SHAPES[k], &spec, all, fn);
            test_filters_free(spec);
        }
}

static void all_shapes_agree_with_the_naive_loops(void **state)
{
    (void)state;
    check_shapes(true, flrelu_compare);
}

static void derivative_and_adjoint_are_adjoint_by_every_engine(void **state)
{
    (void)state;
    check_shapes(false, flrelu_compare_adjoint);
}

/* What the table above is for. */
static void shapes_have_several_bands_and_chunks_and_planes_in_a_tile(void **state)
{
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    int      banded[2] = {0}, shared = 0, chunked = 0;

    (void)state;
    for (int k = 0; k < SHAPE_COUNT; k++) {
        test_random     r = {1};
        alf_flrelu_spec spec = spec_of(&SHAPES[k], &r);
        flrelu_batch    t = open_batch(ctx, &SHAPES[k], &spec, &r);
        const alf_six  *six = &t.plan->forward.six, *back = &t.plan->adjoint.six;

        banded[0] += six->band < t.plan->forward.out_h;
        banded[1] += back->band < t.plan->adjoint.out_h;
        shared += six->planes > 1 && six->planes < FLRELU_N * FLRELU_C;
        chunked += t.plan->forward.grid_h % (six->turn * six->space[0].turns) != 0 &&
                   t.plan->forward.grid_h > six->turn * six->space[0].turns;
        flrelu_batch_free(t);
        test_filters_free(spec);
    }
    assert_true(banded[0] >= 3 && banded[1] >= 2 && shared >= 3 && chunked >= 6);
    alf_ctx_destroy(ctx);
}

/* --- nonlinearities ------------------------------------------------------------------------------------------------ */

static void every_nonlinearity_agrees_with_the_naive_loops(void **state)
{
    static const struct {
        double gain, slope, clamp;
    } cases[] = {
        {1, 0, 0.5}, {2, -0.5, 1}, {1.3, 1, 2}, {-1, 0.2, 1}, {0, 0.2, 1}, {1, 1.5, 0.5}, {1, 0.2, (double)INFINITY},
        {1, 0.2, 0}};
    static const shape layer = {"two bands", 340, 19, 2, 2, 0};

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        test_random     r = {k};
        alf_flrelu_spec spec = spec_of(&layer, &r);

        spec.gain = cases[k].gain;
        spec.slope = cases[k].slope;
        spec.clamp = cases[k].clamp;
        check_shape(&layer, &spec, true, flrelu_compare);
        test_filters_free(spec);
    }
}

static int64_t count_clamped(const alf_mask_layout *m, const uint8_t *mask, int64_t row0, int64_t row1)
{
    int64_t count = 0;

    for (int64_t i = row0; i < row1; i++)
        for (int64_t j = 0; j < m->columns; j++)
            count += alf_code_at(mask + i * m->row_bytes, j % m->planes * m->plane + j / m->planes) == ALF_MASK_CLAMPED;
    return count;
}

/* Chunks without a clamped sample take a short cut; here some are and some are not. */
static void clamp_is_reached_in_some_chunks_only(const engine *e, const flrelu_batch *t, const char *what)
{
    const alf_mask_layout *m = &t->plan->mask;

    flrelu_run(e, t, ALF_FLRELU_FORWARD, t->x, t->mask, t->y);
    if (count_clamped(m, t->mask, 0, m->rows / 4)) fail_msg("%s: clamped where the values are small", what);
    if (!count_clamped(m, t->mask, m->rows / 3, m->rows / 2)) fail_msg("%s: never clamped", what);
}

static void tall_shapes_reach_the_clamp_in_some_chunks(void **state)
{
    (void)state;
    for (int k = 0; k < SHAPE_COUNT; k++) {
        test_random     r = {1};
        alf_flrelu_spec spec = spec_of(&SHAPES[k], &r);

        spec.clamp = 6;
        if (SHAPES[k].in_h > 150) check_shape(&SHAPES[k], &spec, true, clamp_is_reached_in_some_chunks_only);
        test_filters_free(spec);
    }
}

/* A mask must not change results: what is kept while writing it is another way to the same values. */
static void compare_without_mask(const engine *e, const flrelu_batch *t, const char *what)
{
    double *plain = calloc((size_t)t->out, sizeof *plain);

    flrelu_run(e, t, ALF_FLRELU_FORWARD, t->x, t->mask, t->y);
    flrelu_run(e, t, ALF_FLRELU_FORWARD, t->x, NULL, plain);
    for (int64_t i = 0; i < t->out; i++)
        if (plain[i] != t->y[i])
            fail_msg("%s: value %lld is %g and with a mask %g", what, (long long)i, plain[i], t->y[i]);
    free(plain);
}

static void writing_a_mask_changes_no_bit_of_the_result(void **state)
{
    (void)state;
    check_shapes(true, compare_without_mask);
}

/* Wherever a sum is not a number or infinite its sample counts as clamped, in a chunk where all else is small as well. */
static void compare_codes_of_no_numbers(const engine *e, const flrelu_batch *t, const char *what)
{
    const alf_mask_layout *m = &t->plan->mask;
    uint8_t               *mask = malloc(t->mask_bytes);
    const double           odd[2] = {(double)NAN, (double)INFINITY};

    for (int64_t k = 0; k < 2; k++) t->x[(k + 1) * t->in / 7] = odd[k];
    flrelu_run(&flrelu_naive, t, ALF_FLRELU_FORWARD, t->x, t->mask, t->y);
    flrelu_run(e, t, ALF_FLRELU_FORWARD, t->x, mask, t->y);
    for (int64_t i = 0; i < FLRELU_N * FLRELU_C * m->rows; i++) {
        int64_t got = count_clamped(m, mask, i, i + 1), expected = count_clamped(m, t->mask, i, i + 1);

        if (got != expected)
            fail_msg("%s: row %lld has %lld clamped samples, expected %lld", what, (long long)i, (long long)got,
                     (long long)expected);
    }
    free(mask);
}

static void what_is_not_a_number_counts_as_clamped(void **state)
{
    (void)state;
    check_shapes(false, compare_codes_of_no_numbers);
}

/* --- threads ------------------------------------------------------------------------------------------------------- */

static flrelu_batch make_batch(alf_ctx *ctx, const void *arg)
{
    test_random     r = {5};
    alf_flrelu_spec spec = spec_of(arg, &r);
    flrelu_batch    t = open_batch(ctx, arg, &spec, &r);

    test_filters_free(spec);
    return t;
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);

    (void)state;
    for (int i = 1; i < count; i++)
        for (int k = 0; k < SHAPE_COUNT; k++) flrelu_compare_threads(&engines[i], make_batch, &SHAPES[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shapes_agree_with_the_naive_loops),
        cmocka_unit_test(derivative_and_adjoint_are_adjoint_by_every_engine),
        cmocka_unit_test(shapes_have_several_bands_and_chunks_and_planes_in_a_tile),
        cmocka_unit_test(every_nonlinearity_agrees_with_the_naive_loops),
        cmocka_unit_test(tall_shapes_reach_the_clamp_in_some_chunks),
        cmocka_unit_test(writing_a_mask_changes_no_bit_of_the_result),
        cmocka_unit_test(what_is_not_a_number_counts_as_clamped),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
