/* Stages of signal processing and convolution: plain arrays and single operations. */
#include <math.h>
#include <stdlib.h>

#include "aliasfree/random.h"
#include "stages.h"

/* --- arrays ------------------------------------------------------------------------------------------------------------ */

enum { N = 2, C = 3, PLANES = N * C, SIZE = 29 }; /* sizes that fill no vector */

typedef struct {
    double *f64;
    float  *f32;
} array;

static void array_free(array a)
{
    free(a.f64);
    free(a.f32);
}

/* Normal numbers of that seed, in both types; without memory the error is recorded. */
static array array_of(alf_ctx *ctx, int64_t count, uint64_t seed)
{
    array a = {malloc((size_t)count * sizeof *a.f64), malloc((size_t)count * sizeof *a.f32)};
    if (!a.f64 || !a.f32) {
        (void)alf_fail(ctx, ALF_ERR_MEMORY, "no memory for an array");
        array_free(a);
        return (array){NULL, NULL};
    }
    alf_random_normal(seed, 0, 0, count, a.f64);
    for (int64_t i = 0; i < count; i++) a.f32[i] = (float)a.f64[i];
    return a;
}

/* --- upfirdn2d --------------------------------------------------------------------------------------------------------- */

static alf_status resample(alf_ctx *ctx, const alf_upfirdn *plan, stage_result *out)
{
    int64_t in_h, in_w, out_h, out_w;
    alf_upfirdn_input_size(plan, &in_h, &in_w);
    alf_upfirdn_output_size(plan, &out_h, &out_w);
    array      x = array_of(ctx, PLANES * in_h * in_w, 1), y = array_of(ctx, PLANES * out_h * out_w, 2);
    alf_status status = alf_ctx_status(ctx);
    if (!status) status = alf_upfirdn_f32(ctx, plan, PLANES, x.f32, y.f32);
    if (!status) status = alf_upfirdn_f64(ctx, plan, PLANES, x.f64, y.f64);
    if (!status) status = stage_floats(ctx, out, PLANES * out_h * out_w, y.f32);
    if (!status) status = stage_values(ctx, out, PLANES * out_h * out_w, y.f64);
    array_free(x);
    array_free(y);
    return status;
}

/* A plan and its adjoint. */
static alf_status both_ways(alf_ctx *ctx, const alf_upfirdn_spec *spec, stage_result *out)
{
    alf_upfirdn *plan = NULL, *back = NULL;
    alf_status   status = alf_upfirdn_create(ctx, spec, &plan);
    if (!status) status = alf_upfirdn_create_adjoint(ctx, plan, &back);
    if (!status) status = resample(ctx, plan, out);
    if (!status) status = resample(ctx, back, out);
    alf_upfirdn_destroy(back);
    alf_upfirdn_destroy(plan);
    return status;
}

/* Filters for factor 2, in every form that has kernels of its own. */
static alf_status filter_of(alf_ctx *ctx, bool radial, alf_fir **out)
{
    alf_fir_spec spec = alf_fir_spec_default();
    spec.radial = radial;
    return alf_fir_design(ctx, &spec, out);
}

alf_status stage_upfirdn(alf_ctx *ctx, const char *folder, stage_result *out)
{
    (void)folder;
    for (int radial = 0; radial < 2; radial++)
        for (int down = 0; down < 2; down++) {
            alf_upfirdn_spec spec = alf_upfirdn_spec_default();
            alf_fir         *fir = NULL;
            alf_status       status = filter_of(ctx, radial, &fir);
            spec.in_h = spec.in_w = SIZE;
            if (!status) {
                spec.filter = alf_fir_taps(fir);
                if (down)
                    alf_upfirdn_spec_downsample(&spec, 2);
                else
                    alf_upfirdn_spec_upsample(&spec, 2);
                status = both_ways(ctx, &spec, out);
            }
            alf_fir_destroy(fir);
            if (status) return status;
        }
    return ALF_OK;
}

/* --- filtered leaky ReLU ----------------------------------------------------------------------------------------------- */

/* A mask of valid codes. Its own one would differ between instruction sets where a value rounds to the other side of 0. */
static uint8_t *mask_of(alf_ctx *ctx, size_t bytes)
{
    uint8_t *mask = malloc(bytes);
    if (!mask) (void)alf_fail(ctx, ALF_ERR_MEMORY, "no memory for a mask");
    for (size_t i = 0; mask && i < bytes; i++) {
        unsigned code = (unsigned)(i * 2654435761u >> 7);
        for (int shift = mask[i] = 0; shift < 8; shift += 2, code /= 3) mask[i] |= (uint8_t)(code % 3 << shift);
    }
    return mask;
}

