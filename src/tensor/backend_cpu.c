/* The `cpu` backend: float32, vectorised, on the context's threads. */
#include "aliasfree/fourier.h"
#include "tensor/cpu.h"

#define REAL float
#define EACH_TILE alf_parallel
#include "tensor/elementwise_template.h"
#include "tensor/reduce_template.h"
#include "tensor/update_template.h"

static alf_status op_upfirdn(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const void *x, void *y)
{
    return alf_upfirdn_f32(ctx, plan, planes, x, y);
}

static alf_status op_flrelu(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                            const void *x, const void *bias, uint8_t *mask, void *y)
{
    return alf_flrelu_f32(ctx, plan, mode, n, c, x, bias, mask, y);
}

static alf_status op_fourier(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate, const void *freqs,
                             const void *phases, const void *amplitudes, void *y)
{
    return alf_fourier_features_f32(ctx, count, h, w, rate, freqs, phases, amplitudes, y);
}

const alf_backend alf_backend_cpu = {
    .name = "cpu",
    .dtype = ALF_F32,
    .alloc = op_alloc,
    .release = op_release,
    .store = op_store,
    .load = op_load,
    .fill = op_fill,
    .random_normal = op_random_normal,
    .unary = op_unary,
    .binary = op_binary,
    .gather = op_gather,
    .reduce = op_reduce,
    .dot_rows = op_dot_rows,
    .bias_act = op_bias_act,
    .act_gradient = op_act_gradient,
    .gemm = alf_cpu_gemm,
    .conv = alf_cpu_conv,
    .conv_weight_gradient = alf_cpu_conv_weight_gradient,
    .upfirdn = op_upfirdn,
    .flrelu = op_flrelu,
    .fourier = op_fourier,
    .pad_reflect = alf_cpu_pad_reflect,
    .sample_affine = alf_cpu_sample_affine,
    .filter_each = alf_cpu_filter_each,
    .lerp = op_lerp,
    .adam = op_adam,
};
