/* What is kept of an image is what its patches need: of a level that is smaller than its patches together the level
 * itself, of others the patches. So images are seen once, and memory is bounded for any resolution. */
#include "metrics/swd.h"

#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/core.h"
#include "metrics/limits.h"
#include "metrics/pyramid.h"
#include "metrics/sliced.h"

enum { COARSEST = 16 };

typedef struct {
    int64_t size;
    bool    cut;     /* patches are kept, not the level    */
    int64_t plane;   /* values kept of a channel of an image */
    float  *sets[2]; /* [samples][channels][plane]           */
} level;

struct alf_swd {
    alf_ctx *ctx;
    int64_t  samples, resolution;
    int      channels;
    uint64_t seed;
    int      levels;
    level    level[ALF_SWD_LEVELS];
};

/* --- where patches are ---------------------------------------------------------------------------------------------------- */

/* Top left corners (y, x) of an image's patches. */
static void draw_corners(const alf_swd *s, int index, int64_t image, int64_t corners[ALF_PATCHES][2])
{
    const uint64_t stream = alf_random_stream(ALF_FOR_PATCHES, (uint32_t)index);
    const double   places = (double)(s->level[index].size - ALF_PATCH_SIDE + 1);
    double         u[2 * ALF_PATCHES];
    alf_random_uniform(s->seed, stream, image * 2 * ALF_PATCHES, 2 * ALF_PATCHES, u);
    for (int p = 0; p < ALF_PATCHES; p++)
        for (int axis = 0; axis < 2; axis++) corners[p][axis] = (int64_t)(u[2 * p + axis] * places);
}

static void cut_patches(int64_t size, const float *plane, int64_t corners[ALF_PATCHES][2], float *out)
{
    for (int p = 0; p < ALF_PATCHES; p++)
        for (int64_t y = 0; y < ALF_PATCH_SIDE; y++)
            for (int64_t x = 0; x < ALF_PATCH_SIDE; x++) *out++ = plane[(corners[p][0] + y) * size + corners[p][1] + x];
}

/* The starts that alf_patch_layout wants. */
static void find_starts(const alf_swd *s, int index, int32_t *starts)
{
    const level *l = &s->level[index];
    int64_t      corners[ALF_PATCHES][2];
    for (int64_t image = 0; image < s->samples; image++) {
        if (!l->cut) draw_corners(s, index, image, corners);
        for (int p = 0; p < ALF_PATCHES; p++)
            *starts++ = (int32_t)(l->cut ? p * ALF_PATCH_AREA : corners[p][0] * l->size + corners[p][1]);
    }
}

/* --- making --------------------------------------------------------------------------------------------------------------- */

static alf_status make_levels(alf_swd *s)
{
    for (int64_t size = s->resolution; size >= COARSEST && s->levels < ALF_SWD_LEVELS; size /= 2) {
        level        *l = &s->level[s->levels++];
        const int64_t patches = ALF_PATCHES * ALF_PATCH_AREA;
        l->size = size;
        l->cut = size * size > patches;
        l->plane = l->cut ? patches : size * size;
        for (int set = 0; set < 2; set++) {
            l->sets[set] = alf_mem_alloc(s->ctx, (size_t)(s->samples * s->channels * l->plane), sizeof(float));
            if (!l->sets[set]) return ALF_ERR_MEMORY;
        }
        if (size % 2 != 0) break;
    }
    return ALF_OK;
}

alf_status alf_swd_create(alf_ctx *ctx, int64_t samples, int64_t channels, int64_t resolution, uint64_t seed,
                          alf_swd **out)
{
    const int64_t most_resolution = (int64_t)COARSEST << (ALF_SWD_LEVELS - 1);
    if (samples < 1 || samples > ALF_MOST_METRIC_SAMPLES)
        return alf_fail(ctx, ALF_ERR_RANGE, "sliced Wasserstein distance of %lld images: expected 1 to %d",
                        (long long)samples, ALF_MOST_METRIC_SAMPLES);
    if (channels < 1 || channels > ALF_PATCH_CHANNELS)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "sliced Wasserstein distance of images with %lld channels: expected 1 to %d",
                        (long long)channels, ALF_PATCH_CHANNELS);
    if (resolution < COARSEST || resolution > most_resolution)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "sliced Wasserstein distance of images of %lldx%lld pixels: expected %d to %lld",
                        (long long)resolution, (long long)resolution, COARSEST, (long long)most_resolution);
    alf_swd *s = alf_mem_zalloc(ctx, 1, sizeof *s);
    if (!s) return ALF_ERR_MEMORY;
    s->ctx = ctx;
    s->samples = samples;
    s->channels = (int)channels;
    s->resolution = resolution;
    s->seed = seed;
    const alf_status status = make_levels(s);
    if (status == ALF_OK)
        *out = s;
    else
        alf_swd_destroy(s);
    return status;
}

