/* Filtered leaky ReLU: the public operation on its plans. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "kernels/kernels.h"
#include "plans.h"

alf_flrelu_spec alf_flrelu_spec_default(void)
{
    return (alf_flrelu_spec){
        .in_h = 1, .in_w = 1, .up = 1, .down = 1, .gain = sqrt(2), .slope = 0.2, .clamp = (double)INFINITY};
}

/* --- plans --------------------------------------------------------------------------------------------------------- */

static alf_status check_numbers(alf_ctx *ctx, const alf_flrelu_spec *spec)
{
    if (!(fabs(spec->gain) <= (double)FLT_MAX))
        return alf_fail(ctx, ALF_ERR_RANGE, "gain is %g, expected a finite float", spec->gain);
    if (!(fabs(spec->slope) <= (double)FLT_MAX) || !(fabs(spec->slope * spec->gain) <= (double)FLT_MAX))
        return alf_fail(ctx, ALF_ERR_RANGE, "slope is %g, expected a finite float", spec->slope);
    if (!(spec->clamp >= 0))
        return alf_fail(ctx, ALF_ERR_RANGE, "clamp is %g, expected 0 or more, INFINITY for none", spec->clamp);
    return ALF_OK;
}

static alf_status check_spec(alf_ctx *ctx, const alf_flrelu_spec *spec)
{
    alf_status status = alf_check_geometry(ctx, spec->in_h, spec->in_w, spec->up, spec->down, spec->padding);
    if (status == ALF_OK) status = alf_taps_check(ctx, "up_filter", &spec->up_filter, (double)spec->up * spec->up);
    if (status == ALF_OK) status = alf_taps_check(ctx, "down_filter", &spec->down_filter, 1);
    if (status == ALF_OK) status = check_numbers(ctx, spec);
    return status;
}

/* Sizes along one axis: of the upsampled grid and of the output. */
static void axis_sizes(const alf_flrelu_spec *spec, int64_t in, const int padding[2], int up_taps, int down_taps,
                       int64_t *grid, int64_t *out)
{
    *grid = in * spec->up + padding[0] + padding[1] - (up_taps - 1);
    *out = alf_floor_div(*grid - (down_taps - 1) + spec->down - 1, spec->down);
}

static alf_status set_sizes(alf_ctx *ctx, alf_flrelu *plan, const alf_flrelu_spec *spec)
{
    alf_flrelu_pass *forward = &plan->forward;
    axis_sizes(spec, spec->in_w, spec->padding, alf_taps_wide(&spec->up_filter), alf_taps_wide(&spec->down_filter),
               &plan->grid_w, &forward->out_w);
    axis_sizes(spec, spec->in_h, spec->padding + 2, alf_taps_high(&spec->up_filter), alf_taps_high(&spec->down_filter),
               &plan->grid_h, &forward->out_h);
    forward->in_h = spec->in_h;
    forward->in_w = spec->in_w;
    if (forward->out_w >= 1 && forward->out_h >= 1) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "padding leaves an output of %lld x %lld, expected at least 1 x 1",
                    (long long)forward->out_h, (long long)forward->out_w);
}

alf_status alf_flrelu_create(alf_ctx *ctx, const alf_flrelu_spec *spec, alf_flrelu **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!spec || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_flrelu_create: spec or out is NULL");
    alf_status status = check_spec(ctx, spec);

    if (status != ALF_OK) return status;
    alf_flrelu *plan = alf_mem_zalloc(ctx, 1, sizeof *plan);

    if (!plan) return ALF_ERR_MEMORY;
    atomic_init(&plan->refs, 1);
    plan->spec = *spec;
    plan->spec.up_filter.values = plan->spec.down_filter.values = NULL;
    status = set_sizes(ctx, plan, spec);
    if (status == ALF_OK) status = alf_taps_copy(ctx, &spec->up_filter, &plan->spec.up_filter);
    if (status == ALF_OK) status = alf_taps_copy(ctx, &spec->down_filter, &plan->spec.down_filter);
    if (status == ALF_OK) status = alf_flrelu_build(ctx, plan);
    if (status != ALF_OK) {
        alf_flrelu_destroy(plan);
        return status;
    }
    *out = plan;
    return ALF_OK;
}

