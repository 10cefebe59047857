/* What training needs of networks beyond their public headers: the lists of their parameters and buffers, and what to do
 * when other values were put into them. */
#ifndef ALF_MODELS_NETWORKS_H
#define ALF_MODELS_NETWORKS_H

#include "aliasfree/discriminator.h"
#include "aliasfree/generator.h"
#include "models/params.h"

/* Valid as long as the network, which goes on owning them. */
alf_params *alf_generator_params(alf_generator *g);
alf_params *alf_discriminator_params(alf_discriminator *d);

/* Layers read filters and transforms once, when they are made: after these were overwritten the layers are made anew.
 * `origin`, the file that the values come from, leads messages. On failure the layers stay as they were. */
alf_status alf_generator_reconnect(alf_generator *g, const char *origin);
alf_status alf_discriminator_reconnect(alf_discriminator *d);

#endif
