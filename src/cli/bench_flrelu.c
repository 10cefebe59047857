/* Rows of the filtered leaky ReLU: forward; with the mask written and backwards, in turns with the plain forward pass. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

typedef struct {
    alf_flrelu *plan;
    int64_t     channels;
    float      *x, *bias, *dy; /* what passes read: numbers that stay the same */
    float      *y, *dx;        /* what they write                             */
    uint8_t    *mask;
} nonlinearity;

static void keep(alf_status status)
{
    (void)status; /* the context has it */
}

static void forward(alf_ctx *ctx, void *arg)
{
    nonlinearity *p = arg;
    keep(alf_flrelu_f32(ctx, p->plan, ALF_FLRELU_FORWARD, 1, p->channels, p->x, p->bias, NULL, p->y));
}

static void forward_with_mask(alf_ctx *ctx, void *arg)
{
    nonlinearity *p = arg;
    keep(alf_flrelu_f32(ctx, p->plan, ALF_FLRELU_FORWARD, 1, p->channels, p->x, p->bias, p->mask, p->y));
}

static void adjoint(alf_ctx *ctx, void *arg)
{
    nonlinearity *p = arg;
    keep(alf_flrelu_f32(ctx, p->plan, ALF_FLRELU_ADJOINT, 1, p->channels, p->dy, NULL, p->mask, p->dx));
}

static alf_fir *design(alf_ctx *ctx, int taps, double cutoff, double half_width, double fs, bool radial)
{
    alf_fir_spec spec = alf_fir_spec_default();
    alf_fir     *fir = NULL;
    spec.numtaps = taps;
    spec.cutoff = cutoff;
    spec.width = 2 * half_width;
    spec.fs = fs;
    spec.radial = radial;
    return taps > 1 && alf_fir_design(ctx, &spec, &fir) == ALF_OK ? fir : NULL;
}

/* NULL with the error in the context. */
static alf_flrelu *open_plan(alf_ctx *ctx, const alf_layer_plan *l)
{
    static const double one = 1;
    const alf_taps      identity = {.rank = 0, .width = 1, .height = 1, .values = &one};
    alf_fir            *up = design(ctx, l->up_taps, l->in_cutoff, l->in_half_width, l->tmp_rate, false);
    alf_fir            *down = design(ctx, l->down_taps, l->out_cutoff, l->out_half_width, l->tmp_rate, l->down_radial);
    alf_flrelu_spec     spec = alf_flrelu_spec_default();
    alf_flrelu         *plan = NULL;
    spec.in_h = spec.in_w = l->in_size + l->conv_kernel - 1;
    spec.up_filter = up ? alf_fir_taps(up) : identity;
    spec.down_filter = down ? alf_fir_taps(down) : identity;
    spec.up = l->up;
    spec.down = l->down;
    spec.gain = l->kind == ALF_LAYER_TORGB ? 1 : sqrt(2);
    spec.slope = l->kind == ALF_LAYER_TORGB ? 1 : 0.2;
    spec.clamp = 256;
    for (int i = 0; i < 4; i++) spec.padding[i] = l->padding[i];
    if (alf_ctx_status(ctx) == ALF_OK && alf_flrelu_create(ctx, &spec, &plan) != ALF_OK) plan = NULL;
    alf_fir_destroy(up);
    alf_fir_destroy(down);
    return plan;
}

static void close_nonlinearity(nonlinearity *p)
{
    alf_flrelu_destroy(p->plan);
    free(p->x);
    free(p->bias);
    free(p->dy);
    free(p->y);
    free(p->dx);
    free(p->mask);
}

static bool open_nonlinearity(alf_ctx *ctx, const alf_layer_plan *l, nonlinearity *p)
{
    int64_t h, w, out_h, out_w;
    *p = (nonlinearity){.channels = l->out_channels, .plan = open_plan(ctx, l)};
    if (!p->plan) return false;
    alf_flrelu_input_size(p->plan, &h, &w);
    alf_flrelu_output_size(p->plan, &out_h, &out_w);
    p->x = alf_bench_numbers(ctx, p->channels * h * w);
    p->dx = alf_bench_numbers(ctx, p->channels * h * w);
    p->y = alf_bench_numbers(ctx, p->channels * out_h * out_w);
    p->dy = alf_bench_numbers(ctx, p->channels * out_h * out_w);
    p->bias = alf_bench_numbers(ctx, p->channels);
    p->mask = calloc(alf_flrelu_mask_bytes(p->plan, p->channels), 1);
    if (p->x && p->dx && p->y && p->dy && p->bias && p->mask) return true;
    alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for the layer %s", l->name);
    close_nonlinearity(p);
    return false;
}

static bool same_nonlinearity(const alf_layer_plan *a, const alf_layer_plan *b)
{
    return a->out_channels == b->out_channels && a->in_size == b->in_size && a->conv_kernel == b->conv_kernel &&
           a->out_size == b->out_size && a->up == b->up && a->down == b->down && a->up_taps == b->up_taps &&
           a->down_taps == b->down_taps && a->down_radial == b->down_radial;
}

static bool nonlinearity_seen(const alf_plan *plan, int index)
{
    for (int i = 0; i < index; i++)
        if (same_nonlinearity(&plan->layers[i], &plan->layers[index])) return true;
    return false;
}

static const struct {
    const char  *name;
    alf_bench_fn fn;
} PASSES[] = {
    {"filtered_lrelu", forward}, {"filtered_lrelu_mask", forward_with_mask}, {"filtered_lrelu_adjoint", adjoint}};
enum { PASS_COUNT = sizeof PASSES / sizeof *PASSES };

static void measure(alf_bench *b, const char *name, const char *shape, const alf_layer_plan *l, alf_bench_fn fn)
{
    nonlinearity   p;
    alf_bench_cost cost = alf_cost_flrelu(l);
    if (!open_nonlinearity(b->ctx, l, &p)) return;
    const bool plain = fn == forward;
    if (!plain) {
        forward_with_mask(b->ctx, &p); /* gives the adjoint its mask */
        cost.bytes += (double)alf_flrelu_mask_bytes(p.plan, p.channels);
    }
    alf_bench_row(b, &(alf_bench_task){.name = name,
                                       .shape = shape,
                                       .cost = cost,
                                       .call = {b->ctx, fn, &p},
                                       .against = plain ? ALF_AGAINST_NOTHING : ALF_AGAINST_FORWARD,
                                       .other = {b->ctx, forward, &p}});
    close_nonlinearity(&p);
}

void alf_bench_filtered_lrelu(alf_bench *b, const char *config, const alf_plan *plan)
{
    for (int i = 0; i < PASS_COUNT * plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i / PASS_COUNT];
        char                  name[96], shape[96];
        snprintf(name, sizeof name, "%s %s %s", config, PASSES[i % PASS_COUNT].name, l->name);
        snprintf(shape, sizeof shape, "%d channels, %lld>%lld, up %d:%d, down %d:%d%s", l->out_channels,
                 (long long)(l->in_size + l->conv_kernel - 1), (long long)l->out_size, l->up, l->up_taps, l->down,
                 l->down_taps, l->down_radial && l->down_taps > 1 ? " radial" : "");
        if (!nonlinearity_seen(plan, i / PASS_COUNT) && alf_bench_wants(b, name))
            measure(b, name, shape, l, PASSES[i % PASS_COUNT].fn);
    }
}
