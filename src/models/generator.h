/* The insides of a generator, shared by its two files. */
#ifndef ALF_MODELS_GENERATOR_H
#define ALF_MODELS_GENERATOR_H

#include "models/mapping.h"
#include "models/synthesis.h"

struct alf_generator {
    alf_ctx                  *ctx;
    alf_plan                 *plan;
    alf_params                params;
    alf_mapping               mapping;
    const alf_synthesis_kind *kind;
    void                     *synthesis;
};

/* A generator with its plan and declared parameters, but no values yet. */
alf_status alf_generator_start(alf_ctx *ctx, const alf_config *config, alf_generator **out);
/* Connects the layers to the parameters, once these have values. */
alf_status alf_generator_connect(alf_generator *g);

#endif
