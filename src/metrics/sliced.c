#include "metrics/sliced.h"

#include <math.h>

#include "aliasfree/random.h"
#include "aliasfree/tensor.h"
#include "core/core.h"
#include "metrics/sort.h"

enum {
    DIRECTIONS = 4 * 128,
    GROUP = 64, /* directions that are projected on together */
    BLOCK = 64, /* images whose patches are one matrix       */
    MOST_VALUES = ALF_PATCH_AREA * ALF_PATCH_CHANNELS
};

/* One of the two sets. */
typedef struct {
    const float *values;
    double      *sums;        /* [images][channels][2]: of values and of their squares         */
    float       *projections; /* [GROUP][images * ALF_PATCHES], those on one direction in a row */
    double       mean[ALF_PATCH_CHANNELS], scale[ALF_PATCH_CHANNELS];
} patch_set;

typedef struct {
    alf_ctx                *ctx;
    const alf_patch_layout *layout;
    uint64_t                seed;
    int                     level, levels;
    int64_t                 count;      /* patches of a set                                                        */
    int                     dimensions; /* values of a patch                                                       */
    patch_set               sets[2];
    double                 *directions;      /* [dimensions][GROUP]                                       */
    double                 *patches;         /* [BLOCK * ALF_PATCHES][dimensions], normalised             */
    double                 *products;        /* [BLOCK * ALF_PATCHES][GROUP]                              */
    float                  *spare;           /* [workers][count], to sort                                 */
    double                  distance[GROUP]; /* of each direction                                         */
} slicing;

/* A block of images of one set, on the way through the projection. */
typedef struct {
    slicing   *s;
    patch_set *set;
    int64_t    first, images;
} block;

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
        set->mean[c] = mean;
        set->scale[c] = variance > 0 ? 1 / sqrt(variance) : 1;
    }
}

/* --- one group of directions ---------------------------------------------------------------------------------------------- */

static void draw_directions(slicing *s, int first)
{
    const uint64_t stream = alf_random_stream(ALF_FOR_PROJECTIONS, (uint32_t)s->level);
    double         direction[MOST_VALUES];
    for (int d = 0; d < GROUP; d++) {
        double squares = 0;
        alf_random_normal(s->seed, stream, (int64_t)(first + d) * s->dimensions, s->dimensions, direction);
        for (int i = 0; i < s->dimensions; i++) squares += direction[i] * direction[i];
        for (int i = 0; i < s->dimensions; i++) s->directions[i * GROUP + d] = direction[i] / sqrt(squares);
    }
}

static void normalise_image(void *arg, int64_t tile, int worker)
{
    const block *b = arg;
    double      *out = b->s->patches + tile * ALF_PATCHES * b->s->dimensions;
    float        patch[MOST_VALUES] = {0};
    (void)worker;
    for (int p = 0; p < ALF_PATCHES; p++) {
        gather(b->s->layout, b->set->values, b->first + tile, p, patch);
        for (int i = 0; i < b->s->dimensions; i++) {
            const int c = i / ALF_PATCH_AREA;
            *out++ = (patch[i] - b->set->mean[c]) * b->set->scale[c];
        }
    }
}

static void store_direction(void *arg, int64_t tile, int worker)
{
    const block  *b = arg;
    const double *products = b->s->products + tile;
    float        *out = b->set->projections + tile * b->s->count + b->first * ALF_PATCHES;
    (void)worker;
    for (int64_t i = 0; i < b->images * ALF_PATCHES; i++) out[i] = (float)products[i * GROUP];
}

static alf_status project_block(block *b, alf_tensor *directions)
{
    alf_ctx   *ctx = b->s->ctx;
    alf_scope *scope = alf_scope_open(ctx);
    alf_parallel(ctx, b->images, normalise_image, b);
    alf_tensor *patches =
        alf_tensor_from_f64(ctx, 2, (int64_t[]){b->images * ALF_PATCHES, b->s->dimensions}, b->s->patches);
    alf_status status = alf_tensor_read(ctx, alf_matmul(ctx, patches, false, directions, false, 1), b->s->products);
    if (status == ALF_OK) alf_parallel(ctx, GROUP, store_direction, b);
    alf_scope_close(scope, NULL);
    return status;
}

static alf_status project(slicing *s)
{
    const int64_t images = s->layout->images;
    alf_status    status = ALF_OK;
    alf_scope    *scope = alf_scope_open(s->ctx);
    alf_tensor   *directions = alf_tensor_from_f64(s->ctx, 2, (int64_t[]){s->dimensions, GROUP}, s->directions);
    for (int set = 0; set < 2; set++)
        for (int64_t first = 0; first < images && status == ALF_OK; first += BLOCK) {
            block b = {s, &s->sets[set], first, images - first < BLOCK ? images - first : BLOCK};
            status = project_block(&b, directions);
        }
    alf_scope_close(scope, NULL);
    return status;
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
        status = project(s);
        if (status != ALF_OK) break;
        alf_parallel(s->ctx, GROUP, compare_direction, s);
        for (int d = 0; d < GROUP; d++) total += s->distance[d];
        status = alf_progress(s->ctx, "projections", s->level * DIRECTIONS + first + GROUP, s->levels * DIRECTIONS);
    }
    if (status == ALF_OK) *out = 1000 * total / DIRECTIONS;
    return status;
}

static bool take_memory(slicing *s)
{
    const size_t count = (size_t)s->count, dimensions = (size_t)s->dimensions;
    s->directions = alf_mem_alloc(s->ctx, dimensions * GROUP, sizeof *s->directions);
    s->patches = alf_mem_alloc(s->ctx, BLOCK * ALF_PATCHES * dimensions, sizeof *s->patches);
    s->products = alf_mem_alloc(s->ctx, BLOCK * ALF_PATCHES * GROUP, sizeof *s->products);
    s->spare = alf_mem_alloc(s->ctx, (size_t)alf_workers(s->ctx) * count, sizeof *s->spare);
    bool ready = s->directions && s->patches && s->products && s->spare;
    for (int i = 0; i < 2; i++) {
        patch_set *set = &s->sets[i];
        set->sums = alf_mem_alloc(s->ctx, (size_t)(s->layout->images * s->layout->channels * 2), sizeof *set->sums);
        set->projections = alf_mem_alloc(s->ctx, GROUP * count, sizeof *set->projections);
        ready = ready && set->sums && set->projections;
    }
    return ready;
}

static void release_memory(slicing *s)
{
    for (int i = 0; i < 2; i++) {
        alf_mem_free(s->sets[i].sums);
        alf_mem_free(s->sets[i].projections);
    }
    alf_mem_free(s->directions);
    alf_mem_free(s->patches);
    alf_mem_free(s->products);
    alf_mem_free(s->spare);
}

alf_status alf_sliced_distance(alf_ctx *ctx, const alf_patch_layout *layout, const float *a, const float *b,
                               uint64_t seed, int level, int levels, double *out)
{
    slicing    s = {.ctx = ctx,
                    .layout = layout,
                    .seed = seed,
                    .level = level,
                    .levels = levels,
                    .count = layout->images * ALF_PATCHES,
                    .dimensions = layout->channels * ALF_PATCH_AREA,
                    .sets = {{.values = a}, {.values = b}}};
    const bool ready = take_memory(&s);
    alf_status status = ready ? slice(&s, out) : ALF_ERR_MEMORY;
    release_memory(&s);
    return status;
}
