/* Stages of networks: loading, images, gradients of first and second order, an iteration of training. */
#include <string.h>

#include "aliasfree/training.h"
#include "stages.h"

/* --- generators -------------------------------------------------------------------------------------------------------- */

/* A network that has been through a file, as it is for users. */
static alf_status load(alf_ctx *ctx, const char *folder, const char *name, alf_generator **out)
{
    char           path[4200];
    alf_config     config;
    alf_generator *fresh = NULL;
    alf_status     status = alf_config_named(ctx, name, 32, 1024, 12, &config);
    config.z_dim = config.w_dim = 16;
    if (!stage_path(ctx, path, folder, "network.safetensors")) return alf_ctx_status(ctx);
    if (!status) status = alf_generator_create(ctx, &config, 1, &fresh);
    if (!status) status = alf_generator_save(fresh, path);
    alf_generator_destroy(fresh);
    return status ? status : alf_generator_load(ctx, path, NULL, out);
}

/* The gradients of the image's mean square along the style and along the first and the last parameter. */
static alf_status gradients(alf_generator *g, alf_tensor *image, alf_tensor *w, stage_result *out)
{
    alf_ctx    *ctx = alf_generator_ctx(g);
    alf_tensor *along[3] = {w, NULL, NULL}, *found[3], *sum = alf_mean(ctx, alf_square(ctx, image), 15);
    for (int i = 0; i < alf_generator_num_tensors(g); i++) {
        if (alf_generator_tensor_is_buffer(g, i) || !strstr(alf_generator_tensor_name(g, i), "synthesis")) continue;
        if (!along[1]) along[1] = alf_generator_tensor(g, i);
        along[2] = alf_generator_tensor(g, i);
    }
    alf_status status = alf_grad(ctx, 1, &sum, NULL, 3, along, false, found);
    for (int i = 0; i < 3 && !status; i++)
        if (found[i]) status = stage_tensor(ctx, out, found[i]);
    return status;
}

static alf_status generate(alf_ctx *ctx, const char *folder, const char *name, stage_result *out)
{
    static const uint32_t seeds[2] = {7, 8};
    alf_generator        *g = NULL;
    alf_status            status = load(ctx, folder, name, &g);
    if (!status) {
        alf_generator_require_gradients(g, true);
        alf_tensor *ws = alf_generator_map(g, alf_generator_latents(g, 2, seeds), NULL, 0.7, -1);
        alf_tensor *w = alf_variable(ctx, ws), *image = alf_generator_synthesize(g, w, NULL);
        status = stage_tensor(ctx, out, image);
        if (!status) status = gradients(g, image, w, out);
    }
    alf_generator_destroy(g);
    return status;
}

alf_status stage_generator_2(alf_ctx *ctx, const char *folder, stage_result *out)
{
    return generate(ctx, folder, "stylegan2", out);
}

alf_status stage_generator_t(alf_ctx *ctx, const char *folder, stage_result *out)
{
    return generate(ctx, folder, "stylegan3-t", out);
}

alf_status stage_generator_r(alf_ctx *ctx, const char *folder, stage_result *out)
{
    return generate(ctx, folder, "stylegan3-r", out);
}

/* --- discriminator ----------------------------------------------------------------------------------------------------- */

/* Logits, their gradient along the images, and that of its square (R1) along the first parameter. */
static alf_status judge(alf_discriminator *d, alf_ctx *ctx, stage_result *out)
{
    alf_discriminator_require_gradients(d, true);
    alf_tensor *x = alf_tensor_random_normal(ctx, 4, (int64_t[]){4, 3, 16, 16}, 1, 0), *along, *again;
    alf_tensor *images = alf_variable(ctx, x), *logits = alf_discriminator_logits(d, images, NULL);
    alf_tensor *first = alf_discriminator_tensor(d, 0);
    for (int i = 0; alf_discriminator_tensor_is_buffer(d, i); i++) first = alf_discriminator_tensor(d, i + 1);
    alf_status status = alf_grad(ctx, 1, &logits, NULL, 1, &images, true, &along);
    if (!status) status = stage_tensor(ctx, out, logits);
    if (!status) status = stage_tensor(ctx, out, along);
    if (status) return status;
    alf_tensor *penalty = alf_sum(ctx, alf_square(ctx, along), 15);
    status = alf_grad(ctx, 1, &penalty, NULL, 1, &first, false, &again);
    return status ? status : stage_tensor(ctx, out, again);
}

alf_status stage_discriminator(alf_ctx *ctx, const char *folder, stage_result *out)
{
    (void)folder;
    alf_discriminator_config config = alf_discriminator_config_default();
    alf_discriminator       *d = NULL;
    config.img_resolution = 16;
    config.channel_base = 256;
    config.channel_max = 16;
    alf_status status = alf_discriminator_create(ctx, &config, 1, &d);
    if (!status) status = judge(d, ctx, out);
    alf_discriminator_destroy(d);
    return status;
}

/* --- training ---------------------------------------------------------------------------------------------------------- */

static alf_status training_options(alf_ctx *ctx, alf_training_options *o)
{
    alf_status status = alf_training_options_named(ctx, "stylegan3-t", 16, 8, 128, 8, o);
    if (status) return status;
    o->generator.z_dim = o->generator.w_dim = 16;
    o->generator.mapping_layers = 2;
    o->generator.num_layers = 6;
    o->batch_gpu = 4;
    o->augment_p = 0.5;
    return ALF_OK;
}

/* Losses; and, to the bit, everything that training changed. Weights are no numbers for a bound: the first step of Adam is
 * as large as the learning rate where a gradient is next to nothing, whatever its sign. */
static alf_status look_at(alf_ctx *ctx, alf_trainer *t, stage_result *out)
{
    alf_archive *state = NULL;
    alf_status   status = ALF_OK;
    for (int i = 0; i < alf_trainer_num_statistics(t) && !status; i++) {
        const alf_statistic s = alf_trainer_statistic(t, i);
        if (!strncmp(s.name, "Loss/", 5)) status = stage_values(ctx, out, 1, &s.mean);
    }
    if (!status) status = alf_archive_create(ctx, &state);
    if (!status) status = alf_trainer_state_to_archive(t, state);
    for (int64_t i = 0; !status && i < alf_archive_count(state); i++) {
        const alf_array *a = alf_archive_at(state, i);
        stage_bytes(out, (size_t)a->count * alf_dtype_size(a->dtype), a->data);
    }
    alf_archive_destroy(state);
    return status;
}

alf_status stage_training(alf_ctx *ctx, const char *folder, stage_result *out)
{
    alf_training_options options;
    alf_dataset         *data = NULL;
    alf_trainer         *trainer = NULL;
    alf_status           status = training_options(ctx, &options);
    if (!status) status = stage_open_data(ctx, folder, 12, 16, &data);
    if (!status) status = alf_trainer_create(ctx, &options, data, NULL, &trainer);
    if (!status) status = alf_trainer_iterate(trainer);
    if (!status) status = look_at(ctx, trainer, out);
    alf_trainer_destroy(trainer);
    alf_dataset_destroy(data);
    return status;
}
