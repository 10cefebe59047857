/* Colour augmentation: an affine map of (red, green, blue) for each image, made of steps that stand each on the left of
 * those before. */
#include <math.h>
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/tensor.h"
#include "training/augment_stages.h"

/* --- matrices ---------------------------------------------------------------------------------------------------------- */

/* m <- a m, all four columns. */
static void apply(double m[3][4], double a[3][3])
{
    double before[3][4];
    memcpy(before, m, sizeof before);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++) m[i][j] = a[i][0] * before[0][j] + a[i][1] * before[1][j] + a[i][2] * before[2][j];
}

/* What lies along the grey axis times `along`, what is orthogonal to it times `across`. */
static void stretch(double m[3][4], double along, double across)
{
    double a[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) a[i][j] = (along - across) / 3 + (i == j ? across : 0);
    apply(m, a);
}

/* Right-handed rotation about the grey axis (Rodrigues). */
static void turn(double m[3][4], double angle)
{
    const double c = cos(angle), s = sin(angle) / sqrt(3), mean = (1 - c) / 3;
    double       a[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) a[i][j] = mean + (i == j ? c : j == (i + 1) % 3 ? -s : s);
    apply(m, a);
}

void alf_augment_color_matrix(const alf_augment_image *image, double m[3][4])
{
    const alf_augment_config *config = image->config;
    const double             *draw = image->numbers, p = image->p;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++) m[i][j] = i == j;
    if (alf_augment_applies(image, config->brightness * p, ALF_DRAW_BRIGHTNESS_IF))
        for (int i = 0; i < 3; i++) m[i][3] += 0.2 * draw[ALF_DRAW_BRIGHTNESS];
    if (alf_augment_applies(image, config->contrast * p, ALF_DRAW_CONTRAST_IF)) {
        const double gain = exp2(0.5 * draw[ALF_DRAW_CONTRAST]);
        stretch(m, gain, gain);
    }
    if (alf_augment_applies(image, config->lumaflip * p, ALF_DRAW_LUMAFLIP_IF) && draw[ALF_DRAW_LUMAFLIP] >= 0.5)
        stretch(m, -1, 1);
    if (alf_augment_applies(image, config->hue * p, ALF_DRAW_HUE_IF)) turn(m, (2 * draw[ALF_DRAW_HUE] - 1) * ALF_PI);
    if (alf_augment_applies(image, config->saturation * p, ALF_DRAW_SATURATION_IF))
        stretch(m, 1, exp2(draw[ALF_DRAW_SATURATION]));
}

/* --- images ------------------------------------------------------------------------------------------------------------ */

static bool changes(double m[3][4])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++)
            if (m[i][j] != (i == j)) return true;
    return false;
}

/* What the matrix does to an image of one channel: the mean of the three that grey comes out as. */
static void grey(double m[3][4])
{
    double gain = 0, offset = 0;
    for (int i = 0; i < 3; i++) {
        gain += m[i][0] + m[i][1] + m[i][2];
        offset += m[i][3];
    }
    m[0][0] = gain / 3;
    m[0][3] = offset / 3;
}

/* Column `column` of the first c rows of all matrices, [n, c, 1, 1]. */
static alf_tensor *column_of(alf_ctx *ctx, double (*matrices)[3][4], int64_t n, int64_t c, int column, double room[])
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < c; k++) room[i * c + k] = matrices[i][k][column];
    return alf_tensor_from_f64(ctx, 4, (int64_t[]){n, c, 1, 1}, room);
}

static alf_tensor *mix(alf_ctx *ctx, alf_tensor *images, double (*matrices)[3][4], double room[])
{
    const int64_t n = alf_tensor_dim(images, 0), c = alf_tensor_dim(images, 1);
    alf_tensor   *y = column_of(ctx, matrices, n, c, 3, room);
    for (int64_t k = 0; k < c; k++) {
        alf_tensor *channel = c == 1 ? images : alf_slice(ctx, images, 1, k, 1);
        y = alf_add(ctx, y, alf_mul(ctx, channel, column_of(ctx, matrices, n, c, (int)k, room)));
    }
    return y;
}

alf_tensor *alf_augment_color(alf_ctx *ctx, const alf_augment_batch *batch, alf_tensor *images)
{
    const int64_t n = alf_tensor_dim(images, 0), c = alf_tensor_dim(images, 1);
    bool          any = false;
    double(*matrices)[3][4] = alf_mem_alloc(ctx, (size_t)n, sizeof *matrices);
    double *room = alf_mem_alloc(ctx, (size_t)n, 3 * sizeof *room);
    if (!matrices || !room) {
        images = alf_failed_tensor();
    } else {
        for (int64_t i = 0; i < n; i++) {
            alf_augment_image image = alf_augment_image_at(batch, i);
            alf_augment_color_matrix(&image, matrices[i]);
            any |= changes(matrices[i]);
            if (c == 1) grey(matrices[i]);
        }
        if (any) images = mix(ctx, images, matrices, room);
    }
    alf_mem_free(matrices);
    alf_mem_free(room);
    return images;
}
