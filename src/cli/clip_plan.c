/* Which seed stands in which cell and keyframe, and the styles between them. */
#include <stdlib.h>
#include <string.h>

#include "clip.h"
#include "network_file.h"

enum { WRAPS = 2 }; /* repetitions of the keyframes on both sides, which make the walk a loop */

/* --- seeds ------------------------------------------------------------------------------------------------------------- */

/* How many keyframes each cell has. */
static int count_keyframes(alf_cli_clip *v, int64_t seeds)
{
    const alf_cli *c = v->c;
    v->keyframes = alf_cli_int(c, "num-keyframes");
    if (v->kind != ALF_CLI_WALK && (v->keyframes || seeds != v->cells))
        return v->keyframes ? alf_cli_usage_error(c, "--num-keyframes: only --kind=walk has keyframes")
                            : alf_cli_usage_error(c, "--seeds: %lld seeds: --kind=%s takes one for each of %lld cells",
                                                  (long long)seeds, alf_cli_text(c, "kind"), (long long)v->cells);
    if (v->keyframes == 0 && seeds % v->cells != 0)
        return alf_cli_usage_error(c,
                                   "--seeds: %lld seeds do not divide among the %lld cells of --grid, and there is no "
                                   "--num-keyframes",
                                   (long long)seeds, (long long)v->cells);
    if (v->keyframes == 0) v->keyframes = seeds / v->cells;
    v->frames = v->keyframes * alf_cli_int(c, "w-frames");
    if (v->frames > ALF_ANIMATION_MAX_FRAMES)
        return alf_cli_usage_error(c, "%lld keyframes of %lld frames: expected at most %d frames",
                                   (long long)v->keyframes, (long long)alf_cli_int(c, "w-frames"),
                                   ALF_ANIMATION_MAX_FRAMES);
    return ALF_CLI_OK;
}

/* NumPy's RandomState(seed).shuffle, as the original does it. */
static int shuffle(alf_cli_clip *v)
{
    int64_t          count = v->cells * v->keyframes;
    alf_numpy_random rng;
    int64_t         *order = malloc((size_t)count * sizeof *order);
    uint32_t        *shuffled = malloc((size_t)count * sizeof *shuffled);
    if (order && shuffled) {
        alf_numpy_seed(&rng, (uint32_t)alf_cli_int(v->c, "shuffle-seed"));
        alf_numpy_permutation(&rng, count, order);
        for (int64_t i = 0; i < count; i++) shuffled[i] = v->seeds[order[i]];
        memcpy(v->seeds, shuffled, (size_t)count * sizeof *shuffled);
    }
    bool done = order && shuffled;
    free(order);
    free(shuffled);
    return done ? ALF_CLI_OK : alf_cli_error(v->c, "out of memory for seeds");
}

/* Where there are fewer than keyframes they start again. */
static int assign_seeds(alf_cli_clip *v, const uint32_t *seeds, int64_t count)
{
    int64_t all = v->cells * v->keyframes;
    v->seeds = malloc((size_t)all * sizeof *v->seeds);
    if (!v->seeds) return alf_cli_error(v->c, "out of memory for seeds");
    for (int64_t i = 0; i < all; i++) v->seeds[i] = seeds[i % count];
    return alf_cli_given(v->c, "shuffle-seed") ? shuffle(v) : ALF_CLI_OK;
}

int alf_cli_clip_plan(alf_cli_clip *v, const alf_cli *c)
{
    int64_t count, cells[2];
    *v = (alf_cli_clip){.c = c, .kind = (alf_cli_clip_kind)alf_cli_choice(c, "kind")};
    alf_cli_grid_size(c, "grid", cells);
    v->columns = cells[0];
    v->rows = cells[1];
    v->cells = cells[0] * cells[1];
    uint32_t *seeds = alf_cli_seeds(c, "seeds", &count);
    if (!seeds) return alf_cli_error(c, "--seeds: out of memory");
    int exit_code = count_keyframes(v, count);
    if (exit_code == ALF_CLI_OK) exit_code = assign_seeds(v, seeds, count);
    free(seeds);
    return exit_code;
}

