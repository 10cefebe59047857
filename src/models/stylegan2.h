/* The StyleGAN2 synthesis network: skip, residual and plain. */
#ifndef ALF_MODELS_STYLEGAN2_H
#define ALF_MODELS_STYLEGAN2_H

#include "models/synthesis.h"

extern const alf_synthesis_kind alf_stylegan2;

alf_status alf_stylegan2_declare(alf_params *params, const alf_plan *plan);

#endif