static alf_status all_modes(alf_ctx *ctx, const alf_flrelu *plan, stage_result *out)
{
    int64_t in_h, in_w, out_h, out_w;
    alf_flrelu_input_size(plan, &in_h, &in_w);
    alf_flrelu_output_size(plan, &out_h, &out_w);
    const int64_t in = PLANES * in_h * in_w, big = PLANES * out_h * out_w;
    const size_t  bytes = alf_flrelu_mask_bytes(plan, PLANES);
    array         x = array_of(ctx, in, 3), y = array_of(ctx, big, 4), bias = array_of(ctx, C, 5);
    uint8_t      *mask = mask_of(ctx, bytes), *made = calloc(bytes, 1);
    alf_status    status = made ? alf_ctx_status(ctx) : alf_fail(ctx, ALF_ERR_MEMORY, "no memory for a mask");
    if (!status) status = alf_flrelu_f32(ctx, plan, ALF_FLRELU_FORWARD, N, C, x.f32, bias.f32, made, y.f32);
    if (!status) status = stage_floats(ctx, out, big, y.f32);
    if (!status) stage_bytes(out, bytes, made);
    if (!status) status = alf_flrelu_f64(ctx, plan, ALF_FLRELU_FORWARD, N, C, x.f64, bias.f64, NULL, y.f64);
    if (!status) status = stage_values(ctx, out, big, y.f64);
    if (!status) status = alf_flrelu_f32(ctx, plan, ALF_FLRELU_MASKED, N, C, x.f32, NULL, mask, y.f32);
    if (!status) status = stage_floats(ctx, out, big, y.f32);
    if (!status) status = alf_flrelu_f32(ctx, plan, ALF_FLRELU_ADJOINT, N, C, y.f32, NULL, mask, x.f32);
    if (!status) status = stage_floats(ctx, out, in, x.f32);
    if (!status) alf_bias_gradient_f32(ctx, N, C, in_h * in_w, x.f32, bias.f32);
    if (!status) status = stage_floats(ctx, out, C, bias.f32);
    array_free(x);
    array_free(y);
    array_free(bias);
    free(mask);
    free(made);
    return status;
}

/* Six taps per phase (StyleGAN3-T), radial downsampling (R), other factors, and no filters at all. */
static const struct {
    int  up, down;
    bool filters, radial;
} nonlinearities[] = {{2, 2, true, false}, {2, 2, true, true}, {4, 2, true, false}, {1, 1, false, false}};

alf_status stage_flrelu(alf_ctx *ctx, const char *folder, stage_result *out)
{
    (void)folder;
    for (size_t i = 0; i < sizeof nonlinearities / sizeof nonlinearities[0]; i++) {
        alf_flrelu_spec spec = alf_flrelu_spec_default();
        alf_fir        *up = NULL, *down = NULL;
        alf_flrelu     *plan = NULL;
        alf_status      status = filter_of(ctx, false, &up);
        if (!status) status = filter_of(ctx, nonlinearities[i].radial, &down);
        spec.in_h = spec.in_w = SIZE;
        spec.up = nonlinearities[i].up;
        spec.down = nonlinearities[i].down;
        spec.clamp = 1.5;
        if (!status && nonlinearities[i].filters) {
            spec.up_filter = alf_fir_taps(up);
            spec.down_filter = alf_fir_taps(down);
            for (int k = 0; k < 4; k++) spec.padding[k] = 11;
        }
        if (!status) status = alf_flrelu_create(ctx, &spec, &plan);
        if (!status) status = all_modes(ctx, plan, out);
        alf_flrelu_destroy(plan);
        alf_fir_destroy(down);
        alf_fir_destroy(up);
        if (status) return status;
    }
    return ALF_OK;
}

/* --- convolutions ------------------------------------------------------------------------------------------------------ */

static alf_tensor *normal(alf_ctx *ctx, uint64_t seed, int ndim, const int64_t shape[])
{
    return alf_variable(ctx, alf_tensor_random_normal(ctx, ndim, shape, seed, 0));
}

/* Modulated and demodulated: forward, and the gradients along image, weight and style. */
static alf_status convolve(alf_ctx *ctx, int taps, int stride, bool transposed, stage_result *out)
{
    alf_modulation m = {.conv = alf_conv_spec_default(), .demodulate = true};
    m.conv.padding = taps / 2;
    m.conv.stride = stride;
    m.conv.transposed = transposed;
    alf_tensor *x = normal(ctx, 1, 4, (int64_t[]){2, 19, 21, 21});
    alf_tensor *weight = normal(ctx, 2, 4, (int64_t[]){23, 19, taps, taps});
    alf_tensor *style = normal(ctx, 3, 2, (int64_t[]){2, 19}), *gradients[3];
    alf_tensor *y = alf_modulated_conv2d(ctx, x, weight, style, NULL, &m), *sum = alf_mean(ctx, alf_square(ctx, y), 15);
    alf_status  status = alf_grad(ctx, 1, &sum, NULL, 3, (alf_tensor *[]){x, weight, style}, false, gradients);
    if (!status) status = stage_tensor(ctx, out, y);
    for (int i = 0; i < 3 && !status; i++) status = stage_tensor(ctx, out, gradients[i]);
    return status;
}

alf_status stage_convolution(alf_ctx *ctx, const char *folder, stage_result *out)
{
    (void)folder;
    alf_status status = convolve(ctx, 3, 1, false, out);
    if (!status) status = convolve(ctx, 1, 1, false, out);
    if (!status) status = convolve(ctx, 3, 2, false, out);
    if (!status) status = convolve(ctx, 3, 2, true, out);
    return status;
}
