/* Translation of images by whole pixels and by fractions. */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "equivariance.h"
#include "maths.h"

/* --- shared by the operators -------------------------------------------------------------------------------------- */

alf_status alf_check_images(alf_ctx *ctx, const char *what, int64_t planes, int64_t h, int64_t w, const double *x,
                            const double *y, const double *mask, double a, double b)
{
    int64_t values, bytes;
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!x || !y || !mask) return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: x, y or mask is NULL", what);
    if (planes < 0 || h < 1 || w < 1 || h > INT32_MAX / 8 || w > INT32_MAX / 8 || !alf_mul_i64(h, w, &values) ||
        !alf_mul_i64(values, planes, &values) || !alf_mul_i64(values, (int64_t)sizeof *x, &bytes))
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: %lld planes of %lld x %lld, expected positive sizes that fit", what,
                        (long long)planes, (long long)h, (long long)w);
    if (!isfinite(a) || !isfinite(b))
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: the transform is (%g, %g), expected finite numbers", what, a, b);
    return ALF_OK;
}

void alf_mask_rectangle(int64_t h, int64_t w, int64_t y0, int64_t y1, int64_t x0, int64_t x1, double *mask)
{
    for (int64_t y = 0; y < h; y++)
        for (int64_t x = 0; x < w; x++) mask[y * w + x] = y >= y0 && y < y1 && x >= x0 && x < x1 ? 1.0 : 0.0;
}

static int64_t at_least(int64_t value, int64_t limit)
{
    return value > limit ? value : limit;
}

static int64_t at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

/* A shift as a whole number, limited to what moves everything out of an image with room for the taps. */
static int64_t limited(double shift, int64_t size)
{
    double limit = (double)size + 8.0;
    return (int64_t)fmax(-limit, fmin(limit, shift));
}

/* --- whole pixels ------------------------------------------------------------------------------------------------- */

alf_status alf_shift_whole(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x, double tx, double ty,
                           double *y, double *mask)
{
    alf_status status = alf_check_images(ctx, "alf_shift_whole", planes, h, w, x, y, mask, tx, ty);
    if (status != ALF_OK) return status;
    int64_t dx = limited(rint(tx * (double)w), w), dy = limited(rint(ty * (double)h), h);
    int64_t x0 = at_least(dx, 0), x1 = w + at_most(dx, 0);

    for (int64_t p = 0; p < planes; p++) {
        for (int64_t row = 0; row < h; row++) {
            double *out = y + (p * h + row) * w;
            int64_t from = row - dy;
            memset(out, 0, (size_t)w * sizeof *out);
            if (from >= 0 && from < h && x0 < x1)
                memcpy(out + x0, x + (p * h + from) * w + x0 - dx, (size_t)(x1 - x0) * sizeof *out);
        }
    }
    alf_mask_rectangle(h, w, dy, h + dy, dx, w + dx, mask);
    return ALF_OK;
}

/* --- fractions ---------------------------------------------------------------------------------------------------- */

#define LANCZOS_A 3
#define LANCZOS_TAPS (2 * LANCZOS_A)

/* out[o] = sum over j of tap[j] x[o - whole - (j - 2)] */
typedef struct {
    int64_t whole;
    double  tap[LANCZOS_TAPS];
} axis_shift;

typedef struct {
    alf_ctx      *ctx;
    int64_t       h, w;
    const double *x;
    double       *y;
    axis_shift    across, down;
} shift_run;

static axis_shift make_axis_shift(double t, int64_t size)
{
    axis_shift shift = {.whole = limited(floor(t * (double)size), size)};
    double     fraction = t * (double)size - floor(t * (double)size), sum = 0.0;
    for (int j = 0; j < LANCZOS_TAPS; j++) {
        double u = (double)(j - LANCZOS_A + 1) - fraction;
        shift.tap[j] = alf_sinc(u) * alf_sinc(u / LANCZOS_A);
        sum += shift.tap[j];
    }
    for (int j = 0; j < LANCZOS_TAPS; j++) shift.tap[j] /= sum;
    return shift;
}

/* One row of one plane: down into scratch, then across. */
static void shift_tile(void *arg, int64_t tile, int worker)
{
    const shift_run *run = arg;
    int64_t          plane = tile / run->h, row = tile % run->h, w = run->w;
    double          *column_sums = alf_scratch(run->ctx, worker), *out = run->y + tile * w;

    memset(column_sums, 0, (size_t)w * sizeof *column_sums);
    for (int j = 0; j < LANCZOS_TAPS; j++) {
        int64_t from = row - run->down.whole - (j - LANCZOS_A + 1);
        if (from < 0 || from >= run->h) continue;
        const double *in = run->x + (plane * run->h + from) * w;
        for (int64_t x = 0; x < w; x++) column_sums[x] += run->down.tap[j] * in[x];
    }
    memset(out, 0, (size_t)w * sizeof *out);
    for (int j = 0; j < LANCZOS_TAPS; j++) {
        int64_t shift = run->across.whole + j - LANCZOS_A + 1;
        int64_t end = w + at_most(shift, 0);
        for (int64_t x = at_least(shift, 0); x < end; x++) out[x] += run->across.tap[j] * column_sums[x - shift];
    }
}

alf_status alf_shift_fractional(alf_ctx *ctx, int64_t planes, int64_t h, int64_t w, const double *x, double tx,
                                double ty, double *y, double *mask)
{
    alf_status status = alf_check_images(ctx, "alf_shift_fractional", planes, h, w, x, y, mask, tx, ty);
    if (status == ALF_OK) status = alf_scratch_reserve(ctx, (size_t)w * sizeof *y);
    if (status != ALF_OK) return status;
    shift_run run = {ctx, h, w, x, y, make_axis_shift(tx, w), make_axis_shift(ty, h)};
    int64_t   dx = run.across.whole, dy = run.down.whole;
    alf_parallel(ctx, planes * h, shift_tile, &run);
    alf_mask_rectangle(h, w, at_least(dy + LANCZOS_A, 0), h + at_most(dy - LANCZOS_A + 1, 0),
                       at_least(dx + LANCZOS_A, 0), w + at_most(dx - LANCZOS_A + 1, 0), mask);
    return ALF_OK;
}
