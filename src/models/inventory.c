/* The parameters of a whole generator: synthesis, then mapping. */
#include "models/inventory.h"

#include "core/core.h"
#include "models/stylegan2.h"
#include "models/stylegan3.h"

alf_mapping_spec alf_generator_mapping(const alf_plan *plan)
{
    const alf_config *c = &plan->config;
    return (alf_mapping_spec){.z_dim = c->z_dim,
                              .c_dim = c->c_dim,
                              .w_dim = c->w_dim,
                              .num_layers = c->mapping_layers,
                              .lr_multiplier = c->mapping_lr_multiplier,
                              .average = true};
}

alf_status alf_params_declare_generator(alf_params *params, const alf_plan *plan)
{
    bool                   two = plan->config.family == ALF_STYLEGAN2;
    alf_status             status = two ? alf_stylegan2_declare(params, plan) : alf_stylegan3_declare(params, plan);
    const alf_mapping_spec mapping = alf_generator_mapping(plan);
    return status == ALF_OK ? alf_mapping_declare(params, &mapping) : status;
}

alf_status alf_params_count(alf_ctx *ctx, const alf_plan *plan, int64_t *out)
{
    alf_params params = alf_params_start(ctx);
    alf_status status = alf_params_declare_generator(&params, plan);
    int64_t    total = 0;
    for (int i = 0; i < params.count; i++)
        if (!params.items[i].buffer && !alf_add_i64(total, params.items[i].count, &total) && status == ALF_OK)
            status = alf_fail(ctx, ALF_ERR_RANGE, "the plan has too many parameters");
    alf_params_clear(&params);
    if (status == ALF_OK) *out = total;
    return status;
}
