/* Resampling and the filtered leaky ReLU on plain arrays.
 *
 * Images are planes of h x w values, row-major and contiguous: [planes, h, w] or [n, c, h, w]. A plan is made for one
 * image size, is immutable, copies its taps and may be shared by threads. Padding is x0, x1, y0, y1 in samples of the
 * upsampled grid; negative padding crops. Unless `flip` is set a filter is convolved, with it correlated.
 *
 * _f32 and _f64 run the same template on the context's instruction set and threads; same bits for any thread count.
 * In- and outputs must not overlap. They need no alignment. */
#ifndef ALIASFREE_RESAMPLE_H
#define ALIASFREE_RESAMPLE_H

#include "aliasfree/fir.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- upfirdn2d: insert zeros, pad, filter, keep every down-th ------------------------------------------------------ */

/* What a resampling does to an image. */
typedef struct {
    int64_t  in_h, in_w; /* rows and columns of the image                                     */
    alf_taps filter;     /* any rank                                                          */
    int      up, down;   /* 1 to 64, both axes                                                */
    int      padding[4]; /* |p| <= 65536                                                      */
    bool     flip;       /* correlate instead of convolve                                     */
    double   gain;       /* of the whole 2-D filter (a separable one takes its root per axis) */
} alf_upfirdn_spec;

/* up = down = 1, no padding, no flip, gain 1, identity filter, in 1 x 1. */
ALF_API alf_upfirdn_spec alf_upfirdn_spec_default(void);

/* The plan of a resampling. Immutable. */
typedef struct alf_upfirdn alf_upfirdn;

/* Output size (in*up + pad0 + pad1 - taps)//down + 1 per axis; ALF_ERR_RANGE when that is below 1. */
ALF_API ALF_NODISCARD alf_status alf_upfirdn_create(alf_ctx *ctx, const alf_upfirdn_spec *spec, alf_upfirdn **out);
/* The plan of the adjoint: maps [out_h, out_w] back to [in_h, in_w] with <A x, y> = <x, A' y>. */
ALF_API ALF_NODISCARD alf_status alf_upfirdn_create_adjoint(alf_ctx *ctx, const alf_upfirdn *plan, alf_upfirdn **out);
/* Rows and columns on either side of a plan. */
ALF_API void alf_upfirdn_input_size(const alf_upfirdn *plan, int64_t *in_h, int64_t *in_w);
ALF_API void alf_upfirdn_output_size(const alf_upfirdn *plan, int64_t *out_h, int64_t *out_w);
/* Resamples x [planes, in_h, in_w] to y [planes, out_h, out_w]. */
ALF_API ALF_NODISCARD alf_status alf_upfirdn_f32(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const float *x,
                                                 float *y);
ALF_API ALF_NODISCARD alf_status alf_upfirdn_f64(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const double *x,
                                                 double *y);
ALF_API void                     alf_upfirdn_destroy(alf_upfirdn *plan); /* releases it; NULL is allowed */

/* Paddings and gains by which images are resampled in StyleGAN2: sets up/down, padding and gain of `spec` for its
 * filter. */
ALF_API void alf_upfirdn_spec_upsample(alf_upfirdn_spec *spec, int up);     /* [(t+up-1)/2, (t-up)/2], gain up^2 */
ALF_API void alf_upfirdn_spec_downsample(alf_upfirdn_spec *spec, int down); /* [(t-down+1)/2, (t-down)/2]        */
ALF_API void alf_upfirdn_spec_filter(alf_upfirdn_spec *spec);               /* [t/2, (t-1)/2]                    */

/* --- filtered leaky ReLU: bias, up, FIR, gain, leaky ReLU, clamp, FIR, down, as one operation ---------------------- */

/* What a filtered nonlinearity does to an image. */
typedef struct {
    int64_t  in_h, in_w;  /* rows and columns of the image              */
    alf_taps up_filter;   /* rank 0 or 1; rank 2 is allowed and slower  */
    alf_taps down_filter; /* any rank                                   */
    int      up, down;    /* 1 to 64                                    */
    int      padding[4];  /* on the upsampled grid; covers both filters */
    double   gain;        /* of the nonlinearity                        */
    double   slope;       /* of its negative side                       */
    double   clamp;       /* to +-clamp after the gain; INFINITY: none  */
    bool     flip;        /* correlate instead of convolve              */
} alf_flrelu_spec;

/* up = down = 1, identity filters, gain sqrt(2), slope 0.2, no clamp. */
ALF_API alf_flrelu_spec alf_flrelu_spec_default(void);

/* The plan of a filtered leaky ReLU. Immutable. */
typedef struct alf_flrelu alf_flrelu;

/* What a plan computes. With M the 2-bit mask of a forward pass (passed, negative, clamped: gain, gain*slope, 0) and
 * U, D the resamplings:
 *   FORWARD  y = D clamp(gain lrelu(U (x + bias))), writes M when a mask is given;
 *   MASKED   y = D M U x, the derivative along x, and the second derivative;
 *   ADJOINT  x = U' M D' y, from [out_h, out_w] back to [in_h, in_w]. */
typedef enum {
    ALF_FLRELU_FORWARD = 0, /* the operation                 */
    ALF_FLRELU_MASKED,      /* its derivative along x        */
    ALF_FLRELU_ADJOINT      /* the adjoint of the derivative */
} alf_flrelu_mode;

/* Output size (in*up + p0 + p1 - (tu-1) - (td-1) + (down-1))//down per axis; ALF_ERR_RANGE when that is below 1. */
ALF_API ALF_NODISCARD alf_status alf_flrelu_create(alf_ctx *ctx, const alf_flrelu_spec *spec, alf_flrelu **out);
/* Rows and columns on either side of a plan. */
ALF_API void alf_flrelu_input_size(const alf_flrelu *plan, int64_t *in_h, int64_t *in_w);
ALF_API void alf_flrelu_output_size(const alf_flrelu *plan, int64_t *out_h, int64_t *out_w);
/* 2 bits per upsampled sample, rows padded to whole vectors; how they are laid out is known to the plan alone, the same
 * for every instruction set and precision. SIZE_MAX when that many planes cannot be addressed. */
ALF_API size_t alf_flrelu_mask_bytes(const alf_flrelu *plan, int64_t planes);
/* x [n, c, h, w]; bias [c], in FORWARD only, NULL: none; mask: written (FORWARD, NULL: not kept) or read. */
ALF_API ALF_NODISCARD alf_status alf_flrelu_f32(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n,
                                                int64_t c, const float *x, const float *bias, uint8_t *mask, float *y);
ALF_API ALF_NODISCARD alf_status alf_flrelu_f64(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n,
                                                int64_t c, const double *x, const double *bias, uint8_t *mask,
                                                double *y);
/* Sizes, rates and filters, for a person. */
ALF_API void alf_flrelu_print(const alf_flrelu *plan, FILE *to);
ALF_API void alf_flrelu_destroy(alf_flrelu *plan); /* releases it; NULL is allowed */

/* Gradient of a bias: db[c] = sum over n and pixels of dx [n, c, pixels]. */
ALF_API void alf_bias_gradient_f32(alf_ctx *ctx, int64_t n, int64_t c, int64_t pixels, const float *dx, float *db);
ALF_API void alf_bias_gradient_f64(alf_ctx *ctx, int64_t n, int64_t c, int64_t pixels, const double *dx, double *db);

#ifdef __cplusplus
}
#endif
#endif
