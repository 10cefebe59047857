/* Geometric augmentation: all transformations of an image as one matrix, one resampling for it.
 *
 * The image is reflected beyond its edges as far as the batch needs, upsampled by 2, sampled at the transformed
 * positions, and downsampled by 2, both with the symlet sym6. Matrices are inverse: they take a position in the output to
 * the one in the input, so each further transformation of the output is multiplied on the right. */
#include <math.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/tensor.h"
#include "training/augment_stages.h"

/* Pixels that the filters reach beyond the image on either side: a quarter of the taps twice, for up and down. */
enum { REACH = ALF_AUGMENT_GEOMETRY_TAPS / 2 };

/* --- matrices ---------------------------------------------------------------------------------------------------------- */

/* m <- m [a b x; c d y; 0 0 1] */
static void apply(double m[6], double a, double b, double c, double d, double x, double y)
{
    for (int row = 0; row < 6; row += 3) {
        const double u = m[row], v = m[row + 1];
        m[row] = u * a + v * c;
        m[row + 1] = u * b + v * d;
        m[row + 2] += u * x + v * y;
    }
}

static void scale(double m[6], double x, double y)
{
    apply(m, x, 0, 0, y, 0, 0);
}

static void shift(double m[6], double x, double y)
{
    apply(m, 1, 0, 0, 1, x, y);
}

static void rotate(double m[6], double angle)
{
    const double c = cos(angle), s = sin(angle);
    apply(m, c, -s, s, c, 0, 0);
}

static void quarter_turns(double m[6], int count) /* exact, so that whole pixels stay whole */
{
    for (int i = 0; i < count; i++) apply(m, 0, -1, 1, 0, 0, 0);
}

/* --- what an image draws ----------------------------------------------------------------------------------------------- */

static void blit(const alf_augment_image *image, int64_t h, int64_t w, double m[6])
{
    const alf_augment_config *config = image->config;
    const double             *draw = image->numbers, p = image->p, reach = 0.125; /* of the image's size */
    if (alf_augment_applies(image, config->xflip * p, ALF_DRAW_XFLIP_IF) && draw[ALF_DRAW_XFLIP] >= 0.5)
        scale(m, -1, 1);
    if (alf_augment_applies(image, config->rotate90 * p, ALF_DRAW_ROTATE90_IF))
        quarter_turns(m, (int)(4 * draw[ALF_DRAW_ROTATE90]));
    if (alf_augment_applies(image, config->xint * p, ALF_DRAW_XINT_IF))
        shift(m, -rint((2 * draw[ALF_DRAW_XINT_X] - 1) * reach * (double)w),
              -rint((2 * draw[ALF_DRAW_XINT_Y] - 1) * reach * (double)h));
}

static void resampled(const alf_augment_image *image, int64_t h, int64_t w, double m[6])
{
    const alf_augment_config *config = image->config;
    const double             *draw = image->numbers, p = image->p;
    const double              turned = 1 - sqrt(1 - config->rotate * p); /* before or after: together rotate * p */
    if (alf_augment_applies(image, config->scale * p, ALF_DRAW_SCALE_IF)) {
        const double s = exp2(0.2 * draw[ALF_DRAW_SCALE]);
        scale(m, 1 / s, 1 / s);
    }
    if (alf_augment_applies(image, turned, ALF_DRAW_ROTATE_BEFORE_IF))
        rotate(m, (2 * draw[ALF_DRAW_ROTATE_BEFORE] - 1) * ALF_PI);
    if (alf_augment_applies(image, config->aniso * p, ALF_DRAW_ANISO_IF)) {
        const double s = exp2(0.2 * draw[ALF_DRAW_ANISO]);
        scale(m, 1 / s, s);
    }
    if (alf_augment_applies(image, turned, ALF_DRAW_ROTATE_AFTER_IF))
        rotate(m, (2 * draw[ALF_DRAW_ROTATE_AFTER] - 1) * ALF_PI);
    if (alf_augment_applies(image, config->xfrac * p, ALF_DRAW_XFRAC_IF))
        shift(m, -0.125 * draw[ALF_DRAW_XFRAC_X] * (double)w, -0.125 * draw[ALF_DRAW_XFRAC_Y] * (double)h);
}

void alf_augment_affine(const alf_augment_image *image, int64_t h, int64_t w, double m[6])
{
    static const double identity[6] = {1, 0, 0, 0, 1, 0};
    for (int i = 0; i < 6; i++) m[i] = identity[i];
    blit(image, h, w, m);
    resampled(image, h, w, m);
}

/* --- how far the batch looks beyond its edges -------------------------------------------------------------------------- */

/* margin = left, right, top, bottom: widened by what matrix m shows of an image. */
static void widen(const double m[6], int64_t h, int64_t w, double margin[4])
{
    const double x = 0.5 * (double)(w - 1), y = 0.5 * (double)(h - 1);
    const double across = fabs(m[0]) * x + fabs(m[1]) * y, down = fabs(m[3]) * x + fabs(m[4]) * y;
    margin[0] = fmax(margin[0], across - m[2] + REACH - x);
    margin[1] = fmax(margin[1], across + m[2] + REACH - x);
    margin[2] = fmax(margin[2], down - m[5] + REACH - y);
    margin[3] = fmax(margin[3], down + m[5] + REACH - y);
}

