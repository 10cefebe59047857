/* Blocks of the gradient of a convolution's weight. */
#include "tensor/gradient_block.h"

#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"

#define MOST_ROWS ((int64_t)576)     /* of a block: with the rest of it they stay in a near cache      */
#define MOST_CHANNELS ((int64_t)256) /* that are staged                                                */
#define MOST_PIXELS ((int64_t)256)   /* enough for a product to keep its sums in registers for a while */

static int64_t round_up(int64_t a, int64_t unit)
{
    return alf_ceil_div(a, unit) * unit;
}

/* Cuts `size` into as few and as equal parts of at most `most` as there can be; returns how many. */
static int64_t cut_evenly(int64_t size, int64_t most, int64_t unit, int64_t *part)
{
    const int64_t parts = alf_larger(alf_ceil_div(size, most), 1);
    *part = alf_larger(round_up(alf_ceil_div(size, parts), unit), 1);
    return alf_ceil_div(size, *part);
}

alf_gradient_cut alf_gradient_cut_of(const alf_conv_kernels *kernels, const alf_conv_phase *phase)
{
    const int64_t    taps = phase->y.taps * phase->x.taps, unit = ALF_ALIGNMENT / (int64_t)sizeof(float);
    alf_gradient_cut cut = {.kernels = kernels, .phase = phase};
    cut.channel_blocks =
        cut_evenly(phase->conv->in_ch, alf_larger(alf_smaller(MOST_ROWS / taps, MOST_CHANNELS), 1), 1, &cut.channels);
    cut.output_blocks = cut_evenly(phase->conv->out_ch, ALF_MOST_GRADIENT_OUTPUTS, kernels->columns, &cut.outputs);
    cut.across = cut_evenly(phase->x.count, MOST_PIXELS, 1, &cut.width);
    cut.down = cut_evenly(phase->y.count, alf_larger(MOST_PIXELS / cut.width, 1), 1, &cut.height);
    cut.line = alf_conv_span(&phase->x, cut.width);
    cut.plane = round_up(cut.line * alf_conv_span(&phase->y, cut.height), unit);
    cut.plane |= unit; /* not all in the same cache sets */
    cut.rows = round_up(cut.channels * taps, kernels->rows);
    cut.ld = round_up(alf_smaller(cut.outputs, phase->conv->out_ch), kernels->lanes);
    return cut;
}

alf_gradient_part alf_gradient_part_at(const alf_gradient_cut *cut, int64_t channel_block, int64_t output_block)
{
    alf_gradient_part part = {.i0 = channel_block * cut->channels, .o0 = output_block * cut->outputs};
    part.channels = alf_smaller(cut->channels, cut->phase->conv->in_ch - part.i0);
    part.outputs = alf_smaller(cut->outputs, cut->phase->conv->out_ch - part.o0);
    return part;
}

/* Scratch: walks [rows], staged input [channels][plane], panels of dY. */
static int64_t panels_count(const alf_gradient_cut *cut)
{
    return cut->height * cut->width * round_up(cut->outputs, cut->kernels->columns);
}

size_t alf_gradient_scratch(const alf_gradient_cut *cut)
{
    const int64_t floats = cut->channels * cut->plane + panels_count(cut);
    return (size_t)cut->rows * sizeof(const float *) + (size_t)floats * sizeof(float) + ALF_ALIGNMENT;
}

/* Where in the staged input each row of X' begins; those that fill up the last panel repeat the last one. */
static void find_walks(const alf_gradient_cut *cut, const alf_gradient_part *part, const float *staged,
                       const float **walk)
{
    const alf_conv_axis *y = &cut->phase->y, *x = &cut->phase->x;
    const int64_t        taps = y->taps * x->taps, rows = part->channels * taps;
    for (int64_t row = 0; row < rows; row++) {
        const int64_t tap = row % taps;
        walk[row] = staged + row / taps * cut->plane + alf_conv_place_of_tap(y, tap / x->taps) * cut->line +
                    alf_conv_place_of_tap(x, tap % x->taps);
    }
    for (int64_t row = rows; row < cut->rows; row++) walk[row] = walk[rows - 1];
}

/* A block's pixels: outputs uy .. uy + height, ux .. ux + width of the phase. */
typedef struct {
    int64_t uy, ux, height, width;
} pixel_block;

