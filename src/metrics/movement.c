/* One transform of the canvas as the metrics take it, and what a network makes of it. */
#include "metrics/movement.h"

#include <math.h>

#include "core/arithmetic.h"
#include "core/core.h"

alf_movement alf_movement_of(alf_metric_kind kind, double tx, double ty, double angle, int64_t size)
{
    const double side = (double)size;
    if (kind == ALF_EQR) return (alf_movement){.kind = kind, .angle = angle};
    if (kind == ALF_EQT_INT)
        return (alf_movement){.kind = kind, .tx = rint(tx * side) / side, .ty = rint(ty * side) / side};
    return (alf_movement){.kind = kind, .tx = tx, .ty = ty};
}

void alf_movement_inverse(const alf_movement *movement, double inverse[9])
{
    static const alf_movement still = {.kind = ALF_EQT_FRAC};
    if (!movement) movement = &still;
    alf_user_transform(movement->tx, movement->ty, movement->angle * 180 / ALF_PI, inverse);
}

/* Fast convolutions round by the place in a tile, and a metric of shifts would see that. */
alf_tensor *alf_synthesize_moved(alf_generator *g, alf_tensor *ws, const double inverse[9],
                                 void (*observe)(void *user, const char *layer, alf_tensor *x), void *user)
{
    alf_ctx              *ctx = alf_generator_ctx(g);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = inverse;
    options.observe = observe;
    options.observe_user = user;
    alf_conv_method before = alf_ctx_use_conv(ctx, ALF_CONV_DIRECT);
    alf_tensor     *image = alf_generator_synthesize(g, ws, &options);
    alf_ctx_use_conv(ctx, before);
    return image;
}

alf_status alf_demand_transform(const alf_generator *g, const char *metric)
{
    if (alf_generator_has_transform(g)) return ALF_OK;
    return alf_fail(alf_generator_ctx(g), ALF_ERR_UNSUPPORTED,
                    "%s cannot be measured: this network has no input transform", metric);
}

alf_status alf_demand_finite(alf_ctx *ctx, const char *metric, const char *what, int64_t count, const double values[])
{
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return alf_fail(ctx, ALF_ERR_RANGE, "%s cannot be measured: %s has the value %g", metric, what, values[i]);
    return ALF_OK;
}
