/* Fully connected layers with run-time weight scaling (the learning-rate multiplier of the StyleGAN family). */
#ifndef ALF_MODELS_DENSE_H
#define ALF_MODELS_DENSE_H

#include "models/params.h"

typedef struct {
    alf_tensor *weight; /* [out, in] */
    alf_tensor *bias;   /* [out]     */
    double      weight_gain, bias_gain;
} alf_dense_layer;

/* Declares "<prefix>weight" ~ N(0, 1) * weight_init / lr_multiplier and "<prefix>bias" = bias_init / lr_multiplier. */
alf_status alf_dense_declare(alf_params *params, const char *prefix, int64_t in, int64_t out, double lr_multiplier,
                             double weight_init, double bias_init);
alf_status alf_dense_build(const alf_params *params, const char *prefix, double lr_multiplier, alf_dense_layer *out);

/* x [N, in] -> [N, out], linear. */
alf_tensor *alf_dense_linear(alf_ctx *ctx, const alf_dense_layer *layer, alf_tensor *x);
/* The same, then leaky ReLU of slope 0.2 and gain sqrt(2). */
alf_tensor *alf_dense_lrelu(alf_ctx *ctx, const alf_dense_layer *layer, alf_tensor *x);

#endif
