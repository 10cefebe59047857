/* A network's image under a movement of its canvas, beside its unmoved image that was moved as an image. */
#include "common/moved_images.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

alf_status moved_images_create(alf_ctx *ctx, int64_t planes, int64_t size, moved_images *out)
{
    const int64_t pixels = size * size, count = planes * pixels;
    double       *block = malloc((size_t)(5 * count + 2 * pixels) * sizeof *block);
    if (!block) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for images of %lld pixels", (long long)size);
    *out = (moved_images){.planes = planes,
                          .size = size,
                          .still = block,
                          .shown = block + count,
                          .moved = block + 2 * count,
                          .tested = block + 3 * count,
                          .spare = block + 4 * count,
                          .mask = block + 5 * count};
    return ALF_OK;
}

void moved_images_destroy(moved_images *images)
{
    free(images->still);
}

alf_status movement_rotation(alf_ctx *ctx, const movement *m, alf_rotation **out)
{
    *out = NULL;
    return m->turns ? alf_rotation_create(ctx, m->degrees * acos(-1) / 180, out) : ALF_OK;
}

static alf_status shift(alf_ctx *ctx, const movement *m, const moved_images *i)
{
    const int64_t n = i->size;
    memcpy(i->tested, i->shown, (size_t)(i->planes * n * n) * sizeof(double));
    return alf_shift_fractional(ctx, i->planes, n, n, i->still, m->tx, m->ty, i->moved, i->mask);
}

static alf_status turn(alf_ctx *ctx, const alf_rotation *rotation, const moved_images *i)
{
    const int64_t n = i->size, pixels = n * n;
    double       *mask = i->mask, *other = i->mask + pixels;
    alf_status    status = alf_rotation_apply(ctx, rotation, i->planes, n, n, i->still, i->moved, mask);
    if (status == ALF_OK) status = alf_rotation_limit(ctx, rotation, i->planes, n, n, i->shown, i->tested, other);
    for (int64_t p = 0; p < pixels && status == ALF_OK; p++) mask[p] *= other[p];
    return status;
}

alf_status moved_images_compare(alf_ctx *ctx, const movement *m, const alf_rotation *rotation,
                                const moved_images *images)
{
    if (!m->turns) return shift(ctx, m, images);
    if (rotation) return turn(ctx, rotation, images);
    alf_rotation *own;
    alf_status    status = movement_rotation(ctx, m, &own);
    if (status == ALF_OK) status = turn(ctx, own, images);
    alf_rotation_destroy(own);
    return status;
}

void moved_images_difference(const moved_images *images, double out[])
{
    const int64_t pixels = images->size * images->size;
    for (int64_t p = 0; p < images->planes * pixels; p++)
        out[p] = images->mask[p % pixels] > 0 ? images->tested[p] - images->moved[p] : INFINITY;
}

/* --- contrast ----------------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

contrast contrast_of(int64_t count, double values[])
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += values[i];
    contrast c = {.grey = sum / (double)count};
    for (int64_t i = 0; i < count; i++) values[i] = fabs(values[i] - c.grey);
    qsort(values, (size_t)count, sizeof *values, compare);
    c.range = fmax(values[(int64_t)(0.99 * (double)(count - 1))], 1e-6);
    return c;
}

contrast contrast_shown(bool fresh, int64_t count, double values[])
{
    const contrast c = contrast_of(count, values);
    const bool     like_a_picture = fabs(c.grey) < 1 && c.range >= 0.5 && c.range <= 2;
    return !fresh && like_a_picture ? (contrast){.range = 1} : c;
}

void contrast_describe(contrast c, size_t size, char out[])
{
    if (c.grey == 0 && c.range == 1)
        snprintf(out, size, "Images are shown as they are, -1 black and 1 white.");
    else
        snprintf(out, size, "All have one contrast: 99%% of the values of the unmoved images lie within %.3g of %.3g.",
                 c.range, c.grey);
}

void contrast_apply(contrast c, int64_t count, const double values[], double out[])
{
    for (int64_t i = 0; i < count; i++) out[i] = (values[i] - c.grey) / c.range;
}
