/* Resampling step by step as it is defined: insert zeros, pad or crop, filter, keep every down-th; and its transpose,
 * which takes the same steps backwards. Knows nothing of the plans' stages. */
#include "kernels/naive.h"

#include <math.h>
#include <string.h>

#include "core/core.h"
#include "fourier.h"
#include "kernels/codes.h"
#include "maths.h"

typedef struct {
    int64_t h, w;
} extent;

typedef struct {
    const alf_taps *taps;
    int             up, down;
    int             padding[4];
    bool            flip;
    double          gain;
    extent          in, padded, out;
} resampling;

static resampling resampling_of(const alf_taps *taps, int up, int down, const int padding[4], bool flip, double gain,
                                extent in, extent out)
{
    resampling r = {taps, up, down, {0}, flip, gain, in, {0, 0}, out};
    memcpy(r.padding, padding, sizeof r.padding);
    r.padded.w = in.w * up + padding[0] + padding[1];
    r.padded.h = in.h * up + padding[2] + padding[3];
    return r;
}

/* The part of the padded, zero-inserted image that holds input sample (i, j); NULL when that was cropped away. */
static double *place_of(const resampling *r, double *padded, int64_t i, int64_t j)
{
    int64_t row = i * r->up + r->padding[2], column = j * r->up + r->padding[0];
    bool    inside = row >= 0 && row < r->padded.h && column >= 0 && column < r->padded.w;
    return inside ? padded + row * r->padded.w + column : NULL;
}

/* Tap (y, x) of the filter as it is laid over the image. */
static double tap_over(const resampling *r, int64_t y, int64_t x)
{
    const alf_taps *t = r->taps;
    int64_t         index = y * t->width + x, last = (int64_t)t->height * t->width - 1;
    return t->values[r->flip ? index : last - index];
}

/* The same; of a separable filter that of the pass along y or x, where the other one is 0. */
static double tap_at(const resampling *r, int64_t y, int64_t x)
{
    return r->taps->rank == 1 ? tap_over(r, 0, y + x) : tap_over(r, y, x);
}

static int64_t count_of(extent e)
{
    return e.h * e.w;
}

/* --- the steps ----------------------------------------------------------------------------------------------------- */

static void insert_zeros(const resampling *r, const double *x, double *padded)
{
    memset(padded, 0, (size_t)count_of(r->padded) * sizeof *padded);
    for (int64_t i = 0; i < r->in.h; i++)
        for (int64_t j = 0; j < r->in.w; j++) {
            double *place = place_of(r, padded, i, j);
            if (place) *place = x[i * r->in.w + j];
        }
}

static void take_samples(const resampling *r, double *padded, double *x)
{
    for (int64_t i = 0; i < r->in.h; i++)
        for (int64_t j = 0; j < r->in.w; j++) {
            const double *place = place_of(r, padded, i, j);
            x[i * r->in.w + j] = place ? *place : 0;
        }
}

/* Lays a high x wide filter over every kept place: tap by tap for a row of places, each of which gets its taps in order. */
static void filter(const resampling *r, int high, int wide, int step_y, int step_x, double gain, const double *in,
                   extent in_size, double *out, extent out_size)
{
    for (int64_t i = 0; i < out_size.h; i++, out += out_size.w) {
        memset(out, 0, (size_t)out_size.w * sizeof *out);
        for (int y = 0; y < high; y++)
            for (int x = 0; x < wide; x++) {
                const double  tap = tap_at(r, y, x);
                const double *from = in + (i * step_y + y) * in_size.w + x;
                for (int64_t j = 0; j < out_size.w; j++) out[j] += tap * from[j * step_x];
            }
        for (int64_t j = 0; j < out_size.w; j++) out[j] *= gain;
    }
}

/* The transpose of filter(): every output hands back what it took, those on the left first. */
static void spread(const resampling *r, int high, int wide, int step_y, int step_x, double gain, double *in,
                   extent in_size, const double *out, extent out_size)
{
    memset(in, 0, (size_t)count_of(in_size) * sizeof *in);
    for (int64_t i = 0; i < out_size.h; i++, out += out_size.w)
        for (int y = 0; y < high; y++)
            for (int x = wide - 1; x >= 0; x--) {
                const double tap = tap_at(r, y, x);
                double      *to = in + (i * step_y + y) * in_size.w + x;
                for (int64_t j = 0; j < out_size.w; j++) to[j * step_x] += tap * (out[j] * gain);
            }
}

/* Doubles of work that the next two need. */
static int64_t work_of(const resampling *r)
{
    return count_of(r->padded) + r->padded.h * r->out.w;
}