static void release_pass(alf_flrelu_pass *pass)
{
    alf_stage_release(&pass->up_across);
    alf_stage_release(&pass->up);
    alf_stage_release(&pass->down_rows);
    alf_stage_release(&pass->down_across);
    alf_six_release(&pass->six);
}

alf_flrelu *alf_flrelu_retain(const alf_flrelu *plan)
{
    alf_flrelu *shared = (alf_flrelu *)(uintptr_t)plan; /* the count is all that is written */
    alf_refs_take(&shared->refs);
    return shared;
}

void alf_flrelu_destroy(alf_flrelu *plan)
{
    if (!plan || !alf_refs_drop(&plan->refs)) return;
    release_pass(&plan->forward);
    release_pass(&plan->adjoint);
    alf_mem_free((void *)plan->spec.up_filter.values);
    alf_mem_free((void *)plan->spec.down_filter.values);
    alf_mem_free(plan);
}

void alf_flrelu_input_size(const alf_flrelu *plan, int64_t *in_h, int64_t *in_w)
{
    *in_h = plan->forward.in_h;
    *in_w = plan->forward.in_w;
}

void alf_flrelu_output_size(const alf_flrelu *plan, int64_t *out_h, int64_t *out_w)
{
    *out_h = plan->forward.out_h;
    *out_w = plan->forward.out_w;
}

size_t alf_flrelu_mask_bytes(const alf_flrelu *plan, int64_t planes)
{
    int64_t plane, bytes;
    if (!plan || planes < 0 || !alf_mul_i64(plan->mask.rows, plan->mask.row_bytes, &plane) ||
        !alf_mul_i64(plane, planes, &bytes))
        return SIZE_MAX;
    return (size_t)bytes;
}

static void print_filter(FILE *to, const char *name, const alf_taps *taps, int factor)
{
    if (taps->rank == 0)
        fprintf(to, "  %s %d, no filter\n", name, factor);
    else if (taps->rank == 1)
        fprintf(to, "  %s %d, %d taps per axis\n", name, factor, taps->width);
    else
        fprintf(to, "  %s %d, %d x %d taps\n", name, factor, taps->height, taps->width);
}

void alf_flrelu_print(const alf_flrelu *plan, FILE *to)
{
    const alf_flrelu_spec *s = &plan->spec;
    const alf_flrelu_pass *f = &plan->forward;
    char                   text[256];
    fprintf(to, "filtered leaky ReLU, %lld x %lld -> grid %lld x %lld -> %lld x %lld\n", (long long)f->in_h,
            (long long)f->in_w, (long long)plan->grid_h, (long long)plan->grid_w, (long long)f->out_h,
            (long long)f->out_w);
    print_filter(to, "up", &s->up_filter, s->up);
    print_filter(to, "down", &s->down_filter, s->down);
    alf_format(text, sizeof text, "  gain %g, slope %g, clamp %g\n", s->gain, s->slope, s->clamp);
    fputs(text, to);
    fprintf(to, "  padding x %d, %d, y %d, %d%s\n", s->padding[0], s->padding[1], s->padding[2], s->padding[3],
            s->flip ? "; filters correlated" : "");
    fprintf(to, "  bands of %lld rows, %zu bytes of scratch per thread, %zu bytes of mask per plane\n",
            (long long)f->space[0].band, f->space[0].bytes, alf_flrelu_mask_bytes(plan, 1));
}

/* --- execution ----------------------------------------------------------------------------------------------------- */

/* A way through a pass, and how that cuts the work. */
typedef struct {
    alf_flrelu_f32_kernel *f32;
    alf_flrelu_f64_kernel *f64;
    int64_t                band, tile_bands; /* rows of output in a band; bands in a tile */
    size_t                 scratch;          /* bytes for each thread */
} route;

