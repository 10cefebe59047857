/* The mapping network of both generations: latents and labels to styles. */
#ifndef ALF_MODELS_MAPPING_H
#define ALF_MODELS_MAPPING_H

#include "models/dense.h"

typedef struct {
    int              num_ws, num_layers;
    bool             conditional;
    alf_tensor      *w_avg; /* [w_dim] */
    alf_dense_layer  embed; /* labels, in conditional networks */
    alf_dense_layer *layers;
} alf_mapping;

alf_status alf_mapping_declare(alf_params *params);
/* Fills `out`, whose memory alf_mapping_clear() gives back. */
alf_status alf_mapping_build(const alf_params *params, alf_mapping *out);
void       alf_mapping_clear(alf_mapping *mapping);

/* z [N, z_dim], c [N, c_dim] or NULL -> w [N, w_dim], before truncation. */
alf_tensor *alf_mapping_forward(alf_ctx *ctx, const alf_mapping *mapping, alf_tensor *z, alf_tensor *c);

#endif