static void resample(const resampling *r, const double *x, double *y, double *work)
{
    const alf_taps *t = r->taps;
    double         *padded = work, *narrow = work + count_of(r->padded);
    extent          narrowed = {r->padded.h, r->out.w};
    double          root = sqrt(fabs(r->gain));
    insert_zeros(r, x, padded);
    if (t->rank != 1) {
        filter(r, t->height, t->width, r->down, r->down, r->gain, padded, r->padded, y, r->out);
        return;
    }
    filter(r, 1, t->width, 1, r->down, root, padded, r->padded, narrow, narrowed);
    filter(r, t->width, 1, r->down, 1, copysign(root, r->gain), narrow, narrowed, y, r->out);
}

static void resample_transposed(const resampling *r, const double *y, double *x, double *work)
{
    const alf_taps *t = r->taps;
    double         *padded = work, *narrow = work + count_of(r->padded);
    extent          narrowed = {r->padded.h, r->out.w};
    double          root = sqrt(fabs(r->gain));
    if (t->rank != 1) {
        spread(r, t->height, t->width, r->down, r->down, r->gain, padded, r->padded, y, r->out);
    } else {
        spread(r, t->width, 1, r->down, 1, copysign(root, r->gain), narrow, narrowed, y, r->out);
        spread(r, 1, t->width, 1, r->down, root, padded, r->padded, narrow, narrowed);
    }
    take_samples(r, padded, x);
}

/* --- upfirdn2d ----------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx      *ctx;
    resampling    resampling;
    const double *x;
    double       *y;
} upfirdn_run;

static void upfirdn_plane(void *arg, int64_t plane, int worker)
{
    const upfirdn_run *run = arg;
    const resampling  *r = &run->resampling;
    resample(r, run->x + plane * count_of(r->in), run->y + plane * count_of(r->out), alf_scratch(run->ctx, worker));
}

static alf_status reserve(alf_ctx *ctx, int64_t doubles)
{
    int64_t bytes;
    if (!alf_mul_i64(doubles, (int64_t)sizeof(double), &bytes))
        return alf_fail(ctx, ALF_ERR_MEMORY, "the upsampled image is too large for the reference");
    return alf_scratch_reserve(ctx, (size_t)bytes);
}

alf_status alf_naive_upfirdn_f64(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const double *x, double *y)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!plan || !x || !y) return alf_fail(ctx, ALF_ERR_ARGUMENT, "upfirdn2d: plan, x or y is NULL");
    const alf_upfirdn_spec *s = &plan->spec;
    extent                  in = {s->in_h, s->in_w}, out = {plan->out_h, plan->out_w};
    upfirdn_run run = {ctx, resampling_of(&s->filter, s->up, s->down, s->padding, s->flip, s->gain, in, out), x, y};
    alf_status  status = alf_check_planes(ctx, "upfirdn2d", planes, in.h, in.w);

    if (status == ALF_OK) status = alf_check_planes(ctx, "upfirdn2d", planes, out.h, out.w);
    if (status == ALF_OK) status = reserve(ctx, work_of(&run.resampling));
    if (status != ALF_OK) return status;
    alf_parallel(ctx, planes, upfirdn_plane, &run);
    return ALF_OK;
}

/* --- filtered leaky ReLU ------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx          *ctx;
    const alf_flrelu *plan;
    alf_flrelu_mode   mode;
    resampling        up, down;
    int64_t           channels;
    const double     *x, *bias;
    uint8_t          *mask;
    double           *y;
} flrelu_run;

/* The number of the code of a grid sample in its row. */
static int64_t code_number(const alf_mask_layout *m, int64_t column)
{
    return column % m->planes * m->plane + column / m->planes;
}

static int activate(const alf_flrelu_spec *spec, double *value)
{
    bool   positive = *value > 0;
    double v = *value * spec->gain * (positive ? 1 : spec->slope);
    *value = v > spec->clamp ? spec->clamp : v < -spec->clamp ? -spec->clamp : v;
    if (!(fabs(v) <= spec->clamp)) return ALF_MASK_CLAMPED; /* and if it is not a number */
    return positive ? ALF_MASK_PASSED : ALF_MASK_NEGATIVE;
}

static void activate_grid(const flrelu_run *run, double *grid, uint8_t *mask)
{
    const alf_mask_layout *m = &run->plan->mask;
    if (mask) memset(mask, 0, (size_t)(m->rows * m->row_bytes));
    for (int64_t i = 0; i < m->rows; i++)
        for (int64_t j = 0; j < m->columns; j++) {
            int code = activate(&run->plan->spec, grid + i * m->columns + j);
            if (mask) alf_code_add(mask + i * m->row_bytes, code_number(m, j), code);
        }
}

