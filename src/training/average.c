/* The moving average of the generator. */
#include "training/average.h"

#include <math.h>

#include "tensor/tensor.h"

void alf_ema_update(const alf_training_options *options, int64_t images, const alf_params *network,
                    const alf_params *ema)
{
    double half_life = options->ema_kimg * 1000;
    if (options->ema_rampup > 0) half_life = fmin(half_life, (double)images * options->ema_rampup);
    const double beta = exp2(-options->batch / fmax(half_life, 1e-8));
    for (int i = 0; i < ema->count; i++) {
        const alf_param *slow = &ema->items[i];
        alf_tensor_lerp(ema->ctx, slow->tensor, network->items[i].tensor, slow->buffer ? 1 : 1 - beta);
    }
}
