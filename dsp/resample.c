/* upfirdn2d: plans and their execution. */
#include "aliasfree/resample.h"

#include <float.h>
#include <math.h>

#include "core/core.h"
#include "kernels/kernels.h"
#include "plans.h"

alf_upfirdn_spec alf_upfirdn_spec_default(void)
{
    return (alf_upfirdn_spec){.in_h = 1, .in_w = 1, .up = 1, .down = 1, .gain = 1};
}

void alf_upfirdn_spec_upsample(alf_upfirdn_spec *spec, int up)
{
    int wide = alf_taps_wide(&spec->filter), high = alf_taps_high(&spec->filter);
    spec->up = up;
    spec->down = 1;
    spec->gain = (double)up * up;
    spec->padding[0] = (wide + up - 1) / 2;
    spec->padding[1] = (int)alf_floor_div(wide - up, 2);
    spec->padding[2] = (high + up - 1) / 2;
    spec->padding[3] = (int)alf_floor_div(high - up, 2);
}

void alf_upfirdn_spec_downsample(alf_upfirdn_spec *spec, int down)
{
    int wide = alf_taps_wide(&spec->filter), high = alf_taps_high(&spec->filter);
    spec->up = 1;
    spec->down = down;
    spec->gain = 1;
    spec->padding[0] = (int)alf_floor_div(wide - down + 1, 2);
    spec->padding[1] = (int)alf_floor_div(wide - down, 2);
    spec->padding[2] = (int)alf_floor_div(high - down + 1, 2);
    spec->padding[3] = (int)alf_floor_div(high - down, 2);
}

void alf_upfirdn_spec_filter(alf_upfirdn_spec *spec)
{
    int wide = alf_taps_wide(&spec->filter), high = alf_taps_high(&spec->filter);
    spec->up = spec->down = 1;
    spec->gain = 1;
    spec->padding[0] = wide / 2;
    spec->padding[1] = (wide - 1) / 2;
    spec->padding[2] = high / 2;
    spec->padding[3] = (high - 1) / 2;
}

/* --- plans --------------------------------------------------------------------------------------------------------- */

static alf_status check_spec(alf_ctx *ctx, const alf_upfirdn_spec *spec)
{
    alf_status status = alf_check_geometry(ctx, spec->in_h, spec->in_w, spec->up, spec->down, spec->padding);
    if (status == ALF_OK) status = alf_taps_check(ctx, "filter", &spec->filter, spec->gain);
    return status;
}

static int64_t output_size(int64_t in, const alf_upfirdn_spec *spec, int pad0, int pad1, int taps)
{
    return alf_floor_div(in * spec->up + pad0 + pad1 - taps, spec->down) + 1;
}

/* One filter along each axis. */
typedef struct {
    double *values; /* owns both; the one along y first */
    int     height, width;
} axis_taps;

/* Whether taps[y][x] = taps[y][at_x] * taps[at_y][x] / taps[at_y][at_x], but for rounding. */
static bool is_product(const alf_taps *taps, int at_y, int at_x)
{
    const double *v = taps->values, pivot = v[at_y * taps->width + at_x];
    for (int y = 0; y < taps->height; y++)
        for (int x = 0; x < taps->width; x++) {
            double product = v[y * taps->width + at_x] / pivot * v[at_y * taps->width + x];
            if (!(fabs(v[y * taps->width + x] - product) <= 4 * DBL_EPSILON * fabs(pivot))) return false;
        }
    return true;
}

/* Finds the filters whose product `taps` is, as that of StyleGAN2 is; none, with values NULL, where that saves nothing. */
static alf_status split_taps(alf_ctx *ctx, const alf_taps *taps, axis_taps *out)
{
    const int wide = alf_taps_wide(taps), high = alf_taps_high(taps);
    int       peak = 0;
    *out = (axis_taps){.height = high, .width = wide};
    if (taps->rank == 2) {
        for (int i = 0; i < high * wide; i++)
            if (fabs(taps->values[i]) > fabs(taps->values[peak])) peak = i;
        if (high == 1 || wide == 1 || taps->values[peak] == 0 || !is_product(taps, peak / wide, peak % wide))
            return ALF_OK;
    } else if (taps->rank == 0) {
        return ALF_OK;
    }
    out->values = alf_mem_alloc(ctx, (size_t)high + (size_t)wide, sizeof *out->values);
    if (!out->values) return ALF_ERR_MEMORY;
    for (int y = 0; y < high; y++)
        out->values[y] = taps->rank == 1 ? taps->values[y] : taps->values[y * wide + peak % wide] / taps->values[peak];
    for (int x = 0; x < wide; x++) out->values[high + x] = taps->values[peak / wide * wide + x];
    return ALF_OK;
}

