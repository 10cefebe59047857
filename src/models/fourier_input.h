/* The input of networks without a learned constant: Fourier features under the user's transform, and a learned one
 * where the configuration has it. */
#ifndef ALF_MODELS_FOURIER_INPUT_H
#define ALF_MODELS_FOURIER_INPUT_H

#include "aliasfree/plan.h"
#include "models/dense.h"

typedef struct {
    const alf_plan *plan;
    alf_tensor     *weight; /* [channels, channels]         */
    alf_tensor     *freqs;  /* [channels, 2]                */
    alf_tensor     *phases; /* [channels]                   */
    alf_dense_layer affine; /* w -> (r_c, r_s, t_x, t_y); without weight: no learned transform */
    double          transform[9];
} alf_fourier_input;

alf_status alf_fourier_input_declare(alf_params *params, const alf_plan *plan);
alf_status alf_fourier_input_build(const alf_params *params, const alf_plan *plan, alf_fourier_input *out);

/* w [N, w_dim] -> [N, channels, size, size]. `transform` replaces the stored one; NULL keeps it. */
alf_tensor *alf_fourier_input_forward(alf_ctx *ctx, const alf_fourier_input *in, alf_tensor *w,
                                      const double *transform);

#endif
