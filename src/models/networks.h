/* What training needs of networks beyond their public headers: the lists of their parameters and buffers. */
#ifndef ALF_MODELS_NETWORKS_H
#define ALF_MODELS_NETWORKS_H

#include "aliasfree/discriminator.h"
#include "aliasfree/generator.h"
#include "models/params.h"

/* Valid as long as the network, which goes on owning them. */
alf_params *alf_generator_params(alf_generator *g);
alf_params *alf_discriminator_params(alf_discriminator *d);

#endif
