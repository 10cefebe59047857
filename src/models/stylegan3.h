/* The alias-free synthesis network (configurations T and R). */
#ifndef ALF_MODELS_STYLEGAN3_H
#define ALF_MODELS_STYLEGAN3_H

#include "models/synthesis.h"

extern const alf_synthesis_kind alf_stylegan3;

alf_status alf_stylegan3_declare(alf_params *params, const alf_plan *plan);

#endif
