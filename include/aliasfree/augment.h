/* Augmentation of what a discriminator sees (Karras et al. 2020, "Training GANs with limited data", appendix B).
 *
 * Every transformation is applied to each image independently with the probability p times its multiplier, in a fixed
 * order: geometry (one resampling of all together), colour, image filter, noise, cutout. All are differentiable along
 * the images. Images are [N, 1 or 3, H, W] with values about [-1, 1]. */
#ifndef ALIASFREE_AUGMENT_H
#define ALIASFREE_AUGMENT_H

#include "aliasfree/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Multipliers of the probability, each in [0, 1]; 0 leaves the transformation out. */
typedef struct {
    double xflip, rotate90, xint;                           /* whole pixels    */
    double scale, rotate, aniso, xfrac;                     /* resampled       */
    double brightness, contrast, lumaflip, hue, saturation; /* colour          */
    double imgfilter;                                       /* frequency bands */
    double noise, cutout;                                   /* corruption      */
} alf_augment_config;

/* The original's groups: blit, geom, color, filter, noise, cutout, bg, bgc, bgcf, bgcfn, bgcfnc. */
ALF_API ALF_NODISCARD alf_status alf_augment_named(alf_ctx *ctx, const char *name, alf_augment_config *out);
/* Sets the multiplier of one transformation by its name ("xflip"); ALF_ERR_ARGUMENT for an unknown one. */
ALF_API ALF_NODISCARD alf_status alf_augment_set(alf_ctx *ctx, alf_augment_config *config, const char *name,
                                                 double multiplier);

/* Random numbers that one image takes; image i of a call uses numbers (first + i) * ALF_AUGMENT_DRAWS and on. */
#define ALF_AUGMENT_DRAWS 64

/* Where a call draws from: what image number `first` of a stream gets does not depend on the batch that it comes in
 * (but for the margin of the reflection, which the batch shares and the image does not show). */
typedef struct {
    uint64_t seed;  /* of all that is drawn                                               */
    uint32_t index; /* of the streams ALF_FOR_AUGMENTATION and ALF_FOR_AUGMENTATION_NOISE */
    int64_t  first; /* number of the first image in the stream                            */
} alf_augment_draws;

/* The augmented images, [N, C, H, W] again. p in [0, 1]. At p = 0 nothing can be drawn and the images come back as they
 * are; at any other p every image is resampled if a geometric multiplier is set, which is the identity (to rounding)
 * for one that draws no transformation. Reflection fills what comes into view up to the image's size less one pixel,
 * zeros what lies beyond. imgfilter takes at least 2 x 2 pixels. */
ALF_API alf_tensor *alf_augment(alf_ctx *ctx, const alf_augment_config *config, alf_tensor *images, double p,
                                const alf_augment_draws *draws);
/* Every transformation is applied (where its multiplier is not 0), with each draw replaced by the percentile q in (0, 1)
 * of its distribution: for tests and for pictures. (As in the original, bell curves take erfinv(2 q - 1) standard
 * deviations, the noise's level erfinv(q), and the second rotation is left out.) */
ALF_API alf_tensor *alf_augment_percentile(alf_ctx *ctx, const alf_augment_config *config, alf_tensor *images,
                                           double q);

#ifdef __cplusplus
}
#endif
#endif
