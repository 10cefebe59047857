/* One group of images under one transform: what the network does against what the image operators do. */
#include <math.h>

#include "aliasfree/metrics.h"
#include "core/core.h"

/* Host memory for one group, in one block. */
typedef struct {
    int64_t planes, h, w;
    double *base;               /* untransformed images       [planes, h, w] */
    double *image;              /* under the transform                       */
    double *reference;          /* the operator on base                      */
    double *pseudo;             /* the operator on image, where there is one */
    double *mask, *mask_pseudo; /* [h, w]                           */
} buffers;

/* Holds the image under the transform against the operator on the untransformed one. */
static alf_status compare(alf_ctx *ctx, const buffers *b, int kind, double tx, double ty, double angle,
                          alf_pooled_error *sum)
{
    const double *tested = b->image, *mask_tested = NULL;
    alf_status    status = ALF_OK;
    switch (kind) {
    case ALF_EQT_INT:
        status = alf_shift_whole(ctx, b->planes, b->h, b->w, b->base, tx, ty, b->reference, b->mask);
        break;
    case ALF_EQT_FRAC:
        status = alf_shift_fractional(ctx, b->planes, b->h, b->w, b->base, tx, ty, b->reference, b->mask);
        break;
    default:
        status = alf_rotate(ctx, b->planes, b->h, b->w, b->base, angle, b->reference, b->mask);
        if (status == ALF_OK) /* the tested image is band-limited alike, but not turned */
            status = alf_pseudo_rotate(ctx, b->planes, b->h, b->w, b->image, angle, b->pseudo, b->mask_pseudo);
        tested = b->pseudo;
        mask_tested = b->mask_pseudo;
    }
    if (status == ALF_OK) alf_pooled_error_add(sum, b->planes, b->h * b->w, tested, b->reference, b->mask, mask_tested);
    return status;
}

/* count values of the image under an inverse transform. Fast convolutions round by the place in a tile, and a metric of
 * shifts would see that. */
static alf_status synthesize(alf_generator *g, alf_tensor *ws, const double inverse[9], int64_t count, double image[])
{
    alf_ctx              *ctx = alf_generator_ctx(g);
    alf_scope            *scope = alf_scope_open(ctx);
    alf_conv_method       before = alf_ctx_use_conv(ctx, ALF_CONV_DIRECT);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = inverse;
    alf_status status = alf_tensor_read(ctx, alf_generator_synthesize(g, ws, &options), image);
    alf_ctx_use_conv(ctx, before);
    alf_scope_close(scope, NULL);
    for (int64_t i = 0; i < count && status == ALF_OK; i++)
        if (!isfinite(image[i]))
            status = alf_fail(ctx, ALF_ERR_RANGE,
                              "equivariance cannot be measured: the network's image has the value %g", image[i]);
    return status;
}

static alf_status run_kinds(alf_generator *g, alf_tensor *ws, unsigned kinds, double tx, double ty, double angle,
                            const buffers *b, alf_pooled_error sums[ALF_EQ_KINDS])
{
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    alf_ctx            *ctx = alf_generator_ctx(g);
    const double        degrees = angle * 180 / acos(-1);
    alf_status          status = synthesize(g, ws, identity, b->planes * b->h * b->w, b->base);
    for (int kind = 0; kind < ALF_EQ_KINDS && status == ALF_OK; kind++) {
        if (!(kinds >> kind & 1)) continue;
        double       inverse[9];
        const bool   whole = kind == ALF_EQT_INT;
        const double x = whole ? rint(tx * (double)b->w) / (double)b->w : tx;
        const double y = whole ? rint(ty * (double)b->h) / (double)b->h : ty;
        if (kind == ALF_EQR)
            alf_user_transform(0, 0, degrees, inverse);
        else
            alf_user_transform(x, y, 0, inverse);
        status = synthesize(g, ws, inverse, b->planes * b->h * b->w, b->image);
        if (status == ALF_OK) status = compare(ctx, b, kind, x, y, angle, &sums[kind]);
    }
    return status;
}

alf_status alf_equivariance_group(alf_generator *g, alf_tensor *ws, unsigned kinds, double tx, double ty, double angle,
                                  alf_pooled_error sums[ALF_EQ_KINDS])
{
    alf_ctx          *ctx = alf_generator_ctx(g);
    const alf_config *config = &alf_generator_plan(g)->config;
    const int64_t     size = config->img_resolution;
    buffers           b = {.h = size, .w = size};
    int64_t           pixels;
    if (!alf_generator_has_transform(g))
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED,
                        "equivariance cannot be measured: this network has no input transform");
    if (!alf_mul_i64(alf_tensor_dim(ws, 0), config->img_channels, &b.planes) ||
        !alf_mul_i64(b.planes, size * size, &pixels) || pixels > INT64_MAX / 64)
        return alf_fail(ctx, ALF_ERR_RANGE, "%lld images in one group are too many", (long long)alf_tensor_dim(ws, 0));
    double *block = alf_mem_alloc(ctx, (size_t)(4 * pixels + 2 * size * size), sizeof *block);
    if (!block) return ALF_ERR_MEMORY;
    b.base = block;
    b.image = b.base + pixels;
    b.reference = b.image + pixels;
    b.pseudo = b.reference + pixels;
    b.mask = b.pseudo + pixels;
    b.mask_pseudo = b.mask + size * size;
    alf_status status = run_kinds(g, ws, kinds, tx, ty, angle, &b, sums);
    alf_mem_free(block);
    return status;
}