/* --- styles ------------------------------------------------------------------------------------------------------------ */

/* The style of a seed, which all layers share. */
static alf_status map_seed(const alf_cli_clip *v, uint32_t seed, int class_index, double *w)
{
    alf_ctx    *ctx = v->c->ctx;
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *z = alf_generator_latents(v->g, 1, &seed);
    alf_tensor *label = class_index < 0 ? NULL : alf_generator_labels(v->g, 1, class_index);
    alf_tensor *ws = alf_generator_map(v->g, z, label, alf_cli_real(v->c, "trunc"), -1);
    alf_status  status = alf_tensor_read(ctx, alf_slice(ctx, ws, 1, 0, 1), w);
    alf_scope_close(scope, NULL);
    return status;
}

/* One cell: its keyframes' styles, the first of them, and the curve through all. */
static alf_status make_cell(alf_cli_clip *v, int64_t cell, int class_index, double *keys)
{
    const uint32_t *seeds = v->seeds + cell * v->keyframes;
    alf_status      status = ALF_OK;
    for (int64_t k = 0; k < v->keyframes && status == ALF_OK; k++)
        status = map_seed(v, seeds[k], class_index, keys + k * v->w_dim);
    if (status != ALF_OK) return status;
    memcpy(v->first + cell * v->w_dim, keys, (size_t)v->w_dim * sizeof *keys);
    if (!v->curves) return ALF_OK;
    return alf_interpolate_cubic(v->c->ctx, v->keyframes, v->w_dim, WRAPS, (int)(v->frames / v->keyframes), keys,
                                 v->curves + cell * v->frames * v->w_dim);
}

static int make_styles(alf_cli_clip *v, int class_index)
{
    size_t  w_bytes = (size_t)v->w_dim * sizeof(double);
    double *keys = malloc((size_t)v->keyframes * w_bytes);
    bool    walks = v->kind == ALF_CLI_WALK;
    v->first = malloc((size_t)v->cells * w_bytes);
    v->curves = walks ? calloc((size_t)(v->cells * v->frames), w_bytes) : NULL; /* checks the product */
    v->values = malloc((size_t)(v->channels * v->size * v->size) * sizeof *v->values);
    if (!keys || !v->first || !v->values || (walks && !v->curves)) {
        free(keys);
        return alf_cli_error(v->c, "out of memory for the styles of %lld frames", (long long)v->frames);
    }
    alf_status status = ALF_OK;
    for (int64_t cell = 0; cell < v->cells && status == ALF_OK; cell++) status = make_cell(v, cell, class_index, keys);
    free(keys);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(v->c);
}

int alf_cli_clip_prepare(alf_cli_clip *v)
{
    const alf_config *config = &alf_generator_plan(v->g)->config;
    int               class_index = -1, exit_code = alf_cli_read_class(v->c, v->g, &class_index);
    v->size = config->img_resolution;
    v->channels = config->img_channels;
    v->w_dim = config->w_dim;
    if (exit_code == ALF_CLI_OK && config->c_dim > 0 && class_index < 0)
        return alf_cli_usage_error(v->c, "--class must be given for a conditional network: 0 to %d", config->c_dim - 1);
    if (exit_code == ALF_CLI_OK && v->channels != 1 && v->channels != 3)
        return alf_cli_error(v->c, "%s: images of %d channels: pictures have 1 or 3", alf_cli_text(v->c, "network"),
                             v->channels);
    return exit_code == ALF_CLI_OK ? make_styles(v, class_index) : exit_code;
}

void alf_cli_clip_release(alf_cli_clip *v)
{
    free(v->seeds);
    free(v->first);
    free(v->curves);
    free(v->values);
    v->seeds = NULL;
    v->first = v->curves = v->values = NULL;
}
