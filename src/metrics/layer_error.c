/* The error of one layer's features under a movement of the canvas. */
#include "metrics/layer_error.h"

#include <math.h>

#include "core/core.h"
#include "metrics/comparison.h"

/* Values of one comparison, of which there are four copies: channels are taken a few at a time. */
#define MOST_VALUES (1 << 20)

/* The movement in sizes of a map with this many samples per canvas width. Where it is by whole samples the exact operator
 * serves. */
static alf_movement in_layer(const alf_movement *m, double rate, int64_t size)
{
    const double x = m->tx * rate, y = m->ty * rate;
    const bool   whole = fabs(x - rint(x)) < 1e-6 && fabs(y - rint(y)) < 1e-6;
    if (m->kind == ALF_EQR) return *m;
    return (alf_movement){.kind = whole ? ALF_EQT_INT : ALF_EQT_FRAC, .tx = x / (double)size, .ty = y / (double)size};
}

/* Takes samples beyond the canvas, the margin, out of the mask. */
static void keep_canvas(double rate, int64_t size, double mask[])
{
    const double centre = 0.5 * (double)(size - 1), reach = 0.5 * rate + 1e-6;
    for (int64_t i = 0; i < size * size; i++)
        if (fabs((double)(i / size) - centre) > reach || fabs((double)(i % size) - centre) > reach) mask[i] = 0;
}

/* Each map by itself, so that the variance is that within maps: what a map has everywhere needs no moving. */
static void add_planes(const alf_comparison *c, const double *tested, alf_pooled_error *sum)
{
    const int64_t pixels = c->size * c->size;
    for (int64_t p = 0; p < c->planes; p++) {
        alf_pooled_error plane = {0};
        alf_pooled_error_add(&plane, 1, pixels, tested + p * pixels, c->reference + p * pixels, c->mask, NULL);
        if (!(plane.mask > 0)) return;
        plane.square -= plane.value * plane.value / plane.mask;
        plane.value = 0;
        alf_pooled_error_merge(sum, &plane);
    }
}

static alf_status read_channels(alf_ctx *ctx, alf_tensor *x, int64_t first, int64_t count, const char *layer,
                                double out[])
{
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *part = alf_slice(ctx, x, 1, first, count);
    alf_status  status = alf_tensor_read(ctx, part, out);
    if (status == ALF_OK) status = alf_demand_finite(ctx, "equivariance", layer, alf_tensor_count(part), out);
    alf_scope_close(scope, NULL);
    return status;
}

static alf_status add_channels(alf_ctx *ctx, const alf_comparison *c, const alf_movement *m,
                               const alf_rotation *rotation, alf_tensor *unmoved, alf_tensor *moved, int64_t first,
                               int64_t count, alf_layer_error *layer)
{
    const double *tested;
    alf_status    status = read_channels(ctx, unmoved, first, count, layer->name, c->base);
    if (status == ALF_OK) status = read_channels(ctx, moved, first, count, layer->name, c->image);
    if (status == ALF_OK) status = alf_comparison_move(ctx, c, m, rotation, &tested);
    if (status != ALF_OK) return status;
    keep_canvas(layer->rate, c->size, c->mask);
    add_planes(c, tested, &layer->error);
    return ALF_OK;
}

alf_status alf_layer_error_of(alf_ctx *ctx, const alf_movement *movement, const alf_rotation *rotation,
                              alf_tensor *unmoved, alf_tensor *moved, alf_layer_error *layer)
{
    const int64_t      n = alf_tensor_dim(moved, 0), channels = alf_tensor_dim(moved, 1);
    const int64_t      size = alf_tensor_dim(moved, 3), most = MOST_VALUES / (n * size * size);
    const int64_t      chunk = most < 1 ? 1 : most < channels ? most : channels;
    const alf_movement m = in_layer(movement, layer->rate, size);
    alf_comparison     c;
    alf_status         status = alf_comparison_create(ctx, n * chunk, size, &c);
    if (status != ALF_OK) return status;
    layer->channels = channels;
    layer->size = size;
    layer->error = (alf_pooled_error){0};
    for (int64_t first = 0; first < channels && status == ALF_OK; first += chunk) {
        const int64_t count = channels - first < chunk ? channels - first : chunk;
        c.planes = n * count;
        status = add_channels(ctx, &c, &m, rotation, unmoved, moved, first, count, layer);
    }
    alf_comparison_destroy(&c);
    return status;
}
