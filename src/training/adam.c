/* Adam with a step count per parameter. */
#include "training/adam.h"

#include <math.h>

#include "tensor/tensor.h"

void alf_adam_set(alf_adam *adam, double lr, double beta1, double beta2, double eps, int interval)
{
    const double c = interval > 0 ? interval / (interval + 1.0) : 1;
    adam->lr = lr * c;
    adam->beta1 = pow(beta1, c);
    adam->beta2 = pow(beta2, c);
    adam->eps = eps;
}

static alf_tensor *zeros_like(alf_ctx *ctx, const alf_tensor *x)
{
    return alf_tensor_retain(alf_tensor_full(ctx, x->ndim, x->shape, 0));
}

alf_status alf_adam_start(alf_ctx *ctx, const alf_params *network, alf_adam *out)
{
    const size_t most = (size_t)network->count;
    *out = (alf_adam){.ctx = ctx,
                      .declared = alf_mem_zalloc(ctx, most, sizeof *out->declared),
                      .parameters = alf_mem_zalloc(ctx, most, sizeof(alf_tensor *)),
                      .m = alf_mem_zalloc(ctx, most, sizeof(alf_tensor *)),
                      .v = alf_mem_zalloc(ctx, most, sizeof(alf_tensor *)),
                      .steps = alf_mem_zalloc(ctx, most, sizeof *out->steps)};
    if (!out->declared || !out->parameters || !out->m || !out->v || !out->steps) return ALF_ERR_MEMORY;
    alf_scope *scope = alf_scope_open(ctx);
    for (int i = 0; i < network->count; i++) {
        const alf_param *p = &network->items[i];
        if (p->buffer) continue;
        const int at = out->count++;
        out->declared[at] = p;
        out->parameters[at] = p->tensor;
        out->m[at] = zeros_like(ctx, p->tensor);
        out->v[at] = zeros_like(ctx, p->tensor);
    }
    alf_scope_close(scope, NULL);
    return alf_ctx_status(ctx);
}

void alf_adam_clear(alf_adam *adam)
{
    for (int i = 0; i < adam->count; i++) {
        alf_tensor_release(adam->m[i]);
        alf_tensor_release(adam->v[i]);
    }
    alf_mem_free(adam->declared);
    alf_mem_free(adam->parameters);
    alf_mem_free(adam->m);
    alf_mem_free(adam->v);
    alf_mem_free(adam->steps);
    *adam = (alf_adam){.ctx = adam->ctx};
}

void alf_adam_step_all(alf_adam *adam, alf_tensor *const gradients[])
{
    for (int i = 0; i < adam->count; i++) {
        if (!gradients[i]) continue;
        const double        t = (double)++adam->steps[i];
        const alf_adam_step step = {.beta1 = adam->beta1,
                                    .beta2 = adam->beta2,
                                    .eps = adam->eps,
                                    .step_size = adam->lr / (1 - pow(adam->beta1, t)),
                                    .v_scale = sqrt(1 - pow(adam->beta2, t))};
        alf_tensor_adam(adam->ctx, adam->parameters[i], adam->m[i], adam->v[i], gradients[i], &step);
    }
}
