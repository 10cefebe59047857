/* Filtered leaky ReLUs to be tested, and how. */
#include "flrelus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "kernels/codes.h"

enum { N = FLRELU_N, C = FLRELU_C };

const engine flrelu_naive = {"reference", ALF_ISA_SCALAR, ENGINE_NAIVE};

alf_taps test_symmetric_filter(test_random *r, int taps)
{
    double *values = test_reals(r, taps);

    for (int i = 0; i < taps / 2; i++) values[i] = values[taps - 1 - i] = (values[i] + 0.5) / taps;
    return (alf_taps){1, taps, 1, values};
}

alf_taps test_radial_filter(test_random *r, bool spoilt)
{
    double *values = test_reals(r, 144);

    for (int i = 0; i < 144; i++) {
        int y = i / 12 < 6 ? i / 12 : 11 - i / 12, x = i % 12 < 6 ? i % 12 : 11 - i % 12;

        values[i] = (y <= x ? values[12 * y + x] : values[12 * x + y]);
    }
    if (spoilt) values[test_int(r, 0, 143)] += 0.5;
    return (alf_taps){2, 12, 12, values};
}

void test_filters_free(alf_flrelu_spec spec)
{
    test_filter_free(spec.up_filter);
    test_filter_free(spec.down_filter);
}

flrelu_batch flrelu_batch_of(alf_ctx *ctx, alf_flrelu *plan, test_random *r)
{
    const alf_flrelu_pass *f = &plan->forward;
    flrelu_batch t = {.ctx = ctx, .plan = plan, .in = N * C * f->in_h * f->in_w, .out = N * C * f->out_h * f->out_w};

    t.x = test_reals(r, t.in);
    t.dx = test_reals(r, t.in);
    t.b = test_reals(r, C);
    t.y = test_reals(r, t.out);
    t.dy = test_reals(r, t.out);
    t.mask_bytes = alf_flrelu_mask_bytes(plan, N * C);
    t.mask = malloc(t.mask_bytes);
    memset(t.mask, 0xff, t.mask_bytes);
    return t;
}

void flrelu_batch_free(flrelu_batch t)
{
    alf_flrelu_destroy(t.plan);
    free(t.x);
    free(t.dx);
    free(t.b);
    free(t.y);
    free(t.dy);
    free(t.mask);
}

void flrelu_run(const engine *e, const flrelu_batch *t, alf_flrelu_mode mode, const double *from, uint8_t *mask,
                double *to)
{
    const double *bias = mode == ALF_FLRELU_FORWARD ? t->b : NULL;

    test_ok(t->ctx, engine_flrelu(e, t->ctx, t->plan, mode, N, C, from, bias, mask, to));
}

/* Of the naive loops' forward results t->y are known. */
static void compare_mode(const engine *e, const flrelu_batch *t, alf_flrelu_mode mode, const char *what)
{
    bool          back = mode == ALF_FLRELU_ADJOINT;
    int64_t       count = back ? t->in : t->out;
    const double *from = back ? t->dy : t->x;
    double       *got = calloc((size_t)count, sizeof *got), *expected = calloc((size_t)count, sizeof *expected);
    uint8_t      *mask = mode == ALF_FLRELU_FORWARD ? NULL : t->mask; /* the same for both */

    flrelu_run(e, t, mode, from, mask, got);
    if (mode != ALF_FLRELU_FORWARD) flrelu_run(&flrelu_naive, t, mode, from, mask, expected);
    assert_allclose(what, count, got, mode == ALF_FLRELU_FORWARD ? t->y : expected,
                    e->kind == ENGINE_F32 ? 2e-6 : 1e-12);
    free(got);
    free(expected);
}

/* Codes of all samples that exist; the padding bits may differ. */
static void compare_masks(const flrelu_batch *t, const uint8_t *got, const char *what)
{
    const alf_mask_layout *m = &t->plan->mask;
    int64_t                rows = N * C * m->rows;

    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < m->columns; j++) {
            int64_t number = j % m->planes * m->plane + j / m->planes;
            int     expected = alf_code_at(t->mask + i * m->row_bytes, number);
            int     code = alf_code_at(got + i * m->row_bytes, number);

            if (code != expected)
                fail_msg("%s: sample %lld of row %lld has code %d, expected %d", what, (long long)j, (long long)i, code,
                         expected);
        }
}

void flrelu_compare(const engine *e, const flrelu_batch *t, const char *what)
{
    uint8_t *mask = malloc(t->mask_bytes);
    double  *y = calloc((size_t)t->out, sizeof *y);

    memset(mask, 0xff, t->mask_bytes);
    flrelu_run(&flrelu_naive, t, ALF_FLRELU_FORWARD, t->x, t->mask, t->y);
    flrelu_run(e, t, ALF_FLRELU_FORWARD, t->x, mask, y);
    assert_allclose(what, t->out, y, t->y, e->kind == ENGINE_F32 ? 2e-6 : 1e-12);
    if (e->kind != ENGINE_F32) compare_masks(t, mask, what); /* float may round to the other side of a kink */
    compare_mode(e, t, ALF_FLRELU_FORWARD, what);
    compare_mode(e, t, ALF_FLRELU_MASKED, what);
    compare_mode(e, t, ALF_FLRELU_ADJOINT, what);
    free(mask);
    free(y);
}

void flrelu_compare_adjoint(const engine *e, const flrelu_batch *t, const char *what)
{
    double *forward = calloc((size_t)t->out, sizeof *forward), *back = calloc((size_t)t->in, sizeof *back);

    flrelu_run(e, t, ALF_FLRELU_FORWARD, t->x, t->mask, t->y);
    flrelu_run(e, t, ALF_FLRELU_MASKED, t->dx, t->mask, forward);
    flrelu_run(e, t, ALF_FLRELU_ADJOINT, t->dy, t->mask, back);
    double left = test_dot(t->out, forward, t->dy), right = test_dot(t->in, t->dx, back);
    double scale = sqrt(test_dot(t->out, forward, forward) * (double)t->out);

    if (!(fabs(left - right) <= 1e-12 * scale + 1e-300))
        fail_msg("%s: <Ax, y> = %.17g, <x, A'y> = %.17g", what, left, right);
    free(forward);
    free(back);
}

static flrelu_batch run_on_threads(const engine *e, int threads, flrelu_maker make, const void *arg)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;

    options.threads = threads;
    options.isa = e->isa;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    flrelu_batch t = make(ctx, arg);

    flrelu_run(e, &t, ALF_FLRELU_FORWARD, t.x, t.mask, t.y);
    flrelu_run(e, &t, ALF_FLRELU_ADJOINT, t.dy, t.mask, t.dx);
    return t;
}

void flrelu_compare_threads(const engine *e, flrelu_maker make, const void *arg)
{
    static const int threads[] = {2, 3, 8};
    flrelu_batch     one = run_on_threads(e, 1, make, arg);
    alf_ctx         *ctx = one.ctx;

    for (int k = 0; k < 3; k++) {
        flrelu_batch more = run_on_threads(e, threads[k], make, arg);
        alf_ctx     *more_ctx = more.ctx;

        assert_memory_equal(one.y, more.y, (size_t)one.out * sizeof *one.y);
        assert_memory_equal(one.dx, more.dx, (size_t)one.in * sizeof *one.dx);
        assert_memory_equal(one.mask, more.mask, one.mask_bytes);
        flrelu_batch_free(more);
        alf_ctx_destroy(more_ctx);
    }
    flrelu_batch_free(one);
    alf_ctx_destroy(ctx);
}
