/* Latents and labels of images that metrics are taken of. */
#include "metrics/draw.h"

#include <string.h>

#include "aliasfree/random.h"
#include "core/core.h"

static void draw_labels(uint64_t seed, int class_index, int64_t first, int64_t count, int64_t c_dim, double c[])
{
    memset(c, 0, (size_t)(count * c_dim) * sizeof c[0]);
    for (int64_t i = 0; i < count; i++) {
        double  u;
        int64_t label = class_index;
        if (label < 0) {
            alf_random_uniform(seed, alf_random_stream(ALF_FOR_LABELS, 0), first + i, 1, &u);
            label = (int64_t)(u * (double)c_dim);
        }
        c[i * c_dim + label] = 1;
    }
}

alf_tensor *alf_draw_styles(alf_generator *g, uint64_t seed, int class_index, int64_t first, int64_t count)
{
    alf_ctx      *ctx = alf_generator_ctx(g);
    const int64_t z_dim = alf_generator_plan(g)->config.z_dim, c_dim = alf_generator_plan(g)->config.c_dim;
    double       *z = alf_mem_alloc(ctx, (size_t)(count * (z_dim + c_dim)), sizeof *z);
    double       *labels = z && c_dim > 0 ? z + count * z_dim : NULL;
    if (z) alf_random_normal(seed, alf_random_stream(ALF_FOR_LATENTS, 0), first * z_dim, count * z_dim, z);
    if (labels) draw_labels(seed, class_index, first, count, c_dim, labels);
    alf_tensor *latents = alf_tensor_from_f64(ctx, 2, (int64_t[]){count, z_dim}, z);
    alf_tensor *c = labels ? alf_tensor_from_f64(ctx, 2, (int64_t[]){count, c_dim}, labels) : NULL;
    alf_mem_free(z);
    return alf_generator_map(g, latents, c, 1, -1);
}

alf_status alf_demand_class(const alf_generator *g, int class_index)
{
    const int c_dim = alf_generator_plan(g)->config.c_dim;
    if (c_dim == 0 || (class_index >= -1 && class_index < c_dim)) return ALF_OK;
    return alf_fail(alf_generator_ctx(g), ALF_ERR_RANGE,
                    "class %d: this network has classes 0 to %d, or -1 for random ones", class_index, c_dim - 1);
}
