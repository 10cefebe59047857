/* How much is measured at each scale, and the fresh networks of the ablation: rows of settings. */
#include <stdlib.h>
#include <string.h>

#include "texture_sticking.h"

static const budget BUDGETS[ALF_SCALES] = {
    [ALF_SCALE_TINY] = {.fresh = {.resolution = 32, .channel_base = 256, .channel_max = 8},
                        .velocity = 1,
                        .velocities = {0.5, 1},
                        .seeds = 2,
                        .row_seeds = 2,
                        .sweep_seeds = 2,
                        .slices = 4,
                        .eq_samples = 8,
                        .neighbours = 4,
                        .frames = 16},
    [ALF_SCALE_SMALL] = {.fresh = {.resolution = 64, .channel_base = 1024, .channel_max = 16},
                         .velocity = 0.5,
                         .velocities = {0.5, 1, 2},
                         .seeds = 3,
                         .row_seeds = 2,
                         .sweep_seeds = 2,
                         .slices = 16,
                         .eq_samples = 16,
                         .neighbours = 16,
                         .frames = 64},
    [ALF_SCALE_FULL] = {.fresh = {.resolution = 64, .channel_base = 2048, .channel_max = 32},
                        .velocity = 0.25,
                        .velocities = {0.125, 0.25, 0.3, 0.5, 1, 2},
                        .seeds = 12,
                        .row_seeds = 4,
                        .sweep_seeds = 4,
                        .slices = 16,
                        .eq_samples = 128,
                        .neighbours = 64,
                        .frames = 128},
};

const budget *budget_of(alf_scale scale)
{
    return &BUDGETS[scale];
}

/* --- rows ----------------------------------------------------------------------------------------------------------- */

/* Steps of the ladder come first, each against the one above it; what differs is then the ladder's to say. */
static const row ROWS[] = {
    {"B", "B", NULL, 0, NULL, NULL, ALF_SCALE_TINY},
    {"C", "C", NULL, 0, "B", NULL, ALF_SCALE_SMALL},
    {"D", "D", NULL, 0, "C", NULL, ALF_SCALE_SMALL},
    {"E", "E", NULL, 0, "D", NULL, ALF_SCALE_SMALL},
    {"F", "F", NULL, 0, "E", NULL, ALF_SCALE_SMALL},
    {"G", "G", NULL, 0, "F", NULL, ALF_SCALE_SMALL},
    {"H", "H", NULL, 0, "G", NULL, ALF_SCALE_SMALL},
    {"T", "T", NULL, 0, "H", NULL, ALF_SCALE_TINY},
    {"R", "R", NULL, 0, "T", NULL, ALF_SCALE_SMALL},
    {"B-noise", "B", NULL, 0.1, "B", "noise of strength 0.1", ALF_SCALE_SMALL},
    {"T-noise", "T", "{\"use_noise\": true}", 0.1, "T", "noise put back, of strength 0.1", ALF_SCALE_TINY},
    {"R-noise", "R", "{\"use_noise\": true}", 0.1, "R", "noise put back, of strength 0.1", ALF_SCALE_FULL},
    {"T-n4", "T", "{\"filter_size\": 4}", 0, "T", "n = 4 taps", ALF_SCALE_FULL},
    {"T-n8", "T", "{\"filter_size\": 8}", 0, "T", "n = 8 taps", ALF_SCALE_FULL},
    {"T-m1", "T", "{\"lrelu_upsampling\": 1}", 0, "T", "m = 1: nonlinearities without upsampling", ALF_SCALE_SMALL},
    {"T-m4", "T", "{\"lrelu_upsampling\": 4}", 0, "T", "m = 4: nonlinearities upsampled more", ALF_SCALE_FULL},
    {"H-critical", "H", "{\"num_critical\": 10}", 0, "H", "critical sampling of all layers", ALF_SCALE_SMALL},
    {"T-low-stopband", "T", "{\"first_stopband\": 2.8284271247461903}", 0, "T", "first stopband 2^1.5 instead of 2^2.1",
     ALF_SCALE_FULL},
    {"T-lanczos", "T", "{\"filter_family\": \"lanczos\"}", 0, "T", "Lanczos filters", ALF_SCALE_SMALL},
    {"T-gaussian", "T", "{\"filter_family\": \"gaussian\"}", 0, "T", "Gaussian filters", ALF_SCALE_FULL},
    {"T-fixed", "T", "{\"input_transform\": false}", 0, "T", "Fourier features that are not transformed",
     ALF_SCALE_FULL},
    {"T-margin0", "T", "{\"margin_size\": 0}", 0, "T", "no margin", ALF_SCALE_SMALL},
    {"E-taps", "E", "{\"filter_family\": \"taps\"}", 0, "E", "upsampling by 1 3 3 1", ALF_SCALE_FULL},
};

