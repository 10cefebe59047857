/* The operations that networks consist of: matrices, convolutions, nonlinearities. */
#include <math.h>

#include "tensor/tensor.h"

alf_tensor *alf_matmul(alf_ctx *ctx, alf_tensor *a, bool transpose_a, alf_tensor *b, bool transpose_b, double alpha)
{
    char shape_a[ALF_SHAPE_TEXT], shape_b[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(ctx, "alf_matmul: a", a, 2) || !alf_op_input_ndim(ctx, "alf_matmul: b", b, 2))
        return alf_failed_tensor();
    int64_t m = a->shape[transpose_a ? 1 : 0], k = a->shape[transpose_a ? 0 : 1];
    int64_t n = b->shape[transpose_b ? 0 : 1], k_b = b->shape[transpose_b ? 1 : 0];
    if (k != k_b)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_matmul: %s%s times %s%s: inner sizes %lld and %lld differ",
                           alf_shape_text(2, a->shape, shape_a), transpose_a ? "^T" : "",
                           alf_shape_text(2, b->shape, shape_b), transpose_b ? "^T" : "", (long long)k, (long long)k_b);
    alf_tensor *y = alf_tensor_new(ctx, 2, (int64_t[]){m, n});
    if (!y->ctx) return y;
    if (y->storage->backend->gemm(ctx, transpose_a, transpose_b, m, n, k, alpha, a->storage->data, b->storage->data,
                                  y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return y;
}

/* True when bias is absent or [C] for x [N, C, ...]. */
static bool bias_fits(alf_ctx *ctx, const char *name, const alf_tensor *x, const alf_tensor *bias)
{
    char shape_x[ALF_SHAPE_TEXT], shape_b[ALF_SHAPE_TEXT];
    if (!bias) return true;
    if (!alf_op_input(ctx, name, bias)) return false;
    if (bias->ndim == 1 && x->ndim >= 2 && bias->shape[0] == x->shape[1]) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: bias of shape %s for x of shape %s", name,
             alf_shape_text(bias->ndim, bias->shape, shape_b), alf_shape_text(x->ndim, x->shape, shape_x));
    return false;
}

alf_tensor *alf_bias_act(alf_ctx *ctx, alf_tensor *x, alf_tensor *bias, double slope, double gain, double limit)
{
    if (!alf_op_input(ctx, "alf_bias_act: x", x) || !bias_fits(ctx, "alf_bias_act", x, bias))
        return alf_failed_tensor();
    if (!(limit >= 0)) return alf_op_fail(ctx, ALF_ERR_RANGE, "alf_bias_act: limit %g: expected 0 or more", limit);
    int64_t     c = x->ndim >= 2 ? x->shape[1] : 1;
    alf_tensor *y = alf_tensor_new(ctx, x->ndim, x->shape);
    if (y->ctx)
        y->storage->backend->bias_act(ctx, x->shape[0], c, x->count / (x->shape[0] * c), x->storage->data,
                                      bias ? bias->storage->data : NULL, slope, gain, limit, y->storage->data);
    return y;
}

alf_conv_spec alf_conv_spec_default(void)
{
    return (alf_conv_spec){.stride = 1};
}

/* Checks shapes and fills the backend's geometry. */
static bool conv_geometry(alf_ctx *ctx, const char *name, const alf_tensor *x, const alf_tensor *weight,
                          const alf_conv_spec *spec, alf_conv *conv)
{
    char shape_x[ALF_SHAPE_TEXT], shape_w[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(ctx, name, x, 4) || !alf_op_input_ndim(ctx, name, weight, 4)) return false;
    bool in_range = spec->stride >= 1 && spec->stride <= 64 && spec->padding >= 0 && spec->padding <= 65536 &&
                    weight->shape[2] <= 1024 && weight->shape[3] <= 1024;
    *conv = (alf_conv){.n = x->shape[0],
                       .in_ch = x->shape[1],
                       .in_h = x->shape[2],
                       .in_w = x->shape[3],
                       .out_ch = weight->shape[0],
                       .kh = in_range ? (int)weight->shape[2] : 0,
                       .kw = in_range ? (int)weight->shape[3] : 0,
                       .stride = spec->stride,
                       .pad_y = spec->padding,
                       .pad_x = spec->padding,
                       .transposed = spec->transposed,
                       .flip = spec->flip};
    if (in_range && weight->shape[1] == x->shape[1] && alf_conv_output_size(conv)) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: weight %s on x %s with padding %d and stride %d gives no output", name,
             alf_shape_text(4, weight->shape, shape_w), alf_shape_text(4, x->shape, shape_x), spec->padding,
             spec->stride);
    return false;
}

