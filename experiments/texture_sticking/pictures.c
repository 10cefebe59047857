/* What the paper shows of texture sticking: the mean over a neighbourhood of a latent; columns of pixels, frame by frame,
 * along a latent walk and along a translation. Each kept as a finished part. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "texture_sticking.h"

/* --- latents -------------------------------------------------------------------------------------------------------- */

/* Styles of the latent of a seed, moved by the radius into a direction that has this number (and kept at its length). */
static alf_tensor *styles_near(const alf_study_run *run, const subject *s, uint32_t seed, int64_t direction)
{
    alf_ctx      *ctx = run->ctx;
    const int64_t z_dim = alf_generator_plan(s->generator)->config.z_dim;
    alf_tensor   *z = alf_generator_latents(s->generator, 1, &seed);
    alf_tensor   *away = alf_tensor_random_normal(ctx, 2, (int64_t[]){1, z_dim}, run->seed,
                                                  ((uint64_t)seed << 16) + (uint64_t)direction);
    const double  radius = alf_study_real(run, "radius"), length = sqrt(1 + radius * radius);
    z = alf_add(ctx, alf_scale_shift(ctx, z, 1 / length, 0), alf_scale_shift(ctx, away, radius / length, 0));
    return alf_generator_map(s->generator, z, alf_generator_labels(s->generator, 1, 0), 1, -1);
}

static double energy_of(int64_t count, const double x[])
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += x[i] * x[i];
    return sum;
}

/* The image of a seed and the mean over its neighbours; and the part of their details' energy that the mean keeps. */
static alf_status average_neighbours(alf_study_run *run, const network *n, int index, double spare[], double *kept)
{
    const subject *s = &n->subject;
    const int64_t  planes = s->channels, size = s->size, count = planes * size * size;
    const int      neighbours = budget_of(run->scale)->neighbours;
    const uint32_t seed = (uint32_t)run->seed + (uint32_t)index;
    double        *centre = n->centres + index * count, *mean = n->means + index * count, *detail = spare + count;
    double         energy = 0;
    alf_status     status = subject_image(s, subject_styles(s, seed, 1), NULL, centre);
    for (int i = 0; i < neighbours && status == ALF_OK; i++) {
        alf_scope *scope = alf_scope_open(run->ctx);
        status = subject_image(s, styles_near(run, s, seed, i), NULL, spare);
        alf_scope_close(scope, NULL);
        for (int64_t j = 0; j < count; j++) mean[j] += spare[j] / neighbours;
        detail_of(planes, size, size, true, spare, detail);
        energy += energy_of(count, detail) / neighbours;
        if (status == ALF_OK && alf_study_stopped()) status = alf_fail(run->ctx, ALF_ERR_CANCELLED, "stopped");
    }
    detail_of(planes, size, size, true, mean, detail);
    *kept += energy_of(count, detail) / energy / PICTURE_SEEDS;
    return status;
}

static alf_status make_neighbourhoods(alf_study_run *run, void *user, json_t **result)
{
    network      *n = user;
    const int64_t count = n->subject.channels * n->subject.size * n->subject.size;
    double       *spare = calloc((size_t)(2 * count), sizeof *spare), kept = 0;
    alf_status    status = spare ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for images");
    for (int i = 0; i < PICTURE_SEEDS && status == ALF_OK; i++) {
        alf_scope *scope = alf_scope_open(run->ctx);
        status = average_neighbours(run, n, i, spare, &kept);
        alf_scope_close(scope, NULL);
    }
    free(spare);
    if (status != ALF_OK) return status;
    *result = json_pack("{s:o, s:o, s:o}", "centres", alf_part_numbers(PICTURE_SEEDS * count, n->centres), "means",
                        alf_part_numbers(PICTURE_SEEDS * count, n->means), "kept", alf_part_numbers(1, &kept));
    return *result ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for the images of %s", n->subject.label);
}

/* --- columns of pixels ---------------------------------------------------------------------------------------------- */

/* Styles of keyframes, and between them: a closed walk of `frames` frames, [frames, num_ws * w_dim]. */
static alf_status walk_styles(alf_study_run *run, const network *n, int frames, double out[])
{
    const alf_plan *plan = alf_generator_plan(n->subject.generator);
    const int64_t   dim = (int64_t)plan->num_ws * plan->config.w_dim;
    double         *keys = malloc((size_t)(KEYFRAMES * dim) * sizeof *keys);
    alf_status      status = keys ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for styles");
    for (int i = 0; i < KEYFRAMES && status == ALF_OK; i++) {
        alf_scope *scope = alf_scope_open(run->ctx);
        status = alf_tensor_read(run->ctx, subject_styles(&n->subject, (uint32_t)run->seed + (uint32_t)i, 1),
                                 keys + i * dim);
        alf_scope_close(scope, NULL);
    }
    if (status == ALF_OK) status = alf_interpolate_cubic(run->ctx, KEYFRAMES, dim, 2, frames / KEYFRAMES, keys, out);
    free(keys);
    return status;
}

