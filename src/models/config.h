/* What the models need of configurations beyond the public header. */
#ifndef ALF_MODELS_CONFIG_H
#define ALF_MODELS_CONFIG_H

#include "aliasfree/plan.h"

/* Checks every setting against its range; `origin` leads the message. */
alf_status alf_config_check(alf_ctx *ctx, const alf_config *config, const char *origin);

#endif