static void mask_grid(const flrelu_run *run, double *grid, const uint8_t *mask)
{
    const alf_mask_layout *m = &run->plan->mask;
    const alf_flrelu_spec *s = &run->plan->spec;
    const double           factor[4] = {s->gain, s->gain * s->slope, 0, 0};
    for (int64_t i = 0; i < m->rows; i++)
        for (int64_t j = 0; j < m->columns; j++)
            grid[i * m->columns + j] *= factor[alf_code_at(mask + i * m->row_bytes, code_number(m, j))];
}

static void flrelu_plane(void *arg, int64_t plane, int worker)
{
    const flrelu_run *run = arg;
    int64_t           in = count_of(run->up.in), grid_count = count_of(run->up.out), out = count_of(run->down.out);
    double           *grid = alf_scratch(run->ctx, worker), *input = grid + grid_count, *work = input + in;
    const size_t      before = (size_t)plane * alf_flrelu_mask_bytes(run->plan, 1);
    if (run->mode == ALF_FLRELU_ADJOINT) {
        resample_transposed(&run->down, run->x + plane * out, grid, work);
        mask_grid(run, grid, run->mask + before);
        resample_transposed(&run->up, grid, run->y + plane * in, work);
        return;
    }
    for (int64_t i = 0; i < in; i++)
        input[i] = run->x[plane * in + i] + (run->bias ? run->bias[plane % run->channels] : 0);
    resample(&run->up, input, grid, work);
    if (run->mode == ALF_FLRELU_FORWARD)
        activate_grid(run, grid, run->mask ? run->mask + before : NULL);
    else
        mask_grid(run, grid, run->mask + before);
    resample(&run->down, grid, run->y + plane * out, work);
}

alf_status alf_naive_flrelu_f64(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                                const double *x, const double *bias, uint8_t *mask, double *y)
{
    alf_status status = alf_flrelu_check(ctx, plan, mode, n, c, x, bias, mask, y);
    if (status != ALF_OK) return status;
    static const int       no_padding[4] = {0};
    const alf_flrelu_spec *s = &plan->spec;
    extent                 in = {s->in_h, s->in_w}, grid = {plan->grid_h, plan->grid_w},
           out = {plan->forward.out_h, plan->forward.out_w};
    double     up_gain = (double)s->up * s->up;
    flrelu_run run = {ctx,
                      plan,
                      mode,
                      resampling_of(&s->up_filter, s->up, 1, s->padding, s->flip, up_gain, in, grid),
                      resampling_of(&s->down_filter, 1, s->down, no_padding, s->flip, 1, grid, out),
                      c,
                      x,
                      bias,
                      mask,
                      y};
    int64_t    up_work = work_of(&run.up), down_work = work_of(&run.down);

    status = reserve(ctx, count_of(grid) + count_of(in) + (up_work > down_work ? up_work : down_work));
    if (status != ALF_OK) return status;
    alf_parallel(ctx, n * c, flrelu_plane, &run);
    return ALF_OK;
}

/* --- Fourier features ---------------------------------------------------------------------------------------------- */

typedef struct {
    int64_t       h, w;
    double        rate;
    const double *freqs, *phases, *amplitudes;
    double       *y;
} fourier_run;

static void fourier_plane(void *arg, int64_t feature, int worker)
{
    const fourier_run *run = arg;
    const double       fx = run->freqs[2 * feature], fy = run->freqs[2 * feature + 1];
    double            *y = run->y + feature * run->h * run->w;
    (void)worker;
    for (int64_t i = 0; i < run->h; i++)
        for (int64_t j = 0; j < run->w; j++) {
            double py = ((double)i + 0.5 - (double)run->h / 2) / run->rate;
            double px = ((double)j + 0.5 - (double)run->w / 2) / run->rate;
            y[i * run->w + j] = sin(2 * ALF_PI * (fx * px + fy * py + run->phases[feature])) *
                                (run->amplitudes ? run->amplitudes[feature] : 1);
        }
}

alf_status alf_naive_fourier_features_f64(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate,
                                          const double freqs[], const double phases[], const double amplitudes[],
                                          double y[])
{
    fourier_run run = {h, w, rate, freqs, phases, amplitudes, y};
    alf_status  status = alf_fourier_check(ctx, count, h, w, rate, freqs, phases, y);
    if (status != ALF_OK) return status;
    alf_parallel(ctx, count, fourier_plane, &run);
    return ALF_OK;
}
