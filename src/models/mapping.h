/* The mapping network: latents and labels to styles, and in discriminators labels alone. */
#ifndef ALF_MODELS_MAPPING_H
#define ALF_MODELS_MAPPING_H

#include "models/dense.h"

typedef struct {
    int64_t z_dim; /* 0: no latents                      */
    int64_t c_dim; /* 0: no labels                       */
    int64_t w_dim; /* of the embedded label, each layer  */
    int     num_layers;
    double  lr_multiplier;
    bool    average; /* keeps w_avg                        */
} alf_mapping_spec;

typedef struct {
    alf_mapping_spec spec;
    alf_tensor      *w_avg; /* [w_dim]; NULL: none            */
    alf_dense_layer  embed; /* of labels                      */
    alf_dense_layer *layers;
} alf_mapping;

/* Its parameters are "mapping.w_avg", "mapping.embed.*", "mapping.fc0.*", ... */
alf_status alf_mapping_declare(alf_params *params, const alf_mapping_spec *spec);
/* Fills `out`, whose memory alf_mapping_clear() gives back. */
alf_status alf_mapping_build(const alf_params *params, const alf_mapping_spec *spec, alf_mapping *out);
void       alf_mapping_clear(alf_mapping *mapping);

/* True when x is [n, size] (n = 0: any number of rows); else the error is recorded. */
bool alf_matrix_fits(alf_ctx *ctx, const char *name, const alf_tensor *x, int64_t n, int64_t size);
/* True when c is [n, c_dim], or NULL in a network without labels; else the error is recorded. */
bool alf_labels_fit(alf_ctx *ctx, int64_t c_dim, int64_t n, const alf_tensor *c);

/* z [N, z_dim] and c [N, c_dim], each NULL where the network takes none -> w [N, w_dim], before truncation. */
alf_tensor *alf_mapping_forward(alf_ctx *ctx, const alf_mapping *mapping, alf_tensor *z, alf_tensor *c);

#endif
