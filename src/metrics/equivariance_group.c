/* One group of images under one transform: what the source makes of it against what the image operators do. */
#include <math.h>

#include "core/core.h"
#include "metrics/comparison.h"
#include "metrics/image_group.h"
#include "metrics/network_images.h"

/* Images first .. first + count - 1 of a source. */
typedef struct {
    const alf_image_source *source;
    int64_t                 first, count;
} group;

/* The group moved (NULL: unmoved) into planes. What render leaves out stays NaN, and is found. */
static alf_status render(alf_ctx *ctx, const group *of, const alf_movement *movement, double planes[])
{
    const int64_t values = of->source->channels * of->source->size * of->source->size, last = of->first + of->count - 1;
    double        inverse[9];
    alf_movement_inverse(movement, inverse);
    for (int64_t i = 0; i < of->count * values; i++) planes[i] = (double)NAN;
    alf_status status = of->source->render(of->source->user, of->first, of->count, inverse, planes);
    status = alf_callback_status(ctx, "the render function of the image source", status);
    if (status == ALF_OK) status = alf_ctx_status(ctx);
    if (status != ALF_OK)
        return alf_fail(ctx, status, "equivariance cannot be measured: images %lld to %lld could not be rendered: %s",
                        (long long)of->first, (long long)last, alf_status_text(status));
    for (int64_t i = 0; i < of->count && status == ALF_OK; i++) {
        char what[32];
        alf_format(what, sizeof what, "image %lld", (long long)(of->first + i));
        status = alf_demand_finite(ctx, "equivariance", what, values, planes + i * values);
    }
    return status;
}

static alf_status add_errors(alf_ctx *ctx, const group *of, unsigned kinds, double tx, double ty, double angle,
                             const alf_comparison *c, alf_pooled_error sums[ALF_EQ_KINDS])
{
    alf_status status = render(ctx, of, NULL, c->base);
    for (int kind = 0; kind < ALF_EQ_KINDS && status == ALF_OK; kind++) {
        if (!(kinds >> kind & 1)) continue;
        const alf_movement m = alf_movement_of((alf_metric_kind)kind, tx, ty, angle, c->size);
        const double      *tested;
        alf_rotation      *rotation = NULL;
        status = render(ctx, of, &m, c->image);
        if (status == ALF_OK && kind == ALF_EQR) status = alf_rotation_create(ctx, m.angle, &rotation);
        if (status == ALF_OK) status = alf_comparison_move(ctx, c, &m, rotation, &tested);
        alf_rotation_destroy(rotation);
        if (status == ALF_OK)
            alf_pooled_error_add(&sums[kind], c->planes, c->size * c->size, tested, c->reference, c->mask, NULL);
    }
    return status;
}

alf_status alf_image_group_error(alf_ctx *ctx, const alf_image_source *source, int64_t first, int64_t count,
                                 unsigned kinds, double tx, double ty, double angle,
                                 alf_pooled_error sums[ALF_EQ_KINDS])
{
    const group    of = {.source = source, .first = first, .count = count};
    alf_comparison c;
    alf_status     status = alf_comparison_create(ctx, count * source->channels, source->size, &c);
    if (status != ALF_OK) return status;
    status = add_errors(ctx, &of, kinds, tx, ty, angle, &c, sums);
    alf_comparison_destroy(&c);
    return status;
}

alf_status alf_equivariance_group(alf_generator *g, alf_tensor *ws, unsigned kinds, double tx, double ty, double angle,
                                  alf_pooled_error sums[ALF_EQ_KINDS])
{
    alf_status status = alf_demand_transform(g, "equivariance");
    if (status != ALF_OK) return status;
    alf_network_images     network = {.g = g, .ws = alf_tensor_retain(ws), .count = alf_tensor_dim(ws, 0)};
    const alf_image_source source = alf_network_source(&network);
    status = alf_image_group_error(alf_generator_ctx(g), &source, 0, network.count, kinds, tx, ty, angle, sums);
    alf_tensor_release(network.ws);
    return status;
}
