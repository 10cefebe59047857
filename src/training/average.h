/* The generator that moves slowly behind the trained one. Private to the library. */
#ifndef ALF_TRAINING_AVERAGE_H
#define ALF_TRAINING_AVERAGE_H

#include "aliasfree/training.h"
#include "models/params.h"

/* Moves the parameters of `ema` towards those of the network after a batch that followed `images` others: half of the
 * way in ema_kimg, or sooner at the start. Buffers are copied. */
void alf_ema_update(const alf_training_options *options, int64_t images, const alf_params *network,
                    const alf_params *ema);

#endif