/* The stages of a filter along each axis. */
static alf_status build_axes(alf_ctx *ctx, alf_upfirdn *plan, const axis_taps *taps, const alf_axis *rows,
                             const alf_axis *columns, const alf_stage_layout *x)
{
    const alf_upfirdn_spec *spec = &plan->spec;
    double                  root = sqrt(fabs(spec->gain));
    alf_tap_block           across = {taps->values + taps->height, 1, taps->width, !spec->flip, root};
    alf_tap_block           down = {taps->values, taps->height, 1, !spec->flip, copysign(root, spec->gain)};
    alf_axis                none = alf_axis_identity();
    int64_t                 wide = plan->y_planes * plan->y_plane;
    alf_stage_layout        y = {wide, 0, wide, wide};
    alf_status              status = alf_stage_build(ctx, &across, &none, columns, x, &plan->across);

    if (status == ALF_OK) status = alf_stage_build(ctx, &down, rows, &none, &y, &plan->down);
    if (status == ALF_OK) plan->shape = alf_across6_find(&plan->across, plan->x_planes, plan->x_plane);
    return status;
}

/* Rows and columns of the stages; see struct alf_upfirdn. */
static alf_status build_stages(alf_ctx *ctx, alf_upfirdn *plan)
{
    const alf_upfirdn_spec *spec = &plan->spec;
    const alf_taps         *taps = &spec->filter;
    int                     cycle = alf_lcm(spec->up, spec->down);
    alf_axis                columns = {spec->up,         spec->down,        spec->padding[0], alf_taps_wide(taps),
                                       cycle / spec->up, cycle / spec->down};
    alf_axis rows = {spec->up, spec->down, spec->padding[2], alf_taps_high(taps), cycle / spec->up, cycle / spec->down};
    axis_taps split;
    int64_t   last;
    plan->x_planes = columns.in_planes;
    plan->y_planes = columns.out_planes;
    plan->y_plane = alf_pad_lanes(alf_ceil_div(plan->out_w, plan->y_planes));
    alf_axis_span(&columns, &plan->x_first, &last);
    plan->x_plane = alf_pad_lanes(plan->y_plane + last - plan->x_first);

    alf_stage_layout x = {plan->x_plane, plan->x_first, plan->x_planes * plan->x_plane, plan->y_plane};
    alf_tap_block    block = {taps->values, taps->height, taps->width, !spec->flip, spec->gain};
    alf_status       status = split_taps(ctx, taps, &split);

    if (status != ALF_OK) return status;
    plan->separable = split.values != NULL;
    if (plan->separable)
        status = build_axes(ctx, plan, &split, &rows, &columns, &x);
    else
        status = alf_stage_build(ctx, &block, &rows, &columns, &x, &plan->down);
    alf_mem_free(split.values);
    return status;
}

/* How many rows a tile has and where the parts of its scratch are; a stage may read a vector past the end of a part. */
static alf_space space_of(const alf_upfirdn *plan, size_t element)
{
    const alf_upfirdn_spec *spec = &plan->spec;
    int64_t                 x_row = plan->x_planes * plan->x_plane, y_row = plan->y_planes * plan->y_plane;
    int64_t                 band = plan->out_h < ALF_MAX_BAND ? plan->out_h : ALF_MAX_BAND;
    alf_space               space = {.x = 0};
    for (;; band = (band + 1) / 2) {
        int64_t in_rows = alf_rows_reached(band, spec->down, alf_taps_high(&spec->filter), spec->up, spec->in_h);
        space.wide = (plan->separable ? ALF_ROWS_AT_ONCE : in_rows) * x_row + ALF_STRIP;
        space.row = space.wide + (plan->separable ? in_rows * y_row : 0) + ALF_STRIP;
        space.bytes = (size_t)(space.row + y_row + ALF_STRIP) * element;
        if (space.bytes <= ALF_BAND_BYTES || band <= 4) break;
    }
    space.band = alf_ceil_div(plan->out_h, alf_ceil_div(plan->out_h, band)); /* bands of nearly equal height */
    return space;
}

/* Finishes a plan whose spec, with borrowed taps, has been checked. */
static alf_status create(alf_ctx *ctx, const alf_upfirdn_spec *spec, int64_t out_h, int64_t out_w, alf_upfirdn **out)
{
    alf_upfirdn *plan = alf_mem_zalloc(ctx, 1, sizeof *plan);
    alf_status   status;
    if (!plan) return ALF_ERR_MEMORY;
    atomic_init(&plan->refs, 1);
    plan->spec = *spec;
    plan->spec.filter.values = NULL;
    plan->out_h = out_h;
    plan->out_w = out_w;
    status = alf_taps_copy(ctx, &spec->filter, &plan->spec.filter);
    if (status == ALF_OK) status = build_stages(ctx, plan);
    if (status != ALF_OK) {
        alf_upfirdn_destroy(plan);
        return status;
    }
    plan->space[0] = space_of(plan, sizeof(float));
    plan->space[1] = space_of(plan, sizeof(double));
    *out = plan;
    return ALF_OK;
}

alf_status alf_upfirdn_create(alf_ctx *ctx, const alf_upfirdn_spec *spec, alf_upfirdn **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!spec || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_upfirdn_create: spec or out is NULL");
    alf_status status = check_spec(ctx, spec);

    if (status != ALF_OK) return status;
    const int *p = spec->padding;
    int64_t    out_w = output_size(spec->in_w, spec, p[0], p[1], alf_taps_wide(&spec->filter));
    int64_t    out_h = output_size(spec->in_h, spec, p[2], p[3], alf_taps_high(&spec->filter));

    if (out_w < 1 || out_h < 1)
        return alf_fail(ctx, ALF_ERR_RANGE, "padding leaves an output of %lld x %lld, expected at least 1 x 1",
                        (long long)out_h, (long long)out_w);
    return create(ctx, spec, out_h, out_w, out);
}

