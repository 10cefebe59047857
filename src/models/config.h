/* What the models need of configurations beyond the public header. */
#ifndef ALF_MODELS_CONFIG_H
#define ALF_MODELS_CONFIG_H

#include "aliasfree/discriminator.h"
#include "aliasfree/plan.h"

#define ALF_MAX_RESOLUTION 4096 /* pixels along a side  */
#define ALF_MAX_LAYERS 64       /* of StyleGAN3         */

/* Checks that an image size is a power of two from `lowest` to ALF_MAX_RESOLUTION. */
alf_status alf_config_check_resolution(alf_ctx *ctx, int resolution, int lowest, const char *origin);
/* Checks every setting against its range; `origin` leads the message. */
alf_status alf_config_check(alf_ctx *ctx, const alf_config *config, const char *origin);
alf_status alf_discriminator_config_check(alf_ctx *ctx, const alf_discriminator_config *config, const char *origin);

/* Layers, without ToRGB, of the schedule "octaves". */
int alf_config_octave_layers(int resolution);
/* Sets what an init_kwargs text names and leaves the rest as it is; nothing is checked against the other settings. */
alf_status alf_config_apply(alf_ctx *ctx, const char *kwargs, const char *origin, alf_config *config);

/* Channels of StyleGAN2's layers at a resolution: base / resolution, at most `max`. */
int alf_channels_at(int64_t base, int64_t max, int64_t resolution);

#endif
