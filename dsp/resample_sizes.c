/* Checks of sizes and the small integer arithmetic that plans share. */
#include "core/core.h"
#include "plans.h"

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
    if (status == ALF_OK) status = check_int(ctx, "in_w", in_w, 1, ALF_MAX_SIDE);
    if (status == ALF_OK) status = check_int(ctx, "up", up, 1, ALF_MAX_FACTOR);
    if (status == ALF_OK) status = check_int(ctx, "down", down, 1, ALF_MAX_FACTOR);
    for (int i = 0; i < 4 && status == ALF_OK; i++)
        status = check_int(ctx, names[i], padding[i], -ALF_MAX_PADDING, ALF_MAX_PADDING);
    return status;
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