static pixel_block pixels_at(const alf_gradient_cut *cut, int64_t at)
{
    pixel_block p = {.uy = at / cut->across * cut->height, .ux = at % cut->across * cut->width};
    p.height = alf_smaller(cut->height, cut->phase->y.count - p.uy);
    p.width = alf_smaller(cut->width, cut->phase->x.count - p.ux);
    return p;
}

/* The input under the block's taps, scaled, with zeros where there is none. */
static void stage(const alf_gradient_cut *cut, const alf_gradient_part *part, const pixel_block *p, const float *x,
                  const float *in_scale, float *staged)
{
    const alf_conv_axis *ay = &cut->phase->y, *ax = &cut->phase->x;
    const int64_t        y0 = alf_conv_first_under(ay, p->uy), x0 = alf_conv_first_under(ax, p->ux);
    const int64_t        height = alf_conv_span(ay, p->height), width = alf_conv_span(ax, p->width);
    const int64_t        top = alf_larger(y0, 0), bottom = alf_smaller(y0 + height, ay->in_size);
    const int64_t        left = alf_larger(x0, 0), right = alf_smaller(x0 + width, ax->in_size);
    const bool           whole = bottom - top == height && right - left == width;
    for (int64_t c = 0; c < part->channels; c++, staged += cut->plane) {
        const float *plane = x + (part->i0 + c) * ay->in_size * ax->in_size;
        if (!whole) memset(staged, 0, (size_t)cut->plane * sizeof *staged);
        if (top >= bottom || left >= right) continue;
        cut->kernels->take(bottom - top, right - left, 1, in_scale ? in_scale[part->i0 + c] : 1.0f,
                           plane + top * ax->in_size + left, ax->in_size, staged + (top - y0) * cut->line + left - x0,
                           cut->line);
    }
}

/* dY as panels [panel][pixel][columns]. */
static void turn_outputs(const alf_gradient_cut *cut, const alf_gradient_part *part, const pixel_block *p,
                         const float *dy, const float *out_scale, float *panels)
{
    const alf_conv_axis *ay = &cut->phase->y, *ax = &cut->phase->x;
    const int64_t        out_w = cut->phase->conv->out_w, plane = cut->phase->conv->out_h * out_w;
    const int64_t        columns = cut->kernels->columns;
    const bool    joined = ax->out_step == 1 && ay->out_step == 1 && p->width == out_w; /* lines are neighbours */
    const int64_t lines = joined ? 1 : p->height, count = joined ? p->height * p->width : p->width;
    float         scale[ALF_MOST_GRADIENT_OUTPUTS];
    for (int64_t o = 0; o < part->outputs; o++) scale[o] = out_scale ? out_scale[part->o0 + o] : 1.0f;
    for (int64_t o = 0; o < part->outputs; o += columns)
        for (int64_t l = 0; l < lines; l++, panels += count * columns) {
            const int64_t first =
                (ay->out_first + (p->uy + l) * ay->out_step) * out_w + ax->out_first + p->ux * ax->out_step;
            cut->kernels->turn(alf_smaller(columns, part->outputs - o), count, ax->out_step, scale + o,
                               dy + (part->o0 + o) * plane + first, plane, columns, panels);
        }
}

void alf_gradient_add(const alf_gradient_cut *cut, const alf_gradient_part *part, int64_t at, const float *x,
                      const float *dy, const float *in_scale, const float *out_scale, void *scratch, bool add, float *g)
{
    const alf_conv_kernels *kernels = cut->kernels;
    const alf_conv_axis    *ay = &cut->phase->y, *ax = &cut->phase->x;
    const pixel_block       p = pixels_at(cut, at);
    float                  *staged = scratch, *panels = staged + cut->channels * cut->plane;
    const float           **walk = (const float **)(void *)(panels + round_up(panels_count(cut), 16));
    find_walks(cut, part, staged, walk);
    stage(cut, part, &p, x, in_scale, staged);
    turn_outputs(cut, part, &p, dy, out_scale, panels);

    const int64_t rows = round_up(part->channels * ay->taps * ax->taps, kernels->rows);
    const bool    joined = ay->in_step * cut->line == p.width * ax->in_step;
    const int64_t lines = joined ? 1 : p.height, count = joined ? p.height * p.width : p.width;
    for (int64_t o = 0; o < part->outputs; o += kernels->columns)
        for (int64_t row = 0; row < rows; row += kernels->rows)
            kernels->correlate(lines, count, ax->in_step, ay->in_step * cut->line, walk + row,
                               panels + o * p.height * p.width, add, alf_smaller(kernels->columns, part->outputs - o),
                               g + row * cut->ld + o, cut->ld);
}
