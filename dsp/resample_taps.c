/* Checks of specs, copies of taps, and the small integer arithmetic that plans share. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "plans.h"

#define MAX_TAPS 4096

static alf_status check_values(alf_ctx *ctx, const char *field, const alf_taps *taps, double gain)
{
    int64_t count = (int64_t)taps->height * taps->width;

    if (!taps->values) return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s.values is NULL, expected the taps", field);
    for (int64_t i = 0; i < count; i++)
        if (!(fabs(taps->values[i] * gain) <= (double)FLT_MAX) || !isfinite(taps->values[i]))
            return alf_fail(ctx, ALF_ERR_RANGE, "%s.values[%lld] is %g with gain %g, expected a finite float", field,
                            (long long)i, taps->values[i], gain);
    return ALF_OK;
}

alf_status alf_taps_check(alf_ctx *ctx, const char *field, const alf_taps *taps, double gain)
{
    if (!isfinite(gain) || fabs(gain) > (double)FLT_MAX)
        return alf_fail(ctx, ALF_ERR_RANGE, "gain is %g, expected a finite float", gain);
    if (taps->rank < 0 || taps->rank > 2)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s.rank is %d, expected 0, 1 or 2", field, taps->rank);
    if (taps->rank == 0) return ALF_OK;
    if (taps->width < 1 || taps->width > MAX_TAPS)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s.width is %d, expected 1 to %d", field, taps->width, MAX_TAPS);
    if (taps->height < 1 || taps->height > MAX_TAPS)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s.height is %d, expected 1 to %d", field, taps->height, MAX_TAPS);
    if (taps->rank == 1 && taps->height != 1)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s.height is %d, expected 1 for a separable filter", field, taps->height);
    return check_values(ctx, field, taps, gain);
}

alf_status alf_taps_copy(alf_ctx *ctx, const alf_taps *taps, alf_taps *out)
{
    static const double one[1] = {1};
    alf_taps            from = taps->rank == 0 ? (alf_taps){0, 1, 1, one} : *taps;
    size_t              count = (size_t)from.width * (size_t)from.height;
    double             *values = alf_mem_alloc(ctx, count, sizeof *values);

    if (!values) return ALF_ERR_MEMORY;
    memcpy(values, from.values, count * sizeof *values);
    *out = from;
    out->values = values;
    return ALF_OK;
}

int alf_taps_wide(const alf_taps *taps)
{
    return taps->rank == 0 ? 1 : taps->width;
}

int alf_taps_high(const alf_taps *taps)
{
    return taps->rank == 0 ? 1 : taps->rank == 1 ? taps->width : taps->height;
}

static alf_status check_int(alf_ctx *ctx, const char *field, int64_t value, int64_t lowest, int64_t highest)
{
    if (value >= lowest && value <= highest) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "%s is %lld, expected %lld to %lld", field, (long long)value, (long long)lowest,
                    (long long)highest);
}

alf_status alf_check_geometry(alf_ctx *ctx, int64_t in_h, int64_t in_w, int up, int down, const int padding[4])
{
    static const char *const names[4] = {"padding[0]", "padding[1]", "padding[2]", "padding[3]"};
    alf_status               status = check_int(ctx, "in_h", in_h, 1, ALF_MAX_SIDE);

    if (!status) status = check_int(ctx, "in_w", in_w, 1, ALF_MAX_SIDE);
    if (!status) status = check_int(ctx, "up", up, 1, ALF_MAX_FACTOR);
    if (!status) status = check_int(ctx, "down", down, 1, ALF_MAX_FACTOR);
    for (int i = 0; i < 4 && !status; i++)
        status = check_int(ctx, names[i], padding[i], -ALF_MAX_PADDING, ALF_MAX_PADDING);
    return status;
}

int64_t alf_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

int64_t alf_ceil_div(int64_t a, int64_t b)
{
    return -alf_floor_div(-a, b);
}

int64_t alf_pad_lanes(int64_t count)
{
    return alf_ceil_div(count, ALF_LANE_PAD) * ALF_LANE_PAD;
}

int alf_lcm(int a, int b)
{
    int x = a, y = b;

    while (y) {
        int rest = x % y;

        x = y;
        y = rest;
    }
    return a / x * b;
}

int64_t alf_rows_reached(int64_t band, int down, int taps, int up, int64_t in_rows)
{
    int64_t rows = ((band - 1) * down + taps - 1) / up + 1;

    return rows < in_rows ? rows : in_rows;
}

alf_status alf_check_planes(alf_ctx *ctx, const char *what, int64_t planes, int64_t h, int64_t w)
{
    int64_t pixels, count, bytes;

    if (planes < 1)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: %lld planes, expected 1 or more", what, (long long)planes);
    if (alf_mul_i64(h, w, &pixels) && alf_mul_i64(pixels, planes, &count) &&
        alf_mul_i64(count, (int64_t)sizeof(double), &bytes))
        return ALF_OK;
    return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: %lld planes of %lld x %lld cannot be addressed", what,
                    (long long)planes, (long long)h, (long long)w);
}
