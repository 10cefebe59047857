/* The input of the alias-free network: Fourier features under a learned and a user's transform. */
#ifndef ALF_MODELS_STYLEGAN3_INPUT_H
#define ALF_MODELS_STYLEGAN3_INPUT_H

#include "aliasfree/plan.h"
#include "models/dense.h"

typedef struct {
    const alf_plan *plan;
    alf_tensor     *weight; /* [channels, channels]         */
    alf_tensor     *freqs;  /* [channels, 2]                */
    alf_tensor     *phases; /* [channels]                   */
    alf_dense_layer affine; /* w -> (r_c, r_s, t_x, t_y)    */
    double          transform[9];
} alf_stylegan3_input;

alf_status alf_stylegan3_input_declare(alf_params *params, const alf_plan *plan);
alf_status alf_stylegan3_input_build(const alf_params *params, const alf_plan *plan, alf_stylegan3_input *out);

/* w [N, w_dim] -> [N, channels, size, size]. `transform` replaces the stored one; NULL keeps it. */
alf_tensor *alf_stylegan3_input_forward(alf_ctx *ctx, const alf_stylegan3_input *in, alf_tensor *w,
                                        const double *transform);

#endif
