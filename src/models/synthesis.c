/* Helpers of both synthesis networks. */
#include "models/synthesis.h"

#include "aliasfree/random.h"
#include "core/core.h"

void alf_layer_prefix(char prefix[96], const alf_layer_plan *plan, const char *part)
{
    alf_format(prefix, 96, "synthesis.%s.%s", plan->name, part);
}

alf_tensor *alf_style_of(alf_ctx *ctx, alf_tensor *ws, int index)
{
    alf_tensor *w = alf_slice(ctx, ws, 1, index, 1);
    return alf_reshape(ctx, w, 2, (int64_t[]){alf_tensor_dim(w, 0), alf_tensor_dim(w, 2)});
}

void alf_observe(const alf_synthesis_options *options, const char *layer, alf_tensor *x)
{
    if (options->observe && !alf_tensor_failed(x)) options->observe(options->observe_user, layer, x);
}

alf_status alf_noise_declare(alf_params *params, const char *prefix, const alf_layer_plan *plan)
{
    const int64_t        size = plan->noise_size;
    const alf_param_spec constant = {prefix, "noise_const", 2, {size, size}, true, alf_init_normal, 1, NULL};
    const alf_param_spec strength = {prefix, "noise_strength", 1, {1}, false, alf_init_constant, 0, NULL};
    if (size == 0) return ALF_OK;
    alf_status status = alf_params_declare(params, &constant);
    return status == ALF_OK ? alf_params_declare(params, &strength) : status;
}

alf_noise_input alf_noise_build(const alf_params *params, const char *prefix, const alf_layer_plan *plan, int stream)
{
    if (plan->noise_size == 0) return (alf_noise_input){.size = 0};
    return (alf_noise_input){.constant = alf_params_get(params, prefix, "noise_const"),
                             .strength = alf_params_get(params, prefix, "noise_strength"),
                             .size = plan->noise_size,
                             .stream = stream};
}

alf_tensor *alf_noise_add(alf_ctx *ctx, const alf_noise_input *l, alf_tensor *x, const alf_synthesis_options *options)
{
    if (!l->strength || options->noise == ALF_NOISE_NONE) return x;
    const int64_t n = alf_tensor_dim(x, 0), size = l->size;
    alf_tensor   *noise = options->noise == ALF_NOISE_CONST
                              ? alf_reshape(ctx, l->constant, 4, (int64_t[]){1, 1, size, size})
                              : alf_tensor_random_normal(ctx, 4, (int64_t[]){n, 1, size, size}, options->noise_seed,
                                                         alf_random_stream(ALF_FOR_NOISE, (uint32_t)l->stream));
    return alf_add(ctx, x, alf_mul(ctx, noise, l->strength));
}
