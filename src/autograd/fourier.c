/* Fourier features as an operation. */
#include <math.h>

#include "autograd/tape.h"

/* sum over pixels: [N, C, h, w] -> [N, C, 1] */
static alf_tensor *pixel_sum(alf_ctx *ctx, alf_tensor *x)
{
    alf_tensor *sum = alf_sum(ctx, x, 1u << 2 | 1u << 3);
    return alf_reshape(ctx, sum, 3, (int64_t[]){alf_tensor_dim(x, 0), alf_tensor_dim(x, 1), 1});
}

/* Positions of pixel centres along one axis, as [1, 1, size, 1] (down) or [1, 1, 1, size] (across). */
static alf_tensor *positions(alf_ctx *ctx, int64_t size, double rate, bool across)
{
    double *p = alf_mem_alloc(ctx, (size_t)size, sizeof *p);
    if (!p) return alf_failed_tensor();
    for (int64_t i = 0; i < size; i++) p[i] = ((double)i + 0.5 - (double)size / 2) / rate;
    alf_tensor *x = alf_tensor_from_f64(ctx, 4, (int64_t[]){1, 1, across ? 1 : size, across ? size : 1}, p);
    alf_mem_free(p);
    return x;
}

/* With y = A sin(2 pi (f . p + phase)): a quarter turn of the phase makes the sine a cosine, so all derivatives are
 * sums of the operation itself. */
static void fourier_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    const double  two_pi = 6.283185307179586476925, rate = *(const double *)node->attributes;
    alf_tensor   *freqs = node->saved[0], *phases = node->saved[1], *amplitudes = node->saved[2];
    const int64_t n = alf_tensor_dim(dy, 0), c = alf_tensor_dim(dy, 1), h = alf_tensor_dim(dy, 2);
    const int64_t w = alf_tensor_dim(dy, 3), flat[] = {n, c};

    if (alf_needs(node, 2)) {
        alf_tensor *ones = alf_tensor_full(ctx, 2, flat, 1);
        alf_tensor *sine = alf_fourier_grid(ctx, freqs, phases, ones, h, w, rate);
        dx[2] = alf_reshape(ctx, pixel_sum(ctx, alf_mul(ctx, dy, sine)), 2, flat);
    }
    if (!alf_needs(node, 0) && !alf_needs(node, 1)) return;
    alf_tensor *cosine = alf_fourier_grid(ctx, freqs, alf_scale_shift(ctx, phases, 1, 0.25), amplitudes, h, w, rate);
    alf_tensor *slope = alf_scale_shift(ctx, alf_mul(ctx, dy, cosine), two_pi, 0);
    if (alf_needs(node, 1)) dx[1] = alf_reshape(ctx, pixel_sum(ctx, slope), 2, flat);
    if (alf_needs(node, 0)) {
        alf_tensor *along_x = pixel_sum(ctx, alf_mul(ctx, slope, positions(ctx, w, rate, true)));
        alf_tensor *along_y = pixel_sum(ctx, alf_mul(ctx, slope, positions(ctx, h, rate, false)));
        dx[0] = alf_concat(ctx, along_x, along_y, 2);
    }
}

static const alf_op fourier_op = {.name = "alf_fourier_grid", .backward = fourier_backward};

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
    if (h < 1 || w < 1 || !(rate > 0 && isfinite(rate)))
        return alf_op_fail(ctx, ALF_ERR_RANGE,
                           "alf_fourier_grid: %lld x %lld pixels at rate %g: expected positive ones", (long long)h,
                           (long long)w, rate);
    alf_tensor *y = alf_tensor_new(ctx, 4, (int64_t[]){n, c, h, w});
    if (!y->ctx) return y;
    if (y->storage->backend->fourier(ctx, n * c, h, w, rate, freqs->storage->data, phases->storage->data,
                                     amplitudes->storage->data, y->storage->data) != ALF_OK)
        return alf_failed_tensor();
    const double sampling = rate;
    return alf_record(ctx, y, &fourier_op,
                      &(alf_recording){.inputs = {freqs, phases, amplitudes},
                                       .saved = {freqs, phases, amplitudes},
                                       .attributes = &sampling,
                                       .size = sizeof sampling});
}
