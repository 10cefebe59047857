/* Rotation of images without aliasing, and the band limit of a rotation alone.
 *
 * Upsampling by 4, filtering and bilinear sampling are all linear, so an output pixel is one sum over 12 x 12 input
 * pixels. Its weights are interpolated between the polyphase components of the filter, once for all planes: the
 * upsampled image, of which four of sixteen pixels at best would be looked at, never exists. */
#include <math.h>
#include <string.h>

#include "aliasfree/resample.h"
#include "core/core.h"
#include "equivariance.h"

#define UP 4
#define TAPS (2 * ALF_AFFINE_REACH * UP - 1) /* a side of the filter                                */
#define REACH (2 * ALF_AFFINE_REACH)         /* input pixels under the filter, per axis            */
#define PHASES (UP + 1)                      /* where an upsampled pixel or its neighbour may stand */
#define ORIGIN 25                            /* input pixel i stands at 4 i + 25 of the upsampled   */
#define MARGIN 47                            /* upsampled pixels with incomplete filters, each side */

typedef struct {
    double at[PHASES][PHASES][REACH][REACH]; /* [phase y][phase x][input row][input column] */
} phase_table;

typedef struct {
    int64_t            planes, h, w;
    double             inverse[4];
    const phase_table *table;
    const double      *x;
    double            *y, *mask;
} affine_run;

/* Where an output pixel falls on one axis of the upsampled image. */
typedef struct {
    bool    inside;
    int64_t first;      /* input pixel under weight 0              */
    int     phase;      /* of the upsampled pixel at or before it */
    double  fraction;   /* beyond that pixel                       */
    int     begin, end; /* weights whose input pixels exist       */
} axis_sample;

/* --- weights ------------------------------------------------------------------------------------------------------ */

/* Tap k of the filter weighs input pixel i at upsampled position 4 i + 2 + k. Phase 0 and the last tap of phase 4 lie
 * just outside the filter and are 0. */
static void fill_table(const double taps[], phase_table *table)
{
    for (int py = 0; py < PHASES; py++)
        for (int px = 0; px < PHASES; px++)
            for (int iy = 0; iy < REACH; iy++)
                for (int ix = 0; ix < REACH; ix++) {
                    int  ky = py - 1 + UP * (REACH - 1 - iy), kx = px - 1 + UP * (REACH - 1 - ix);
                    bool within = ky >= 0 && ky < TAPS && kx >= 0 && kx < TAPS;
                    table->at[py][px][iy][ix] = within ? taps[ky * TAPS + kx] * (UP * UP) : 0.0;
                }
}

/* Bilinear interpolation between four components. */
static void blend(const phase_table *table, const axis_sample *v, const axis_sample *u, double weights[REACH * REACH])
{
    const double *a = &table->at[v->phase][u->phase][0][0], *b = &table->at[v->phase][u->phase + 1][0][0];
    const double *c = &table->at[v->phase + 1][u->phase][0][0], *d = &table->at[v->phase + 1][u->phase + 1][0][0];
    double        fx = u->fraction, fy = v->fraction;
    double        wa = (1.0 - fx) * (1.0 - fy), wb = fx * (1.0 - fy), wc = (1.0 - fx) * fy, wd = fx * fy;
    for (int i = 0; i < REACH * REACH; i++) weights[i] = wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
}

static axis_sample sample_axis(double input_position, int64_t size)
{
    axis_sample s = {0};
    double      position = UP * input_position + ORIGIN, last = (double)(UP * size + MARGIN - 2);
    s.inside = position >= 0.0 && position <= last; /* the filter reaches no farther */
    if (!s.inside) return s;
    int64_t whole = (int64_t)position, newest = (whole + UP - 1) / UP - 1;
    s.fraction = position - (double)whole;
    s.phase = (int)(whole - 1 - UP * newest);
    s.first = newest - (REACH - 1);
    s.begin = s.first < 0 ? (int)-s.first : 0;
    s.end = s.first + REACH > size ? (int)(size - s.first) : REACH;
    return s;
}

