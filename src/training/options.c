/* Settings of training: the original's defaults, and what they may be. */
#include "training/options.h"

#include <math.h>
#include <string.h>

/* --- defaults ----------------------------------------------------------------------------------------------------------- */

/* What every configuration starts from. */
static alf_training_options common(int resolution, int batch)
{
    return (alf_training_options){.batch = batch,
                                  .batch_gpu = batch,
                                  .r1_gamma = 0.0002 * resolution * resolution / batch,
                                  .d_reg_interval = 16,
                                  .g_reg_interval = 0,
                                  .pl_weight = 0,
                                  .pl_batch_shrink = 2,
                                  .pl_decay = 0.01,
                                  .style_mixing_prob = 0,
                                  .g_lr = 0.0025,
                                  .d_lr = 0.002,
                                  .beta1 = 0,
                                  .beta2 = 0.99,
                                  .eps = 1e-8,
                                  .ema_kimg = batch * 10 / 32.0,
                                  .ema_rampup = 0.05,
                                  .ada_target = 0.6,
                                  .ada_interval = 4,
                                  .ada_kimg = 500};
}

alf_status alf_training_options_named(alf_ctx *ctx, const char *cfg, int resolution, int batch, int64_t channel_base,
                                      int64_t channel_max, alf_training_options *out)
{
    if (!cfg || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_training_options_named: cfg or out is NULL");
    if (batch < 1) return alf_fail(ctx, ALF_ERR_RANGE, "batch is %d: expected at least 1", batch);
    alf_training_options o = common(resolution, batch);
    alf_status           status = alf_config_named(ctx, cfg, resolution, channel_base, channel_max, &o.generator);
    if (status == ALF_OK) status = alf_augment_named(ctx, "bgc", &o.augment);
    if (status != ALF_OK) return status;
    o.discriminator = alf_discriminator_config_default();
    o.discriminator.img_resolution = resolution;
    o.discriminator.channel_base = channel_base;
    o.discriminator.channel_max = channel_max;
    if (o.generator.family == ALF_STYLEGAN2) {
        o.g_reg_interval = 4;
        o.pl_weight = 2;
        o.style_mixing_prob = 0.9;
        o.g_lr = 0.002;
    } else {
        o.generator.magnitude_ema_beta = exp2(-batch / 20e3);
    }
    if (o.generator.use_radial_filters) {
        o.blur_init_sigma = 10;
        o.blur_fade_kimg = batch * 200 / 32.0;
    }
    *out = o;
    return ALF_OK;
}

/* --- checks ------------------------------------------------------------------------------------------------------------- */

static alf_status check_numbers(alf_ctx *ctx, const alf_training_options *o)
{
    const struct {
        const char *name;
        double      value, low, high;
    } numbers[] = {
        {"batch", o->batch, 1, 1 << 20},
        {"batch_gpu", o->batch_gpu, 1, 1 << 20},
        {"r1_gamma", o->r1_gamma, 0, 1e9},
        {"d_reg_interval", o->d_reg_interval, 1, 1 << 20},
        {"g_reg_interval", o->g_reg_interval, 0, 1 << 20},
        {"pl_weight", o->pl_weight, 0, 1e9},
        {"pl_batch_shrink", o->pl_batch_shrink, 1, 1 << 20},
        {"pl_decay", o->pl_decay, 0, 1},
        {"style_mixing_prob", o->style_mixing_prob, 0, 1},
        {"blur_init_sigma", o->blur_init_sigma, 0, 1000},
        {"blur_fade_kimg", o->blur_fade_kimg, 0, 1e9},
        {"g_lr", o->g_lr, 0, 1e3},
        {"d_lr", o->d_lr, 0, 1e3},
        {"beta1", o->beta1, 0, 1 - 1e-9},
        {"beta2", o->beta2, 0, 1 - 1e-9},
        {"eps", o->eps, 1e-30, 1},
        {"ema_kimg", o->ema_kimg, 0, 1e9},
        {"ema_rampup", o->ema_rampup, 0, 1e9},
        {"augment_p", o->augment_p, 0, 1},
        {"ada_target", o->ada_target, 0, 1},
        {"ada_interval", o->ada_interval, 1, 1 << 20},
        {"ada_kimg", o->ada_kimg, 1e-9, 1e9},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!(numbers[i].value >= numbers[i].low && numbers[i].value <= numbers[i].high))
            return alf_fail(ctx, ALF_ERR_RANGE, "training option %s is %g: expected %g to %g", numbers[i].name,
                            numbers[i].value, numbers[i].low, numbers[i].high);
    return ALF_OK;
}

static alf_status check_batches(alf_ctx *ctx, const alf_training_options *o)
{
    if (o->batch % o->batch_gpu != 0)
        return alf_fail(ctx, ALF_ERR_RANGE, "batch_gpu is %d: expected a divisor of batch, which is %d", o->batch_gpu,
                        o->batch);
    if (o->batch_gpu < o->discriminator.mbstd_group_size)
        return alf_fail(ctx, ALF_ERR_RANGE, "batch_gpu is %d: expected at least mbstd_group_size, which is %d",
                        o->batch_gpu, o->discriminator.mbstd_group_size);
    if (o->discriminator.mbstd_num_channels > 0 && o->discriminator.mbstd_group_size > 0 &&
        o->batch_gpu % o->discriminator.mbstd_group_size != 0)
        return alf_fail(ctx, ALF_ERR_RANGE, "batch_gpu is %d: expected a multiple of mbstd_group_size, which is %d",
                        o->batch_gpu, o->discriminator.mbstd_group_size);
    if (o->pl_weight > 0 && o->batch_gpu < o->pl_batch_shrink)
        return alf_fail(ctx, ALF_ERR_RANGE, "batch_gpu is %d: expected at least pl_batch_shrink, which is %d",
                        o->batch_gpu, o->pl_batch_shrink);
    return ALF_OK;
}

static alf_status check_agreement(alf_ctx *ctx, const alf_training_options *o)
{
    const struct {
        const char *name;
        int         generator, discriminator;
    } both[] = {{"img_resolution", o->generator.img_resolution, o->discriminator.img_resolution},
                {"img_channels", o->generator.img_channels, o->discriminator.img_channels},
                {"c_dim", o->generator.c_dim, o->discriminator.c_dim}};
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++)
        if (both[i].generator != both[i].discriminator)
            return alf_fail(ctx, ALF_ERR_ARGUMENT,
                            "%s is %d in the generator and %d in the discriminator: expected the same", both[i].name,
                            both[i].generator, both[i].discriminator);
    return ALF_OK;
}

alf_status alf_training_check(alf_ctx *ctx, const alf_training_options *options)
{
    if (alf_ctx_precision(ctx) == ALF_PRECISION_BF16)
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "precision bf16: training computes in float32 alone");
    alf_status status = check_numbers(ctx, options);
    if (status == ALF_OK) status = check_batches(ctx, options);
    return status == ALF_OK ? check_agreement(ctx, options) : status;
}
