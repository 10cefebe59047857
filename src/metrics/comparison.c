/* Planes of a network under a movement of its canvas, beside its unmoved ones under the operators of equivariance.h. */
#include "metrics/comparison.h"

#include "core/core.h"

alf_status alf_comparison_create(alf_ctx *ctx, int64_t planes, int64_t size, alf_comparison *out)
{
    int64_t side, values;
    if (!alf_mul_i64(size, size, &side) || !alf_mul_i64(planes, side, &values) || values > INT64_MAX / 64 ||
        side > INT64_MAX / 64)
        return alf_fail(ctx, ALF_ERR_RANGE, "%lld planes of %lld x %lld to be compared at a time are too many",
                        (long long)planes, (long long)size, (long long)size);
    double *block = alf_mem_alloc(ctx, (size_t)(4 * values + 2 * side), sizeof *block);
    if (!block) return ALF_ERR_MEMORY;
    *out = (alf_comparison){.planes = planes,
                            .size = size,
                            .base = block,
                            .image = block + values,
                            .reference = block + 2 * values,
                            .pseudo = block + 3 * values,
                            .mask = block + 4 * values,
                            .mask_pseudo = block + 4 * values + side};
    return ALF_OK;
}

void alf_comparison_destroy(alf_comparison *comparison)
{
    alf_mem_free(comparison->base);
}

alf_status alf_comparison_move(alf_ctx *ctx, const alf_comparison *c, const alf_movement *m,
                               const alf_rotation *rotation, const double **tested)
{
    const int64_t n = c->size;
    *tested = c->image;
    if (m->kind == ALF_EQT_INT)
        return alf_shift_whole(ctx, c->planes, n, n, c->base, m->tx, m->ty, c->reference, c->mask);
    if (m->kind == ALF_EQT_FRAC)
        return alf_shift_fractional(ctx, c->planes, n, n, c->base, m->tx, m->ty, c->reference, c->mask);

    alf_status status = alf_rotation_apply(ctx, rotation, c->planes, n, n, c->base, c->reference, c->mask);
    if (status == ALF_OK) /* the tested image is band-limited alike, but not turned */
        status = alf_rotation_limit(ctx, rotation, c->planes, n, n, c->image, c->pseudo, c->mask_pseudo);
    if (status == ALF_OK)
        for (int64_t i = 0; i < n * n; i++) c->mask[i] *= c->mask_pseudo[i];
    *tested = c->pseudo;
    return status;
}
