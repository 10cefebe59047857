/* Images from a data set, everything else from counters. */
#include "training/inputs.h"

#include <math.h>

#include "aliasfree/random.h"
#include "core/core.h"

static alf_status draw_reals(void *user, alf_ctx *ctx, int64_t position, int64_t count, double *images, double *labels)
{
    const alf_data_inputs *in = user;
    int64_t               *items = alf_mem_alloc(ctx, (size_t)count, sizeof *items);
    alf_status             status = items ? ALF_OK : ALF_ERR_MEMORY;
    for (int64_t i = 0; i < count && status == ALF_OK; i++)
        status = alf_dataset_shuffled(in->data, in->seed, position + i, &items[i]);
    if (status == ALF_OK) status = alf_dataset_read(in->data, count, items, images, labels);
    alf_mem_free(items);
    return status;
}

/* Both uses have streams of their own for each phase. */
static alf_status draw_latents(void *user, alf_ctx *ctx, const alf_draw *draw, alf_latents_use use, double *z)
{
    (void)ctx;
    const alf_data_inputs *in = user;
    const uint32_t         index = (uint32_t)(draw->phase + (use == ALF_LATENTS_MIXED ? ALF_MOST_PHASES : 0));
    alf_random_normal(in->seed, alf_random_stream(ALF_FOR_TRAINING_LATENTS, index), draw->position * in->z_dim,
                      draw->count * in->z_dim, z);
    return ALF_OK;
}

/* Labels occur as often as they do in the data set: each is that of a random item. */
static alf_status draw_labels(void *user, alf_ctx *ctx, const alf_draw *draw, double *c)
{
    (void)ctx;
    const alf_data_inputs *in = user;
    const int64_t          items = alf_dataset_count(in->data), values = alf_dataset_label_dim(in->data);
    const uint64_t         stream = alf_random_stream(ALF_FOR_TRAINING_LABELS, (uint32_t)draw->phase);
    alf_status             status = ALF_OK;
    for (int64_t i = 0; i < draw->count && status == ALF_OK; i++) {
        double u;
        alf_random_uniform(in->seed, stream, draw->position + i, 1, &u);
        const int64_t item = (int64_t)floor(u * (double)items);
        status = alf_dataset_read(in->data, 1, &item, NULL, c + i * values);
    }
    return status;
}

static int draw_mixing(void *user, const alf_draw *draw, int num_ws)
{
    const alf_data_inputs *in = user;
    double                 u[2];
    if (!(in->style_mixing_prob > 0)) return num_ws;
    alf_random_uniform(in->seed, alf_random_stream(ALF_FOR_MIXING, (uint32_t)draw->phase), 2 * draw->position, 2, u);
    return u[0] < in->style_mixing_prob ? 1 + (int)floor(u[1] * (num_ws - 1)) : num_ws;
}

static alf_status draw_path_noise(void *user, alf_ctx *ctx, const alf_draw *draw, int64_t values, double *noise)
{
    (void)ctx;
    const alf_data_inputs *in = user;
    const int64_t          each = values / draw->count;
    alf_random_normal(in->seed, alf_random_stream(ALF_FOR_PATH_LENGTH, (uint32_t)draw->phase), draw->position * each,
                      values, noise);
    return ALF_OK;
}

static uint64_t draw_noise_seed(void *user, const alf_draw *draw)
{
    const alf_data_inputs *in = user;
    double                 u[2];
    alf_random_uniform(in->seed, alf_random_stream(ALF_FOR_TRAINING_NOISE, (uint32_t)draw->phase), 2 * draw->position,
                       2, u);
    return (uint64_t)(u[0] * 0x1p32) << 32 | (uint64_t)(u[1] * 0x1p32);
}

alf_inputs alf_inputs_of_data(alf_data_inputs *source)
{
    return (alf_inputs){.user = source,
                        .reals = draw_reals,
                        .latents = draw_latents,
                        .labels = draw_labels,
                        .mixing = draw_mixing,
                        .path_noise = draw_path_noise,
                        .noise_seed = draw_noise_seed};
}
