/* A convolution as matrix products: its phases. */
#include "tensor/conv_phase.h"

#include "core/arithmetic.h"
#include "tensor/loops.h"

static int64_t modulo(int64_t a, int64_t b)
{
    int64_t rest = a % b;
    return rest < 0 ? rest + b : rest;
}

/* Kernel position of a stored kernel index. */
static int64_t kernel_position(int64_t stored, int64_t taps, bool flip)
{
    return flip ? taps - 1 - stored : stored;
}

static alf_conv_axis plain_axis(const alf_conv *conv, int64_t in, int64_t out, int64_t taps, int64_t pad)
{
    return (alf_conv_axis){.taps = taps,
                           .weight_step = 1,
                           .count = out,
                           .out_step = 1,
                           .in_size = in,
                           .in_first = kernel_position(0, taps, conv->flip) - pad,
                           .in_step = conv->stride,
                           .in_tap = conv->flip ? -1 : 1};
}

/* Outputs q = phase + u * stride meet the kernel positions k that are phase + pad modulo the stride, at the inputs
 * (q + pad - k) / stride. Taps are taken in the order in which they are stored. */
static alf_conv_axis transposed_axis(const alf_conv *conv, int64_t in, int64_t out, int64_t taps, int64_t pad,
                                     int64_t phase)
{
    const int64_t stride = conv->stride;
    int64_t       first = 0;
    while (first < taps && modulo(phase + pad - kernel_position(first, taps, conv->flip), stride) != 0) first++;
    alf_conv_axis axis = {.taps = alf_ceil_div(taps - first, stride),
                          .weight_first = first,
                          .weight_step = stride,
                          .count = phase < out ? alf_ceil_div(out - phase, stride) : 0,
                          .out_first = phase,
                          .out_step = stride,
                          .in_size = in,
                          .in_step = 1,
                          .in_tap = conv->flip ? 1 : -1};
    if (axis.taps > 0) axis.in_first = (phase + pad - kernel_position(first, taps, conv->flip)) / stride;
    return axis;
}

int64_t alf_conv_span(const alf_conv_axis *axis, int64_t outputs)
{
    return (outputs - 1) * axis->in_step + axis->taps;
}

int64_t alf_conv_first_under(const alf_conv_axis *axis, int64_t u)
{
    return axis->in_first + u * axis->in_step - (axis->in_tap < 0 ? axis->taps - 1 : 0);
}

int64_t alf_conv_place_of_tap(const alf_conv_axis *axis, int64_t tap)
{
    return axis->in_tap < 0 ? axis->taps - 1 - tap : tap;
}

int64_t alf_conv_phases(const alf_conv *conv)
{
    return conv->transposed ? (int64_t)conv->stride * conv->stride : 1;
}

alf_conv_phase alf_conv_phase_at(const alf_conv *conv, int64_t index)
{
    alf_conv_phase phase = {.conv = conv};
    if (conv->transposed) {
        phase.y = transposed_axis(conv, conv->in_h, conv->out_h, conv->kh, conv->pad_y, index / conv->stride);
        phase.x = transposed_axis(conv, conv->in_w, conv->out_w, conv->kw, conv->pad_x, index % conv->stride);
    } else {
        phase.y = plain_axis(conv, conv->in_h, conv->out_h, conv->kh, conv->pad_y);
        phase.x = plain_axis(conv, conv->in_w, conv->out_w, conv->kw, conv->pad_x);
    }
    phase.rows = conv->in_ch * phase.y.taps * phase.x.taps;
    phase.pixels = phase.y.count * phase.x.count;
    return phase;
}

alf_loops alf_conv_weight_loops(const alf_conv_phase *phase, int64_t *offset)
{
    const alf_conv *conv = phase->conv;
    const int64_t   kernel = (int64_t)conv->kh * conv->kw;
    alf_loops       loops = {0};
    alf_loops_append(&loops, conv->out_ch, conv->weight_io ? kernel : kernel * conv->in_ch, 0);
    alf_loops_append(&loops, conv->in_ch, conv->weight_io ? kernel * conv->out_ch : kernel, 0);
    alf_loops_append(&loops, phase->y.taps, phase->y.weight_step * conv->kw, 0);
    alf_loops_append(&loops, phase->x.taps, phase->x.weight_step, 0);
    *offset = phase->y.weight_first * conv->kw + phase->x.weight_first;
    return loops;
}

bool alf_conv_phase_is_whole(const alf_conv_phase *phase)
{
    return phase->y.out_step == 1 && phase->x.out_step == 1;
}

static bool axis_is_input(const alf_conv_axis *axis)
{
    return axis->taps == 1 && axis->in_first == 0 && axis->in_step == 1 && axis->count == axis->in_size;
}

bool alf_conv_columns_are_input(const alf_conv_phase *phase)
{
    return axis_is_input(&phase->y) && axis_is_input(&phase->x);
}

alf_conv_run alf_conv_run_at(const alf_conv_phase *phase, int64_t pixel, int64_t end)
{
    alf_conv_run run = {.uy = pixel / phase->x.count, .ux = pixel % phase->x.count};
    run.count = alf_smaller(phase->x.count - run.ux, end - pixel);
    run.outputs = (phase->y.out_first + run.uy * phase->y.out_step) * phase->conv->out_w + phase->x.out_first +
                  run.ux * phase->x.out_step;
    return run;
}
