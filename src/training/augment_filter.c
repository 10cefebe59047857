/* The image filter: amplifies or damps bands of frequencies, each image with a symmetric filter of its own. */
#include <math.h>
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/tensor.h"
#include "training/augment_stages.h"

enum { SYMLET = 4, PAIR = 2 * SYMLET - 1 };

/* --- the bank of filters ----------------------------------------------------------------------------------------------- */

/* y = half of the taps convolved with their reverse: a zero-phase filter */
static void self_convolve(const double taps[SYMLET], double y[PAIR])
{
    for (int i = 0; i < PAIR; i++) y[i] = 0;
    for (int i = 0; i < SYMLET; i++)
        for (int k = 0; k < SYMLET; k++) y[i + SYMLET - 1 - k] += 0.5 * taps[i] * taps[k];
}

/* The row's `count` taps spread over every second sample, convolved with the low-pass; returns their new count. */
static int halve_band(double row[ALF_AUGMENT_BAND_TAPS], int count, const double low[PAIR])
{
    double y[ALF_AUGMENT_BAND_TAPS] = {0};
    for (int i = 0; i < count; i++)
        for (int k = 0; k < PAIR; k++) y[2 * i + k] += row[i] * low[k];
    memcpy(row, y, sizeof y);
    return 2 * count - 1 + PAIR - 1;
}

/* Each octave halves the bands so far and adds what is above them. */
alf_status alf_augment_filter_bank(alf_ctx *ctx, double bank[ALF_AUGMENT_BANDS][ALF_AUGMENT_BAND_TAPS])
{
    double     taps[SYMLET], low[PAIR], high[PAIR];
    alf_fir   *fir;
    alf_status status = alf_fir_symlet(ctx, 2, &fir);
    if (status != ALF_OK) return status;
    memcpy(taps, alf_fir_taps(fir).values, sizeof taps);
    alf_fir_destroy(fir);
    self_convolve(taps, low);
    for (int i = 1; i < SYMLET; i += 2) taps[i] = -taps[i];
    self_convolve(taps, high);

    memset(bank, 0, ALF_AUGMENT_BANDS * sizeof *bank);
    bank[0][0] = 1;
    for (int band = 1, count = 1; band < ALF_AUGMENT_BANDS; band++) {
        int longer = count;
        for (int row = 0; row < band; row++) longer = halve_band(bank[row], count, low);
        count = longer;
        for (int k = 0; k < PAIR; k++) bank[band][(count - PAIR) / 2 + k] += high[k];
    }
    return ALF_OK;
}

/* --- what an image draws ----------------------------------------------------------------------------------------------- */

/* A band's gain is followed by a normalisation that keeps the expected power of images, whose spectra fall with the
 * frequency. */
void alf_augment_band_gains(const alf_augment_image *image, double gain[ALF_AUGMENT_BANDS])
{
    static const double power[ALF_AUGMENT_BANDS] = {10.0 / 13, 1.0 / 13, 1.0 / 13, 1.0 / 13};
    for (int band = 0; band < ALF_AUGMENT_BANDS; band++) gain[band] = 1;
    for (int band = 0; band < ALF_AUGMENT_BANDS; band++) {
        if (!alf_augment_applies(image, image->config->imgfilter * image->p, ALF_DRAW_BAND_IF + band)) continue;
        const double t = exp2(image->numbers[ALF_DRAW_BAND + band]);
        const double norm = sqrt(1 + power[band] * (t * t - 1));
        for (int k = 0; k < ALF_AUGMENT_BANDS; k++) gain[k] *= (k == band ? t : 1) / norm;
    }
}

/* --- images ------------------------------------------------------------------------------------------------------------ */

/* The filter of one image: the bands together make exactly the identity where none is amplified. Returns whether one is. */
static bool design(const alf_augment_image *image, double bank[ALF_AUGMENT_BANDS][ALF_AUGMENT_BAND_TAPS],
                   double taps[ALF_AUGMENT_BAND_TAPS])
{
    double gain[ALF_AUGMENT_BANDS];
    bool   any = false;
    alf_augment_band_gains(image, gain);
    for (int band = 0; band < ALF_AUGMENT_BANDS; band++) any |= gain[band] != 1;
    for (int i = 0; i < ALF_AUGMENT_BAND_TAPS; i++) {
        taps[i] = any ? 0 : i == ALF_AUGMENT_BAND_TAPS / 2;
        for (int band = 0; any && band < ALF_AUGMENT_BANDS; band++) taps[i] += gain[band] * bank[band][i];
    }
    return any;
}

/* Reflected by half of the filter; images smaller than that are reflected again. */
static alf_tensor *pad(alf_ctx *ctx, alf_tensor *x)
{
    int64_t rest_x = ALF_AUGMENT_BAND_TAPS / 2, rest_y = rest_x;
    while (!alf_tensor_failed(x) && (rest_x || rest_y)) {
        const int64_t across = alf_smaller(rest_x, alf_tensor_dim(x, 3) - 1);
        const int64_t down = alf_smaller(rest_y, alf_tensor_dim(x, 2) - 1);
        x = alf_pad_reflect(ctx, x, (int64_t[]){across, across, down, down});
        rest_x -= across;
        rest_y -= down;
    }
    return x;
}

static alf_tensor *filter(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images, double taps[])
{
    double bank[ALF_AUGMENT_BANDS][ALF_AUGMENT_BAND_TAPS];
    bool   any = false;
    if (alf_augment_filter_bank(ctx, bank) != ALF_OK) return alf_failed_tensor();
    for (int64_t i = 0; i < alf_tensor_dim(images, 0); i++) {
        alf_augment_image image = alf_augment_image_at(batch, i);
        any |= design(&image, bank, taps + i * ALF_AUGMENT_BAND_TAPS);
    }
    if (!any) return images;
    alf_tensor *x = alf_filter_each(ctx, pad(ctx, images), taps, ALF_AUGMENT_BAND_TAPS, true);
    return alf_filter_each(ctx, x, taps, ALF_AUGMENT_BAND_TAPS, false);
}

alf_tensor *alf_augment_filter(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images)
{
    double *taps = alf_mem_alloc(ctx, (size_t)alf_tensor_dim(images, 0), ALF_AUGMENT_BAND_TAPS * sizeof *taps);
    images = taps ? filter(ctx, batch, images, taps) : alf_failed_tensor();
    alf_mem_free(taps);
    return images;
}
