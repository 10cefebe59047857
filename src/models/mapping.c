/* The mapping network: normalise, embed the label, a few fully connected layers. */
#include "models/mapping.h"

#include "core/core.h"
#include "tensor/tensor.h"

/* --- parameters -------------------------------------------------------------------------------------------------------- */

static void layer_prefix(char prefix[32], int index)
{
    alf_format(prefix, 32, "mapping.fc%d.", index);
}

alf_status alf_mapping_declare(alf_params *params, const alf_mapping_spec *m)
{
    const alf_param_spec w_avg = {"mapping.", "w_avg", 1, {m->w_dim}, true, alf_init_constant, 0, NULL};
    alf_status           status = m->average ? alf_params_declare(params, &w_avg) : ALF_OK;
    int64_t              features = m->z_dim;
    if (status == ALF_OK && m->c_dim > 0) {
        status = alf_dense_declare(params, "mapping.embed.", m->c_dim, m->w_dim, 1, 1, 0);
        features += m->w_dim;
    }
    for (int i = 0; i < m->num_layers && status == ALF_OK; i++) {
        char prefix[32];
        layer_prefix(prefix, i);
        status = alf_dense_declare(params, prefix, features, m->w_dim, m->lr_multiplier, 1, 0);
        features = m->w_dim;
    }
    return status;
}

alf_status alf_mapping_build(const alf_params *params, const alf_mapping_spec *m, alf_mapping *out)
{
    *out = (alf_mapping){.spec = *m};
    out->layers = alf_mem_alloc(params->ctx, (size_t)m->num_layers, sizeof *out->layers);
    if (!out->layers) return ALF_ERR_MEMORY;
    if (m->average) out->w_avg = alf_params_get(params, "mapping.", "w_avg");
    alf_status status = alf_ctx_status(params->ctx);
    if (status == ALF_OK && m->c_dim > 0) status = alf_dense_build(params, "mapping.embed.", 1, &out->embed);
    for (int i = 0; i < m->num_layers && status == ALF_OK; i++) {
        char prefix[32];
        layer_prefix(prefix, i);
        status = alf_dense_build(params, prefix, m->lr_multiplier, &out->layers[i]);
    }
    return status;
}

void alf_mapping_clear(alf_mapping *mapping)
{
    alf_mem_free(mapping->layers);
    mapping->layers = NULL;
}

/* --- forward ----------------------------------------------------------------------------------------------------------- */

bool alf_matrix_fits(alf_ctx *ctx, const char *name, const alf_tensor *x, int64_t n, int64_t size)
{
    char text[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(ctx, name, x, 2)) return false;
    if (x->shape[1] == size && (n == 0 || x->shape[0] == n)) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s has shape %s: expected %lld rows of %lld values", name,
             alf_shape_text(2, x->shape, text), (long long)(n ? n : x->shape[0]), (long long)size);
    return false;
}

bool alf_labels_fit(alf_ctx *ctx, int64_t c_dim, int64_t n, const alf_tensor *c)
{
    if (c_dim > 0) return alf_matrix_fits(ctx, "labels of a conditional network", c, n, c_dim);
    if (c) alf_fail(ctx, ALF_ERR_ARGUMENT, "labels were given to a network without labels");
    return !c;
}

alf_tensor *alf_mapping_forward(alf_ctx *ctx, const alf_mapping *mapping, alf_tensor *z, alf_tensor *c)
{
    alf_tensor *x = z ? alf_normalize_second_moment(ctx, z) : NULL;
    if (c) {
        alf_tensor *label = alf_normalize_second_moment(ctx, alf_dense_linear(ctx, &mapping->embed, c));
        x = x ? alf_concat(ctx, x, label, 1) : label;
    }
    for (int i = 0; i < mapping->spec.num_layers; i++) x = alf_dense_lrelu(ctx, &mapping->layers[i], x);
    return x;
}
