/* Periodic interpolation of keyframes by a not-a-knot cubic spline.
 *
 * On a uniform grid the spline's second derivatives m satisfy m[i-1] + 4 m[i] + m[i+1] = 6 (y[i-1] - 2 y[i] + y[i+1]).
 * Not-a-knot ends, m[0] = 2 m[1] - m[2] and alike at the far end, turn the first and last of these equations into
 * m[1] = y[0] - 2 y[1] + y[2]: what remains is tridiagonal with known ends. */

#include "aliasfree/interpolate.h"
#include "core/core.h"

/* One dimension of the keyframes, seen as a sequence that repeats. */
typedef struct {
    const double *in;
    int64_t       keyframes, dim, column;
} keyframe_column;

static double point(const keyframe_column *k, int64_t i)
{
    return k->in[(i % k->keyframes) * k->dim + k->column];
}

static double bend(const keyframe_column *k, int64_t i)
{
    return point(k, i - 1) - 2.0 * point(k, i) + point(k, i + 1);
}

/* Second derivatives m at all `points` >= 4; `ratio` (points values) is the workspace of the elimination. */
static void second_derivatives(const keyframe_column *k, int64_t points, double *m, double *ratio)
{
    int64_t last = points - 2;
    m[1] = bend(k, 1);
    ratio[1] = 0.0;
    for (int64_t i = 2; i < last; i++) {
        ratio[i] = 1.0 / (4.0 - ratio[i - 1]);
        m[i] = (6.0 * bend(k, i) - m[i - 1]) * ratio[i];
    }
    m[last] = bend(k, last);
    for (int64_t i = last - 1; i > 1; i--) m[i] -= ratio[i] * m[i + 1];
    m[0] = 2.0 * m[1] - m[2];
    m[points - 1] = 2.0 * m[last] - m[last - 1];
}

/* The spline a fraction t in [0, 1) after point i. */
static double evaluate(const keyframe_column *k, const double *m, int64_t i, double t)
{
    double u = 1.0 - t;
    return u * point(k, i) + t * point(k, i + 1) + ((u * u * u - u) * m[i] + (t * t * t - t) * m[i + 1]) / 6.0;
}

static alf_status check(alf_ctx *ctx, int64_t keyframes, int64_t dim, int wraps, int w_frames, int64_t *points)
{
    int64_t values;
    if (keyframes < 1 || dim < 1 || !alf_mul_i64(keyframes, dim, &values))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_interpolate_cubic: %lld keyframes of %lld, expected at least 1 of 1",
                        (long long)keyframes, (long long)dim);
    if (wraps < 1) return alf_fail(ctx, ALF_ERR_RANGE, "alf_interpolate_cubic: wraps is %d, expected 1 or more", wraps);
    if (w_frames < 1 || !alf_mul_i64(values, w_frames, &values))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_interpolate_cubic: w_frames is %d, expected 1 or more frames that fit",
                        w_frames);
    if (!alf_mul_i64(keyframes, 2 * (int64_t)wraps + 1, points) || *points < 4)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "alf_interpolate_cubic: %lld keyframes with %d wraps, expected at least 4 points in all",
                        (long long)keyframes, wraps);
    return ALF_OK;
}

alf_status alf_interpolate_cubic(alf_ctx *ctx, int64_t keyframes, int64_t dim, int wraps, int w_frames,
                                 const double in[], double out[])
{
    int64_t points;
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!in || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_interpolate_cubic: in or out is NULL");
    alf_status status = check(ctx, keyframes, dim, wraps, w_frames, &points);
    if (status != ALF_OK) return status;
    double *m = alf_mem_alloc(ctx, (size_t)points, 2 * sizeof *m);
    if (!m) return ALF_ERR_MEMORY;

    int64_t first = keyframes * (int64_t)wraps;
    for (int64_t column = 0; column < dim; column++) {
        keyframe_column k = {in, keyframes, dim, column};
        second_derivatives(&k, points, m, m + points);
        for (int64_t frame = 0; frame < keyframes * w_frames; frame++) {
            double t = (double)(frame % w_frames) / (double)w_frames;
            out[frame * dim + column] = evaluate(&k, m, first + frame / w_frames, t);
        }
    }
    alf_mem_free(m);
    return ALF_OK;
}
