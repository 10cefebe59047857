/* What the models need of configurations beyond the public header. */
#ifndef ALF_MODELS_CONFIG_H
#define ALF_MODELS_CONFIG_H

#include "aliasfree/discriminator.h"
#include "aliasfree/plan.h"

/* Checks that an image size is a power of two from `lowest` to 4096. */
alf_status alf_config_check_resolution(alf_ctx *ctx, int resolution, int lowest, const char *origin);
/* Checks every setting against its range; `origin` leads the message. */
alf_status alf_config_check(alf_ctx *ctx, const alf_config *config, const char *origin);
alf_status alf_discriminator_config_check(alf_ctx *ctx, const alf_discriminator_config *config, const char *origin);

/* Channels of StyleGAN2's layers at a resolution: base / resolution, at most `max`. */
int alf_channels_at(int64_t base, int64_t max, int64_t resolution);

#endif
