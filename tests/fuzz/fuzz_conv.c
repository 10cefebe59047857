/* Convolutions of any shape, in both forms and with their gradients along weights: every instruction set, directly and
 * the fast way, against the naive loops. */
#include <math.h>
#include <stdlib.h>

#include "conv_problems.h"
#include "core/core.h"
#include "fuzz.h"
#include "tensor/winograd.h"

static alf_conv read_conv(fuzz_bytes *b)
{
    const int64_t most = fuzz_rare(b) ? 40 : 9;
    alf_conv c = {.n = fuzz_int(b, 1, 2), .in_ch = fuzz_int(b, 1, most), .out_ch = fuzz_int(b, 1, most), .gain = 1};

    c.in_h = fuzz_int(b, 1, fuzz_rare(b) ? 30 : 9);
    c.in_w = fuzz_int(b, 1, fuzz_rare(b) ? 40 : 12);
    c.kh = fuzz_bool(b) ? 3 : (int)fuzz_int(b, 1, 5);
    c.kw = fuzz_bool(b) ? c.kh : (int)fuzz_int(b, 1, 5);
    c.stride = fuzz_bool(b) ? 1 : (int)fuzz_int(b, 1, 3);
    c.pad_y = (int)fuzz_int(b, -2, 6);
    c.pad_x = fuzz_bool(b) ? c.pad_y : (int)fuzz_int(b, -2, 6);
    c.gain = fuzz_bool(b) ? 1 : fuzz_real(b, -2, 2);
    return c;
}

/* The same with the magnitudes of all numbers. */
static conv_problem magnitudes_of(const conv_problem *p)
{
    conv_problem    m = *p;
    const alf_conv *c = &p->conv;

    m.conv.gain = fabs(c->gain);
    for (int64_t i = 0; i < m.x_count; i++) m.x[i] = fabs(m.x[i]);
    for (int64_t i = 0; i < m.w_count; i++) m.w[i] = fabs(m.w[i]);
    for (int64_t i = 0; i < m.y_count; i++) m.dy[i] = fabs(m.dy[i]);
    for (int64_t i = 0; m.in_scale && i < c->n * c->in_ch; i++) m.in_scale[i] = fabs(m.in_scale[i]);
    for (int64_t i = 0; m.out_scale && i < c->n * c->out_ch; i++) m.out_scale[i] = fabs(m.out_scale[i]);
    return m;
}

/* Of the fast way a tile's largest values bound the error of all of it: here those of everything. */
static void compare(int64_t count, double *got, double *expected, const double *bound, bool fast, const char *what)
{
    double largest = 0;

    for (int64_t i = 0; fast && i < count; i++) largest = fmax(largest, bound[i]);
    for (int64_t i = 0; i < count; i++) {
        const double allowed = fast ? 1e-4 * largest : 1e-5 * bound[i];
        fuzz_check(fabs(got[i] - expected[i]) <= allowed + 1e-37,
                   "%s, %s: value %lld of %lld is %.9g, expected %.9g (of magnitude %g)", what,
                   fast ? "fast" : "direct", (long long)i, (long long)count, got[i], expected[i], bound[i]);
    }
    free(got);
}

typedef struct {
    double *y, *dw;
} results;

static results naive(const conv_problem *p)
{
    test_device on = {fuzz_open_with(0, ALF_BACKEND_REFERENCE, ALF_ISA_AUTO), &alf_backend_reference};
    results     r = {.y = conv_values(&on, on.backend->conv, &p->conv, p->x, p->w, p->in_scale, p->out_scale),
                     .dw = conv_gradient_values(&on, on.backend->conv_weight_gradient, p, NULL)};

    fuzz_close(on.ctx);
    return r;
}

static void compare_isa(alf_isa isa, const conv_problem *p, const results *expected, const results *bound, bool fits)
{
    test_device on = {fuzz_open_with((int64_t)64 << 20, ALF_BACKEND_CPU, isa), &alf_backend_cpu};
    const char *name = alf_isa_name(isa);

    alf_ctx_use_conv(on.ctx, ALF_CONV_DIRECT);
    for (int fast = 0; fast <= fits; fast++) {
        compare(p->y_count,
                conv_values(&on, fast ? alf_winograd_conv : on.backend->conv, &p->conv, p->x, p->w, p->in_scale,
                            p->out_scale),
                expected->y, bound->y, fast, name);
        compare(
            p->w_count,
            conv_gradient_values(&on, fast ? alf_winograd_weight_gradient : on.backend->conv_weight_gradient, p, NULL),
            expected->dw, bound->dw, fast, name);
    }
    fuzz_close(on.ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes     b = {data, size};
    alf_conv       conv = read_conv(&b), probe = conv;
    const unsigned flags = (unsigned)fuzz_int(&b, 0, 31);
    const uint64_t seed = fuzz_bits(&b, 4);

    probe.transposed = (flags & TRANSPOSED) != 0;
    if (!alf_conv_output_size(&probe)) return 0;
    conv_problem p = conv_problem_create("fuzz", conv, flags, (int)fuzz_int(&b, 0, 2), (int)fuzz_int(&b, 0, 2), seed);
    const bool   fits = p.conv.kh == 3 && p.conv.kw == 3 && p.conv.stride == 1;
    if (conv_problem_products(&p) < 1 << 18) {
        results      expected = naive(&p);
        conv_problem copy = conv_problem_create("fuzz", conv, flags, (int)(p.conv.out_h - probe.out_h),
                                                (int)(p.conv.out_w - probe.out_w), seed);
        conv_problem magnitudes = magnitudes_of(&copy);
        results      bound = naive(&magnitudes);
        for (alf_isa isa = ALF_ISA_SCALAR; isa <= alf_cpu_best_isa(); isa++)
            compare_isa(isa, &p, &expected, &bound, fits);
        free(expected.y);
        free(expected.dw);
        free(bound.y);
        free(bound.dw);
        conv_problem_destroy(&copy);
    }
    conv_problem_destroy(&p);
    return 0;
}