/* The fast path where there is one and the nonlinearity, its gain among the taps, is the larger of two lines. */
static route route_of(const alf_kernels *kernels, const alf_flrelu_pass *pass, const alf_flrelu_spec *spec, bool wide)
{
    const alf_six *six = &pass->six;
    if (kernels->flrelu6_f32 && six->fits && spec->gain > 0 && spec->slope <= 1)
        return (route){kernels->flrelu6_f32, kernels->flrelu6_f64, six->band,
                       six->band == pass->out_h ? six->planes : 1, six->space[wide].bytes};
    return (route){kernels->flrelu_f32, kernels->flrelu_f64, pass->space[wide].band, 1, pass->space[wide].bytes};
}

typedef struct {
    alf_ctx               *ctx;
    const alf_flrelu_pass *pass;
    route                  route;
    alf_flrelu_tile        tile; /* without rows, plane of the mask and scratch */
    size_t                 mask_bytes;
    int64_t                planes, channels;
    int64_t                bands; /* of a plane */
    const void            *x, *bias;
    void                  *y;
} flrelu_run;

static void run_band(const flrelu_run *run, int64_t index, int worker, bool wide, bool more)
{
    const alf_flrelu_pass *pass = run->pass;
    alf_flrelu_tile        tile = run->tile;
    int64_t                plane = index / run->bands, channel = plane % run->channels;
    int64_t                x_at = plane * pass->in_h * pass->in_w, y_at = plane * pass->out_h * pass->out_w;
    tile.row0 = index % run->bands * run->route.band;
    tile.row1 = tile.row0 + run->route.band < pass->out_h ? tile.row0 + run->route.band : pass->out_h;
    if (tile.mask) tile.mask += (size_t)plane * run->mask_bytes;
    tile.scratch = alf_scratch(run->ctx, worker);
    tile.more = more;
    if (wide)
        run->route.f64(pass, &tile, (const double *)run->x + x_at, run->bias ? ((const double *)run->bias)[channel] : 0,
                       (double *)run->y + y_at);
    else
        run->route.f32(pass, &tile, (const float *)run->x + x_at, run->bias ? ((const float *)run->bias)[channel] : 0,
                       (float *)run->y + y_at);
}

/* The bands of a tile: one, or all of some planes. */
static void run_tile(const flrelu_run *run, int64_t index, int worker, bool wide)
{
    int64_t first = index * run->route.tile_bands, end = first + run->route.tile_bands;
    if (end > run->planes * run->bands) end = run->planes * run->bands;
    for (int64_t i = first; i < end; i++) run_band(run, i, worker, wide, i + 1 < end);
}

static void tile_f32(void *arg, int64_t tile, int worker)
{
    run_tile(arg, tile, worker, false);
}

static void tile_f64(void *arg, int64_t tile, int worker)
{
    run_tile(arg, tile, worker, true);
}

alf_status alf_flrelu_check(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                            const void *x, const void *bias, const uint8_t *mask, const void *y)
{
    int64_t planes;
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!plan || !x || !y) return alf_fail(ctx, ALF_ERR_ARGUMENT, "filtered leaky ReLU: plan, x or y is NULL");
    if (mode != ALF_FLRELU_FORWARD && mode != ALF_FLRELU_MASKED && mode != ALF_FLRELU_ADJOINT)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "filtered leaky ReLU: unknown mode %d", (int)mode);
    if (mode != ALF_FLRELU_FORWARD && (!mask || bias))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "filtered leaky ReLU: this mode takes a mask and no bias");
    if (n < 1 || c < 1 || !alf_mul_i64(n, c, &planes))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "filtered leaky ReLU: %lld x %lld planes, expected 1 or more",
                        (long long)n, (long long)c);
    alf_status status = alf_check_planes(ctx, "filtered leaky ReLU", planes, plan->spec.in_h, plan->spec.in_w);

    if (status == ALF_OK)
        status = alf_check_planes(ctx, "filtered leaky ReLU", planes, plan->forward.out_h, plan->forward.out_w);
    if (status == ALF_OK)
        status = alf_check_planes(ctx, "filtered leaky ReLU", planes, plan->mask.rows, plan->mask.row_bytes);
    return status;
}

