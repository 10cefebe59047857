/* Padding, sampling and filtering of image planes in float32. A tile is one plane, also of the adjoints: what they
 * scatter into one place comes in the order of the loops, whatever the number of threads. */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "tensor/cpu.h"

typedef struct {
    alf_direction  direction;
    int64_t        c, h, w, out_h, out_w; /* planes of x are h x w, those of y out_h x out_w */
    const int64_t *padding;
    const double  *numbers; /* of one image: `count` of them */
    int64_t        count;
    bool           along_x;
    const float   *from;
    float         *to;
} image_job;

/* Plane `plane` of x and of y, one of which is read. */
typedef struct {
    const float *from;
    float       *to;
} image_planes;

static image_planes planes_of(const image_job *job, int64_t plane)
{
    const int64_t x = job->h * job->w, y = job->out_h * job->out_w;
    const bool    adjoint = job->direction == ALF_DIRECTION_ADJOINT;
    image_planes  p = {job->from + plane * (adjoint ? y : x), job->to + plane * (adjoint ? x : y)};
    if (adjoint) memset(p.to, 0, (size_t)x * sizeof *p.to);
    return p;
}

/* --- padding ------------------------------------------------------------------------------------------------------ */

static int64_t reflected(int64_t i, int64_t size)
{
    if (i < 0) return -i;
    return i < size ? i : 2 * (size - 1) - i;
}

static void pad_row(const image_job *job, const float *x, float *y)
{
    const int64_t left = job->padding[0], w = job->w;
    for (int64_t i = 0; i < left; i++) y[i] = x[left - i];
    memcpy(y + left, x, (size_t)w * sizeof *y);
    for (int64_t i = left + w; i < job->out_w; i++) y[i] = x[reflected(i - left, w)];
}

static void fold_row(const image_job *job, const float *y, float *x)
{
    const int64_t left = job->padding[0], w = job->w;
    for (int64_t i = 0; i < left; i++) x[left - i] += y[i];
    for (int64_t i = 0; i < w; i++) x[i] += y[left + i];
    for (int64_t i = left + w; i < job->out_w; i++) x[reflected(i - left, w)] += y[i];
}

static void pad_tile(void *arg, int64_t plane, int worker)
{
    const image_job   *job = arg;
    const image_planes p = planes_of(job, plane);
    (void)worker;
    for (int64_t v = 0; v < job->out_h; v++) {
        const int64_t row = reflected(v - job->padding[2], job->h);
        if (job->direction == ALF_DIRECTION_FORWARD)
            pad_row(job, p.from + row * job->w, p.to + v * job->out_w);
        else
            fold_row(job, p.from + v * job->out_w, p.to + row * job->w);
    }
}

void alf_cpu_pad_reflect(alf_ctx *ctx, alf_direction direction, int64_t planes, int64_t h, int64_t w,
                         const int64_t padding[4], const void *from, void *to)
{
    image_job job = {.direction = direction,
                     .h = h,
                     .w = w,
                     .out_h = padding[2] + h + padding[3],
                     .out_w = padding[0] + w + padding[1],
                     .padding = padding,
                     .from = from,
                     .to = to};
    alf_parallel(ctx, planes, pad_tile, &job);
}

/* --- sampling ----------------------------------------------------------------------------------------------------- */

/* Where a sample lies between rows y and y + 1, columns x and x + 1. */
typedef struct {
    int64_t x, y;
    float   right, below; /* weights of the second column and row */
} position;

/* False outside of the image, where nothing is within reach; so it is where the position is no number. */
static bool position_at(const image_job *job, const double m[6], int64_t u, int64_t v, position *out)
{
    const double x = m[0] * (double)u + m[1] * (double)v + m[2], y = m[3] * (double)u + m[4] * (double)v + m[5];
    if (!(x > -1 && x < (double)job->w && y > -1 && y < (double)job->h)) return false;
    const double column = floor(x), row = floor(y);
    *out = (position){(int64_t)column, (int64_t)row, (float)(x - column), (float)(y - row)};
    return true;
}

static bool inside(const image_job *job, const position *at)
{
    return at->x >= 0 && at->y >= 0 && at->x + 1 < job->w && at->y + 1 < job->h;
}