/* The matrices of all images, and the padding, which a reflection limits to the size less one. */
static void look(const alf_augment_batch *batch, int64_t n, int64_t h, int64_t w, double matrices[], int64_t padding[4])
{
    double margin[4] = {0};
    for (int64_t i = 0; i < n; i++) {
        alf_augment_image image = alf_augment_image_at(batch, i);
        alf_augment_affine(&image, h, w, matrices + 6 * i);
        widen(matrices + 6 * i, h, w, margin);
    }
    for (int side = 0; side < 4; side++)
        padding[side] = (int64_t)ceil(fmin(margin[side], (double)((side < 2 ? w : h) - 1)));
}

/* --- resampling -------------------------------------------------------------------------------------------------------- */

alf_status alf_augment_geometry_taps(alf_ctx *ctx, double taps[ALF_AUGMENT_GEOMETRY_TAPS])
{
    alf_fir   *fir;
    double     sum = 0;
    alf_status status = alf_fir_symlet(ctx, 6, &fir);
    if (status != ALF_OK) return status;
    for (int i = 0; i < ALF_AUGMENT_GEOMETRY_TAPS; i++) sum += taps[i] = alf_fir_taps(fir).values[i];
    for (int i = 0; i < ALF_AUGMENT_GEOMETRY_TAPS; i++) taps[i] /= sum;
    alf_fir_destroy(fir);
    return ALF_OK;
}

static alf_tensor *resample(alf_ctx *ctx, alf_tensor *x, alf_upfirdn_spec *spec)
{
    alf_upfirdn *plan;
    spec->in_h = alf_tensor_dim(x, 2);
    spec->in_w = alf_tensor_dim(x, 3);
    if (alf_tensor_failed(x) || alf_upfirdn_create(ctx, spec, &plan) != ALF_OK) return alf_failed_tensor();
    alf_tensor *y = alf_upfirdn2d(ctx, x, plan);
    alf_upfirdn_destroy(plan);
    return y;
}

static alf_tensor *twice_as_large(alf_ctx *ctx, alf_tensor *x, const double taps[])
{
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    spec.filter = (alf_taps){1, ALF_AUGMENT_GEOMETRY_TAPS, 1, taps};
    alf_upfirdn_spec_upsample(&spec, 2);
    return resample(ctx, x, &spec);
}

/* Down again, and without the border of REACH pixels that the filter needed. */
static alf_tensor *half_as_large(alf_ctx *ctx, alf_tensor *x, const double taps[])
{
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    spec.filter = (alf_taps){1, ALF_AUGMENT_GEOMETRY_TAPS, 1, taps};
    spec.flip = true;
    alf_upfirdn_spec_downsample(&spec, 2);
    for (int side = 0; side < 4; side++) spec.padding[side] -= REACH;
    return resample(ctx, x, &spec);
}

/* From pixels about the centres to indices into an upsampled image: pixel i of the image stands at 2 i. Output index u,
 * of 2 (w + 2 REACH) / 2 ones, is position (u + 1 - (w + REACH)) / 2; position x is input index 2 x - 1 + half, with
 * half = w + left + right, plus left - right since padding moved the centre. */
static void to_indices(double m[6], int64_t h, int64_t w, const int64_t padding[4])
{
    const double u = (double)(1 - w - REACH), v = (double)(1 - h - REACH);
    m[2] = m[0] * u + m[1] * v + 2 * m[2] - 1 + (double)(w + 2 * padding[0]);
    m[5] = m[3] * u + m[4] * v + 2 * m[5] - 1 + (double)(h + 2 * padding[2]);
}

alf_tensor *alf_augment_geometry(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images)
{
    const int64_t n = alf_tensor_dim(images, 0), h = alf_tensor_dim(images, 2), w = alf_tensor_dim(images, 3);
    int64_t       padding[4];
    double        taps[ALF_AUGMENT_GEOMETRY_TAPS];
    double       *matrices = alf_mem_alloc(ctx, (size_t)n, 6 * sizeof *matrices);
    if (!matrices || alf_augment_geometry_taps(ctx, taps) != ALF_OK) {
        alf_mem_free(matrices);
        return alf_failed_tensor();
    }
    look(batch, n, h, w, matrices, padding);
    for (int64_t i = 0; i < n; i++) to_indices(matrices + 6 * i, h, w, padding);
    alf_tensor *x = twice_as_large(ctx, alf_pad_reflect(ctx, images, padding), taps);
    x = alf_sample_affine(ctx, x, matrices, 2 * (h + REACH), 2 * (w + REACH));
    alf_mem_free(matrices);
    return half_as_large(ctx, x, taps);
}