static alf_finish finish_of(alf_flrelu_mode mode, const uint8_t *mask)
{
    if (mode != ALF_FLRELU_FORWARD) return ALF_FINISH_READ_MASK;
    return mask ? ALF_FINISH_LRELU_MASK : ALF_FINISH_LRELU;
}

static alf_status execute(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                          const void *x, const void *bias, uint8_t *mask, void *y, bool wide)
{
    alf_status status = alf_flrelu_check(ctx, plan, mode, n, c, x, bias, mask, y);
    if (status != ALF_OK) return status;
    const alf_flrelu_pass *pass = mode == ALF_FLRELU_ADJOINT ? &plan->adjoint : &plan->forward;
    const alf_flrelu_spec *spec = &plan->spec;
    const route            way = route_of(alf_kernels_of(alf_ctx_isa(ctx)), pass, spec, wide);
    flrelu_run             run = {.ctx = ctx,
                                  .pass = pass,
                                  .route = way,
                                  .tile = {.finish = finish_of(mode, mask),
                                           .gain = spec->gain,
                                           .slope = spec->slope,
                                           .clamp = spec->clamp,
                                           .layout = &plan->mask,
                                           .mask = mask},
                                  .mask_bytes = alf_flrelu_mask_bytes(plan, 1),
                                  .planes = n * c,
                                  .channels = c,
                                  .bands = alf_ceil_div(pass->out_h, way.band),
                                  .x = x,
                                  .bias = bias,
                                  .y = y};

    status = alf_scratch_reserve(ctx, way.scratch);
    if (status != ALF_OK) return status;
    alf_parallel(ctx, alf_ceil_div(n * c * run.bands, way.tile_bands), wide ? tile_f64 : tile_f32, &run);
    return ALF_OK;
}

alf_status alf_flrelu_f32(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                          const float *x, const float *bias, uint8_t *mask, float *y)
{
    return execute(ctx, plan, mode, n, c, x, bias, mask, y, false);
}

alf_status alf_flrelu_f64(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                          const double *x, const double *bias, uint8_t *mask, double *y)
{
    return execute(ctx, plan, mode, n, c, x, bias, mask, y, true);
}

/* --- gradient of the bias ------------------------------------------------------------------------------------------ */

typedef struct {
    const alf_kernels *kernels;
    int64_t            n, c, pixels;
    const void        *dx;
    void              *db;
} bias_run;

static void bias_f32(void *arg, int64_t channel, int worker)
{
    const bias_run *run = arg;
    double          sum = 0;
    (void)worker;
    for (int64_t i = 0; i < run->n; i++)
        sum += run->kernels->sum_f32(run->pixels, (const float *)run->dx + (i * run->c + channel) * run->pixels);
    ((float *)run->db)[channel] = (float)sum;
}

static void bias_f64(void *arg, int64_t channel, int worker)
{
    const bias_run *run = arg;
    double          sum = 0;
    (void)worker;
    for (int64_t i = 0; i < run->n; i++)
        sum += run->kernels->sum_f64(run->pixels, (const double *)run->dx + (i * run->c + channel) * run->pixels);
    ((double *)run->db)[channel] = sum;
}

void alf_bias_gradient_f32(alf_ctx *ctx, int64_t n, int64_t c, int64_t pixels, const float *dx, float *db)
{
    bias_run run = {alf_kernels_of(alf_ctx_isa(ctx)), n, c, pixels, dx, db};
    alf_parallel(ctx, c, bias_f32, &run);
}

void alf_bias_gradient_f64(alf_ctx *ctx, int64_t n, int64_t c, int64_t pixels, const double *dx, double *db)
{
    bias_run run = {alf_kernels_of(alf_ctx_isa(ctx)), n, c, pixels, dx, db};
    alf_parallel(ctx, c, bias_f64, &run);
}
