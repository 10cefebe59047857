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

typedef struct {
    double tx, ty, angle;
} transform;

static alf_status compare_shift(alf_ctx *ctx, const buffers *b, transform t, bool whole, alf_pooled_error *sum)
{
    alf_status status = (whole ? alf_shift_whole : alf_shift_fractional)(ctx, b->planes, b->h, b->w, b->base, t.tx,
                                                                         t.ty, b->reference, b->mask);
    if (status == ALF_OK) alf_pooled_error_add(sum, b->planes, b->h * b->w, b->image, b->reference, b->mask, NULL);
    return status;
}

static alf_status compare_whole(alf_ctx *ctx, const buffers *b, transform t, alf_pooled_error *sum)
{
    return compare_shift(ctx, b, t, true, sum);
}

static alf_status compare_fractional(alf_ctx *ctx, const buffers *b, transform t, alf_pooled_error *sum)
{
    return compare_shift(ctx, b, t, false, sum);
}

static alf_status compare_rotation(alf_ctx *ctx, const buffers *b, transform t, alf_pooled_error *sum)
{
    alf_status status = alf_rotate(ctx, b->planes, b->h, b->w, b->base, t.angle, b->reference, b->mask);
    if (status == ALF_OK) /* the tested image is band-limited alike, but not turned */
        status = alf_pseudo_rotate(ctx, b->planes, b->h, b->w, b->image, t.angle, b->pseudo, b->mask_pseudo);
    if (status == ALF_OK)
        alf_pooled_error_add(sum, b->planes, b->h * b->w, b->pseudo, b->reference, b->mask, b->mask_pseudo);
    return status;
}

/* The network's inverse matrix: it moves the input the other way. */
static void inverse_translation(transform t, double m[9])
{
    alf_user_transform(t.tx, t.ty, 0, m);
}

static void inverse_rotation(transform t, double m[9])
{
    const double c = cos(t.angle), s = sin(t.angle);
    const double r[9] = {c, -s, 0, s, c, 0, 0, 0, 1};
    for (int i = 0; i < 9; i++) m[i] = r[i];
}

/* A kind of equivariance is the network's input transform and the operator its image is held against. */
static const struct {
    void (*inverse)(transform t, double m[9]);
    alf_status (*compare)(alf_ctx *ctx, const buffers *b, transform t, alf_pooled_error *sum);
} kinds_table[ALF_EQ_KINDS] = {{inverse_translation, compare_whole},
                               {inverse_translation, compare_fractional},
                               {inverse_rotation, compare_rotation}};

static alf_status synthesize(alf_generator *g, alf_tensor *ws, const double inverse[9], double image[])
{
    alf_ctx              *ctx = alf_generator_ctx(g);
    alf_scope            *scope = alf_scope_open(ctx);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = inverse;
    alf_status status = alf_tensor_read(ctx, alf_generator_synthesize(g, ws, &options), image);
    alf_scope_close(scope, NULL);
    return status;
}

static alf_status run_kinds(alf_generator *g, alf_tensor *ws, unsigned kinds, transform t, const buffers *b,
                            alf_pooled_error sums[ALF_EQ_KINDS])
{
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    alf_ctx            *ctx = alf_generator_ctx(g);
    alf_status          status = synthesize(g, ws, identity, b->base);
    for (int kind = 0; kind < ALF_EQ_KINDS && status == ALF_OK; kind++) {
        if (!(kinds >> kind & 1)) continue;
        double    inverse[9];
        transform own = t;
        if (kind == ALF_EQT_INT) {
            own.tx = rint(t.tx * (double)b->w) / (double)b->w;
            own.ty = rint(t.ty * (double)b->h) / (double)b->h;
        }
        kinds_table[kind].inverse(own, inverse);
        status = synthesize(g, ws, inverse, b->image);
        if (status == ALF_OK) status = kinds_table[kind].compare(ctx, b, own, &sums[kind]);
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
    alf_status status = run_kinds(g, ws, kinds, (transform){tx, ty, angle}, &b, sums);
    alf_mem_free(block);
    return status;
}