/* The sample in row y between two columns, zeros outside. */
static float row_sample(const image_job *job, const float *x, const position *at, int64_t row)
{
    if (row < 0 || row >= job->h) return 0;
    const float *p = x + row * job->w;
    const float  a = at->x >= 0 ? p[at->x] : 0, b = at->x + 1 < job->w ? p[at->x + 1] : 0;
    return a + at->right * (b - a);
}

static float sample(const image_job *job, const float *x, const position *at)
{
    if (!inside(job, at)) {
        const float a = row_sample(job, x, at, at->y), b = row_sample(job, x, at, at->y + 1);
        return a + at->below * (b - a);
    }
    const float *p = x + at->y * job->w + at->x, *q = p + job->w;
    const float  a = p[0] + at->right * (p[1] - p[0]), b = q[0] + at->right * (q[1] - q[0]);
    return a + at->below * (b - a);
}

static void scatter_row(const image_job *job, float *x, const position *at, int64_t row, float value)
{
    if (row < 0 || row >= job->h) return;
    float *p = x + row * job->w;
    if (at->x >= 0) p[at->x] += (1 - at->right) * value;
    if (at->x + 1 < job->w) p[at->x + 1] += at->right * value;
}

static void sample_tile(void *arg, int64_t plane, int worker)
{
    const image_job   *job = arg;
    const double      *m = job->numbers + plane / job->c * 6;
    const image_planes p = planes_of(job, plane);
    (void)worker;
    for (int64_t v = 0; v < job->out_h; v++)
        for (int64_t u = 0; u < job->out_w; u++) {
            const int64_t i = v * job->out_w + u;
            position      at;
            const bool    reached = position_at(job, m, u, v, &at);
            if (job->direction == ALF_DIRECTION_FORWARD) {
                p.to[i] = reached ? sample(job, p.from, &at) : 0;
            } else if (reached) {
                scatter_row(job, p.to, &at, at.y, (1 - at.below) * p.from[i]);
                scatter_row(job, p.to, &at, at.y + 1, at.below * p.from[i]);
            }
        }
}

void alf_cpu_sample_affine(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                           int64_t out_h, int64_t out_w, const double matrices[], const void *from, void *to)
{
    image_job job = {.direction = direction,
                     .c = c,
                     .h = h,
                     .w = w,
                     .out_h = out_h,
                     .out_w = out_w,
                     .numbers = matrices,
                     .from = from,
                     .to = to};
    alf_parallel(ctx, n * c, sample_tile, &job);
}

/* --- filters ------------------------------------------------------------------------------------------------------ */

/* y[i] += tap x[i], over neighbours */
static void add_scaled(int64_t count, float tap, const float *restrict x, float *restrict y)
{
    for (int64_t i = 0; i < count; i++) y[i] += tap * x[i];
}

/* Along columns each row is a signal of its own; along rows the plane is one, whose steps are as long as a row. */
static void filter_tile(void *arg, int64_t plane, int worker)
{
    const image_job   *job = arg;
    const double      *taps = job->numbers + plane / job->c * job->count;
    const image_planes p = planes_of(job, plane);
    const bool         forward = job->direction == ALF_DIRECTION_FORWARD;
    const int64_t      signals = job->along_x ? job->h : 1, step = job->along_x ? 1 : job->w;
    const int64_t      in = job->h * job->w / signals, out = job->out_h * job->out_w / signals;
    (void)worker;
    if (forward) memset(p.to, 0, (size_t)(signals * out) * sizeof *p.to);
    for (int64_t s = 0; s < signals; s++)
        for (int64_t k = 0; k < job->count; k++) {
            if (forward)
                add_scaled(out, (float)taps[k], p.from + s * in + k * step, p.to + s * out);
            else
                add_scaled(out, (float)taps[k], p.from + s * out, p.to + s * in + k * step);
        }
}

void alf_cpu_filter_each(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                         const double taps[], int64_t count, bool along_x, const void *from, void *to)
{
    image_job job = {.direction = direction,
                     .c = c,
                     .h = h,
                     .w = w,
                     .out_h = along_x ? h : h - count + 1,
                     .out_w = along_x ? w - count + 1 : w,
                     .numbers = taps,
                     .count = count,
                     .along_x = along_x,
                     .from = from,
                     .to = to};
    alf_parallel(ctx, n * c, filter_tile, &job);
}
