/* Trainers: their life, and what an iteration consists of. */
#include "training/trainer.h"

#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "training/options.h"

/* --- life ------------------------------------------------------------------------------------------------------------------ */

/* The phases in the order in which they run. */
static void list_phases(alf_trainer *t)
{
    const alf_training_options *o = &t->options;
    t->phases[t->num_phases++] = (alf_phase){o->g_reg_interval ? ALF_GMAIN : ALF_GBOTH, 1};
    if (o->g_reg_interval) t->phases[t->num_phases++] = (alf_phase){ALF_GREG, o->g_reg_interval};
    t->phases[t->num_phases++] = (alf_phase){ALF_DMAIN, 1};
    t->phases[t->num_phases++] = (alf_phase){ALF_DREG, o->d_reg_interval};
}

/* Generator and discriminator must not start from the same random numbers. */
static uint64_t other_seed(uint64_t seed)
{
    return seed ^ UINT64_C(0x9E3779B97F4A7C15);
}

static alf_status create_networks(alf_trainer *t)
{
    const alf_training_options *o = &t->options;
    alf_status                  status = alf_generator_create(t->ctx, &o->generator, o->seed, &t->g);
    if (status == ALF_OK) status = alf_generator_create(t->ctx, &o->generator, o->seed, &t->ema);
    if (status == ALF_OK) status = alf_discriminator_create(t->ctx, &o->discriminator, other_seed(o->seed), &t->d);
    if (status == ALF_OK) status = alf_adam_start(t->ctx, alf_generator_params(t->g), &t->g_adam);
    if (status == ALF_OK) status = alf_adam_start(t->ctx, alf_discriminator_params(t->d), &t->d_adam);
    alf_adam_set(&t->g_adam, o->g_lr, o->beta1, o->beta2, o->eps, o->g_reg_interval);
    alf_adam_set(&t->d_adam, o->d_lr, o->beta1, o->beta2, o->eps, o->d_reg_interval);
    return status;
}

static alf_status divide_batch(alf_trainer *t)
{
    const int ranks = t->comm.size;
    t->micro_batches = t->options.batch / t->options.batch_gpu;
    if (ranks < 1 || t->comm.rank < 0 || t->comm.rank >= ranks)
        return alf_fail(t->ctx, ALF_ERR_ARGUMENT, "rank %d of %d: expected 0 to %d", t->comm.rank, ranks, ranks - 1);
    if (t->micro_batches % ranks != 0)
        return alf_fail(t->ctx, ALF_ERR_RANGE,
                        "a batch of %d in micro-batches of %d is %d of them: expected a multiple of the %d ranks",
                        t->options.batch, t->options.batch_gpu, t->micro_batches, ranks);
    t->local = t->micro_batches / ranks;
    t->reals = alf_mem_zalloc(t->ctx, (size_t)t->local, sizeof(alf_tensor *));
    t->real_labels = alf_mem_zalloc(t->ctx, (size_t)t->local, sizeof(alf_tensor *));
    return t->reals && t->real_labels ? ALF_OK : ALF_ERR_MEMORY;
}

alf_status alf_trainer_start(alf_ctx *ctx, const alf_training_options *options, const alf_inputs *inputs,
                             const alf_comm *comm, alf_trainer **out)
{
    alf_status status = alf_training_check(ctx, options);
    if (status != ALF_OK) return status;
    alf_trainer *t = alf_mem_zalloc(ctx, 1, sizeof *t);
    if (!t) return ALF_ERR_MEMORY;
    t->ctx = ctx;
    t->options = *options;
    t->comm = comm ? *comm : alf_comm_single();
    t->inputs = *inputs;
    t->augment_p = options->augment_p;
    list_phases(t);
    status = divide_batch(t);
    if (status == ALF_OK) status = create_networks(t);
    if (status == ALF_OK) status = alf_moving_start(ctx, alf_generator_params(t->g), t->local, &t->moving);
    if (status == ALF_OK)
        *out = t;
    else
        alf_trainer_destroy(t);
    return status;
}

static alf_status check_data(alf_ctx *ctx, const alf_training_options *o, const alf_dataset *data)
{
    const struct {
        const char *name;
        int64_t     network, data;
    } both[] = {{"img_resolution", o->generator.img_resolution, alf_dataset_resolution(data)},
                {"img_channels", o->generator.img_channels, alf_dataset_channels(data)},
                {"c_dim", o->generator.c_dim, alf_dataset_label_dim(data)}};
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++)
        if (both[i].network != both[i].data)
            return alf_fail(ctx, ALF_ERR_ARGUMENT,
                            "%s is %lld in the networks and %lld in the data set %s: expected "
                            "the same",
                            both[i].name, (long long)both[i].network, (long long)both[i].data, alf_dataset_path(data));
    return ALF_OK;
}

