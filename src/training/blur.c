/* Gaussian blur that fades. */
#include "training/blur.h"

#include <math.h>

#include "core/core.h"

/* Taps 2^-(i/sigma)^2 over three sigmas, normalised. */
static void fill_taps(double sigma, int radius, double taps[])
{
    double sum = 0;
    for (int i = -radius; i <= radius; i++) sum += taps[i + radius] = exp2(-(i / sigma) * (i / sigma));
    for (int i = 0; i <= 2 * radius; i++) taps[i] /= sum;
}

alf_status alf_blur_create(alf_ctx *ctx, const alf_training_options *options, int64_t images, int64_t resolution,
                           alf_upfirdn **out)
{
    const double fade = options->blur_fade_kimg * 1000;
    const double sigma = fade > 0 ? fmax(1 - (double)images / fade, 0) * options->blur_init_sigma : 0;
    const int    radius = (int)floor(3 * sigma);
    if (radius == 0) {
        *out = NULL;
        return ALF_OK;
    }
    const int width = 2 * radius + 1;
    double   *taps = alf_mem_alloc(ctx, (size_t)width, sizeof *taps);
    if (!taps) return ALF_ERR_MEMORY;
    fill_taps(sigma, radius, taps);
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    spec.in_h = spec.in_w = resolution;
    spec.filter = (alf_taps){.rank = 1, .width = width, .height = 1, .values = taps};
    alf_upfirdn_spec_filter(&spec);
    alf_status status = alf_upfirdn_create(ctx, &spec, out);
    alf_mem_free(taps);
    return status;
}