void alf_swd_destroy(alf_swd *s)
{
    if (!s) return;
    for (int i = 0; i < s->levels; i++)
        for (int set = 0; set < 2; set++) alf_mem_free(s->level[i].sets[set]);
    alf_mem_free(s);
}

/* --- adding images -------------------------------------------------------------------------------------------------------- */

typedef struct {
    const alf_swd *s;
    int            set;
    int64_t        first;
    const double  *images;
} addition;

/* Values of a saved picture: x * 127.5 + 128, clamped, truncated. */
static void make_bytes(int64_t count, const double *image, float *out)
{
    for (int64_t i = 0; i < count; i++) out[i] = (float)floor(fmin(fmax(image[i] * 127.5 + 128, 0), 255));
}

static int64_t scratch_values(int64_t resolution)
{
    return 2 * resolution * resolution + resolution; /* a level with the coarser ones behind it, and a row */
}

/* One channel of one image. */
static void add_plane(void *arg, int64_t tile, int worker)
{
    const addition *a = arg;
    const alf_swd  *s = a->s;
    const int64_t   image = a->first + tile / s->channels, size = s->resolution;
    const int64_t   place = image * s->channels + tile % s->channels;
    float          *row = alf_scratch(s->ctx, worker), *here = row + size;
    int64_t         corners[ALF_PATCHES][2];
    make_bytes(size * size, a->images + tile * size * size, here);
    for (int i = 0; i < s->levels; i++) {
        const level *l = &s->level[i];
        float       *coarser = here + l->size * l->size;
        if (i + 1 < s->levels) {
            alf_pyramid_down(l->size, here, coarser, row);
            alf_pyramid_subtract(l->size, here, coarser, row);
        }
        float *out = l->sets[a->set] + place * l->plane;
        if (l->cut) {
            draw_corners(s, i, image, corners);
            cut_patches(l->size, here, corners, out);
        } else {
            memcpy(out, here, (size_t)l->plane * sizeof *out);
        }
        here = coarser;
    }
}

alf_status alf_swd_add(alf_swd *s, int set, int64_t first, int64_t count, const double *images)
{
    const int64_t planes = count * s->channels, values = planes * s->resolution * s->resolution;
    addition      a = {.s = s, .set = set, .first = first, .images = images};
    for (int64_t i = 0; i < values; i++)
        if (!isfinite(images[i]))
            return alf_fail(s->ctx, ALF_ERR_RANGE, "sliced Wasserstein distance: an image has the value %g", images[i]);
    alf_status status = alf_scratch_reserve(s->ctx, (size_t)scratch_values(s->resolution) * sizeof(float));
    if (status == ALF_OK) alf_parallel(s->ctx, planes, add_plane, &a);
    return status;
}

/* --- the distance --------------------------------------------------------------------------------------------------------- */

alf_status alf_swd_finish(alf_swd *s, alf_swd_result *out)
{
    alf_swd_result result = {.levels = s->levels};
    alf_status     status = ALF_OK;
    int32_t       *starts = alf_mem_alloc(s->ctx, (size_t)(s->samples * ALF_PATCHES), sizeof *starts);
    if (!starts) return ALF_ERR_MEMORY;
    for (int i = 0; i < s->levels && status == ALF_OK; i++) {
        const level     *l = &s->level[i];
        alf_patch_layout layout = {.images = s->samples,
                                   .image = s->channels * l->plane,
                                   .channels = s->channels,
                                   .plane = l->plane,
                                   .row = l->cut ? ALF_PATCH_SIDE : l->size,
                                   .start = starts};
        find_starts(s, i, starts);
        result.resolution[i] = l->size;
        status =
            alf_sliced_distance(s->ctx, &layout, l->sets[0], l->sets[1], s->seed, i, s->levels, &result.distance[i]);
        result.mean += result.distance[i] / s->levels;
    }
    alf_mem_free(starts);
    if (status == ALF_OK) *out = result;
    return status;
}
