/* Parts of a network: images under moves, kept as finished parts, and the figures that follow. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "equivariance.h"

/* --- figures -------------------------------------------------------------------------------------------------------- */

figure figure_of(const measurement *m, int count, const int points[], uint64_t seed)
{
    const double      none = (double)NAN;
    figure            f = {none, none, none, none, none, none};
    alf_pooled_error  all = {0};
    alf_pooled_error *groups = calloc((size_t)m->groups, sizeof *groups);
    if (!groups) return f;
    for (int i = 0; i < count; i++)
        for (int g = 0; g < m->groups; g++) alf_pooled_error_merge(&groups[g], &m->sums[points[i] * m->groups + g]);
    for (int g = 0; g < m->groups; g++) alf_pooled_error_merge(&all, &groups[g]);
    f.db = alf_pooled_error_db(&all, 2);
    f.relative = alf_pooled_error_relative_db(&all);
    alf_pooled_error_interval(m->groups, 1, groups, 2, seed, &f.low, &f.high);
    alf_pooled_error_interval(m->groups, 1, groups, 0, seed, &f.relative_low, &f.relative_high);
    free(groups);
    return f;
}

/* --- measuring ------------------------------------------------------------------------------------------------------ */

typedef alf_status (*points_fn)(const shot *s, alf_pooled_error points[]);

typedef struct {
    const network   *network;
    const move_list *moves;
    int              per_move;
    points_fn        points;
    bool             of_images; /* points are made of images, so that the unmoved ones are needed */
    measurement     *result;
} part;

/* Sums as four lists of numbers, one for each of their fields. */
enum { FIELDS = 4 };
static const char *const FIELD_NAMES[FIELDS] = {"squared_error", "mask", "value", "square"};

static double *field(alf_pooled_error *e, int index)
{
    double *const fields[FIELDS] = {&e->squared_error, &e->mask, &e->value, &e->square};
    return fields[index];
}

static json_t *to_json(const measurement *m, double list[])
{
    json_t *result = json_object();
    for (int f = 0; f < FIELDS; f++) {
        for (int i = 0; i < m->points * m->groups; i++) list[i] = *field(&m->sums[i], f);
        json_object_set_new(result, FIELD_NAMES[f], alf_part_numbers(m->points * m->groups, list));
    }
    return result;
}

static alf_status from_json(alf_ctx *ctx, const json_t *result, double list[], measurement *m)
{
    alf_status status = ALF_OK;
    for (int f = 0; f < FIELDS && status == ALF_OK; f++) {
        status = alf_part_read(ctx, result, FIELD_NAMES[f], m->points * m->groups, list);
        for (int i = 0; i < m->points * m->groups && status == ALF_OK; i++) *field(&m->sums[i], f) = list[i];
    }
    return status;
}

static uint32_t seed_of(const alf_study_run *run, int group)
{
    return (uint32_t)run->seed + (uint32_t)group;
}

/* The unmoved images of all seeds, each of `count` values, for every move; NULL where none are needed. */
static alf_status unmoved_images(alf_study_run *run, const part *p, int64_t count, double **out)
{
    const movement none = {0};
    const subject *s = p->network->subject;
    alf_status     status = ALF_OK;
    *out = p->of_images ? malloc((size_t)(p->result->groups * count) * sizeof **out) : NULL;
    if (p->of_images && !*out) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for images of %s", s->label);
    for (int g = 0; *out && g < p->result->groups && status == ALF_OK; g++) {
        alf_scope *scope = alf_scope_open(run->ctx);
        status = moved_image(s, subject_styles(s, seed_of(run, g), 1), &none, *out + g * count);
        alf_scope_close(scope, NULL);
    }
    return status;
}

/* All images under one move. */
static alf_status measure_move(alf_study_run *run, const part *p, int index, const double *still, int64_t count,
                               alf_pooled_error points[])
{
    const move    *m = &p->moves->items[index];
    const movement first = move_by(m, run->seed);
    alf_rotation  *rotation;
    alf_status     status = movement_rotation(run->ctx, &first, &rotation);
    for (int g = 0; g < p->result->groups && status == ALF_OK; g++) {
        const uint32_t seed = seed_of(run, g);
        alf_scope     *scope = alf_scope_open(run->ctx);
        const shot     s = {.network = p->network,
                            .ws = subject_styles(p->network->subject, seed, 1),
                            .movement = move_by(m, seed),
                            .rotation = rotation,
                            .still = still ? still + g * count : NULL};
        memset(points, 0, (size_t)p->per_move * sizeof *points);
        status = p->points(&s, points);
        for (int j = 0; j < p->per_move && status == ALF_OK; j++)
            p->result->sums[(index * p->per_move + j) * p->result->groups + g] = points[j];
        alf_scope_close(scope, NULL);
    }
    alf_rotation_destroy(rotation);
    return status;
}

