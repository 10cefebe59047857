/* Rows of signal processing on plain arrays: the filtered leaky ReLU and its adjoint, upfirdn2d, Fourier features. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

/* --- filtered leaky ReLU ------------------------------------------------------------------------------------------ */

typedef struct {
    alf_flrelu     *plan;
    alf_flrelu_mode mode;
    int64_t         channels;
    float          *x, *bias, *y; /* x at the plan's input, y at its output */
    uint8_t        *mask, *used_mask;
} nonlinearity;

static void apply(alf_ctx *ctx, void *arg)
{
    nonlinearity *p = arg;
    bool          back = p->mode == ALF_FLRELU_ADJOINT;
    float        *from = back ? p->y : p->x, *to = back ? p->x : p->y;
    alf_status    status =
        alf_flrelu_f32(ctx, p->plan, p->mode, 1, p->channels, from, back ? NULL : p->bias, p->used_mask, to);
    (void)status; /* the context keeps it */
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
    free(p->y);
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
    p->y = alf_bench_numbers(ctx, p->channels * out_h * out_w);
    p->bias = alf_bench_numbers(ctx, p->channels);
    p->mask = calloc(alf_flrelu_mask_bytes(p->plan, p->channels), 1);
    if (p->x && p->y && p->bias && p->mask) return true;
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
    const char     *name;
    alf_flrelu_mode mode;
    bool            mask;
} PASSES[] = {{"filtered_lrelu", ALF_FLRELU_FORWARD, false},
              {"filtered_lrelu_mask", ALF_FLRELU_FORWARD, true},
              {"filtered_lrelu_adjoint", ALF_FLRELU_ADJOINT, true}};

void alf_bench_filtered_lrelu(alf_bench *b, const char *config, const alf_plan *plan)
{
    for (int i = 0; i < 3 * plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i / 3];
        nonlinearity          p;
        char                  name[96], shape[96];
        snprintf(name, sizeof name, "%s %s %s", config, PASSES[i % 3].name, l->name);
        snprintf(shape, sizeof shape, "%d channels, %lld>%lld, up %d:%d, down %d:%d%s", l->out_channels,
                 (long long)(l->in_size + l->conv_kernel - 1), (long long)l->out_size, l->up, l->up_taps, l->down,
                 l->down_taps, l->down_radial && l->down_taps > 1 ? " radial" : "");
        if (nonlinearity_seen(plan, i / 3) || !alf_bench_wants(b, name)) continue;
        if (!open_nonlinearity(b->ctx, l, &p)) return;
        alf_bench_cost cost = alf_cost_flrelu(l);
        if (PASSES[i % 3].mask) {
            p.used_mask = p.mask;
            apply(b->ctx, &p); /* forward: gives the adjoint its mask */
            cost.bytes += (double)alf_flrelu_mask_bytes(p.plan, p.channels);
        }
        p.mode = PASSES[i % 3].mode;
        alf_bench_row(b, name, shape, cost, apply, &p);
        close_nonlinearity(&p);
    }
}

/* --- upfirdn2d ---------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_upfirdn *plan;
    int64_t      planes;
    float       *x, *y;
} resampling;

static void resample(alf_ctx *ctx, void *arg)
{
    resampling *r = arg;
    alf_status  status = alf_upfirdn_f32(ctx, r->plan, r->planes, r->x, r->y);
    (void)status; /* the context keeps it */
}

static void upfirdn_row(alf_bench *b, const char *config, const char *what, const alf_layer_plan *l,
                        const alf_upfirdn_spec *spec)
{
    char name[96], shape[96];
    snprintf(name, sizeof name, "%s %s %s", config, what, l->name);
    snprintf(shape, sizeof shape, "%d channels, %lld>%lld, up %d, %dx%d taps", l->out_channels, (long long)spec->in_h,
             (long long)l->out_size, spec->up, spec->filter.width, spec->filter.height);
    resampling r = {.planes = l->out_channels};
    if (!alf_bench_wants(b, name) || alf_upfirdn_create(b->ctx, spec, &r.plan) != ALF_OK) return;
    r.x = alf_bench_numbers(b->ctx, r.planes * spec->in_h * spec->in_w);
    r.y = alf_bench_numbers(b->ctx, r.planes * l->out_size * l->out_size);
    if (r.x && r.y) alf_bench_row(b, name, shape, alf_cost_upfirdn(r.planes, spec, l->out_size), resample, &r);
    alf_upfirdn_destroy(r.plan);
    free(r.x);
    free(r.y);
}

void alf_bench_upfirdn(alf_bench *b, const char *config, const alf_plan *plan)
{
    const alf_taps   taps = alf_shape_taps();
    alf_upfirdn_spec spec;
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        if (alf_shape_after_conv(plan, l, &taps, &spec)) upfirdn_row(b, config, "upfirdn", l, &spec);
        if (alf_shape_image_upsample(plan, l, &taps, &spec)) upfirdn_row(b, config, "upfirdn_rgb", l, &spec);
    }
}

/* --- Fourier features --------------------------------------------------------------------------------------------- */

typedef struct {
    const alf_plan *plan;
    float          *freqs, *phases, *y;
} features;

static void sample(alf_ctx *ctx, void *arg)
{
    features  *f = arg;
    alf_status status = alf_fourier_features_f32(ctx, f->plan->input_channels, f->plan->input_size, f->plan->input_size,
                                                 f->plan->input_rate, f->freqs, f->phases, NULL, f->y);
    (void)status; /* the context keeps it */
}

void alf_bench_fourier(alf_bench *b, const char *config, const alf_plan *plan)
{
    char name[96], shape[96];
    snprintf(name, sizeof name, "%s fourier_features input", config);
    snprintf(shape, sizeof shape, "%d channels, %lldx%lld", plan->input_channels, (long long)plan->input_size,
             (long long)plan->input_size);
    if (!alf_bench_wants(b, name)) return;
    int64_t  samples = plan->input_channels * plan->input_size * plan->input_size;
    features f = {.plan = plan,
                  .freqs = alf_bench_numbers(b->ctx, 2 * plan->input_channels),
                  .phases = alf_bench_numbers(b->ctx, plan->input_channels),
                  .y = alf_bench_numbers(b->ctx, samples)};
    if (f.freqs && f.phases && f.y) alf_bench_row(b, name, shape, alf_cost_fourier(plan), sample, &f);
    free(f.freqs);
    free(f.phases);
    free(f.y);
}
