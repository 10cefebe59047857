/* The operation case table. */
#include "op_cases.h"

#include <math.h>

/* --- the operations ----------------------------------------------------------------------------------------------- */

/* A function that applies an operation to the inputs x of a row. */
#define APPLY(NAME, CALL)                                                                                              \
    static alf_tensor *NAME(alf_ctx *ctx, const op_case *row, const op_plans *plans, alf_tensor *const x[])            \
    {                                                                                                                  \
        (void)row, (void)plans;                                                                                        \
        return CALL;                                                                                                   \
    }

APPLY(add, alf_add(ctx, x[0], x[1]))
APPLY(sub, alf_sub(ctx, x[0], x[1]))
APPLY(mul, alf_mul(ctx, x[0], x[1]))
APPLY(mul_itself, alf_mul(ctx, x[0], x[0]))
APPLY(div_, alf_div(ctx, x[0], x[1]))
APPLY(scale_shift, alf_scale_shift(ctx, x[0], row->with.scale_shift[0], row->with.scale_shift[1]))
APPLY(square, alf_square(ctx, x[0]))
APPLY(sqrt_, alf_sqrt(ctx, x[0]))
APPLY(rsqrt, alf_rsqrt(ctx, x[0]))
APPLY(clamp, alf_clamp(ctx, x[0], row->with.bounds[0], row->with.bounds[1]))
APPLY(softplus, alf_softplus(ctx, x[0]))
APPLY(sigmoid, alf_sigmoid(ctx, x[0]))
APPLY(sum, alf_sum(ctx, x[0], row->with.dims))
APPLY(mean, alf_mean(ctx, x[0], row->with.dims))
APPLY(normalize, alf_normalize_second_moment(ctx, x[0]))
APPLY(reshape, alf_reshape(ctx, x[0], row->with.to.ndim, row->with.to.shape))
APPLY(slice, alf_slice(ctx, x[0], row->with.cut.dim, row->with.cut.first, row->with.cut.count))
APPLY(expand, alf_expand(ctx, x[0], row->with.to.ndim, row->with.to.shape))
APPLY(concat, alf_concat(ctx, x[0], x[1], row->with.cut.dim))
APPLY(matmul, alf_matmul(ctx, x[0], row->with.product.transpose_a, x[1], row->with.product.transpose_b,
                         row->with.product.alpha))
APPLY(bias_act, alf_bias_act(ctx, x[0], x[1], row->with.act.slope, row->with.act.gain, row->with.act.limit))
APPLY(conv2d, alf_conv2d(ctx, x[0], x[1], row->with.conv.gain, &row->with.conv.spec.conv))
APPLY(modulated, alf_modulated_conv2d(ctx, x[0], x[1], x[2], x[3], &row->with.conv.spec))
APPLY(upfirdn, alf_upfirdn2d(ctx, x[0], plans->upfirdn))
APPLY(flrelu, alf_filtered_lrelu(ctx, x[0], x[1], plans->flrelu))
APPLY(fourier, alf_fourier_grid(ctx, x[0], x[1], x[2], row->with.grid.h, row->with.grid.w, row->with.grid.rate))
APPLY(pad_reflect, alf_pad_reflect(ctx, x[0], row->with.pad.padding))
APPLY(sample_affine,
      alf_sample_affine(ctx, x[0], row->with.sampling.matrices, row->with.sampling.h, row->with.sampling.w))
APPLY(filter_each, alf_filter_each(ctx, x[0], row->with.filter.taps, row->with.filter.count, row->with.filter.along_x))

/* --- inputs and variants ------------------------------------------------------------------------------------------ */

#define ROW(NAME, APPLY_FN, INPUTS, ...)                                                                               \
    {                                                                                                                  \
        .name = NAME, .apply = APPLY_FN, .inputs = INPUTS, __VA_ARGS__                                                 \
    }
#define IN(...)                                                                                                        \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
#define INPUT(RANGE, ...)                                                                                              \
    {                                                                                                                  \
        RANGE, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t),                                                     \
        {                                                                                                              \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }
#define NORMAL(...) INPUT(OP_NORMAL, __VA_ARGS__)
#define WIDE(...) INPUT(OP_WIDE, __VA_ARGS__)
#define POSITIVE(...) INPUT(OP_POSITIVE, __VA_ARGS__)
#define OPTIONAL .optional = 1
#define KINKED .kinked = true