/* Frame by frame: styles of the walk, or those of the run's seed under a translation downwards. */
static alf_status film(alf_study_run *run, const network *n, const double *styles, double out[])
{
    const subject  *s = &n->subject;
    const alf_plan *plan = alf_generator_plan(s->generator);
    const int64_t   frames = budget_of(run->scale)->frames, dim = (int64_t)plan->num_ws * plan->config.w_dim;
    double         *image = malloc((size_t)(s->channels * s->size * s->size) * sizeof *image), inverse[9];
    alf_status      status = image ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for an image");
    for (int64_t t = 0; t < frames && status == ALF_OK; t++) {
        const double pixels = (double)(t - frames / 2) * budget_of(run->scale)->velocity;
        alf_scope   *scope = alf_scope_open(run->ctx);
        alf_tensor  *ws = styles ? alf_tensor_from_f64(run->ctx, 3, (int64_t[]){1, plan->num_ws, plan->config.w_dim},
                                                       styles + t * dim)
                                 : subject_styles(s, (uint32_t)run->seed, 1);
        alf_user_transform(0, pixels / (double)s->size, 0, inverse);
        status = subject_image(s, ws, styles ? NULL : inverse, image);
        alf_scope_close(scope, NULL);
        slice_put(s->channels, s->size, image, frames, t, out);
        if (status == ALF_OK && alf_study_stopped()) status = alf_fail(run->ctx, ALF_ERR_CANCELLED, "stopped");
    }
    free(image);
    return status;
}

static alf_status make_columns(alf_study_run *run, void *user, json_t **result)
{
    network        *n = user;
    const alf_plan *plan = alf_generator_plan(n->subject.generator);
    const int64_t   frames = budget_of(run->scale)->frames, count = n->subject.channels * n->subject.size * frames;
    double         *styles = malloc((size_t)(frames * plan->num_ws * plan->config.w_dim) * sizeof *styles);
    alf_status      status = styles ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for styles");
    if (status == ALF_OK) status = walk_styles(run, n, (int)frames, styles);
    if (status == ALF_OK) status = film(run, n, styles, n->walk);
    if (status == ALF_OK && n->moves) status = film(run, n, NULL, n->shifted);
    free(styles);
    if (status != ALF_OK) return status;
    *result = json_pack("{s:o}", "walk", alf_part_numbers(count, n->walk));
    if (n->moves) json_object_set_new(*result, "shifted", alf_part_numbers(count, n->shifted));
    return *result ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for the slices of %s", n->subject.label);
}

/* --- both ----------------------------------------------------------------------------------------------------------- */

static json_t *settings_of(const alf_study_run *run, const network *n)
{
    const budget *b = budget_of(run->scale);
    return json_pack("{s:s, s:f, s:i, s:i, s:f}", "network", n->subject.digest, "radius", alf_study_real(run, "radius"),
                     "neighbours", b->neighbours, "frames", b->frames, "velocity", b->velocity);
}

static alf_status prepare(alf_study_run *run, network *n)
{
    const subject *s = &n->subject;
    const size_t   images = (size_t)(PICTURE_SEEDS * s->channels * s->size * s->size);
    const size_t   columns = (size_t)(s->channels * s->size * budget_of(run->scale)->frames);
    n->centres = calloc(images, sizeof *n->centres);
    n->means = calloc(images, sizeof *n->means);
    n->walk = calloc(columns, sizeof *n->walk);
    n->shifted = n->moves ? calloc(columns, sizeof *n->shifted) : NULL;
    if (n->centres && n->means && n->walk && (n->shifted || !n->moves)) return ALF_OK;
    return alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for the pictures of %s", s->label);
}

/* From all that is shown unmoved: the images of the seeds, and their details, around grey. */
static alf_status choose_contrast(alf_study_run *run, network *n)
{
    const int64_t planes = PICTURE_SEEDS * n->subject.channels, size = n->subject.size, count = planes * size * size;
    double       *values = malloc((size_t)count * sizeof *values);
    if (!values) return alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for the contrast of %s", n->subject.label);
    memcpy(values, n->centres, (size_t)count * sizeof *values);
    n->shown = contrast_shown(n->subject.fresh, count, values);
    detail_of(planes, size, size, true, n->centres, values);
    n->fine = contrast_of(count, values);
    n->fine.grey = 0;
    free(values);
    return ALF_OK;
}

alf_status measure_pictures(alf_study_run *run, network *n)
{
    const subject *s = &n->subject;
    const int64_t  images = PICTURE_SEEDS * s->channels * s->size * s->size;
    const int64_t  columns = s->channels * s->size * budget_of(run->scale)->frames;
    char           name[96];
    json_t        *near = NULL, *part = NULL;
    alf_status     status = prepare(run, n);
    snprintf(name, sizeof name, "%s-neighbourhoods", s->label);
    if (status == ALF_OK) status = alf_study_part(run, name, settings_of(run, n), make_neighbourhoods, n, &near);
    if (status == ALF_OK) status = alf_part_read(run->ctx, near, "centres", images, n->centres);
    if (status == ALF_OK) status = alf_part_read(run->ctx, near, "means", images, n->means);
    if (status == ALF_OK) status = alf_part_read(run->ctx, near, "kept", 1, &n->kept);
    snprintf(name, sizeof name, "%s-slices", s->label);
    if (status == ALF_OK) status = alf_study_part(run, name, settings_of(run, n), make_columns, n, &part);
    if (status == ALF_OK) status = alf_part_read(run->ctx, part, "walk", columns, n->walk);
    if (status == ALF_OK && n->moves) status = alf_part_read(run->ctx, part, "shifted", columns, n->shifted);
    json_decref(near);
    json_decref(part);
    return status == ALF_OK ? choose_contrast(run, n) : status;
}