alf_status alf_trainer_create(alf_ctx *ctx, const alf_training_options *options, alf_dataset *data,
                              const alf_comm *comm, alf_trainer **out)
{
    alf_trainer *t;
    if (!options || !data || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_trainer_create: options, data or out is NULL");
    const alf_inputs none = {.user = NULL};
    alf_status       status = check_data(ctx, options, data);
    if (status == ALF_OK) status = alf_trainer_start(ctx, options, &none, comm, &t);
    if (status != ALF_OK) return status;
    t->source = (alf_data_inputs){.data = data,
                                  .seed = options->seed,
                                  .z_dim = options->generator.z_dim,
                                  .style_mixing_prob = options->style_mixing_prob};
    t->inputs = alf_inputs_of_data(&t->source);
    *out = t;
    return ALF_OK;
}

static void forget_reals(alf_trainer *t)
{
    for (int i = 0; t->reals && t->real_labels && i < t->local; i++) {
        alf_tensor_release(t->reals[i]);
        alf_tensor_release(t->real_labels[i]);
        t->reals[i] = t->real_labels[i] = NULL;
    }
}

void alf_trainer_destroy(alf_trainer *t)
{
    if (!t) return;
    forget_reals(t);
    alf_mem_free(t->reals);
    alf_mem_free(t->real_labels);
    alf_moving_clear(&t->moving);
    alf_adam_clear(&t->g_adam);
    alf_adam_clear(&t->d_adam);
    alf_generator_destroy(t->g);
    alf_generator_destroy(t->ema);
    alf_discriminator_destroy(t->d);
    alf_mem_free(t);
}

alf_status alf_trainer_reconnect(alf_trainer *t, const char *origin)
{
    alf_status status = alf_generator_reconnect(t->g, origin);
    if (status == ALF_OK) status = alf_generator_reconnect(t->ema, origin);
    return status == ALF_OK ? alf_discriminator_reconnect(t->d) : status;
}

/* --- one iteration ----------------------------------------------------------------------------------------------------------- */

/* A regulariser without weight takes no steps. */
static bool due(const alf_trainer *t, const alf_phase *phase)
{
    if (phase->kind == ALF_GREG && !(t->options.pl_weight > 0)) return false;
    if (phase->kind == ALF_DREG && !(t->options.r1_gamma > 0)) return false;
    return t->iterations % phase->interval == 0;
}

/* Augmentation grows while the discriminator is too sure of the real images, and shrinks while it is not (Karras et al.
 * 2020, "Training GANs with limited data", section 3.1). */
static void adapt(alf_trainer *t)
{
    const alf_training_options *o = &t->options;
    if (!(o->ada_target > 0) || t->iterations % o->ada_interval != 0 || !(t->ada.num > 0)) return;
    const double excess = t->ada.sum / t->ada.num - o->ada_target;
    const double step = (double)o->batch * o->ada_interval / (o->ada_kimg * 1000);
    t->augment_p += ((excess > 0) - (excess < 0)) * step;
    t->augment_p = fmin(fmax(t->augment_p, 0), 1);
    t->ada = (alf_moments){0};
}

alf_status alf_trainer_iterate(alf_trainer *t)
{
    const int64_t images = alf_trainer_images(t); /* without this batch: that drives blur and average */
    alf_status    status = alf_ctx_status(t->ctx);
    for (int i = 0; i < t->num_phases && status == ALF_OK; i++)
        if (due(t, &t->phases[i])) status = alf_trainer_run_phase(t, i);
    forget_reals(t);
    if (status != ALF_OK) return status;
    alf_ema_update(&t->options, images, alf_generator_params(t->g), alf_generator_params(t->ema));
    t->iterations++;
    adapt(t);
    return alf_ctx_status(t->ctx);
}

/* --- looking at it ------------------------------------------------------------------------------------------------------------ */

int64_t alf_trainer_images(const alf_trainer *t)
{
    return t->iterations * t->options.batch;
}

int64_t alf_trainer_iterations(const alf_trainer *t)
{
    return t->iterations;
}

double alf_trainer_augment_p(const alf_trainer *t)
{
    return t->augment_p;
}

alf_generator *alf_trainer_generator(alf_trainer *t, bool ema)
{
    return ema ? t->ema : t->g;
}

alf_discriminator *alf_trainer_discriminator(alf_trainer *t)
{
    return t->d;
}

alf_status alf_trainer_networks_to_archive(const alf_trainer *t, alf_archive *archive)
{
    if (!archive) return alf_fail(t->ctx, ALF_ERR_ARGUMENT, "alf_trainer_networks_to_archive: archive is NULL");
    alf_status status = alf_generator_to_archive(t->g, "G", archive);
    if (status == ALF_OK) status = alf_discriminator_to_archive(t->d, "D", archive);
    return status == ALF_OK ? alf_generator_to_archive(t->ema, "G_ema", archive) : status;
}