static alf_tensor *run_conv(alf_ctx *ctx, const alf_conv *conv, alf_tensor *x, alf_tensor *weight, alf_tensor *in_scale,
                            alf_tensor *out_scale)
{
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){conv->n, conv->out_ch, conv->out_h, conv->out_w});
    if (!y->ctx) return y;
    if (y->storage->backend->conv(ctx, conv, x->storage->data, weight->storage->data,
                                  in_scale ? in_scale->storage->data : NULL,
                                  out_scale ? out_scale->storage->data : NULL, y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return y;
}

alf_tensor *alf_conv2d(alf_ctx *ctx, alf_tensor *x, alf_tensor *weight, double gain, const alf_conv_spec *spec)
{
    alf_conv conv;
    if (!conv_geometry(ctx, "alf_conv2d", x, weight, spec, &conv)) return alf_failed_tensor();
    /* the weight is smaller than the image: scale there */
    if (gain != 1) weight = alf_scale_shift(ctx, weight, gain, 0);
    return weight->ctx ? run_conv(ctx, &conv, x, weight, NULL, NULL) : weight;
}

/* The modulation without per-sample weights: s' on the input channels, d on the output channels. With w' the weight
 * (normalised if asked), d[n, o] = input_gain / sqrt(sum_i s'[n, i]^2 sum_k w'[o, i, k]^2 + 1e-8). */
alf_tensor *alf_modulated_conv2d(alf_ctx *ctx, alf_tensor *x, alf_tensor *weight, alf_tensor *style,
                                 alf_tensor *input_gain, const alf_modulation *spec)
{
    alf_conv conv;
    if (!conv_geometry(ctx, "alf_modulated_conv2d", x, weight, &spec->conv, &conv) ||
        !alf_op_input_ndim(ctx, "alf_modulated_conv2d: style", style, 2))
        return alf_failed_tensor();
    if (style->shape[0] != conv.n || style->shape[1] != conv.in_ch)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_modulated_conv2d: style [%lld, %lld], expected [%lld, %lld]",
                           (long long)style->shape[0], (long long)style->shape[1], (long long)conv.n,
                           (long long)conv.in_ch);
    if (input_gain && (!alf_op_input(ctx, "alf_modulated_conv2d: input_gain", input_gain) || input_gain->count != 1))
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_modulated_conv2d: input_gain must have one element");

    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *scale = NULL; /* [N, out_ch], or [1, 1] */
    if (spec->normalize) {
        alf_tensor *power = alf_mean(ctx, alf_square(ctx, weight), 1u << 1 | 1u << 2 | 1u << 3); /* [O, 1, 1, 1] */
        weight = alf_mul(ctx, weight, alf_rsqrt(ctx, power));
        style = alf_mul(ctx, style, alf_rsqrt(ctx, alf_mean(ctx, alf_square(ctx, style), 1u << 0 | 1u << 1)));
    }
    if (spec->demodulate) {
        alf_tensor *taps = alf_sum(ctx, alf_square(ctx, weight), 1u << 2 | 1u << 3); /* [O, I, 1, 1] */
        taps = alf_reshape(ctx, taps, 2, (int64_t[]){conv.out_ch, conv.in_ch});
        alf_tensor *norm = alf_matmul(ctx, alf_square(ctx, style), false, taps, true, 1); /* [N, O] */
        scale = alf_rsqrt(ctx, alf_scale_shift(ctx, norm, 1, 1e-8));
    }
    if (input_gain) {
        alf_tensor *gain = alf_reshape(ctx, input_gain, 1, (int64_t[]){1});
        if (scale)
            scale = alf_mul(ctx, scale, gain);
        else /* no output scale of its own: the gain joins the style */
            style = alf_mul(ctx, style, gain);
    }
    alf_tensor *y = alf_failed_tensor();
    if (weight->ctx && style->ctx && (!scale || scale->ctx)) y = run_conv(ctx, &conv, x, weight, style, scale);
    return alf_scope_close(scope, y);
}

