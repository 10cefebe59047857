/* The mapping network: normalise, embed the label, a few fully connected layers. */
#include "models/mapping.h"

#include "core/core.h"

alf_status alf_mapping_declare(alf_params *params)
{
    const alf_config    *c = &params->plan->config;
    const alf_param_spec w_avg = {.prefix = "mapping.",
                                  .name = "w_avg",
                                  .ndim = 1,
                                  .shape = {c->w_dim},
                                  .buffer = true,
                                  .init = alf_init_constant};
    alf_status           status = alf_params_declare(params, &w_avg);
    int64_t              features = c->z_dim;
    if (status == ALF_OK && c->c_dim > 0) {
        status = alf_dense_declare(params, "mapping.embed.", c->c_dim, c->w_dim, 1, 1, 0);
        features += c->w_dim;
    }
    for (int i = 0; i < c->mapping_layers && status == ALF_OK; i++) {
        char prefix[32];
        alf_format(prefix, sizeof prefix, "mapping.fc%d.", i);
        status = alf_dense_declare(params, prefix, features, c->w_dim, c->mapping_lr_multiplier, 1, 0);
        features = c->w_dim;
    }
    return status;
}

alf_status alf_mapping_build(const alf_params *params, alf_mapping *out)
{
    const alf_config *c = &params->plan->config;
    *out = (alf_mapping){.num_ws = params->plan->num_ws,
                         .num_layers = c->mapping_layers,
                         .conditional = c->c_dim > 0,
                         .w_avg = alf_params_get(params, "mapping.", "w_avg")};
    out->layers = alf_mem_alloc(params->ctx, (size_t)c->mapping_layers, sizeof *out->layers);
    if (!out->layers) return ALF_ERR_MEMORY;
    alf_status status = out->w_avg ? ALF_OK : alf_ctx_status(params->ctx);
    if (status == ALF_OK && out->conditional) status = alf_dense_build(params, "mapping.embed.", 1, &out->embed);
    for (int i = 0; i < c->mapping_layers && status == ALF_OK; i++) {
        char prefix[32];
        alf_format(prefix, sizeof prefix, "mapping.fc%d.", i);
        status = alf_dense_build(params, prefix, c->mapping_lr_multiplier, &out->layers[i]);
    }
    return status;
}

void alf_mapping_clear(alf_mapping *mapping)
{
    alf_mem_free(mapping->layers);
    mapping->layers = NULL;
}

alf_tensor *alf_mapping_forward(alf_ctx *ctx, const alf_mapping *mapping, alf_tensor *z, alf_tensor *c)
{
    alf_tensor *x = alf_normalize_second_moment(ctx, z);
    if (mapping->conditional)
        x = alf_concat(ctx, x, alf_normalize_second_moment(ctx, alf_dense_linear(ctx, &mapping->embed, c)), 1);
    for (int i = 0; i < mapping->num_layers; i++) x = alf_dense_lrelu(ctx, &mapping->layers[i], x);
    return x;
}