/* Whether the upsampled pixel nearest to the position has a complete filter. */
static bool complete(double input_position, int64_t size)
{
    double nearest = rint(UP * input_position + ORIGIN);
    return nearest >= MARGIN && nearest <= (double)(UP * size + MARGIN - 2 - MARGIN);
}

/* --- sampling ----------------------------------------------------------------------------------------------------- */

/* Sum of weights times the input pixels from (v.first, u.first) on. Twelve partial sums, one per column, fit vector
 * registers. */
static double weighted_sum(const double *plane, int64_t w, const axis_sample *v, const axis_sample *u,
                           const double weights[REACH * REACH])
{
    double column[REACH] = {0}, sum = 0.0;
    for (int iy = v->begin; iy < v->end; iy++) {
        const double *row = plane + (v->first + iy) * w, *weight = weights + iy * REACH;
        if (u->end - u->begin == REACH)
            for (int ix = 0; ix < REACH; ix++) column[ix] += weight[ix] * row[u->first + ix];
        else
            for (int ix = u->begin; ix < u->end; ix++) column[ix] += weight[ix] * row[u->first + ix];
    }
    for (int ix = 0; ix < REACH; ix++) sum += column[ix];
    return sum;
}

/* One row of every plane. */
static void resample_tile(void *arg, int64_t row, int worker)
{
    const affine_run *run = arg;
    const double     *m = run->inverse;
    int64_t           h = run->h, w = run->w;
    double            centre_x = 0.5 * (double)(w - 1), centre_y = 0.5 * (double)(h - 1);
    double            dy = (double)row - centre_y, weights[REACH * REACH];
    (void)worker;
    for (int64_t column = 0; column < w; column++) {
        double      dx = (double)column - centre_x;
        double      from_x = m[0] * dx + m[1] * dy + centre_x, from_y = m[2] * dx + m[3] * dy + centre_y;
        axis_sample u = sample_axis(from_x, w), v = sample_axis(from_y, h);
        int64_t     at = row * w + column;
        bool        inside = u.inside && v.inside;

        run->mask[at] = complete(from_x, w) && complete(from_y, h) ? 1.0 : 0.0;
        if (inside) blend(run->table, &v, &u, weights);
        for (int64_t p = 0; p < run->planes; p++)
            run->y[p * h * w + at] = inside ? weighted_sum(run->x + p * h * w, w, &v, &u, weights) : 0.0;
    }
}

/* The weights of a resampling by the matrix. */
static alf_status design_table(alf_ctx *ctx, const double matrix[4], phase_table *table)
{
    double *taps = alf_mem_alloc(ctx, TAPS * TAPS, sizeof *taps);
    if (!taps) return ALF_ERR_MEMORY;
    alf_status status = alf_affine_filter(ctx, matrix, UP, taps);
    if (status == ALF_OK) fill_table(taps, table);
    alf_mem_free(taps);
    return status;
}

static void resample_affine(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x, const double matrix[4],
                            const phase_table *table, double *y, double *mask)
{
    double     d = matrix[0] * matrix[3] - matrix[1] * matrix[2];
    affine_run run = {.planes = planes,
                      .h = h,
                      .w = w,
                      .table = table,
                      .x = x,
                      .y = y,
                      .mask = mask,
                      .inverse = {matrix[3] / d, -matrix[1] / d, -matrix[2] / d, matrix[0] / d}};
    alf_parallel(ctx, h, resample_tile, &run);
}

/* --- pseudo-rotation ---------------------------------------------------------------------------------------------- */

enum { SIDE = 2 * ALF_AFFINE_REACH - 1, BORDER = SIDE / 2 };

/* The band limit of a rotation back by `angle`. */
static alf_status design_limit(alf_ctx *ctx, double angle, double taps[SIDE * SIDE])
{
    double c = cos(angle), s = sin(angle), back[4] = {c, -s, s, c};
    return alf_affine_filter(ctx, back, 1, taps);
}

