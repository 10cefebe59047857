/* Where subjects stand: random placements, each of which follows from the seed and the picture's number alone.
 *
 * A turn and a size at which the subject fits are found by drawing again. The shift needs no second draw: the inverse
 * of its distribution, cut off where the subject would leave the canvas, gives what redrawing until inside would give.
 * So turns stay uniform although diagonal subjects have less room. */
#include <math.h>

#include "aliasfree/random.h"
#include "data/canvas_internal.h"
#include "maths.h"

#define DRAWS 1000      /* before a placement counts as impossible         */
#define DRAW_SLOTS 1024 /* blocks of random numbers that each picture owns */
#define BLOCK 4         /* turn, size, x, y                                */
#define FARTHEST 1e4    /* canvas widths */

alf_status alf_placement_check(alf_ctx *ctx, const char *who, const alf_placement *placement)
{
    if (!placement) return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: placement is NULL", who);
    if (!(fabs(placement->x) <= FARTHEST) || !(fabs(placement->y) <= FARTHEST))
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: position (%g, %g), expected at most %g canvas widths from 0", who,
                        placement->x, placement->y, FARTHEST);
    if (!isfinite(placement->degrees))
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: degrees is %g, expected a finite number", who, placement->degrees);
    if (!(placement->scale >= 1.0 / FARTHEST) || !(placement->scale <= FARTHEST))
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: scale is %g, expected %g to %g", who, placement->scale, 1.0 / FARTHEST,
                        FARTHEST);
    return ALF_OK;
}

static alf_status check(alf_ctx *ctx, const alf_dataset_recipe *recipe, int64_t index, double aspect, const void *out)
{
    if (!recipe || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_placement_draw: %s is NULL", recipe ? "out" : "recipe");
    if (index < 0 || index > INT64_MAX / (DRAW_SLOTS * BLOCK))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_placement_draw: index is %lld, expected 0 to %lld", (long long)index,
                        (long long)(INT64_MAX / (DRAW_SLOTS * BLOCK)));
    if (!isfinite(aspect) || !(aspect > 0.0))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_placement_draw: aspect is %g, expected a finite number above 0",
                        aspect);
    if (!isfinite(recipe->shift) || recipe->shift < 0.0)
        return alf_fail(ctx, ALF_ERR_RANGE, "recipe: shift is %g, expected a finite number, at least 0", recipe->shift);
    if (!isfinite(recipe->rotation) || recipe->rotation < 0.0)
        return alf_fail(ctx, ALF_ERR_RANGE, "recipe: rotation is %g, expected a finite number, at least 0",
                        recipe->rotation);
    if (!isfinite(recipe->scale_high) || !(recipe->scale_low > 0.0) || !(recipe->scale_low <= recipe->scale_high))
        return alf_fail(ctx, ALF_ERR_RANGE, "recipe: scale_low is %g and scale_high %g, expected 0 < low <= high",
                        recipe->scale_low, recipe->scale_high);
    return ALF_OK;
}

/* How far the centre of a subject may stand from that of the canvas; a negative number: it does not fit. */
static void room(const alf_placement *placed, double aspect, double *x, double *y)
{
    double half_width = 0.5 * placed->scale * fmin(1.0, aspect), half_height = 0.5 * placed->scale / fmax(1.0, aspect);
    double sine, cosine;
    alf_sincos_turns(placed->degrees / 360.0, &sine, &cosine);
    *x = 0.5 - half_width * fabs(cosine) - half_height * fabs(sine);
    *y = 0.5 - half_width * fabs(sine) - half_height * fabs(cosine);
}

/* The inverse of erf() for |p| < 1. From 0, Newton's steps never pass the solution, since erf() is concave beyond. */
static double inverse_erf(double p)
{
    double z = 0.0, step = 1.0;
    for (int i = 0; i < 100 && step > 1e-15; i++) {
        step = (fabs(p) - erf(z)) * 0.5 * sqrt(ALF_PI) * exp(z * z);
        z += step;
    }
    return copysign(z, p);
}

/* A value of N(0, deviation) that is known to lie within +-limit, from a uniform number. */
static double normal_within(double limit, double deviation, double uniform)
{
    if (deviation == 0.0) return 0.0;
    double widest = sqrt(2.0) * deviation, value = widest * inverse_erf((2.0 * uniform - 1.0) * erf(limit / widest));
    return fmin(fmax(value, -limit), limit); /* rounding at the ends */
}

alf_status alf_placement_draw(alf_ctx *ctx, const alf_dataset_recipe *recipe, int64_t index, double aspect,
                              alf_placement *out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    alf_status status = check(ctx, recipe, index, aspect, out);
    if (status != ALF_OK) return status;

    uint64_t stream = alf_random_stream(ALF_FOR_PLACEMENT, 0);
    for (int64_t draw = 0; draw < DRAWS; draw++) {
        double        u[BLOCK], room_x, room_y;
        alf_placement placed = {0};
        alf_random_uniform(recipe->seed, stream, (index * DRAW_SLOTS + draw) * BLOCK, BLOCK, u);
        placed.degrees = recipe->rotation * (2.0 * u[0] - 1.0);
        placed.scale = recipe->scale_low * pow(recipe->scale_high / recipe->scale_low, u[1]);
        room(&placed, aspect, &room_x, &room_y);
        if (room_x < 0.0 || room_y < 0.0) continue;
        placed.x = normal_within(room_x, recipe->shift, u[2]);
        placed.y = normal_within(room_y, recipe->shift, u[3]);
        *out = placed;
        return ALF_OK;
    }
    return alf_fail(ctx, ALF_ERR_RANGE,
                    "picture %lld: the subject does not fit on the canvas in %d draws (scale %g to %g, rotation %g), "
                    "expected a smaller scale",
                    (long long)index, DRAWS, recipe->scale_low, recipe->scale_high, recipe->rotation);
}
