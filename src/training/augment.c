/* Augmentation: checks, draws, and the order of the stages. */
#include "aliasfree/augment.h"

#include "core/core.h"
#include "tensor/tensor.h"
#include "training/augment_stages.h"

static const char *const name = "alf_augment";

static bool checked(alf_ctx *ctx, const alf_augment_config *config, const alf_tensor *images)
{
    char text[ALF_SHAPE_TEXT];
    if (!alf_op_given(ctx, "alf_augment: config", config) || alf_augment_config_check(ctx, config) != ALF_OK ||
        !alf_op_input_ndim(ctx, "alf_augment: images", images, 4))
        return false;
    const int64_t *shape = images->shape;
    const bool     small = config->imgfilter > 0 && (shape[2] < 2 || shape[3] < 2);
    if ((shape[1] == 1 || shape[1] == 3) && !small) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: images have shape %s, expected %s", name, alf_shape_text(4, shape, text),
             small ? "at least 2 x 2 pixels for imgfilter" : "1 or 3 channels");
    return false;
}

static alf_tensor *run(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *x)
{
    const alf_augment_config *c = batch->config;
    if (c->xflip > 0 || c->rotate90 > 0 || c->xint > 0 || c->scale > 0 || c->rotate > 0 || c->aniso > 0 || c->xfrac > 0)
        x = alf_augment_geometry(ctx, batch, x);
    if (!alf_tensor_failed(x)) x = alf_augment_color(ctx, batch, x);
    if (!alf_tensor_failed(x) && c->imgfilter > 0) x = alf_augment_filter(ctx, batch, x);
    if (!alf_tensor_failed(x) && c->noise > 0) x = alf_augment_noise(ctx, batch, x);
    if (!alf_tensor_failed(x) && c->cutout > 0) x = alf_augment_cutout(ctx, batch, x);
    return x;
}

/* Draws numbers and runs the stages; images and config are checked. */
static alf_tensor *augment(alf_ctx *ctx, alf_augment_batch *batch, alf_tensor *images, double q)
{
    const int64_t n = alf_tensor_dim(images, 0);
    double       *numbers = alf_mem_alloc(ctx, (size_t)n, ALF_AUGMENT_DRAWS * sizeof *numbers);
    if (!numbers) return alf_failed_tensor();
    if (batch->draws)
        alf_augment_draw(batch->draws, n, numbers);
    else
        alf_augment_draw_percentile(q, n, numbers);
    batch->numbers = numbers;
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *x = run(ctx, batch, images);
    if (x == images) x = alf_reshape(ctx, x, 4, x->shape);
    x = alf_scope_close(scope, x);
    alf_mem_free(numbers);
    return x;
}

/* True when the streams have numbers for all of the images. */
static bool in_reach(alf_ctx *ctx, const alf_augment_draws *draws, const alf_tensor *images)
{
    const int64_t n = images->shape[0], size = images->count / n;
    int64_t       end;
    if (draws->first >= 0 && alf_add_i64(draws->first, n, &end) &&
        alf_mul_i64(end, size > ALF_AUGMENT_DRAWS ? size : ALF_AUGMENT_DRAWS, &end))
        return true;
    alf_fail(ctx, ALF_ERR_RANGE, "%s: first image %lld of the stream", name, (long long)draws->first);
    return false;
}

alf_tensor *alf_augment(alf_ctx *ctx, const alf_augment_config *config, alf_tensor *images, double p,
                        const alf_augment_draws *draws)
{
    if (!checked(ctx, config, images) || !alf_op_given(ctx, "alf_augment: draws", draws) ||
        !in_reach(ctx, draws, images))
        return alf_failed_tensor();
    if (!(p >= 0 && p <= 1)) return alf_op_fail(ctx, ALF_ERR_RANGE, "%s: probability %g, expected 0 to 1", name, p);
    if (p == 0) return alf_reshape(ctx, images, 4, images->shape);
    return augment(ctx, &(alf_augment_batch){.config = config, .p = p, .draws = draws}, images, 0);
}

alf_tensor *alf_augment_percentile(alf_ctx *ctx, const alf_augment_config *config, alf_tensor *images, double q)
{
    if (!checked(ctx, config, images)) return alf_failed_tensor();
    if (!(q > 0 && q < 1))
        return alf_op_fail(ctx, ALF_ERR_RANGE, "%s: percentile %g, expected more than 0 and less than 1", name, q);
    return augment(ctx, &(alf_augment_batch){.config = config, .p = 1}, images, q);
}
