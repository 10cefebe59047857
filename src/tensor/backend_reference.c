/* The `reference` backend: double, loops as the formulas stand. It is slow and the judge of the other. Its loops run on one
 * thread; those of the signal processing, which naive.c has, share planes out to all. */
#include "core/core.h"
#include "kernels/naive.h"
#include "tensor/reference.h"

static void each_tile(int64_t tiles, alf_tile_fn fn, void *arg)
{
    for (int64_t tile = 0; tile < tiles; tile++) fn(arg, tile, 0);
}

#define REAL double
#define EACH_TILE(ctx, tiles, fn, arg) ((void)(ctx), each_tile(tiles, fn, arg))
#include "tensor/elementwise_template.h"
#include "tensor/reduce_template.h"
#include "tensor/update_template.h"

static alf_status op_gemm(alf_ctx *ctx, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha,
                          const void *a_void, const void *b_void, void *y_void)
{
    const double *a = a_void, *b = b_void;
    double       *y = y_void;
    (void)ctx;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t l = 0; l < k; l++)
                sum += (ta ? a[l * m + i] : a[i * k + l]) * (tb ? b[j * k + l] : b[l * n + j]);
            y[i * n + j] = alpha * sum;
        }
    return ALF_OK;
}

/* --- convolution -------------------------------------------------------------------------------------------------- */

/* Where the pairs (input, output) of two planes that meet at one kernel position lie: rows x columns of them, the first
 * at `in` and `out`, the next ones `step` and `row` further. */
typedef struct {
    int64_t rows, columns;
    int64_t in, in_row, in_step, out, out_row, out_step;
} meeting;

/* Positions begin .. begin + result of a coarse axis whose partner p * stride + shift on the fine axis exists. */
static int64_t meeting_range(int64_t coarse, int64_t fine, int64_t stride, int64_t shift, int64_t *begin)
{
    int64_t first = 0, end = coarse;
    while (first < coarse && first * stride + shift < 0) first++;
    while (end > first && (end - 1) * stride + shift >= fine) end--;
    *begin = first;
    return end - first;
}

/* The positions p of one plane are counted one by one, those of the other are p * stride + k - pad. The first, coarse
 * one is the output of a plain convolution and the input of a transposed one. */
static meeting meeting_at(const alf_conv *conv, int ky, int kx)
{
    const bool    t = conv->transposed;
    const int64_t stride = conv->stride, shift_y = ky - (int64_t)conv->pad_y, shift_x = kx - (int64_t)conv->pad_x;
    int64_t       y0, x0;
    meeting       m = {.in_row = conv->in_w * (t ? 1 : stride),
                       .in_step = t ? 1 : stride,
                       .out_row = conv->out_w * (t ? stride : 1),
                       .out_step = t ? stride : 1};
    m.rows = meeting_range(t ? conv->in_h : conv->out_h, t ? conv->out_h : conv->in_h, stride, shift_y, &y0);
    m.columns = meeting_range(t ? conv->in_w : conv->out_w, t ? conv->out_w : conv->in_w, stride, shift_x, &x0);

    const int64_t coarse_w = t ? conv->in_w : conv->out_w, fine_w = t ? conv->out_w : conv->in_w;
    const int64_t coarse = y0 * coarse_w + x0, fine = (y0 * stride + shift_y) * fine_w + x0 * stride + shift_x;
    m.in = t ? coarse : fine;
    m.out = t ? fine : coarse;
    return m;
}

/* y += w x over the pairs. */
static void add_products(const meeting *m, double w, const double *x, double *y)
{
    for (int64_t r = 0; r < m->rows; r++) {
        const int64_t in = m->in + r * m->in_row, out = m->out + r * m->out_row;
        if (m->in_step == 1 && m->out_step == 1)
            for (int64_t c = 0; c < m->columns; c++) y[out + c] += w * x[in + c];
        else
            for (int64_t c = 0; c < m->columns; c++) y[out + c * m->out_step] += w * x[in + c * m->in_step];
    }
}

/* The sum of x y over the pairs. */
static double sum_products(const meeting *m, const double *x, const double *y)
{
    double sum = 0;
    for (int64_t r = 0; r < m->rows; r++)
        for (int64_t c = 0; c < m->columns; c++)
            sum += x[m->in + r * m->in_row + c * m->in_step] * y[m->out + r * m->out_row + c * m->out_step];
    return sum;
}

