/* Convolutions, plain and modulated. */

#include "autograd/layers.h"

alf_conv_spec alf_conv_spec_default(void)
{
    return (alf_conv_spec){.stride = 1};
}

/* Checks shapes and fills the backend's geometry. */
static bool conv_geometry(alf_ctx *ctx, const char *name, const alf_tensor *x, const alf_tensor *weight,
                          const alf_conv_spec *spec, alf_conv *conv)
{
    char shape_x[ALF_SHAPE_TEXT], shape_w[ALF_SHAPE_TEXT], name_x[64], name_w[64];
    alf_format(name_x, sizeof name_x, "%s: x", name);
    alf_format(name_w, sizeof name_w, "%s: weight", name);
    if (!alf_op_input_ndim(ctx, name_x, x, 4) || !alf_op_input_ndim(ctx, name_w, weight, 4)) return false;
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
                       .flip = spec->flip,
                       .gain = 1};
    if (in_range && weight->shape[1] == x->shape[1] && alf_conv_output_size(conv)) return true;
    alf_fail(ctx, in_range ? ALF_ERR_ARGUMENT : ALF_ERR_RANGE,
             "%s: weight %s on x %s with padding %d and stride %d gives no output", name,
             alf_shape_text(4, weight->shape, shape_w), alf_shape_text(4, x->shape, shape_x), spec->padding,
             spec->stride);
    return false;
}

alf_tensor *alf_conv2d(alf_ctx *ctx, alf_tensor *x, alf_tensor *weight, double gain, const alf_conv_spec *spec)
{
    alf_conv conv;
    if (!alf_op_given(ctx, "alf_conv2d: spec", spec) || !conv_geometry(ctx, "alf_conv2d", x, weight, spec, &conv))
        return alf_failed_tensor();
    conv.gain = gain;
    return alf_scaled_conv(ctx, &conv, x, weight, NULL, NULL);
}

/* The same as alf_channel_products(weight, weight), from beside the weight. */
static alf_tensor *kept_squares(alf_ctx *ctx, alf_tensor *weight)
{
    const alf_weight   w = alf_tensor_weight(weight);
    const alf_backend *backend = weight->storage->backend;
    alf_tensor        *y = alf_tensor_new(ctx, 2, weight->shape);
    if (!y->ctx) return y;
    const int64_t   floats = y->count * (int64_t)(alf_dtype_size(backend->dtype) / sizeof(float));
    const alf_loops all = {.ndim = 1, .size = {y->count}, .stride_a = {1}};
    bool            fresh;
    float          *squares = alf_derived_take(ctx, &w, ALF_DERIVED_SQUARES, &(alf_conv){0}, floats, &fresh);
    if (!squares) return alf_failed_tensor();
    if (fresh) backend->dot_rows(ctx, y->count, weight->count / y->count, w.data, w.data, squares);
    backend->gather(ctx, &all, squares, y->storage->data);
    alf_derived_return(&w, squares);
    return y;
}

/* The sums over taps of the weight's squares, [O, I]; once for each weight where no gradient is taken. */
static alf_tensor *squares_of(alf_ctx *ctx, alf_tensor *weight)
{
    if (weight->shape[2] * weight->shape[3] == 1) return alf_reshape(ctx, alf_square(ctx, weight), 2, weight->shape);
    return alf_wants_gradient(ctx, weight) ? alf_channel_products(ctx, weight, weight) : kept_squares(ctx, weight);
}

/* The factors of output channels, [N, O], NULL: none. With W2[o, i] = sum_k w[o, i, k]^2, those of normalised weights
 * are r[o] = 1 / sqrt(mean_{i, k} w^2), those of demodulation d[n, o] = 1 / sqrt(r[o]^2 sum_i s[n, i]^2 W2[o, i] + 1e-8):
 * both act on outputs, so weights reach the convolution as they are. */
static alf_tensor *output_scale(alf_ctx *ctx, alf_tensor *weight, alf_tensor *style, const alf_modulation *spec)
{
    if (!spec->normalize && !spec->demodulate) return NULL;
    const int64_t taps = weight->shape[2] * weight->shape[3], shape[] = {style->shape[0], weight->shape[0]};
    alf_tensor   *squares = squares_of(ctx, weight), *power = NULL, *scale = NULL;
    if (spec->normalize) {
        power = alf_scale_shift(ctx, alf_mean(ctx, squares, 1u << 1), 1 / (double)taps, 0);
        power = alf_reshape(ctx, power, 1, (int64_t[]){weight->shape[0]});
    }
    if (spec->demodulate) {
        alf_tensor *norm = alf_matmul(ctx, alf_square(ctx, style), false, squares, true, 1);
        if (power) norm = alf_div(ctx, norm, power);
        scale = alf_rsqrt(ctx, alf_scale_shift(ctx, norm, 1, 1e-8));
    }
    if (!power) return scale;
    power = alf_rsqrt(ctx, power);
    return scale ? alf_mul(ctx, scale, power) : alf_expand(ctx, power, 2, shape);
}

/* The modulation without per-sample weights: the style on the input channels, the rest on the output channels. */
alf_tensor *alf_modulated_conv2d(alf_ctx *ctx, alf_tensor *x, alf_tensor *weight, alf_tensor *style,
                                 alf_tensor *input_gain, const alf_modulation *spec)
{
    alf_conv conv;
    if (!alf_op_given(ctx, "alf_modulated_conv2d: spec", spec) ||
        !conv_geometry(ctx, "alf_modulated_conv2d", x, weight, &spec->conv, &conv) ||
        !alf_op_input_ndim(ctx, "alf_modulated_conv2d: style", style, 2))
        return alf_failed_tensor();
    if (style->shape[0] != conv.n || style->shape[1] != conv.in_ch)
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_modulated_conv2d: style [%lld, %lld], expected [%lld, %lld]",
                           (long long)style->shape[0], (long long)style->shape[1], (long long)conv.n,
                           (long long)conv.in_ch);
    if (input_gain && (!alf_op_input(ctx, "alf_modulated_conv2d: input_gain", input_gain) || input_gain->count != 1))
        return alf_op_fail(ctx, ALF_ERR_ARGUMENT, "alf_modulated_conv2d: input_gain must have one element");

    alf_scope *scope = alf_scope_open(ctx);
    if (spec->normalize)
        style = alf_mul(ctx, style, alf_rsqrt(ctx, alf_mean(ctx, alf_square(ctx, style), 1u << 0 | 1u << 1)));
    alf_tensor *scale = output_scale(ctx, weight, style, spec);
    if (input_gain) {
        alf_tensor *gain = alf_reshape(ctx, input_gain, 1, (int64_t[]){1});
        if (scale)
            scale = alf_mul(ctx, scale, gain);
        else /* no output scale of its own: the gain joins the style */
            style = alf_mul(ctx, style, gain);
    }
    return alf_scope_close(scope, alf_scaled_conv(ctx, &conv, x, weight, style, scale));
}
