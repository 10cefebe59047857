/* The ladder of the paper's figure 3: each row says only what differs from the row above it. */
#include <string.h>

#include "core/core.h"
#include "models/config.h"

#define ALL_CRITICAL "64" /* at least as many as there are layers */

static const alf_rung ladder[] = {
    {"stylegan2", "A", "StyleGAN2", ALF_STYLEGAN2, "{}", 1},
    {"B", "B", "Fourier features", ALF_STYLEGAN2, "{\"input\": \"fourier\"}", 1},
    {"C", "C", "no noise inputs", ALF_STYLEGAN2, "{\"use_noise\": false}", 1},
    {"D", "D", "simplified generator", ALF_STYLEGAN3,
     "{\"schedule\": \"octaves\", \"nonlinearity\": \"plain\", \"filter_family\": \"taps\", \"margin_size\": 0, "
     "\"num_critical\": " ALL_CRITICAL ", \"input_transform\": false}",
     1},
    {"E", "E", "boundaries and upsampling", ALF_STYLEGAN3, "{\"margin_size\": 10, \"filter_family\": \"kaiser\"}", 1},
    {"F", "F", "filtered nonlinearities", ALF_STYLEGAN3, "{\"nonlinearity\": \"filtered\"}", 1},
    {"G", "G", "non-critical sampling", ALF_STYLEGAN3, "{\"num_critical\": 2}", 1},
    {"H", "H", "transformed Fourier features", ALF_STYLEGAN3, "{\"input_transform\": true}", 1},
    {"stylegan3-t", "T", "flexible layers", ALF_STYLEGAN3, "{\"schedule\": \"flexible\"}", 1},
    {"stylegan3-r", "R", "rotation equivariance", ALF_STYLEGAN3, "{\"conv_kernel\": 1, \"use_radial_filters\": true}",
     2},
};

enum { RUNGS = sizeof ladder / sizeof ladder[0] };

int alf_ladder_size(void)
{
    return RUNGS;
}

const alf_rung *alf_ladder_at(int index)
{
    return index >= 0 && index < RUNGS ? &ladder[index] : NULL;
}

const alf_rung *alf_ladder_find(const char *name)
{
    for (int i = 0; name && i < RUNGS; i++)
        if (strcmp(name, ladder[i].name) == 0 || strcmp(name, ladder[i].letter) == 0) return &ladder[i];
    return NULL;
}

/* Goes down the ladder from the first step of the rung's family. */
static alf_status climb(alf_ctx *ctx, const alf_rung *rung, alf_config *config)
{
    const alf_rung *first = rung;
    alf_status      status = ALF_OK;
    while (first > ladder && first[-1].family == rung->family) first--;
    *config = alf_config_default(rung->family);
    for (const alf_rung *r = first; r <= rung && status == ALF_OK; r++)
        status = alf_config_apply(ctx, r->settings, r->name, config);
    return status;
}

alf_status alf_config_named(alf_ctx *ctx, const char *name, int resolution, int64_t channel_base, int64_t channel_max,
                            alf_config *out)
{
    const alf_rung *rung = alf_ladder_find(name);
    alf_config      config;
    if (!rung)
        return alf_fail(ctx, ALF_ERR_ARGUMENT,
                        "configuration '%s': expected stylegan2, stylegan3-t, stylegan3-r, or a letter of the ladder, "
                        "A to H, T or R",
                        name ? name : "(null)");
    if (!out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_config_named: out is NULL");
    alf_status status = climb(ctx, rung, &config);
    if (status != ALF_OK) return status;
    config.img_resolution = resolution;
    if (!alf_mul_i64(channel_base, rung->capacity, &config.channel_base) ||
        !alf_mul_i64(channel_max, rung->capacity, &config.channel_max))
        return alf_fail(ctx, ALF_ERR_RANGE, "channel_base or channel_max is too large");
    if (config.schedule == ALF_SCHEDULE_OCTAVES) config.num_layers = alf_config_octave_layers(resolution);
    if (config.num_critical > config.num_layers) config.num_critical = config.num_layers;
    status = alf_config_check(ctx, &config, name);
    if (status == ALF_OK) *out = config;
    return status;
}