alf_status alf_upfirdn_create_adjoint(alf_ctx *ctx, const alf_upfirdn *plan, alf_upfirdn **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!plan || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_upfirdn_create_adjoint: plan or out is NULL");
    alf_upfirdn_spec spec = plan->spec;
    int64_t          wide = alf_taps_wide(&spec.filter), high = alf_taps_high(&spec.filter);

    spec.in_h = plan->out_h;
    spec.in_w = plan->out_w;
    spec.up = plan->spec.down;
    spec.down = plan->spec.up;
    spec.flip = !plan->spec.flip;
    spec.padding[0] = (int)(wide - 1 - plan->spec.padding[0]);
    spec.padding[2] = (int)(high - 1 - plan->spec.padding[2]);
    /* what brings the output back to the size of the input */
    spec.padding[1] = (int)((plan->spec.in_w - 1) * spec.down + wide - plan->out_w * spec.up - spec.padding[0]);
    spec.padding[3] = (int)((plan->spec.in_h - 1) * spec.down + high - plan->out_h * spec.up - spec.padding[2]);
    return create(ctx, &spec, plan->spec.in_h, plan->spec.in_w, out);
}

void alf_upfirdn_input_size(const alf_upfirdn *plan, int64_t *in_h, int64_t *in_w)
{
    *in_h = plan->spec.in_h;
    *in_w = plan->spec.in_w;
}

void alf_upfirdn_output_size(const alf_upfirdn *plan, int64_t *out_h, int64_t *out_w)
{
    *out_h = plan->out_h;
    *out_w = plan->out_w;
}

alf_upfirdn *alf_upfirdn_retain(const alf_upfirdn *plan)
{
    alf_upfirdn *shared = (alf_upfirdn *)(uintptr_t)plan; /* the count is all that is written */
    alf_refs_take(&shared->refs);
    return shared;
}

void alf_upfirdn_destroy(alf_upfirdn *plan)
{
    if (!plan || !alf_refs_drop(&plan->refs)) return;
    alf_stage_release(&plan->across);
    alf_stage_release(&plan->down);
    alf_mem_free((void *)plan->spec.filter.values);
    alf_mem_free(plan);
}

/* --- execution ----------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx           *ctx;
    const alf_kernels *kernels;
    const alf_upfirdn *plan;
    int64_t            bands;
    const void        *x;
    void              *y;
} upfirdn_run;

static void run_tile(const upfirdn_run *run, int64_t tile, int worker, bool wide)
{
    const alf_upfirdn *plan = run->plan;
    int64_t            plane = tile / run->bands, band = plan->space[wide].band;
    int64_t            row0 = tile % run->bands * band;
    int64_t            row1 = row0 + band < plan->out_h ? row0 + band : plan->out_h;
    int64_t            x_at = plane * plan->spec.in_h * plan->spec.in_w, y_at = plane * plan->out_h * plan->out_w;
    void              *scratch = alf_scratch(run->ctx, worker);
    if (wide)
        run->kernels->upfirdn2d_f64(plan, row0, row1, (const double *)run->x + x_at, (double *)run->y + y_at, scratch);
    else
        run->kernels->upfirdn2d_f32(plan, row0, row1, (const float *)run->x + x_at, (float *)run->y + y_at, scratch);
}

static void tile_f32(void *arg, int64_t tile, int worker)
{
    run_tile(arg, tile, worker, false);
}

static void tile_f64(void *arg, int64_t tile, int worker)
{
    run_tile(arg, tile, worker, true);
}

static alf_status execute(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const void *x, void *y, bool wide)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!plan || !x || !y) return alf_fail(ctx, ALF_ERR_ARGUMENT, "upfirdn2d: plan, x or y is NULL");
    alf_status status = alf_check_planes(ctx, "upfirdn2d", planes, plan->spec.in_h, plan->spec.in_w);

    if (status == ALF_OK) status = alf_check_planes(ctx, "upfirdn2d", planes, plan->out_h, plan->out_w);
    if (status == ALF_OK) status = alf_scratch_reserve(ctx, plan->space[wide].bytes);
    if (status != ALF_OK) return status;
    upfirdn_run run = {
        ctx, alf_kernels_of(alf_ctx_isa(ctx)), plan, alf_ceil_div(plan->out_h, plan->space[wide].band), x, y};

    alf_parallel(ctx, planes * run.bands, wide ? tile_f64 : tile_f32, &run);
    return ALF_OK;
}

alf_status alf_upfirdn_f32(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const float *x, float *y)
{
    return execute(ctx, plan, planes, x, y, false);
}

alf_status alf_upfirdn_f64(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const double *x, double *y)
{
    return execute(ctx, plan, planes, x, y, true);
}