static alf_status make(alf_study_run *run, void *user, json_t **result)
{
    part             *p = user;
    measurement      *m = p->result;
    alf_pooled_error *points = calloc((size_t)p->per_move, sizeof *points);
    double           *list = calloc((size_t)m->points * (size_t)m->groups, sizeof *list), *still = NULL;
    const subject    *s = p->network->subject;
    const int64_t     count = s->channels * s->size * s->size;
    alf_status        status = points && list ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for sums");
    if (status == ALF_OK) status = unmoved_images(run, p, count, &still);
    for (int i = 0; i < p->moves->count && status == ALF_OK; i++)
        status = alf_study_stopped() ? ALF_ERR_CANCELLED : measure_move(run, p, i, still, count, points);
    if (status == ALF_OK) *result = to_json(m, list);
    free(points);
    free(list);
    free(still);
    return status;
}

/* What the numbers of a part depend on, besides seed and scale. */
static json_t *settings_of(const part *p)
{
    json_t *moves = json_array();
    for (int i = 0; i < p->moves->count; i++)
        json_array_append_new(moves, json_pack("[f, f]", p->moves->items[i].shift, p->moves->items[i].degrees));
    return json_pack("{s:s, s:i, s:i, s:o}", "network", p->network->subject->digest, "images", p->result->groups,
                     "points", p->result->points, "moves", moves);
}

static alf_status measure(alf_study_run *run, const network *n, const char *name, const move_list *moves, int per_move,
                          int groups, points_fn points, measurement *out)
{
    char   file[96];
    part   p = {.network = n,
                .moves = moves,
                .per_move = per_move,
                .points = points,
                .of_images = points != layer_points,
                .result = out};
    size_t count;
    *out = (measurement){.points = moves->count * per_move, .groups = groups};
    count = (size_t)out->points * (size_t)groups;
    snprintf(file, sizeof file, "%s-%s", n->subject->label, name);
    out->sums = calloc(count, sizeof *out->sums);
    double    *list = calloc(count, sizeof *list);
    json_t    *result = NULL;
    alf_status status = out->sums && list ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for sums");
    if (status == ALF_OK) status = alf_study_part(run, file, settings_of(&p), make, &p, &result);
    if (status == ALF_OK) status = from_json(run->ctx, result, list, out);
    json_decref(result);
    free(list);
    return status;
}

/* --- networks ------------------------------------------------------------------------------------------------------- */

void network_open(const alf_study_run *run, const subject *s, network *out)
{
    const budget *b = budget_of(run->scale);
    *out = (network){.subject = s, .layers = alf_equivariance_layer_count(s->generator)};
    moves_of_shifts(b, s->size, &out->shifts);
    moves_of_angles(b, &out->angles);
    moves_of_layers(s->size, &out->layer_moves);
    moves_of_bands(s->size, &out->band_moves);
}

alf_status network_measure(alf_study_run *run, network *n)
{
    const budget *b = budget_of(run->scale);
    alf_status    status = measure(run, n, "translation", &n->shifts, 1, b->groups, sweep_point, &n->translation);
    if (status == ALF_OK) status = measure(run, n, "rotation", &n->angles, 1, b->groups, sweep_point, &n->rotation);
    if (status == ALF_OK)
        status = measure(run, n, "layers", &n->layer_moves, n->layers, b->layer_groups, layer_points, &n->layer_errors);
    if (status == ALF_OK)
        status = measure(run, n, "bands", &n->band_moves, BANDS, b->band_groups, band_points, &n->bands);
    return status;
}

void network_close(network *n)
{
    free(n->translation.sums);
    free(n->rotation.sums);
    free(n->layer_errors.sums);
    free(n->bands.sums);
}
