/* Rows of resampling, forward and adjoint, and of Fourier features. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

/* --- upfirdn2d ---------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_upfirdn *plan, *adjoint;
    int64_t      planes;
    float       *x, *y, *to_x, *to_y; /* read: x and y; written: the others */
} resampling;

static void resample(alf_ctx *ctx, void *arg)
{
    resampling *r = arg;
    alf_status  status = alf_upfirdn_f32(ctx, r->plan, r->planes, r->x, r->to_y);
    (void)status; /* the context keeps it */
}

static void resample_back(alf_ctx *ctx, void *arg)
{
    resampling *r = arg;
    alf_status  status = alf_upfirdn_f32(ctx, r->adjoint, r->planes, r->y, r->to_x);
    (void)status; /* the context keeps it */
}

static void close_resampling(resampling *r)
{
    alf_upfirdn_destroy(r->plan);
    alf_upfirdn_destroy(r->adjoint);
    free(r->x);
    free(r->y);
    free(r->to_x);
    free(r->to_y);
}

/* False with the error in the context. */
static bool open_resampling(alf_ctx *ctx, int64_t channels, const alf_upfirdn_spec *spec, resampling *r)
{
    int64_t h, w;
    *r = (resampling){.planes = channels};
    if (alf_upfirdn_create(ctx, spec, &r->plan) == ALF_OK &&
        alf_upfirdn_create_adjoint(ctx, r->plan, &r->adjoint) == ALF_OK) {
        alf_upfirdn_output_size(r->plan, &h, &w);
        r->x = alf_bench_numbers(ctx, channels * spec->in_h * spec->in_w);
        r->to_x = alf_bench_numbers(ctx, channels * spec->in_h * spec->in_w);
        r->y = alf_bench_numbers(ctx, channels * h * w);
        r->to_y = alf_bench_numbers(ctx, channels * h * w);
    }
    if (r->x && r->to_x && r->y && r->to_y) return true;
    close_resampling(r);
    return false;
}

static void resampling_rows(alf_bench *b, const char *config, const char *what, const char *layer, int64_t channels,
                            const alf_upfirdn_spec *spec, int64_t out_size)
{
    char       name[96], shape[96];
    resampling r;
    snprintf(shape, sizeof shape, "%lld channels, %lld>%lld, up %d, down %d, %dx%d taps", (long long)channels,
             (long long)spec->in_h, (long long)out_size, spec->up, spec->down, spec->filter.width, spec->filter.height);
    for (int back = 0; back < 2; back++) {
        snprintf(name, sizeof name, "%s %s%s %s", config, what, back ? "_adjoint" : "", layer);
        if (!alf_bench_wants(b, name) || !open_resampling(b->ctx, channels, spec, &r)) continue;
        alf_bench_row(b, &(alf_bench_task){.name = name,
                                           .shape = shape,
                                           .cost = alf_cost_upfirdn(channels, spec, out_size),
                                           .call = {b->ctx, back ? resample_back : resample, &r},
                                           .against = back ? ALF_AGAINST_FORWARD : ALF_AGAINST_NOTHING,
                                           .other = {b->ctx, resample, &r}});
        close_resampling(&r);
    }
}

void alf_bench_upfirdn(alf_bench *b, const char *config, const alf_plan *plan)
{
    const alf_taps   taps = alf_shape_taps();
    alf_upfirdn_spec spec;
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        if (alf_shape_after_conv(plan, l, &taps, &spec))
            resampling_rows(b, config, "upfirdn", l->name, l->out_channels, &spec, l->out_size);
        if (alf_shape_image_upsample(plan, l, &taps, &spec))
            resampling_rows(b, config, "upfirdn_rgb", l->name, l->out_channels, &spec, l->out_size);
    }
}

void alf_bench_discriminator_upfirdn(alf_bench *b, const char *config, const alf_plan *plan)
{
    const alf_discriminator_config settings = alf_shape_discriminator(plan);
    const alf_taps                 taps = alf_shape_taps();
    alf_conv_shape                 shapes[ALF_MOST_SHAPES];
    const int                      count = alf_shapes_of_discriminator(&settings, true, shapes);
    char                           name[64];
    snprintf(name, sizeof name, "%s discriminator", config);
    for (int i = 0; i < count; i++) {
        const alf_conv_shape *s = &shapes[i];
        const int64_t         size = 2 * s->out_size;
        if (s->spec.stride == 1) continue;
        const alf_upfirdn_spec conv = alf_shape_before_conv(size, &taps), skip = alf_shape_before_skip(size, &taps);
        resampling_rows(b, name, "upfirdn", s->name, s->in_channels, &conv, s->in_size);
        resampling_rows(b, name, "upfirdn_down", s->name, s->in_channels, &skip, s->out_size);
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
    if (f.freqs && f.phases && f.y)
        alf_bench_row(b,
                      &(alf_bench_task){
                          .name = name, .shape = shape, .cost = alf_cost_fourier(plan), .call = {b->ctx, sample, &f}});
    free(f.freqs);
    free(f.phases);
    free(f.y);
}