static alf_status limit_band(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x,
                             const double taps[SIDE * SIDE], double *y, double *mask)
{
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    alf_upfirdn     *plan = NULL;
    spec.in_h = h;
    spec.in_w = w;
    spec.filter = (alf_taps){.rank = 2, .width = SIDE, .height = SIDE, .values = taps};
    alf_upfirdn_spec_filter(&spec);
    alf_status status = alf_upfirdn_create(ctx, &spec, &plan);
    if (status == ALF_OK) status = alf_upfirdn_f64(ctx, plan, planes, x, y);
    if (status == ALF_OK) alf_mask_rectangle(h, w, BORDER, h - BORDER, BORDER, w - BORDER, mask);
    alf_upfirdn_destroy(plan);
    return status;
}

/* --- the public operators ----------------------------------------------------------------------------------------- */

alf_status alf_resample_affine(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x,
                               const double matrix[4], double *y, double *mask)
{
    alf_status status = alf_check_images(ctx, "alf_resample_affine", planes, h, w, x, y, mask, 0.0, 0.0);
    if (status != ALF_OK) return status;
    phase_table *table = alf_mem_alloc(ctx, 1, sizeof *table);
    if (!table) return ALF_ERR_MEMORY;
    status = design_table(ctx, matrix, table);
    if (status == ALF_OK) resample_affine(ctx, planes, h, w, x, matrix, table, y, mask);
    alf_mem_free(table);
    return status;
}

alf_status alf_rotate(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x, double angle, double *y,
                      double *mask)
{
    alf_status status = alf_check_images(ctx, "alf_rotate", planes, h, w, x, y, mask, angle, 0.0);
    if (status != ALF_OK) return status;
    double c = cos(angle), s = sin(angle), matrix[4] = {c, s, -s, c};
    return alf_resample_affine(ctx, planes, h, w, x, matrix, y, mask);
}

alf_status alf_pseudo_rotate(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x, double angle,
                             double *y, double *mask)
{
    double     taps[SIDE * SIDE];
    alf_status status = alf_check_images(ctx, "alf_pseudo_rotate", planes, h, w, x, y, mask, angle, 0.0);
    if (status == ALF_OK) status = design_limit(ctx, angle, taps);
    return status == ALF_OK ? limit_band(ctx, planes, h, w, x, taps, y, mask) : status;
}

/* --- many images by one angle --------------------------------------------------------------------------------------- */

struct alf_rotation {
    double      matrix[4];
    phase_table table;
    double      limit[SIDE * SIDE];
};

alf_status alf_rotation_create(alf_ctx *ctx, double angle, alf_rotation **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!out || !isfinite(angle))
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "alf_rotation_create: the angle is %g, expected a finite number and room "
                        "for the result",
                        angle);
    alf_rotation *r = alf_mem_alloc(ctx, 1, sizeof *r);
    if (!r) return ALF_ERR_MEMORY;
    double c = cos(angle), s = sin(angle), matrix[4] = {c, s, -s, c};
    memcpy(r->matrix, matrix, sizeof matrix);
    alf_status status = design_table(ctx, matrix, &r->table);
    if (status == ALF_OK) status = design_limit(ctx, angle, r->limit);
    if (status == ALF_OK)
        *out = r;
    else
        alf_mem_free(r);
    return status;
}

void alf_rotation_destroy(alf_rotation *rotation)
{
    alf_mem_free(rotation);
}

alf_status alf_rotation_apply(alf_ctx *ctx, const alf_rotation *r, int64_t planes, int64_t h, int64_t w,
                              const double *x, double *y, double *mask)
{
    alf_status status = alf_check_images(ctx, "alf_rotation_apply", planes, h, w, x, y, mask, 0.0, 0.0);
    if (status == ALF_OK) resample_affine(ctx, planes, h, w, x, r->matrix, &r->table, y, mask);
    return status;
}

alf_status alf_rotation_limit(alf_ctx *ctx, const alf_rotation *r, int64_t planes, int64_t h, int64_t w,
                              const double *x, double *y, double *mask)
{
    alf_status status = alf_check_images(ctx, "alf_rotation_limit", planes, h, w, x, y, mask, 0.0, 0.0);
    return status == ALF_OK ? limit_band(ctx, planes, h, w, x, r->limit, y, mask) : status;
}
