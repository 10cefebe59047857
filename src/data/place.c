/* A subject at an exact place, turned and scaled, without aliasing.
 *
 * Every output pixel is a normalised weighted sum of source pixels around the point where it falls on the source. A
 * source of far more pixels than the canvas can show is first halved, as often as that leaves what will be kept. */
#include <math.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "data/canvas_internal.h"
#include "data/lowpass.h"
#include "maths.h"

#define LANES 4 /* red, green, blue, alpha                                       */
#define HALVE_BELOW                                                                                                    \
    0.375        /* output pixels per source pixel; then the halving filter is flat
                                       wherever the last low-pass lets anything through              */
#define DISC 0.9 /* radius of what passes, in half of the smaller rate: the slope of the filter stays in the band */
#define SPAN (2 * ALF_LOWPASS_REACH) /* source pixels under a kernel that interpolates                */

/* What the halving is: 60 dB, flat up to 0.383 and closed from 0.617 of the new rate on. */
static const alf_decimation HALVING = {.factor = 2, .taps = 32, .cutoff = 0.25, .width = 0.117};

/* The subject at some rate. */
typedef struct {
    const alf_canvas *subject;
    alf_canvas       *canvas; /* owned; NULL: the subject itself                                  */
    double            pixel;  /* side of its pixels in those of the output                        */
    double            origin; /* where the subject's top left corner lies on it, on both axes     */
} subject_level;

typedef struct {
    int64_t      width, height;           /* of the texels                                                         */
    double      *texels;                  /* [height, width, LANES]: the level with a margin all around            */
    double       pixel;                   /* side of a texel in output pixels                                      */
    double       centre_x, centre_y;      /* of the subject, in texels                                    */
    double       half_width, half_height; /* of the subject, in output pixels                            */
    double       x, y;                    /* of its centre on the canvas, in output pixels                */
    double       sine, cosine;
    double       stretch; /* unit of the kernel in texels                                                */
    bool         opaque;  /* edges are drawn instead of filtered                                         */
    bool         interpolates;
    alf_lowpass *kernel;
    alf_canvas  *out;
} place_run;

/* --- halving ------------------------------------------------------------------------------------------------------ */

static bool has_alpha(const alf_canvas *canvas)
{
    return canvas->channels == LANES;
}

/* With a margin of nothing where there is alpha, of repeated edges where there is none. */
static alf_status widen(alf_ctx *ctx, const alf_canvas *in, int64_t margin, alf_canvas **out)
{
    static const double nothing[LANES] = {0};
    return alf_canvas_cut(ctx, in, -margin, -margin, in->width + 2 * margin, in->height + 2 * margin,
                          has_alpha(in) ? nothing : NULL, out);
}

/* The next level in place of `level`. */
static alf_status halve(alf_ctx *ctx, subject_level *level)
{
    alf_canvas *wide = NULL, *half = NULL;
    int64_t     margin = HALVING.taps;
    alf_status  status = widen(ctx, level->canvas ? level->canvas : level->subject, margin, &wide);
    if (status == ALF_OK) status = alf_canvas_decimate(ctx, wide, &HALVING, &half);
    alf_canvas_destroy(wide);
    if (status != ALF_OK) return status;
    alf_canvas_destroy(level->canvas);
    level->canvas = half;
    level->pixel *= 2.0;
    level->origin = 0.5 * (level->origin + (double)margin - 0.5 * HALVING.taps + 1.0);
    return ALF_OK;
}

/* --- preparation -------------------------------------------------------------------------------------------------- */

/* Four lanes per texel, since all are weighed alike. */
static void interleave(const alf_canvas *canvas, double *texels)
{
    int64_t plane = canvas->width * canvas->height;
    for (int64_t i = 0; i < plane; i++)
        for (int lane = 0; lane < LANES; lane++) {
            int channel = canvas->channels == 1 ? 0 : lane;
            texels[i * LANES + lane] = lane < 3 || has_alpha(canvas) ? canvas->values[channel * plane + i] : 255.0;
        }
}

