/* Layer plans in fuzz targets. */
#ifndef FUZZ_PLANS_H
#define FUZZ_PLANS_H

#include "fuzz.h"

/* Plans the configuration, and checks what holds of every plan; and that its init_kwargs give the same plan. */
void fuzz_plan(alf_ctx *ctx, const alf_config *config);

#endif
