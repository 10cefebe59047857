/* Which convolutions take the fast way: an estimate of costs, in multiplications, from the shape alone. */
#include "core/arithmetic.h"
#include "tensor/winograd.h"

#define POINTS 36.0          /* products of a tile                                                    */
#define TRANSFORM 1000.0     /* of one channel of a tile, there and back through a shared cache       */
#define TURN 3000.0          /* the same for gradients, where tiles become rows                       */
#define READ_WEIGHT 4.0      /* per point: reading a weight, from memory where there are many         */
#define MAKE_GRADIENT 250.0  /* per point: sums of gradients through memory, and back to 9 taps       */
#define SHARE_GRADIENT 120.0 /* per point and sample: the gradient along output scales                */
#define MUST_GAIN 1.1        /* at an estimate closer than this the direct way keeps its accuracy     */

static bool can(const alf_conv *conv)
{
    return conv->kh == 3 && conv->kw == 3 && conv->stride == 1;
}

static bool chosen(const alf_ctx *ctx, const alf_conv *conv, bool pays)
{
    if (alf_ctx_conv(ctx) == ALF_CONV_DIRECT || !can(conv)) return false;
    return alf_ctx_conv(ctx) == ALF_CONV_FAST || pays;
}

/* Vectors of tiles and panels of channels are computed whole; `transform` is per channel of a tile, `overhead` per pair of
 * channels and point. */
static bool pays(const alf_conv *conv, double transform, double overhead)
{
    const int64_t tiles = conv->n * alf_ceil_div(conv->out_h, 4) * alf_ceil_div(conv->out_w, 4);
    const double  vectors = (double)alf_ceil_div(tiles, 16), panels = (double)alf_ceil_div(conv->out_ch, 8);
    const double  in = (double)conv->in_ch, out = (double)conv->out_ch;
    const double  fast = POINTS * in * 8 * panels * (16 * vectors + overhead) + transform * 16 * vectors * (in + out);
    const double  direct = 9 * in * out * ((double)(conv->n * conv->out_h * conv->out_w) + READ_WEIGHT);
    return can(conv) && fast * MUST_GAIN < direct;
}

bool alf_winograd_pays(const alf_conv *conv)
{
    return pays(conv, TRANSFORM, READ_WEIGHT);
}

static bool gradient_pays(const alf_conv *conv, bool products)
{
    return pays(conv, TURN, MAKE_GRADIENT + (products ? SHARE_GRADIENT * (double)conv->n : 0));
}

bool alf_winograd_takes(const alf_ctx *ctx, const alf_conv *conv)
{
    return chosen(ctx, conv, alf_winograd_pays(conv));
}

bool alf_winograd_takes_gradient(const alf_ctx *ctx, const alf_conv *conv, bool products)
{
    return chosen(ctx, conv, gradient_pays(conv, products));
}
