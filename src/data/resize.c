/* Canvases at another size: along each axis every output pixel is a weighted mean of input pixels, whose weights follow
 * from its exact position. */
#include <math.h>
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "data/canvas_internal.h"
#include "maths.h"

#define LOBES 3.0 /* of the Lanczos kernel, on each side */

/* The weights of one axis: output i is the sum of weight[i * stride + k] * input[first[i] + k] for k < stride. */
typedef struct {
    int64_t  in, out, stride;
    int64_t *first;
    double  *weight;
} axis_weights;

typedef struct {
    const axis_weights *axis;
    int64_t             width, height; /* of the input */
    const double       *x;
    double             *y;
} axis_run;

/* --- weights ------------------------------------------------------------------------------------------------------ */

/* How much the input pixel [i, i + 1] counts for the output pixel [begin, begin + step] of the input's axis. */
static double weight_of(alf_resize rule, int64_t i, double begin, double step)
{
    if (rule == ALF_RESIZE_BOX) return fmax(0.0, fmin((double)(i + 1), begin + step) - fmax((double)i, begin));
    double t = ((double)i + 0.5 - (begin + 0.5 * step)) / fmax(1.0, step);
    return fabs(t) < LOBES ? alf_sinc(t) * alf_sinc(t / LOBES) : 0.0;
}

/* Pixels beyond the edges repeat the edge: their weights are added to those of the edge's pixel. */
static void fill_output(axis_weights *axis, alf_resize rule, int64_t output, int64_t reach)
{
    double  step = (double)axis->in / (double)axis->out, begin = (double)output * step, sum = 0.0;
    int64_t middle = (int64_t)(begin + 0.5 * step);
    double *weight = axis->weight + output * axis->stride;
    int64_t first = alf_larger(0, alf_smaller(middle - reach, axis->in - axis->stride));

    for (int64_t i = middle - reach; i <= middle + reach; i++) {
        double  value = weight_of(rule, i, begin, step);
        int64_t inside = alf_smaller(alf_larger(i, 0), axis->in - 1);
        if (value != 0.0) weight[inside - first] += value;
        sum += value;
    }
    for (int64_t k = 0; k < axis->stride; k++) weight[k] /= sum;
    axis->first[output] = first;
}

static void axis_release(axis_weights *axis)
{
    alf_mem_free(axis->first);
    alf_mem_free(axis->weight);
}

static alf_status axis_prepare(alf_ctx *ctx, int64_t in, int64_t out, alf_resize rule, axis_weights *axis)
{
    double  step = (double)in / (double)out;
    int64_t reach = (int64_t)ceil((rule == ALF_RESIZE_BOX ? 0.5 : LOBES) * fmax(1.0, step)) + 1;
    *axis = (axis_weights){.in = in, .out = out, .stride = alf_smaller(in, 2 * reach + 1)};
    axis->first = alf_mem_alloc(ctx, (size_t)out, sizeof *axis->first);
    axis->weight = alf_mem_zalloc(ctx, (size_t)(out * axis->stride), sizeof *axis->weight);
    if (!axis->first || !axis->weight) {
        axis_release(axis);
        return ALF_ERR_MEMORY;
    }
    for (int64_t i = 0; i < out; i++) fill_output(axis, rule, i, reach);
    return ALF_OK;
}

/* --- passes ------------------------------------------------------------------------------------------------------- */

/* One row of one plane along x. */
static void across_tile(void *arg, int64_t row, int worker)
{
    const axis_run     *run = arg;
    const axis_weights *axis = run->axis;
    double             *to = run->y + row * axis->out;
    (void)worker;
    for (int64_t i = 0; i < axis->out; i++) {
        const double *from = run->x + row * run->width + axis->first[i], *weight = axis->weight + i * axis->stride;
        double        sum = 0.0;
        for (int64_t k = 0; k < axis->stride; k++) sum += weight[k] * from[k];
        to[i] = sum;
    }
}

/* One output row of one plane along y. */
static void down_tile(void *arg, int64_t tile, int worker)
{
    const axis_run     *run = arg;
    const axis_weights *axis = run->axis;
    int64_t             plane = tile / axis->out, row = tile % axis->out, width = run->width;
    const double       *from = run->x + (plane * run->height + axis->first[row]) * width;
    double             *to = run->y + tile * width;
    (void)worker;
    memset(to, 0, (size_t)width * sizeof *to);
    for (int64_t k = 0; k < axis->stride; k++) {
        double weight = axis->weight[row * axis->stride + k];
        for (int64_t x = 0; x < width; x++) to[x] += weight * from[k * width + x];
    }
}

/* Another width, or another height. */
static alf_status resize_axis(alf_ctx *ctx, const alf_canvas *in, bool vertical, int64_t size, alf_resize rule,
                              alf_canvas **out)
{
    axis_weights axis;
    alf_status   status =
        alf_canvas_create(ctx, vertical ? in->width : size, vertical ? size : in->height, in->channels, out);
    if (status != ALF_OK) return status;
    status = axis_prepare(ctx, vertical ? in->height : in->width, size, rule, &axis);
    if (status != ALF_OK) {
        alf_canvas_destroy(*out);
        *out = NULL;
        return status;
    }
    axis_run run = {.axis = &axis, .width = in->width, .height = in->height, .x = in->values, .y = (*out)->values};
    alf_parallel(ctx, in->channels * (*out)->height, vertical ? down_tile : across_tile, &run);
    axis_release(&axis);
    return ALF_OK;
}

alf_status alf_canvas_resize(alf_ctx *ctx, const alf_canvas *in, int64_t width, int64_t height, alf_resize rule,
                             alf_canvas **out)
{
    alf_canvas *wide = NULL, *both = NULL;
    alf_status  status = alf_canvas_check(ctx, "alf_canvas_resize", in, out);
    if (status != ALF_OK) return status;
    if (rule != ALF_RESIZE_AREA_LANCZOS && rule != ALF_RESIZE_BOX)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_canvas_resize: unknown rule %d", (int)rule);
    if (width == in->width && height == in->height) return alf_canvas_cut(ctx, in, 0, 0, width, height, NULL, out);

    if (width != in->width) status = resize_axis(ctx, in, false, width, rule, &wide);
    if (status == ALF_OK && height != in->height)
        status = resize_axis(ctx, wide ? wide : in, true, height, rule, &both);
    if (status == ALF_OK) *out = both ? both : wide;
    if (both || status != ALF_OK) alf_canvas_destroy(wide);
    return status;
}