static alf_status prepare_texels(alf_ctx *ctx, const subject_level *level, int64_t margin, place_run *run)
{
    alf_canvas *wide = NULL;
    alf_status  status = widen(ctx, level->canvas ? level->canvas : level->subject, margin, &wide);
    if (status != ALF_OK) return status;
    run->width = wide->width;
    run->height = wide->height;
    run->texels = alf_mem_alloc(ctx, (size_t)(wide->width * wide->height), LANES * sizeof *run->texels);
    if (run->texels) interleave(wide, run->texels);
    alf_canvas_destroy(wide);
    return run->texels ? ALF_OK : ALF_ERR_MEMORY;
}

static alf_status prepare(alf_ctx *ctx, const alf_canvas *subject, int64_t size, const alf_placement *placement,
                          place_run *run)
{
    double        longer = (double)alf_larger(subject->width, subject->height), side = (double)size;
    subject_level level = {.subject = subject, .pixel = placement->scale * side / longer};
    alf_status    status = ALF_OK;

    run->half_width = 0.5 * (double)subject->width * level.pixel;
    run->half_height = 0.5 * (double)subject->height * level.pixel;
    run->x = (0.5 + placement->x) * side;
    run->y = (0.5 + placement->y) * side;
    alf_sincos_turns(placement->degrees / 360.0, &run->sine, &run->cosine);
    while (status == ALF_OK && level.pixel < HALVE_BELOW) status = halve(ctx, &level);

    /* a pixel is looked at when it is one reach away from the subject, and then looks one reach further */
    run->opaque = !has_alpha(subject);
    run->pixel = level.pixel;
    run->interpolates = level.pixel >= fabs(run->sine) + fabs(run->cosine) - 1e-9;
    run->stretch = run->interpolates ? 1.0 : fmax(1.0, 1.0 / level.pixel) / DISC;
    int64_t margin = (int64_t)ceil(2.0 * ALF_LOWPASS_REACH * run->stretch) + 2;
    run->centre_x = run->half_width / level.pixel + level.origin + (double)margin;
    run->centre_y = run->half_height / level.pixel + level.origin + (double)margin;
    if (status == ALF_OK) status = prepare_texels(ctx, &level, margin, run);
    alf_canvas_destroy(level.canvas);
    return status;
}

/* --- sampling ----------------------------------------------------------------------------------------------------- */

/* Adds the texels of one row between `left` and `right`, at the vertical distance dv; returns the sum of weights. */
static double add_row(const place_run *run, int64_t row, double dv, double left, double right, double u,
                      double sum[LANES])
{
    const alf_lowpass *kernel = run->kernel;
    double             scale = 1.0 / (run->stretch * run->stretch), total = 0.0, lanes[LANES] = {0};
    int64_t            first = (int64_t)ceil(left - 0.5), last = (int64_t)floor(right - 0.5);
    const double      *texel = run->texels + (row * run->width + first) * LANES;
    for (int64_t i = first; i <= last; i++, texel += LANES) {
        double du = (double)i + 0.5 - u, weight = alf_lowpass_at(kernel, (du * du + dv * dv) * scale);
        for (int lane = 0; lane < LANES; lane++) lanes[lane] += weight * texel[lane];
        total += weight;
    }
    for (int lane = 0; lane < LANES; lane++) sum[lane] += lanes[lane];
    return total;
}

/* The disc of texels around (u, v), which are in texels. */
static void sample_disc(const place_run *run, double u, double v, double sum[LANES])
{
    double radius = ALF_LOWPASS_REACH * run->stretch, total = 0.0;
    for (int64_t row = (int64_t)ceil(v - radius - 0.5); (double)row + 0.5 <= v + radius; row++) {
        double dv = (double)row + 0.5 - v, half = sqrt(fmax(0.0, radius * radius - dv * dv));
        total += add_row(run, row, dv, u - half, u + half, u, sum);
    }
    for (int lane = 0; lane < LANES; lane++) sum[lane] /= total;
}

/* Weights of the SPAN texels around a position on one axis, and the first of these. */
static int64_t axis_weights(const place_run *run, double position, double weights[SPAN])
{
    int64_t first = (int64_t)floor(position - 0.5) - ALF_LOWPASS_REACH + 1;
    double  total = 0.0;
    for (int k = 0; k < SPAN; k++) {
        double distance = (double)(first + k) + 0.5 - position;
        weights[k] = alf_lowpass_at(run->kernel, distance * distance);
        total += weights[k];
    }
    for (int k = 0; k < SPAN; k++) weights[k] /= total;
    return first;
}

