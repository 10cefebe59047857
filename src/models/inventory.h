/* What a whole generator consists of. */
#ifndef ALF_MODELS_INVENTORY_H
#define ALF_MODELS_INVENTORY_H

#include "models/params.h"

/* Everything a generator has. */
alf_status alf_params_declare_generator(alf_params *params);
/* Trained parameters of the plan's generator. */
alf_status alf_params_count(alf_ctx *ctx, const alf_plan *plan, int64_t *out);

#endif
