/* The parts of augmentation: what one image draws, and the stages that images flow through. Private to the library.
 *
 * An image takes ALF_AUGMENT_DRAWS numbers, each for one purpose: what a transformation draws does not depend on which
 * others there are. Percentiles differ from random draws in these numbers alone. */
#ifndef ALF_TRAINING_AUGMENT_STAGES_H
#define ALF_TRAINING_AUGMENT_STAGES_H

#include "aliasfree/augment.h"

#define ALF_AUGMENT_BANDS 4 /* of frequencies, which the image filter amplifies */

/* Uniform numbers in [0, 1): first those that decide whether a transformation is applied. */
enum {
    ALF_DRAW_XFLIP_IF,
    ALF_DRAW_ROTATE90_IF,
    ALF_DRAW_XINT_IF,
    ALF_DRAW_SCALE_IF,
    ALF_DRAW_ROTATE_BEFORE_IF,
    ALF_DRAW_ANISO_IF,
    ALF_DRAW_ROTATE_AFTER_IF,
    ALF_DRAW_XFRAC_IF,
    ALF_DRAW_BRIGHTNESS_IF,
    ALF_DRAW_CONTRAST_IF,
    ALF_DRAW_LUMAFLIP_IF,
    ALF_DRAW_HUE_IF,
    ALF_DRAW_SATURATION_IF,
    ALF_DRAW_BAND_IF, /* one for each band */
    ALF_DRAW_NOISE_IF = ALF_DRAW_BAND_IF + ALF_AUGMENT_BANDS,
    ALF_DRAW_CUTOUT_IF,

    ALF_DRAW_XFLIP, /* then the values    */
    ALF_DRAW_ROTATE90,
    ALF_DRAW_XINT_X,
    ALF_DRAW_XINT_Y,
    ALF_DRAW_ROTATE_BEFORE,
    ALF_DRAW_ROTATE_AFTER,
    ALF_DRAW_LUMAFLIP,
    ALF_DRAW_HUE,
    ALF_DRAW_CUTOUT_X,
    ALF_DRAW_CUTOUT_Y,
    ALF_DRAW_UNIFORM_END
};

/* Standard normal numbers. */
enum {
    ALF_DRAW_NORMAL = ALF_AUGMENT_DRAWS / 2,
    ALF_DRAW_SCALE = ALF_DRAW_NORMAL,
    ALF_DRAW_ANISO,
    ALF_DRAW_XFRAC_X,
    ALF_DRAW_XFRAC_Y,
    ALF_DRAW_BRIGHTNESS,
    ALF_DRAW_CONTRAST,
    ALF_DRAW_SATURATION,
    ALF_DRAW_BAND, /* one for each band */
    ALF_DRAW_NOISE = ALF_DRAW_BAND + ALF_AUGMENT_BANDS,
    ALF_DRAW_END
};

/* The numbers of `count` images, [count][ALF_AUGMENT_DRAWS]. */
void alf_augment_draw(const alf_augment_draws *draws, int64_t count, double numbers[]);
void alf_augment_draw_percentile(double q, int64_t count, double numbers[]);

/* What decides over one image. */
typedef struct {
    const alf_augment_config *config;
    double                    p;
    const double             *numbers; /* its own */
} alf_augment_image;

/* True with probability `chance`, the same each time. */
static inline bool alf_augment_applies(const alf_augment_image *image, double chance, int draw)
{
    return image->numbers[draw] < chance;
}

/* Output position to input position, both in pixels about the image's centre: the rows (m0 m1 m2), (m3 m4 m5). */
void alf_augment_affine(const alf_augment_image *image, int64_t h, int64_t w, double m[6]);
/* Columns for red, green, blue and 1. */
void alf_augment_color_matrix(const alf_augment_image *image, double m[3][4]);

#define ALF_AUGMENT_BAND_TAPS 43
/* The gain of each band of the image filter, and the filters of the bands. */
void       alf_augment_band_gains(const alf_augment_image *image, double gain[ALF_AUGMENT_BANDS]);
alf_status alf_augment_filter_bank(alf_ctx *ctx, double bank[ALF_AUGMENT_BANDS][ALF_AUGMENT_BAND_TAPS]);
/* The 12 taps by which geometry resamples, summing to 1. */
#define ALF_AUGMENT_GEOMETRY_TAPS 12
alf_status alf_augment_geometry_taps(alf_ctx *ctx, double taps[ALF_AUGMENT_GEOMETRY_TAPS]);

/* What decides over a batch; noise comes from `draws`, or with NULL (percentiles) from seed 0. */
typedef struct {
    const alf_augment_config *config;
    double                    p;
    const double             *numbers; /* of all images */
    const alf_augment_draws  *draws;
} alf_augment_batch;

static inline alf_augment_image alf_augment_image_at(const alf_augment_batch *batch, int64_t index)
{
    return (alf_augment_image){batch->config, batch->p, batch->numbers + index * ALF_AUGMENT_DRAWS};
}

/* The stages, images [N, 1 or 3, H, W] to images. Colour, filter and corruption return the images where nobody in the
 * batch draws them; geometry resamples whatever was drawn. */
alf_tensor *alf_augment_geometry(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images);
alf_tensor *alf_augment_color(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images);
alf_tensor *alf_augment_filter(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images);
alf_tensor *alf_augment_noise(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images);
alf_tensor *alf_augment_cutout(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images);

/* Every multiplier lies in [0, 1]; ALF_ERR_RANGE names the first that does not. */
alf_status alf_augment_config_check(alf_ctx *ctx, const alf_augment_config *config);

#endif
