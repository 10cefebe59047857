/* What is expected of training options. Private to the library. */
#ifndef ALF_TRAINING_OPTIONS_H
#define ALF_TRAINING_OPTIONS_H

#include "aliasfree/training.h"

/* ALF_ERR_RANGE (or what the networks' own checks give) names the option that cannot be. */
alf_status alf_training_check(alf_ctx *ctx, const alf_training_options *options);

#endif
