#include "metrics/sliced.h"

#include <math.h>

#include "aliasfree/random.h"
#include "core/core.h"
#include "metrics/sort.h"

enum { DIRECTIONS = 4 * 128, GROUP = 16 /* directions that are projected on together */ };
enum { MOST_VALUES = ALF_PATCH_AREA * ALF_PATCH_CHANNELS };

/* One of the two sets. */
typedef struct {
    const float *values;
    double      *sums;        /* [images][channels][2]: of values and of their squares  */
    float       *projections; /* [GROUP][images * ALF_PATCHES], a direction's in a row */
    float        mean[ALF_PATCH_CHANNELS], scale[ALF_PATCH_CHANNELS];
} patch_set;

typedef struct {
    alf_ctx                *ctx;
    const alf_patch_layout *layout;
    uint64_t                seed;
    int                     level, levels;
    int64_t                 count; /* patches of a set                        */
    patch_set               sets[2];
    float                   directions[MOST_VALUES][GROUP];
    float                  *spare;           /* [workers][count], to sort     */
    double                  distance[GROUP]; /* of each direction             */
} slicing;

/* Values of one patch one after the other: channels, rows, columns. */
static void gather(const alf_patch_layout *l, const float *values, int64_t image, int patch, float *out)
{
    const float *first = values + image * l->image + l->start[image * ALF_PATCHES + patch];
    for (int c = 0; c < l->channels; c++)
        for (int y = 0; y < ALF_PATCH_SIDE; y++)
            for (int x = 0; x < ALF_PATCH_SIDE; x++) *out++ = first[c * l->plane + y * l->row + x];
}

/* --- mean and standard deviation ---------------------------------------------------------------------------------------- */

static void sum_image(void *arg, int64_t tile, int worker)
{
    slicing      *s = arg;
    patch_set    *set = &s->sets[tile / s->layout->images];
    const int64_t image = tile % s->layout->images;
    float         patch[MOST_VALUES];
    double       *sums = set->sums + image * s->layout->channels * 2;
    (void)worker;
    for (int i = 0; i < 2 * s->layout->channels; i++) sums[i] = 0;
    for (int p = 0; p < ALF_PATCHES; p++) {
        gather(s->layout, set->values, image, p, patch);
        for (int c = 0; c < s->layout->channels; c++)
            for (int i = 0; i < ALF_PATCH_AREA; i++) {
                const double value = patch[c * ALF_PATCH_AREA + i];
                sums[2 * c] += value;
                sums[2 * c + 1] += value * value;
            }
    }
}

static void normalisation(const slicing *s, patch_set *set)
{
    const int channels = s->layout->channels;
    for (int c = 0; c < channels; c++) {
        double sum = 0, squares = 0;
        for (int64_t i = 0; i < s->layout->images; i++) {
            sum += set->sums[(i * channels + c) * 2];
            squares += set->sums[(i * channels + c) * 2 + 1];
        }
        const double values = (double)s->count * ALF_PATCH_AREA, mean = sum / values;
        const double variance = squares / values - mean * mean;
        set->mean[c] = (float)mean;
        set->scale[c] = variance > 0 ? (float)(1 / sqrt(variance)) : 1;
    }
}

/* --- one group of directions ---------------------------------------------------------------------------------------------- */

static void draw_directions(slicing *s, int first)
{
    const uint64_t stream = alf_random_stream(ALF_FOR_PROJECTIONS, (uint32_t)s->level);
    const int      values = s->layout->channels * ALF_PATCH_AREA;
    double         direction[MOST_VALUES];
    for (int d = 0; d < GROUP; d++) {
        double squares = 0;
        alf_random_normal(s->seed, stream, (int64_t)(first + d) * values, values, direction);
        for (int i = 0; i < values; i++) squares += direction[i] * direction[i];
        for (int i = 0; i < values; i++) s->directions[i][d] = (float)(direction[i] / sqrt(squares));
    }
}

static void project_image(void *arg, int64_t tile, int worker)
{
    slicing      *s = arg;
    patch_set    *set = &s->sets[tile / s->layout->images];
    const int64_t image = tile % s->layout->images;
    float         patch[MOST_VALUES];
    (void)worker;
    for (int p = 0; p < ALF_PATCHES; p++) {
        float sums[GROUP] = {0};
        gather(s->layout, set->values, image, p, patch);
        for (int c = 0, i = 0; c < s->layout->channels; c++)
            for (int end = i + ALF_PATCH_AREA; i < end; i++) {
                const float value = (patch[i] - set->mean[c]) * set->scale[c];
                for (int d = 0; d < GROUP; d++) sums[d] += value * s->directions[i][d];
            }
        for (int d = 0; d < GROUP; d++) set->projections[d * s->count + image * ALF_PATCHES + p] = sums[d];
    }
}

static void compare_direction(void *arg, int64_t tile, int worker)
{
    slicing *s = arg;
    float   *a = s->sets[0].projections + tile * s->count, *b = s->sets[1].projections + tile * s->count;
    float   *spare = s->spare + worker * s->count;
    double   sum = 0;
    alf_sort_floats(s->count, a, spare);
    alf_sort_floats(s->count, b, spare);
    for (int64_t i = 0; i < s->count; i++) sum += fabs((double)a[i] - (double)b[i]);
    s->distance[tile] = sum / (double)s->count;
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

static alf_status slice(slicing *s, double *out)
{
    double     total = 0;
    alf_status status = ALF_OK;
    alf_parallel(s->ctx, 2 * s->layout->images, sum_image, s);
    for (int i = 0; i < 2; i++) normalisation(s, &s->sets[i]);
    for (int first = 0; first < DIRECTIONS && status == ALF_OK; first += GROUP) {
        draw_directions(s, first);
        alf_parallel(s->ctx, 2 * s->layout->images, project_image, s);
        alf_parallel(s->ctx, GROUP, compare_direction, s);
        for (int d = 0; d < GROUP; d++) total += s->distance[d];
        status = alf_progress(s->ctx, "projections", s->level * DIRECTIONS + first + GROUP, s->levels * DIRECTIONS);
    }
    if (status == ALF_OK) *out = 1000 * total / DIRECTIONS;
    return status;
}

alf_status alf_sliced_distance(alf_ctx *ctx, const alf_patch_layout *layout, const float *a, const float *b,
                               uint64_t seed, int level, int levels, double *out)
{
    alf_status status = ALF_ERR_MEMORY;
    slicing   *s = alf_mem_alloc(ctx, 1, sizeof *s);
    if (!s) return status;
    *s = (slicing){.ctx = ctx,
                   .layout = layout,
                   .seed = seed,
                   .level = level,
                   .levels = levels,
                   .count = layout->images * ALF_PATCHES};
    const float *values[2] = {a, b};
    bool         ready = (s->spare = alf_mem_alloc(ctx, (size_t)(alf_workers(ctx) * s->count), sizeof(float))) != NULL;
    for (int i = 0; i < 2; i++) {
        patch_set *set = &s->sets[i];
        set->values = values[i];
        set->sums = alf_mem_alloc(ctx, (size_t)(layout->images * layout->channels * 2), sizeof(double));
        set->projections = alf_mem_alloc(ctx, (size_t)(GROUP * s->count), sizeof(float));
        ready = ready && set->sums && set->projections;
    }
    if (ready) status = slice(s, out);
    for (int i = 0; i < 2; i++) {
        alf_mem_free(s->sets[i].sums);
        alf_mem_free(s->sets[i].projections);
    }
    alf_mem_free(s->spare);
    alf_mem_free(s);
    return status;
}