const row *row_at(alf_scale scale, bool with_settings, int index)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const bool plain = !ROWS[i].settings && ROWS[i].noise == 0;
        if (ROWS[i].least > scale || !(plain || with_settings)) continue;
        if (index-- == 0) return &ROWS[i];
    }
    return NULL;
}

/* --- making them ---------------------------------------------------------------------------------------------------- */

/* The configuration with the row's settings in place of its own. */
static alf_status settle(alf_ctx *ctx, const row *r, alf_config *config)
{
    char      *kwargs;
    alf_status status = alf_config_to_kwargs(ctx, config, &kwargs);
    if (status != ALF_OK) return status;
    json_t *all = json_loads(kwargs, 0, NULL), *own = json_loads(r->settings, 0, NULL);
    char   *text = all && own && json_object_update(all, own) == 0 ? json_dumps(all, 0) : NULL;
    alf_free_data(kwargs);
    json_decref(all);
    json_decref(own);
    status = text ? alf_config_from_kwargs(ctx, config->family, text, r->label, config)
                  : alf_fail(ctx, ALF_ERR_MEMORY, "no memory for the settings of %s", r->label);
    free(text);
    return status;
}

static alf_status copy_with_noise(const alf_archive *from, double noise, alf_archive *to)
{
    const float strength = (float)noise;
    alf_status  status = ALF_OK;
    for (int64_t i = 0; i < alf_archive_meta_count(from) && status == ALF_OK; i++) {
        const char *key = alf_archive_meta_key(from, i);
        status = alf_archive_set_meta(to, key, alf_archive_meta(from, key));
    }
    for (int64_t i = 0; i < alf_archive_count(from) && status == ALF_OK; i++) {
        const alf_array *a = alf_archive_at(from, i);
        const bool       is_strength = strstr(a->name, "noise_strength") && a->dtype == ALF_F32 && a->count == 1;
        status = alf_archive_add(to, a->name, a->dtype, a->ndim, a->shape, is_strength ? &strength : a->data);
    }
    return status;
}

/* Replaces the generator by one whose noise inputs are heard. */
static alf_status make_noisy(alf_ctx *ctx, double noise, alf_generator **g)
{
    alf_archive   *plain = NULL, *noisy = NULL;
    alf_generator *made = NULL;
    alf_status     status = alf_archive_create(ctx, &plain);
    if (status == ALF_OK) status = alf_archive_create(ctx, &noisy);
    if (status == ALF_OK) status = alf_generator_to_archive(*g, "G_ema", plain);
    if (status == ALF_OK) status = copy_with_noise(plain, noise, noisy);
    if (status == ALF_OK) status = alf_generator_from_archive(ctx, noisy, NULL, &made);
    alf_archive_destroy(plain);
    alf_archive_destroy(noisy);
    if (status != ALF_OK) return status;
    alf_generator_destroy(*g);
    *g = made;
    return ALF_OK;
}

alf_status row_open(alf_study_run *run, const row *r, subject *out)
{
    alf_generator *g = NULL;
    alf_config     config;
    alf_status     status = subjects_fresh_config(run->ctx, r->rung, &budget_of(run->scale)->fresh, &config);
    if (status == ALF_OK && r->settings) status = settle(run->ctx, r, &config);
    if (status != ALF_OK) return status;
    status = alf_generator_create(run->ctx, &config, run->seed, &g);
    if (status == ALF_OK && r->noise > 0) status = make_noisy(run->ctx, r->noise, &g);
    if (status == ALF_OK) status = subject_from_generator(r->label, g, true, out);
    if (status != ALF_OK) alf_generator_destroy(g);
    return status;
}