/* Every way in which two shapes meet; the last one is cut into several tiles. */
#define BROADCASTS(NAME, FN, RANGE)                                                                                    \
    ROW(NAME ", same shape", FN, IN(NORMAL(2, 3, 4), INPUT(RANGE, 2, 3, 4)), ),                                        \
        ROW(NAME ", row", FN, IN(NORMAL(2, 3, 4), INPUT(RANGE, 4)), ),                                                 \
        ROW(NAME ", column", FN, IN(NORMAL(3, 4), INPUT(RANGE, 3, 1)), ),                                              \
        ROW(NAME ", row first", FN, IN(NORMAL(4), INPUT(RANGE, 2, 3, 4)), ),                                           \
        ROW(NAME ", both sides", FN, IN(NORMAL(2, 1, 4), INPUT(RANGE, 3, 1)), ),                                       \
        ROW(NAME ", outer", FN, IN(NORMAL(5, 1), INPUT(RANGE, 1, 4)), ),                                               \
        ROW(NAME ", one element", FN, IN(NORMAL(2, 5), INPUT(RANGE, 1)), ),                                            \
        ROW(NAME ", one element first", FN, IN(NORMAL(1, 1, 1), INPUT(RANGE, 7)), ),                                   \
        ROW(NAME ", channels", FN, IN(NORMAL(2, 3, 2, 5), INPUT(RANGE, 1, 3, 1, 1)), ),                                \
        ROW(NAME ", samples and channels", FN, IN(NORMAL(2, 3, 2, 5), INPUT(RANGE, 2, 3, 1, 1)), ),                    \
        ROW(NAME ", large", FN, IN(NORMAL(2, 6, 61, 60), INPUT(RANGE, 6, 1, 60)),                                      \
            .bench = IN(NORMAL(8, 128, 84, 84), INPUT(RANGE, 8, 128, 1, 1)))

#define TO(...) .with.to = {sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), {__VA_ARGS__}}

#define ACT(...) .kinked = true, .with.act = {__VA_ARGS__}

#define GEOMETRY(PADDING, STRIDE) .conv.padding = PADDING, .conv.stride = STRIDE
#define TRANSPOSED .conv.transposed = true
#define FLIPPED .conv.flip = true
#define DEMODULATED .demodulate = true
#define NORMALIZED .demodulate = true, .normalize = true
#define CONV(GAIN, ...) .with.conv = {.gain = GAIN, .spec = {__VA_ARGS__}}
#define MODULATION(...) .with.conv.spec = {__VA_ARGS__}
#define MODULATED(N, CI, CO, H, W, K) IN(NORMAL(N, CI, H, W), NORMAL(CO, CI, K, K), NORMAL(N, CI))
#define MODULATED_INPUTS(N, CI, CO, H, W, K) IN(NORMAL(N, CI, H, W), NORMAL(CO, CI, K, K), NORMAL(N, CI), POSITIVE(1))
#define MODULATED_GAIN(N, CI, CO, H, W, K) MODULATED_INPUTS(N, CI, CO, H, W, K), OPTIONAL

#define RESAMPLE(...) .plan = OP_UPFIRDN, .with.resampling = {__VA_ARGS__}
#define FLRELU(...) .kinked = true, .plan = OP_FLRELU, .with.resampling = {__VA_ARGS__}
#define UP(RANK, TAPS) .up_rank = RANK, .up_taps = TAPS
#define LEAKY .gain = 1.4, .slope = 0.2
#define DOWN(RANK, TAPS) .down_rank = RANK, .down_taps = TAPS

#define SAMPLING(H, W, ...) .with.sampling = {.h = H, .w = W, .matrices = {__VA_ARGS__}}
#define FILTER(ALONG_X, COUNT, ...) .with.filter = {.along_x = ALONG_X, .count = COUNT, .taps = {__VA_ARGS__}}

/* --- the table ---------------------------------------------------------------------------------------------------- */

