/* What a whole generator consists of. */
#ifndef ALF_MODELS_INVENTORY_H
#define ALF_MODELS_INVENTORY_H

#include "aliasfree/plan.h"
#include "models/mapping.h"

/* Everything the plan's generator has; the plan must outlive the list. */
alf_status alf_params_declare_generator(alf_params *params, const alf_plan *plan);
/* Its mapping network. */
alf_mapping_spec alf_generator_mapping(const alf_plan *plan);
/* Trained parameters of the plan's generator. */
alf_status alf_params_count(alf_ctx *ctx, const alf_plan *plan, int64_t *out);

#endif