static void sample_axes(const place_run *run, double u, double v, double sum[LANES])
{
    double  across[SPAN], down[SPAN];
    int64_t left = axis_weights(run, u, across), top = axis_weights(run, v, down);
    for (int j = 0; j < SPAN; j++) {
        const double *texel = run->texels + ((top + j) * run->width + left) * LANES;
        for (int i = 0; i < SPAN; i++)
            for (int lane = 0; lane < LANES; lane++) sum[lane] += down[j] * across[i] * texel[i * LANES + lane];
    }
}

/* How much of the opaque rectangle shows along one axis: exactly its length, summed over pixels. */
static double coverage(double position, double half)
{
    return alf_soft_step(position + half) - alf_soft_step(position - half);
}

/* The output pixel whose centre lies at (u, v) from the subject's centre, along the subject's axes. */
static void sample(const place_run *run, double u, double v, double sum[LANES])
{
    double reach = run->opaque ? 1.0 : ALF_LOWPASS_REACH * run->stretch * run->pixel;
    if (fabs(u) >= run->half_width + reach || fabs(v) >= run->half_height + reach) return;
    double texel_u = run->centre_x + u / run->pixel, texel_v = run->centre_y + v / run->pixel;
    if (run->interpolates)
        sample_axes(run, texel_u, texel_v, sum);
    else
        sample_disc(run, texel_u, texel_v, sum);
    if (!run->opaque) return;
    double covered = coverage(u, run->half_width) * coverage(v, run->half_height);
    for (int lane = 0; lane < LANES; lane++) sum[lane] *= covered;
}

static void row_tile(void *arg, int64_t row, int worker)
{
    const place_run *run = arg;
    int64_t          size = run->out->width;
    double           dy = (double)row + 0.5 - run->y;
    (void)worker;
    for (int64_t column = 0; column < size; column++) {
        double dx = (double)column + 0.5 - run->x, sum[LANES] = {0};
        sample(run, run->cosine * dx - run->sine * dy, run->sine * dx + run->cosine * dy, sum);
        for (int lane = 0; lane < LANES; lane++) run->out->values[(lane * size + row) * size + column] = sum[lane];
    }
}

/* Alpha within 0 .. 255 and each colour within 0 .. alpha: hard edges ring by a tenth, which shows as halos. */
static void clamp(alf_canvas *canvas)
{
    int64_t plane = canvas->width * canvas->height;
    double *alpha = canvas->values + 3 * plane;
    for (int64_t i = 0; i < plane; i++) {
        alpha[i] = fmin(fmax(alpha[i], 0.0), 255.0);
        for (int c = 0; c < 3; c++)
            canvas->values[c * plane + i] = fmin(fmax(canvas->values[c * plane + i], 0.0), alpha[i]);
    }
}

alf_status alf_canvas_place(alf_ctx *ctx, const alf_canvas *subject, int64_t size, const alf_placement *placement,
                            alf_canvas **out)
{
    place_run  run = {0};
    alf_status status = alf_canvas_check(ctx, "alf_canvas_place", subject, out);
    if (status == ALF_OK) status = alf_placement_check(ctx, "alf_canvas_place", placement);
    if (status == ALF_OK) status = alf_canvas_create(ctx, size, size, LANES, &run.out);
    if (status != ALF_OK) return status;

    status = prepare(ctx, subject, size, placement, &run);
    run.kernel = alf_mem_alloc(ctx, 1, sizeof *run.kernel);
    if (status == ALF_OK && !run.kernel) status = ALF_ERR_MEMORY;
    if (status == ALF_OK) {
        alf_lowpass_fill(run.kernel, !run.interpolates);
        alf_parallel(ctx, size, row_tile, &run);
        clamp(run.out);
        *out = run.out;
    } else {
        alf_canvas_destroy(run.out);
    }
    alf_mem_free(run.kernel);
    alf_mem_free(run.texels);
    return status;
}
