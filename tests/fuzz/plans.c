/* What holds of every layer plan. */
#include "plans.h"

#include <math.h>
#include <string.h>

static void check_layer(const alf_layer_plan *l, const alf_plan *plan)
{
    fuzz_check(strlen(l->name) > 0 && l->w_index >= -1 && l->w_index < plan->num_ws, "%s: style %d of %d", l->name,
               l->w_index, plan->num_ws);
    fuzz_check(l->in_channels >= 0 && l->out_channels >= 0, "%s: %d to %d channels", l->name, l->in_channels,
               l->out_channels);
    fuzz_check(l->in_size >= 1 && l->out_size >= 1, "%s: from %lld to %lld samples", l->name, (long long)l->in_size,
               (long long)l->out_size);
    fuzz_check(isfinite(l->in_rate) && isfinite(l->out_rate) && isfinite(l->tmp_rate), "%s: a rate is not finite",
               l->name);
    fuzz_check(isfinite(l->in_cutoff) && isfinite(l->out_cutoff) && isfinite(l->in_half_width) &&
                   isfinite(l->out_half_width),
               "%s: a cutoff is not finite", l->name);
    if (l->kind != ALF_LAYER_SKIP) fuzz_check(l->conv_kernel >= 1, "%s: no taps", l->name);
}

static alf_plan *plan_of(alf_ctx *ctx, const alf_config *config)
{
    static FILE *nowhere;
    alf_plan    *plan = NULL;

    if (!nowhere) nowhere = fopen("/dev/null", "w");
    if (!fuzz_took(ctx, alf_plan_create(ctx, config, &plan), &plan)) return NULL;
    fuzz_check(plan->num_layers >= 1 && plan->num_ws >= 1 && plan->num_parameters >= 0, "%d layers, %d styles",
               plan->num_layers, plan->num_ws);
    for (int i = 0; i < plan->num_layers; i++) check_layer(&plan->layers[i], plan);
    if (nowhere) alf_plan_print(plan, nowhere);
    return plan;
}

static bool same_layer(const alf_layer_plan *a, const alf_layer_plan *b)
{
    return strcmp(a->name, b->name) == 0 && a->in_size == b->in_size && a->out_size == b->out_size &&
           a->in_channels == b->in_channels && a->out_channels == b->out_channels && a->up_taps == b->up_taps &&
           a->down_taps == b->down_taps && a->out_cutoff == b->out_cutoff && a->out_rate == b->out_rate &&
           memcmp(a->padding, b->padding, sizeof a->padding) == 0;
}

void fuzz_plan(alf_ctx *ctx, const alf_config *config)
{
    alf_plan  *plan = plan_of(ctx, config), *again = NULL;
    alf_config config_again;
    char      *kwargs = NULL;

    if (!plan) return;
    if (fuzz_took(ctx, alf_config_to_kwargs(ctx, config, &kwargs), &kwargs)) {
        alf_status status = alf_config_from_kwargs(ctx, config->family, kwargs, "fuzz", &config_again);
        fuzz_check(status == ALF_OK, "its own init_kwargs are refused: %s", alf_ctx_message(ctx));
        again = plan_of(ctx, &config_again);
        fuzz_check(again && again->num_layers == plan->num_layers && again->num_parameters == plan->num_parameters,
                   "init_kwargs give another plan (%d layers, %lld parameters; not %d, %lld): %s",
                   again ? again->num_layers : 0, again ? (long long)again->num_parameters : 0, plan->num_layers,
                   (long long)plan->num_parameters, kwargs);
        for (int i = 0; i < plan->num_layers; i++)
            fuzz_check(same_layer(&plan->layers[i], &again->layers[i]), "layer %d is another one by %s", i, kwargs);
    }
    alf_free_data(kwargs);
    alf_plan_destroy(again);
    alf_plan_destroy(plan);
}