/* Index within the stored weight of w[o, i, ky, kx]. */
static int64_t weight_index(const alf_conv *conv, int64_t o, int64_t i, int ky, int kx)
{
    const int64_t pair = conv->weight_io ? i * conv->out_ch + o : o * conv->in_ch + i;
    const int     sy = conv->flip ? conv->kh - 1 - ky : ky, sx = conv->flip ? conv->kw - 1 - kx : kx;
    return (pair * conv->kh + sy) * conv->kw + sx;
}

static alf_status op_conv(alf_ctx *ctx, const alf_conv *conv, const void *x_void, const alf_weight *weight,
                          const void *in_scale_void, const void *out_scale_void, void *y_void)
{
    const double *x = x_void, *w = weight->data, *in_scale = in_scale_void, *out_scale = out_scale_void;
    const int64_t in_plane = conv->in_h * conv->in_w, out_plane = conv->out_h * conv->out_w;
    (void)ctx;
    for (int64_t n = 0; n < conv->n; n++)
        for (int64_t o = 0; o < conv->out_ch; o++) {
            double *y = (double *)y_void + (n * conv->out_ch + o) * out_plane;
            for (int64_t p = 0; p < out_plane; p++) y[p] = 0;
            for (int64_t i = 0; i < conv->in_ch; i++) {
                const int64_t channel = n * conv->in_ch + i;
                const double  scale = in_scale ? in_scale[channel] : 1;
                for (int ky = 0; ky < conv->kh; ky++)
                    for (int kx = 0; kx < conv->kw; kx++) {
                        const meeting m = meeting_at(conv, ky, kx);
                        add_products(&m, w[weight_index(conv, o, i, ky, kx)] * scale, x + channel * in_plane, y);
                    }
            }
            const double scale = conv->gain * (out_scale ? out_scale[n * conv->out_ch + o] : 1);
            for (int64_t p = 0; p < out_plane; p++) y[p] *= scale;
        }
    return ALF_OK;
}

static alf_status op_conv_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x_void, const void *dy_void,
                                          const void *in_scale_void, const void *out_scale_void, void *dw_void,
                                          const void *w_void, void *products_void)
{
    const double *x = x_void, *dy = dy_void, *in_scale = in_scale_void, *out_scale = out_scale_void, *w = w_void;
    double       *dw = dw_void, *products = products_void;
    const int64_t in_plane = conv->in_h * conv->in_w, out_plane = conv->out_h * conv->out_w;
    (void)ctx;
    for (int64_t i = 0; products && i < conv->n * conv->out_ch; i++) products[i] = 0;
    for (int64_t o = 0; o < conv->out_ch; o++)
        for (int64_t i = 0; i < conv->in_ch; i++)
            for (int ky = 0; ky < conv->kh; ky++)
                for (int kx = 0; kx < conv->kw; kx++) {
                    const meeting m = meeting_at(conv, ky, kx);
                    const int64_t at = weight_index(conv, o, i, ky, kx);
                    double        sum = 0;
                    for (int64_t n = 0; n < conv->n; n++) {
                        const int64_t in = n * conv->in_ch + i, out = n * conv->out_ch + o;
                        const double  share = conv->gain * (in_scale ? in_scale[in] : 1) *
                                             sum_products(&m, x + in * in_plane, dy + out * out_plane);
                        sum += (out_scale ? out_scale[out] : 1) * share;
                        if (products) products[out] += w[at] * share;
                    }
                    dw[at] = sum;
                }
    return ALF_OK;
}

/* --- operations of the DSP library -------------------------------------------------------------------------------- */

static alf_status op_upfirdn(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const void *x, void *y)
{
    return alf_naive_upfirdn_f64(ctx, plan, planes, x, y);
}

static alf_status op_flrelu(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                            const void *x, const void *bias, uint8_t *mask, void *y)
{
    return alf_naive_flrelu_f64(ctx, plan, mode, n, c, x, bias, mask, y);
}

static alf_status op_fourier(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate, const void *freqs,
                             const void *phases, const void *amplitudes, void *y)
{
    return alf_naive_fourier_features_f64(ctx, count, h, w, rate, freqs, phases, amplitudes, y);
}

const alf_backend alf_backend_reference = {
    .name = "reference",
    .dtype = ALF_F64,
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
    .gemm = op_gemm,
    .conv = op_conv,
    .conv_weight_gradient = op_conv_weight_gradient,
    .upfirdn = op_upfirdn,
    .flrelu = op_flrelu,
    .fourier = op_fourier,
    .pad_reflect = alf_reference_pad_reflect,
    .sample_affine = alf_reference_sample_affine,
    .filter_each = alf_reference_filter_each,
    .lerp = op_lerp,
    .adam = op_adam,
};
