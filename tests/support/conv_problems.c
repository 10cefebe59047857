/* Support for tests of convolutions: a geometry with numbers, and what a device makes of it by one way or another. */
#include "conv_problems.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/arithmetic.h"
#include "sanitized.h"

conv_problem conv_problem_create(const char *name, alf_conv conv, unsigned flags, int more_h, int more_w, uint64_t seed)
{
    const int64_t most_channels = test_affordable(INT64_MAX, INT64_MAX, 16);
    conv.in_ch = alf_smaller(conv.in_ch, most_channels);
    conv.out_ch = alf_smaller(conv.out_ch, most_channels);
    conv.transposed = (flags & TRANSPOSED) != 0;
    conv.weight_io = (flags & IO) != 0;
    conv.flip = (flags & FLIP) != 0;
    if (!alf_conv_output_size(&conv)) fail_msg("%s: no output", name);
    conv.out_h += more_h;
    conv.out_w += more_w;
    conv_problem p = {.conv = conv};
    snprintf(p.label, sizeof p.label, "%s (seed %llu)", name, (unsigned long long)seed);
    p.x_count = conv.n * conv.in_ch * conv.in_h * conv.in_w;
    p.w_count = conv.in_ch * conv.out_ch * conv.kh * conv.kw;
    p.y_count = conv.n * conv.out_ch * conv.out_h * conv.out_w;
    p.x = test_normal(seed, 0, p.x_count);
    p.w = test_normal(seed, 1, p.w_count);
    p.dy = test_normal(seed, 2, p.y_count);
    if (flags & IN_SCALE) p.in_scale = test_normal(seed, 3, conv.n * conv.in_ch);
    if (flags & OUT_SCALE) p.out_scale = test_normal(seed, 4, conv.n * conv.out_ch);
    return p;
}

void conv_problem_destroy(conv_problem *p)
{
    free(p->x);
    free(p->w);
    free(p->dy);
    free(p->in_scale);
    free(p->out_scale);
}

double conv_problem_products(const conv_problem *p)
{
    return (double)p->y_count * (double)p->conv.in_ch * p->conv.kh * p->conv.kw;
}

alf_conv conv_problem_back(const conv_problem *p)
{
    const alf_conv *c = &p->conv;
    alf_conv        back = *c;
    back.in_ch = c->out_ch, back.in_h = c->out_h, back.in_w = c->out_w;
    back.out_ch = c->in_ch, back.out_h = c->in_h, back.out_w = c->in_w;
    back.transposed = !c->transposed;
    back.weight_io = !c->weight_io;
    return back;
}

double *conv_values(const test_device *on, conv_fn with, const alf_conv *conv, const double *x, const double *w,
                    const double *in_scale, const double *out_scale)
{
    const int64_t    y_count = conv->n * conv->out_ch * conv->out_h * conv->out_w;
    void            *from = test_put(on, conv->n * conv->in_ch * conv->in_h * conv->in_w, x);
    void            *taps = test_put(on, conv->in_ch * conv->out_ch * conv->kh * conv->kw, w);
    void            *is = test_put(on, conv->n * conv->in_ch, in_scale);
    void            *os = test_put(on, conv->n * conv->out_ch, out_scale), *y = test_room(on, y_count);
    const alf_weight weight = {taps, NULL};
    test_ok(on->ctx, with(on->ctx, conv, from, &weight, is, os, y));
    on->backend->release(from);
    on->backend->release(taps);
    on->backend->release(is);
    on->backend->release(os);
    return test_take(on, y_count, y);
}

double *conv_gradient_values(const test_device *on, conv_gradient_fn with, const conv_problem *p, double **products)
{
    const alf_conv *c = &p->conv;
    void           *x = test_put(on, p->x_count, p->x), *dy = test_put(on, p->y_count, p->dy);
    void           *w = products ? test_put(on, p->w_count, p->w) : NULL;
    void           *is = test_put(on, c->n * c->in_ch, p->in_scale);
    void           *os = test_put(on, c->n * c->out_ch, p->out_scale);
    void           *dw = test_room(on, p->w_count), *sums = products ? test_room(on, c->n * c->out_ch) : NULL;
    test_ok(on->ctx, with(on->ctx, c, x, dy, is, os, dw, w, sums));
    on->backend->release(x);
    on->backend->release(dy);
    on->backend->release(w);
    on->backend->release(is);
    on->backend->release(os);
    if (products) *products = test_take(on, c->n * c->out_ch, sums);
    return test_take(on, p->w_count, dw);
}