/* True when x is [N, C, h, w] of the plan's size. */
static bool plan_fits(alf_ctx *ctx, const char *name, const alf_tensor *x, int64_t in_h, int64_t in_w)
{
    char shape[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(ctx, name, x, 4)) return false;
    if (x->shape[2] == in_h && x->shape[3] == in_w) return true;
    alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: x has shape %s, the plan is for %lld x %lld pixels", name,
             alf_shape_text(4, x->shape, shape), (long long)in_h, (long long)in_w);
    return false;
}

alf_tensor *alf_upfirdn2d(alf_ctx *ctx, alf_tensor *x, const alf_upfirdn *plan)
{
    int64_t in_h, in_w, h, w;
    alf_upfirdn_input_size(plan, &in_h, &in_w);
    alf_upfirdn_output_size(plan, &h, &w);
    if (!plan_fits(ctx, "alf_upfirdn2d", x, in_h, in_w)) return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){x->shape[0], x->shape[1], h, w});
    if (!y->ctx) return y;
    if (y->storage->backend->upfirdn(ctx, plan, x->shape[0] * x->shape[1], x->storage->data, y->storage->data) !=
        ALF_OK)
        return alf_failed_tensor();
    return y;
}

alf_tensor *alf_filtered_lrelu(alf_ctx *ctx, alf_tensor *x, alf_tensor *bias, const alf_flrelu *plan)
{
    int64_t in_h, in_w, h, w;
    alf_flrelu_input_size(plan, &in_h, &in_w);
    alf_flrelu_output_size(plan, &h, &w);
    if (!plan_fits(ctx, "alf_filtered_lrelu", x, in_h, in_w) || !bias_fits(ctx, "alf_filtered_lrelu", x, bias))
        return alf_failed_tensor();
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){x->shape[0], x->shape[1], h, w});
    if (!y->ctx) return y;
    if (y->storage->backend->flrelu(ctx, plan, ALF_FLRELU_FORWARD, x->shape[0], x->shape[1], x->storage->data,
                                    bias ? bias->storage->data : NULL, NULL, y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return y;
}

alf_tensor *alf_fourier_grid(alf_ctx *ctx, alf_tensor *freqs, alf_tensor *phases, alf_tensor *amplitudes, int64_t h,
                             int64_t w, double rate)
{
    if (!alf_op_input_ndim(ctx, "alf_fourier_grid: freqs", freqs, 3) ||
        !alf_op_input_ndim(ctx, "alf_fourier_grid: phases", phases, 2) ||
        !alf_op_input_ndim(ctx, "alf_fourier_grid: amplitudes", amplitudes, 2))
        return alf_failed_tensor();
    int64_t n = freqs->shape[0], c = freqs->shape[1];
    if (freqs->shape[2] != 2 || phases->shape[0] != n || phases->shape[1] != c || amplitudes->shape[0] != n ||
        amplitudes->shape[1] != c)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT,
                           "alf_fourier_grid: expected freqs [N, C, 2], phases [N, C], amplitudes [N, C]");
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){n, c, h, w});
    if (!y->ctx) return y;
    if (y->storage->backend->fourier(ctx, n * c, h, w, rate, freqs->storage->data, phases->storage->data,
                                     amplitudes->storage->data, y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return y;
}
