/* One group of images under one transform: what the network does against what the image operators do. */
#include "core/core.h"
#include "metrics/comparison.h"

/* The image moved (NULL: unmoved) into planes of c. */
static alf_status synthesize(alf_generator *g, alf_tensor *ws, const alf_movement *movement, const alf_comparison *c,
                             double image[])
{
    alf_ctx   *ctx = alf_generator_ctx(g);
    alf_scope *scope = alf_scope_open(ctx);
    alf_status status = alf_tensor_read(ctx, alf_synthesize_moved(g, ws, movement, NULL, NULL), image);
    alf_scope_close(scope, NULL);
    return status == ALF_OK ? alf_demand_finite(ctx, "equivariance", "image", c->planes * c->size * c->size, image)
                            : status;
}

static alf_status run_kinds(alf_generator *g, alf_tensor *ws, unsigned kinds, double tx, double ty, double angle,
                            const alf_comparison *c, alf_pooled_error sums[ALF_EQ_KINDS])
{
    alf_ctx   *ctx = alf_generator_ctx(g);
    alf_status status = synthesize(g, ws, NULL, c, c->base);
    for (int kind = 0; kind < ALF_EQ_KINDS && status == ALF_OK; kind++) {
        if (!(kinds >> kind & 1)) continue;
        const alf_movement m = alf_movement_of((alf_metric_kind)kind, tx, ty, angle, c->size);
        const double      *tested;
        alf_rotation      *rotation = NULL;
        status = synthesize(g, ws, &m, c, c->image);
        if (status == ALF_OK && kind == ALF_EQR) status = alf_rotation_create(ctx, m.angle, &rotation);
        if (status == ALF_OK) status = alf_comparison_move(ctx, c, &m, rotation, &tested);
        alf_rotation_destroy(rotation);
        if (status == ALF_OK)
            alf_pooled_error_add(&sums[kind], c->planes, c->size * c->size, tested, c->reference, c->mask, NULL);
    }
    return status;
}

alf_status alf_equivariance_group(alf_generator *g, alf_tensor *ws, unsigned kinds, double tx, double ty, double angle,
                                  alf_pooled_error sums[ALF_EQ_KINDS])
{
    alf_ctx          *ctx = alf_generator_ctx(g);
    const alf_config *config = &alf_generator_plan(g)->config;
    alf_comparison    c;
    alf_status        status = alf_demand_transform(g, "equivariance");
    if (status != ALF_OK) return status;
    status = alf_comparison_create(ctx, alf_tensor_dim(ws, 0) * config->img_channels, config->img_resolution, &c);
    if (status != ALF_OK) return status;
    status = run_kinds(g, ws, kinds, tx, ty, angle, &c, sums);
    alf_comparison_destroy(&c);
    return status;
}
