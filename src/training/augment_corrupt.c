/* Noise and cutout. */
#include <math.h>

#include "aliasfree/random.h"
#include "core/core.h"
#include "tensor/tensor.h"
#include "training/augment_stages.h"

/* --- noise ------------------------------------------------------------------------------------------------------------- */

static double noise_level(const alf_augment_image *image)
{
    if (!alf_augment_applies(image, image->config->noise * image->p, ALF_DRAW_NOISE_IF)) return 0;
    return 0.1 * fabs(image->numbers[ALF_DRAW_NOISE]);
}

/* Noise of all images into `values`; returns whether there is any. Image number i has its own piece of the stream. */
static bool make_noise(const alf_augment_batch *batch, int64_t n, int64_t size, double values[])
{
    static const alf_augment_draws none = {0};
    const alf_augment_draws       *draws = batch->draws ? batch->draws : &none;
    const uint64_t                 stream = alf_random_stream(ALF_FOR_AUGMENTATION_NOISE, draws->index);
    bool                           any = false;
    for (int64_t i = 0; i < n; i++) {
        alf_augment_image image = alf_augment_image_at(batch, i);
        const double      level = noise_level(&image);
        double           *own = values + i * size;
        any |= level != 0;
        if (level != 0) alf_random_normal(draws->seed, stream, (draws->first + i) * size, size, own);
        for (int64_t k = 0; k < size; k++) own[k] = level != 0 ? level * own[k] : 0;
    }
    return any;
}

alf_tensor *alf_augment_noise(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images)
{
    const int64_t n = images->shape[0], count = alf_tensor_count(images);
    double       *values = alf_mem_alloc(ctx, (size_t)count, sizeof *values);
    if (!values)
        images = alf_failed_tensor();
    else if (make_noise(batch, n, count / n, values))
        images = alf_add(ctx, images, alf_tensor_from_f64(ctx, 4, images->shape, values));
    alf_mem_free(values);
    return images;
}

/* --- cutout ------------------------------------------------------------------------------------------------------------ */

/* 0 in a square of half the image's size about (x, y), cut off at the edges; else 1. */
static void cut(double x, double y, int64_t h, int64_t w, double mask[])
{
    for (int64_t i = 0; i < h * w; i++) {
        const double away_x = fabs(((double)(i % w) + 0.5) / (double)w - x);
        const double away_y = fabs(((double)(i / w) + 0.5) / (double)h - y);
        mask[i] = away_x >= 0.25 || away_y >= 0.25;
    }
}

static bool make_mask(const alf_augment_batch *batch, int64_t n, int64_t h, int64_t w, double mask[])
{
    bool any = false;
    for (int64_t i = 0; i < n; i++) {
        alf_augment_image image = alf_augment_image_at(batch, i);
        double           *own = mask + i * h * w;
        const bool        now = alf_augment_applies(&image, batch->config->cutout * batch->p, ALF_DRAW_CUTOUT_IF);
        any |= now;
        if (now)
            cut(image.numbers[ALF_DRAW_CUTOUT_X], image.numbers[ALF_DRAW_CUTOUT_Y], h, w, own);
        else
            for (int64_t k = 0; k < h * w; k++) own[k] = 1;
    }
    return any;
}

alf_tensor *alf_augment_cutout(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images)
{
    const int64_t n = images->shape[0], h = images->shape[2], w = images->shape[3];
    double       *mask = alf_mem_alloc(ctx, (size_t)(n * h * w), sizeof *mask);
    if (!mask)
        images = alf_failed_tensor();
    else if (make_mask(batch, n, h, w, mask))
        images = alf_mul(ctx, images, alf_tensor_from_f64(ctx, 4, (int64_t[]){n, 1, h, w}, mask));
    alf_mem_free(mask);
    return images;
}