const op_case OP_CASES[] = {
    BROADCASTS("alf_add", add, OP_NORMAL),
    BROADCASTS("alf_sub", sub, OP_NORMAL),
    BROADCASTS("alf_mul", mul, OP_NORMAL),
    BROADCASTS("alf_div", div_, OP_DIVISOR),
    ROW("alf_mul, by itself", mul_itself, IN(NORMAL(3, 5)), ),

    ROW("alf_scale_shift", scale_shift, IN(NORMAL(3, 5)), .with.scale_shift = {-2.5, 0.75},
        .bench = IN(NORMAL(8, 128, 84, 84))),
    ROW("alf_scale_shift, shift alone", scale_shift, IN(NORMAL(3, 5)), .with.scale_shift = {1, 0.75}),
    ROW("alf_scale_shift, by zero", scale_shift, IN(NORMAL(3, 5)), .with.scale_shift = {0, 0.75}),
    ROW("alf_square", square, IN(NORMAL(3, 5)), ),
    ROW("alf_sqrt", sqrt_, IN(POSITIVE(3, 5)), ),
    ROW("alf_rsqrt", rsqrt, IN(POSITIVE(3, 5)), ),
    ROW("alf_rsqrt, large", rsqrt, IN(POSITIVE(3, 20000)), .bench = IN(POSITIVE(8, 128, 84, 84))),
    ROW("alf_clamp", clamp, IN(NORMAL(6, 7)), KINKED, .with.bounds = {-0.7, 1.1}, .bench = IN(NORMAL(8, 128, 84, 84))),
    ROW("alf_clamp, from above", clamp, IN(NORMAL(6, 7)), KINKED, .with.bounds = {-INFINITY, 0.1}),
    ROW("alf_softplus", softplus, IN(NORMAL(3, 5)), ),
    ROW("alf_softplus, far from zero", softplus, IN(WIDE(3, 50)), ),
    ROW("alf_sigmoid", sigmoid, IN(NORMAL(3, 5)), ),
    ROW("alf_sigmoid, far from zero", sigmoid, IN(WIDE(3, 50)), ),
    ROW("alf_sigmoid, large", sigmoid, IN(NORMAL(3, 20000)), .bench = IN(NORMAL(8, 128, 84, 84))),

    ROW("alf_sum, last dimension", sum, IN(NORMAL(3, 4, 5)), .with.dims = 4),
    ROW("alf_sum, middle dimension", sum, IN(NORMAL(3, 4, 5)), .with.dims = 2),
    ROW("alf_sum, first dimension", sum, IN(NORMAL(3, 4, 5)), .with.dims = 1),
    ROW("alf_sum, first and last dimension", sum, IN(NORMAL(3, 4, 5)), .with.dims = 5),
    ROW("alf_sum, all", sum, IN(NORMAL(3, 4, 5)), .with.dims = 7),
    ROW("alf_sum, large rows", sum, IN(NORMAL(3, 20011)), .with.dims = 2, .bench = IN(NORMAL(1024, 7056))),
    ROW("alf_sum, large columns", sum, IN(NORMAL(4001, 11)), .with.dims = 1),
    ROW("alf_mean, pixels", mean, IN(NORMAL(2, 3, 4, 5)), .with.dims = 12),
    ROW("alf_mean, all but channels", mean, IN(NORMAL(2, 3, 4, 5)), .with.dims = 13,
        .bench = IN(NORMAL(8, 128, 84, 84))),
    ROW("alf_mean, all", mean, IN(NORMAL(2, 3, 4, 5)), .with.dims = 15),
    ROW("alf_mean, of one", mean, IN(NORMAL(3, 1)), .with.dims = 2),
    ROW("alf_normalize_second_moment", normalize, IN(NORMAL(3, 8)), ),

    ROW("alf_reshape", reshape, IN(NORMAL(2, 6)), TO(3, 4)),
    ROW("alf_reshape, to one dimension", reshape, IN(NORMAL(2, 3, 2)), TO(12)),
    ROW("alf_slice, beginning", slice, IN(NORMAL(5, 3, 4)), .with.cut = {0, 0, 2}),
    ROW("alf_slice, middle", slice, IN(NORMAL(2, 6, 4)), .with.cut = {1, 2, 3}, .bench = IN(NORMAL(8, 16, 512))),
    ROW("alf_slice, end", slice, IN(NORMAL(2, 3, 5)), .with.cut = {2, 3, 2}),
    ROW("alf_expand, column", expand, IN(NORMAL(3, 1)), TO(3, 4)),
    ROW("alf_expand, new dimensions", expand, IN(NORMAL(4)), TO(2, 3, 4)),
    ROW("alf_expand, channels", expand, IN(NORMAL(1, 3, 1, 1)), TO(2, 3, 4, 5)),
    ROW("alf_expand, to itself", expand, IN(NORMAL(2, 3)), TO(2, 3)),
    ROW("alf_concat, first dimension", concat, IN(NORMAL(2, 3), NORMAL(1, 3)), .with.cut = {.dim = 0}),
    ROW("alf_concat, middle dimension", concat, IN(NORMAL(2, 3, 4), NORMAL(2, 5, 4)), .with.cut = {.dim = 1}),
    ROW("alf_concat, last dimension", concat, IN(NORMAL(2, 3, 1), NORMAL(2, 3, 6)), .with.cut = {.dim = 2}),

    ROW("alf_matmul", matmul, IN(NORMAL(3, 5), NORMAL(5, 4)), .with.product = {false, false, 1}),
    ROW("alf_matmul, a transposed", matmul, IN(NORMAL(5, 3), NORMAL(5, 4)), .with.product = {true, false, 0.7}),
    ROW("alf_matmul, b transposed", matmul, IN(NORMAL(3, 5), NORMAL(4, 5)), .with.product = {false, true, -1.5}),
    ROW("alf_matmul, both transposed", matmul, IN(NORMAL(5, 3), NORMAL(4, 5)), .with.product = {true, true, 2}),
    ROW("alf_matmul, one row", matmul, IN(NORMAL(1, 7), NORMAL(3, 7)), .with.product = {false, true, 1}),
    ROW("alf_matmul, large", matmul, IN(NORMAL(150, 70), NORMAL(130, 70)), .with.product = {false, true, 0.1},
        .bench = IN(NORMAL(1024, 512), NORMAL(512, 512))),

    ROW("alf_bias_act", bias_act, IN(NORMAL(2, 3, 4, 5), NORMAL(3)), OPTIONAL, ACT(0.2, 1.4, INFINITY)),
    ROW("alf_bias_act, no bias", bias_act, IN(NORMAL(2, 3, 4, 5)), ACT(0.2, 1.4, INFINITY)),
    ROW("alf_bias_act, of a matrix", bias_act, IN(NORMAL(4, 6), NORMAL(6)), OPTIONAL, ACT(0.2, 1.4, INFINITY)),
    ROW("alf_bias_act, of a vector", bias_act, IN(NORMAL(7)), ACT(0.2, 1.4, INFINITY)),
    ROW("alf_bias_act, slope 0", bias_act, IN(NORMAL(2, 3, 9), NORMAL(3)), OPTIONAL, ACT(0, 1.4, INFINITY)),
    ROW("alf_bias_act, slope 0, limit", bias_act, IN(NORMAL(2, 3, 9), NORMAL(3)), OPTIONAL, ACT(0, 1.4, 0.9)),
    ROW("alf_bias_act, linear", bias_act, IN(NORMAL(2, 3, 9), NORMAL(3)), OPTIONAL, ACT(1, 1, INFINITY)),
    ROW("alf_bias_act, linear, limit", bias_act, IN(NORMAL(2, 3, 9), NORMAL(3)), OPTIONAL, ACT(1, 0.5, 0.4)),
    ROW("alf_bias_act, limit", bias_act, IN(NORMAL(2, 3, 9), NORMAL(3)), OPTIONAL, ACT(0.2, 1.4, 0.3)),
    ROW("alf_bias_act, large", bias_act, IN(NORMAL(2, 5, 70, 60), NORMAL(5)), OPTIONAL, ACT(0.2, 1.4, 1.8),
        .bench = IN(NORMAL(8, 128, 64, 64), NORMAL(128))),

    ROW("alf_conv2d, 1x1", conv2d, IN(NORMAL(2, 3, 4, 5), NORMAL(4, 3, 1, 1)), CONV(1, GEOMETRY(0, 1))),
    ROW("alf_conv2d, 3x3", conv2d, IN(NORMAL(2, 3, 5, 6), NORMAL(4, 3, 3, 3)), CONV(0.3, GEOMETRY(1, 1))),
    ROW("alf_conv2d, 3x3, no padding", conv2d, IN(NORMAL(1, 2, 5, 6), NORMAL(3, 2, 3, 3)), CONV(1, GEOMETRY(0, 1))),
    ROW("alf_conv2d, 5x2", conv2d, IN(NORMAL(2, 2, 7, 6), NORMAL(3, 2, 5, 2)), CONV(1, GEOMETRY(2, 1))),
    ROW("alf_conv2d, padding beyond", conv2d, IN(NORMAL(1, 2, 3, 4), NORMAL(2, 2, 3, 3)), CONV(1, GEOMETRY(4, 1))),
    ROW("alf_conv2d, flipped", conv2d, IN(NORMAL(2, 3, 5, 6), NORMAL(4, 3, 3, 3)), CONV(0.3, GEOMETRY(2, 1), FLIPPED)),
    ROW("alf_conv2d, stride 2", conv2d, IN(NORMAL(2, 3, 7, 8), NORMAL(4, 3, 3, 3)), CONV(-0.3, GEOMETRY(1, 2))),
    ROW("alf_conv2d, stride 3", conv2d, IN(NORMAL(1, 3, 9, 10), NORMAL(2, 3, 2, 2)), CONV(1, GEOMETRY(1, 3), FLIPPED)),
    ROW("alf_conv2d, 1x1, stride 2", conv2d, IN(NORMAL(2, 3, 5, 6), NORMAL(4, 3, 1, 1)), CONV(1, GEOMETRY(0, 2))),
    ROW("alf_conv2d, transposed", conv2d, IN(NORMAL(2, 3, 5, 6), NORMAL(4, 3, 3, 3)),
        CONV(1, GEOMETRY(1, 1), TRANSPOSED)),
    ROW("alf_conv2d, transposed, stride 2", conv2d, IN(NORMAL(2, 3, 4, 5), NORMAL(4, 3, 3, 3)),
        CONV(0.3, GEOMETRY(0, 2), TRANSPOSED), .bench = IN(NORMAL(8, 128, 32, 32), NORMAL(128, 128, 3, 3))),
    ROW("alf_conv2d, transposed, stride 3, flipped", conv2d, IN(NORMAL(1, 3, 4, 3), NORMAL(2, 3, 4, 2)),
        CONV(1, GEOMETRY(1, 3), TRANSPOSED, FLIPPED)),
    ROW("alf_conv2d, large", conv2d, IN(NORMAL(2, 5, 40, 40), NORMAL(9, 5, 3, 3)), CONV(1, GEOMETRY(1, 1)),
        .bench = IN(NORMAL(8, 128, 64, 64), NORMAL(128, 128, 3, 3))),
    ROW("alf_conv2d, large, 1x1", conv2d, IN(NORMAL(2, 33, 20, 40), NORMAL(19, 33, 1, 1)), CONV(1, GEOMETRY(0, 1)),
        .bench = IN(NORMAL(8, 128, 64, 64), NORMAL(128, 128, 1, 1))),
    ROW("alf_conv2d, large, stride 2", conv2d, IN(NORMAL(2, 5, 41, 41), NORMAL(9, 5, 3, 3)), CONV(1, GEOMETRY(0, 2)),
        .bench = IN(NORMAL(8, 128, 66, 66), NORMAL(128, 128, 3, 3))),

    ROW("alf_modulated_conv2d, style alone", modulated, MODULATED(2, 3, 4, 5, 6, 3), MODULATION(GEOMETRY(1, 1))),
    ROW("alf_modulated_conv2d, ToRGB", modulated, MODULATED_GAIN(2, 4, 3, 5, 5, 1), MODULATION(GEOMETRY(0, 1))),
    ROW("alf_modulated_conv2d, demodulated", modulated, MODULATED(3, 4, 5, 4, 5, 3),
        MODULATION(GEOMETRY(1, 1), DEMODULATED)),
    ROW("alf_modulated_conv2d, demodulated, gain", modulated, MODULATED_GAIN(2, 3, 4, 4, 4, 3),
        MODULATION(GEOMETRY(1, 1), FLIPPED, DEMODULATED)),
    ROW("alf_modulated_conv2d, normalized", modulated, MODULATED(2, 3, 4, 4, 5, 3),
        MODULATION(GEOMETRY(2, 1), NORMALIZED)),
    ROW("alf_modulated_conv2d, normalized, gain", modulated, MODULATED_GAIN(2, 3, 4, 4, 5, 3),
        MODULATION(GEOMETRY(2, 1), NORMALIZED)),
    ROW("alf_modulated_conv2d, normalized, 1x1", modulated, MODULATED_GAIN(2, 5, 4, 4, 5, 1),
        MODULATION(GEOMETRY(0, 1), NORMALIZED), .bench = MODULATED_INPUTS(8, 256, 256, 84, 84, 1)),
    ROW("alf_modulated_conv2d, normalized alone", modulated, MODULATED(2, 3, 4, 4, 5, 3),
        MODULATION(GEOMETRY(1, 1), .normalize = true)),
    ROW("alf_modulated_conv2d, one sample", modulated, MODULATED_GAIN(1, 3, 2, 4, 5, 3),
        MODULATION(GEOMETRY(2, 1), NORMALIZED)),
    ROW("alf_modulated_conv2d, transposed", modulated, MODULATED(2, 3, 4, 4, 4, 3),
        MODULATION(GEOMETRY(0, 2), TRANSPOSED, DEMODULATED)),
    ROW("alf_modulated_conv2d, transposed, flipped, gain", modulated, MODULATED_GAIN(2, 3, 4, 4, 4, 3),
        MODULATION(GEOMETRY(1, 2), TRANSPOSED, FLIPPED, NORMALIZED)),
    ROW("alf_modulated_conv2d, large", modulated, MODULATED_GAIN(2, 12, 9, 36, 36, 3),
        MODULATION(GEOMETRY(2, 1), NORMALIZED), .bench = MODULATED_INPUTS(8, 128, 128, 84, 84, 3)),

    ROW("alf_upfirdn2d, identity", upfirdn, IN(NORMAL(2, 2, 4, 5)), RESAMPLE(.gain = 1.5)),
    ROW("alf_upfirdn2d, filter", upfirdn, IN(NORMAL(2, 2, 6, 5)), RESAMPLE(UP(1, 4), .padding = {2, 1, 2, 1})),
    ROW("alf_upfirdn2d, flipped", upfirdn, IN(NORMAL(2, 2, 6, 5)),
        RESAMPLE(UP(1, 4), .padding = {2, 1, 1, 2}, .flip = true)),
    ROW("alf_upfirdn2d, up", upfirdn, IN(NORMAL(2, 2, 4, 5)),
        RESAMPLE(UP(1, 6), .up = 2, .padding = {3, 2, 3, 2}, .gain = 4)),
    ROW("alf_upfirdn2d, down", upfirdn, IN(NORMAL(2, 2, 9, 8)), RESAMPLE(UP(1, 5), .down = 2, .padding = {2, 1, 2, 1})),
    ROW("alf_upfirdn2d, up and down", upfirdn, IN(NORMAL(1, 2, 6, 7)),
        RESAMPLE(UP(1, 7), .up = 3, .down = 2, .padding = {4, 3, 2, 5}, .gain = 9)),
    ROW("alf_upfirdn2d, 2-D", upfirdn, IN(NORMAL(1, 3, 6, 5)), RESAMPLE(UP(2, 4), .padding = {2, 1, 1, 2}, .gain = -2),
        .bench = IN(NORMAL(8, 128, 64, 64))),
    ROW("alf_upfirdn2d, 2-D, up, flipped", upfirdn, IN(NORMAL(1, 2, 4, 5)),
        RESAMPLE(UP(2, 4), .up = 2, .padding = {2, 1, 1, 2}, .gain = 4, .flip = true)),
    ROW("alf_upfirdn2d, 2-D, down", upfirdn, IN(NORMAL(1, 2, 9, 8)),
        RESAMPLE(UP(2, 4), .down = 3, .padding = {1, 1, 2, 2})),
    ROW("alf_upfirdn2d, cropped", upfirdn, IN(NORMAL(2, 2, 9, 8)),
        RESAMPLE(UP(1, 3), .up = 2, .padding = {-3, 1, 2, -4}, .gain = 4)),
    ROW("alf_upfirdn2d, large", upfirdn, IN(NORMAL(2, 5, 40, 44)),
        RESAMPLE(UP(1, 12), .up = 2, .padding = {6, 5, 6, 5}, .gain = 4), .bench = IN(NORMAL(8, 128, 32, 32))),

    ROW("alf_filtered_lrelu, ToRGB", flrelu, IN(NORMAL(2, 3, 5, 5), NORMAL(3)), OPTIONAL,
        FLRELU(.gain = 1, .slope = 1, .clamp = 256)),
    ROW("alf_filtered_lrelu, identity filters", flrelu, IN(NORMAL(2, 3, 5, 5), NORMAL(3)), OPTIONAL,
        FLRELU(.clamp = 1.2, LEAKY)),
    ROW("alf_filtered_lrelu, separable", flrelu, IN(NORMAL(2, 3, 7, 8), NORMAL(3)), OPTIONAL,
        FLRELU(UP(1, 6), DOWN(1, 5), .up = 2, .down = 2, .padding = {5, 4, 4, 5}, LEAKY)),
    ROW("alf_filtered_lrelu, no bias", flrelu, IN(NORMAL(2, 2, 7, 8)),
        FLRELU(UP(1, 6), DOWN(1, 6), .up = 2, .down = 2, .padding = {5, 4, 5, 4}, LEAKY)),
    ROW("alf_filtered_lrelu, flipped", flrelu, IN(NORMAL(1, 2, 7, 8), NORMAL(2)), OPTIONAL,
        FLRELU(UP(1, 6), DOWN(1, 6), .up = 2, .down = 2, .padding = {5, 4, 5, 4}, .flip = true, LEAKY)),
    ROW("alf_filtered_lrelu, up 4", flrelu, IN(NORMAL(1, 2, 5, 6), NORMAL(2)), OPTIONAL,
        FLRELU(UP(1, 12), DOWN(1, 6), .up = 4, .down = 2, .padding = {8, 7, 9, 6}, LEAKY)),
    ROW("alf_filtered_lrelu, clamp", flrelu, IN(NORMAL(2, 2, 7, 6), NORMAL(2)), OPTIONAL,
        FLRELU(UP(1, 6), DOWN(1, 6), .up = 2, .down = 2, .padding = {5, 4, 5, 4}, .clamp = 0.1, LEAKY)),
    ROW("alf_filtered_lrelu, radial", flrelu, IN(NORMAL(1, 2, 6, 6), NORMAL(2)), OPTIONAL,
        FLRELU(UP(1, 6), DOWN(2, 6), .up = 2, .down = 2, .padding = {5, 4, 5, 4}, .clamp = 0.3, LEAKY),
        .bench = IN(NORMAL(8, 128, 86, 86), NORMAL(128))),
    ROW("alf_filtered_lrelu, 2-D both", flrelu, IN(NORMAL(1, 2, 6, 5), NORMAL(2)), OPTIONAL,
        FLRELU(UP(2, 4), DOWN(2, 3), .up = 2, .down = 1, .padding = {3, 2, 3, 2}, .flip = true, LEAKY)),
    ROW("alf_filtered_lrelu, slope 0, cropped", flrelu, IN(NORMAL(1, 2, 9, 8), NORMAL(2)), OPTIONAL,
        FLRELU(UP(1, 4), .up = 2, .padding = {-2, 1, 2, -3}, .slope = 0, .gain = 1.4)),
    ROW("alf_filtered_lrelu, down alone", flrelu, IN(NORMAL(1, 2, 9, 8), NORMAL(2)), OPTIONAL,
        FLRELU(DOWN(1, 4), .down = 2, .padding = {1, 1, 2, 1}, LEAKY)),
    ROW("alf_filtered_lrelu, large", flrelu, IN(NORMAL(2, 3, 36, 40), NORMAL(3)), OPTIONAL,
        FLRELU(UP(1, 12), DOWN(1, 12), .up = 2, .down = 2, .padding = {9, 8, 9, 8}, .clamp = 1, LEAKY),
        .bench = IN(NORMAL(8, 128, 86, 86), NORMAL(128))),

    ROW("alf_fourier_grid", fourier, IN(NORMAL(2, 3, 2), NORMAL(2, 3), NORMAL(2, 3)), .with.grid = {5, 6, 8}),
    ROW("alf_fourier_grid, one pixel high", fourier, IN(NORMAL(1, 4, 2), NORMAL(1, 4), NORMAL(1, 4)),
        .with.grid = {1, 7, 4}),
    ROW("alf_fourier_grid, large", fourier, IN(NORMAL(2, 9, 2), NORMAL(2, 9), NORMAL(2, 9)), .with.grid = {36, 36, 16},
        .bench = IN(NORMAL(8, 128, 2), NORMAL(8, 128), NORMAL(8, 128))),

    ROW("alf_pad_reflect", pad_reflect, IN(NORMAL(2, 3, 5, 6)), .with.pad = {{2, 1, 3, 0}}),
    ROW("alf_pad_reflect, nothing", pad_reflect, IN(NORMAL(1, 2, 3, 4)), .with.pad = {{0}}),
    ROW("alf_pad_reflect, as far as it goes", pad_reflect, IN(NORMAL(2, 2, 4, 3)), .with.pad = {{2, 2, 3, 3}}),
    ROW("alf_pad_reflect, one row", pad_reflect, IN(NORMAL(2, 2, 1, 3)), .with.pad = {{1, 2, 0, 0}}),
    ROW("alf_pad_reflect, large", pad_reflect, IN(NORMAL(2, 3, 40, 37)), .with.pad = {{19, 36, 39, 5}},
        .bench = IN(NORMAL(8, 3, 64, 64))),
    ROW("alf_sample_affine, identity", sample_affine, IN(NORMAL(1, 2, 4, 5)), SAMPLING(4, 5, 1, 0, 0, 0, 1, 0)),
    ROW("alf_sample_affine, rotation that leaves the image", sample_affine, IN(NORMAL(2, 3, 6, 7)),
        SAMPLING(8, 9, 0.8, -0.6, 1.3, 0.6, 0.8, -2.4, -1, 0.1, 6.2, 0.05, -1, 5)),
    ROW("alf_sample_affine, magnified", sample_affine, IN(NORMAL(2, 1, 4, 4)),
        SAMPLING(7, 6, 0.4, 0, 0.2, 0, 0.4, 0.1, 0.5, 0.1, -1, 0, 0.3, 2)),
    ROW("alf_sample_affine, whole pixels, mirrored", sample_affine, IN(NORMAL(2, 2, 4, 5)),
        SAMPLING(4, 5, -1, 0, 4, 0, 1, 0, 1, 0, -2, 0, -1, 4)),
    ROW("alf_sample_affine, all at one place", sample_affine, IN(NORMAL(2, 2, 3, 3)),
        SAMPLING(3, 4, 0, 0, 1.3, 0, 0, 0.6, 0, 0, 2.5, 0, 0, -0.5)),
    ROW("alf_sample_affine, outside", sample_affine, IN(NORMAL(2, 2, 3, 3)),
        SAMPLING(2, 2, 1, 0, -9, 0, 1, 0, 1e300, 0, 0, 0, 1e300, 0)),
    ROW("alf_sample_affine, one pixel", sample_affine, IN(NORMAL(1, 1, 1, 1)),
        SAMPLING(2, 3, 0.5, 0, -0.4, 0, 0.5, -0.2)),
    ROW("alf_sample_affine, large", sample_affine, IN(NORMAL(2, 3, 50, 60)),
        SAMPLING(64, 48, 0.9, 0.4, -3, -0.4, 0.9, 7, 1.9, 0, -20, 0.3, 1.1, 2)),
    ROW("alf_filter_each, along columns", filter_each, IN(NORMAL(2, 3, 4, 7)),
        FILTER(true, 3, 0.2, -0.5, 1, 0.7, 0.1, -0.3)),
    ROW("alf_filter_each, along rows", filter_each, IN(NORMAL(2, 3, 7, 4)),
        FILTER(false, 4, 0.2, -0.5, 1, 0.4, 0.7, 0.1, -0.3, 0)),
    ROW("alf_filter_each, one tap", filter_each, IN(NORMAL(2, 2, 3, 4)), FILTER(true, 1, -1.5, 2)),
    ROW("alf_filter_each, as long as the rows", filter_each, IN(NORMAL(1, 2, 3, 4)), FILTER(true, 4, 1, -2, 3, 4)),
    ROW("alf_filter_each, as long as the columns", filter_each, IN(NORMAL(1, 2, 3, 4)), FILTER(false, 3, 1, -2, 3)),
    ROW("alf_filter_each, large", filter_each, IN(NORMAL(2, 3, 60, 50)),
        FILTER(false, 6, 0.1, 0.2, 0.4, 0.2, 0.1, 0.05, 1, -1, 0.5, 0.3, 0, 2)),
};

const int OP_CASE_COUNT = (int)(sizeof OP_CASES / sizeof OP_CASES[0]);
