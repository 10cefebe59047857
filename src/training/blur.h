/* The blur that hides detail from the discriminator at first (StyleGAN3-R). Private to the library. */
#ifndef ALF_TRAINING_BLUR_H
#define ALF_TRAINING_BLUR_H

#include "aliasfree/training.h"

/* The filter for images [.., resolution, resolution] after `images` have been shown: a Gaussian whose width falls
 * linearly to nothing (paper, section 3.2 under "Progressive growing" and appendix F). *out is NULL when it has faded. */
alf_status alf_blur_create(alf_ctx *ctx, const alf_training_options *options, int64_t images, int64_t resolution,
                           alf_upfirdn **out);

#endif
