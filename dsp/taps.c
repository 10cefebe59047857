/* Checks and copies of taps. */
#include "taps.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/core.h"

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
    if (taps->width < 1 || taps->width > ALF_MAX_TAPS)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s.width is %d, expected 1 to %d", field, taps->width, ALF_MAX_TAPS);
    if (taps->height < 1 || taps->height > ALF_MAX_TAPS)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s.height is %d, expected 1 to %d", field, taps->height, ALF_MAX_TAPS);
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
