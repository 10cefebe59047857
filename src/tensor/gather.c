/* Right panels: how a block of pixels is cut into runs of neighbours, and the gathering of input values by them. */
#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/panels.h"

#define LINE_FLOATS 16 /* of a line of the caches */

/* Values of a residue under `count` neighbouring outputs, and residues that taps meet. */
static int64_t part_values(const alf_conv_axis *axis, int64_t count)
{
    return count + (axis->taps - 1) / axis->in_step;
}

static int64_t residues(const alf_conv_axis *axis)
{
    return alf_smaller(axis->in_step, axis->taps);
}

/* How many input lines lie under the taps of a block of pixels, and the first one. */
static int64_t lines_under(const alf_conv_phase *phase, int64_t pixel0, int64_t pixels, int64_t *first)
{
    const int64_t uy0 = pixel0 / phase->x.count, uy1 = (pixel0 + pixels - 1) / phase->x.count;
    *first = alf_conv_first_under(&phase->y, uy0);
    return alf_conv_span(&phase->y, uy1 - uy0 + 1);
}

static int64_t most_staged(const alf_conv_phase *phase, int64_t pixels)
{
    const int64_t across = alf_smaller(phase->y.count, alf_ceil_div(pixels - 1, phase->x.count) + 1);
    const int64_t along = across > 1 ? phase->x.count : alf_smaller(phase->x.count, pixels); /* a block in one line */
    return alf_conv_span(&phase->y, across) * residues(&phase->x) * part_values(&phase->x, along);
}

static int64_t panels_of(const alf_conv_kernels *kernels, int64_t pixels)
{
    return alf_ceil_div(pixels, kernels->columns);
}

/* A run ends at the end of a line or a panel. */
static int64_t most_runs(const alf_conv_kernels *kernels, const alf_conv_phase *phase, int64_t pixels)
{
    return panels_of(kernels, pixels) + alf_ceil_div(pixels, phase->x.count) + 1;
}

size_t alf_gather_bytes(const alf_conv_kernels *kernels, const alf_conv_phase *phase, int64_t pixels)
{
    const int64_t taps = phase->y.taps * phase->x.taps, panels = panels_of(kernels, pixels);
    const size_t  bytes = (size_t)(most_staged(phase, pixels) + kernels->lanes) * sizeof(float) +
                         (size_t)(taps + panels + 1) * sizeof(int64_t) +
                         (size_t)most_runs(kernels, phase, pixels) * sizeof(alf_panel_run);
    return (bytes + ALF_ALIGNMENT - 1) / ALF_ALIGNMENT * ALF_ALIGNMENT;
}

int64_t alf_gather_panel(const alf_conv_kernels *kernels, int64_t rows)
{
    return rows * kernels->columns + kernels->lanes;
}

/* Where the taps begin among the staged values, from that of the block's first line and column. */
static void set_taps(alf_gather *gather)
{
    const alf_conv_axis *ay = &gather->phase->y, *ax = &gather->phase->x;
    int64_t             *tap = gather->taps;
    if (gather->direct) {
        *tap = 0;
        return;
    }
    for (int64_t ty = 0; ty < ay->taps; ty++)
        for (int64_t tx = 0; tx < ax->taps; tx++) {
            const int64_t y = alf_conv_place_of_tap(ay, ty), x = alf_conv_place_of_tap(ax, tx);
            *tap++ = y * gather->line + x % ax->in_step * gather->part + x / ax->in_step;
        }
}

static void set_runs(alf_gather *gather, int64_t uy0, int64_t ux0)
{
    const int64_t  columns = gather->kernels->columns, end = gather->pixel0 + gather->pixels;
    const int64_t  down = gather->phase->y.in_step * gather->line;
    alf_panel_run *run = gather->runs;
    for (int64_t panel = 0; panel < gather->panels; panel++) {
        const int64_t first = gather->pixel0 + panel * columns, last = alf_smaller(first + columns, end);
        gather->first_run[panel] = run - gather->runs;
        for (int64_t pixel = first; pixel < last; pixel += run++->count) {
            const alf_conv_run line = alf_conv_run_at(gather->phase, pixel, last);
            *run = (alf_panel_run){(line.uy - uy0) * down + line.ux - ux0, pixel - first, line.count};
            if (gather->direct) *run = (alf_panel_run){pixel - gather->pixel0, 0, last - first};
        }
    }
    gather->first_run[gather->panels] = run - gather->runs;
}

void alf_gather_begin(alf_gather *gather, const alf_conv_kernels *kernels, const alf_conv_phase *phase, int64_t pixel0,
                      int64_t pixels, void *scratch)
{
    const alf_conv_axis *ay = &phase->y, *ax = &phase->x;
    const int64_t        last = pixel0 + pixels - 1, uy0 = pixel0 / ax->count, uy1 = last / ax->count;
    const int64_t        ux0 = uy0 == uy1 ? pixel0 % ax->count : 0, ux1 = uy0 == uy1 ? last % ax->count : ax->count - 1;
    *gather = (alf_gather){.kernels = kernels,
                           .phase = phase,
                           .pixel0 = pixel0,
                           .pixels = pixels,
                           .panels = panels_of(kernels, pixels),
                           .direct = alf_conv_columns_are_input(phase)};
    gather->lines = lines_under(phase, pixel0, pixels, &gather->line0);
    gather->x0 = alf_conv_first_under(ax, ux0);
    gather->part = part_values(ax, ux1 - ux0 + 1);
    gather->line = gather->part * residues(ax);

    gather->taps = scratch;
    gather->first_run = gather->taps + ay->taps * ax->taps;
    gather->runs = (alf_panel_run *)(gather->first_run + gather->panels + 1);
    gather->staged = (float *)(gather->runs + most_runs(kernels, phase, pixels));
    const int64_t count = gather->direct ? pixels : gather->lines * gather->line;
    for (int64_t i = 0; i < count + kernels->lanes; i++) gather->staged[i] = 0; /* what is beyond the input stays so */
    set_taps(gather);
    set_runs(gather, uy0, ux0);
}

/* The lines of a channel that lie in the input, into the middle of the staged ones. */
static void stage(const alf_gather *gather, const float *plane, float scale)
{
    const alf_conv_axis *ay = &gather->phase->y, *ax = &gather->phase->x;
    const int64_t        step = ax->in_step, y0 = alf_larger(gather->line0, 0);
    const int64_t        y1 = alf_smaller(gather->line0 + gather->lines, ay->in_size);
    for (int64_t residue = 0; residue < residues(ax); residue++) {
        const int64_t x0 = gather->x0 + residue;
        const int64_t begin = x0 >= 0 ? 0 : alf_ceil_div(-x0, step);
        const int64_t end = alf_smaller(gather->part, x0 >= ax->in_size ? 0 : alf_ceil_div(ax->in_size - x0, step));
        if (begin < end && y0 < y1)
            gather->kernels->take(
                y1 - y0, end - begin, step, scale, plane + y0 * ax->in_size + x0 + begin * step, ax->in_size,
                gather->staged + (y0 - gather->line0) * gather->line + residue * gather->part + begin, gather->line);
    }
}

/* Rows of the block's panels, to be completed with channels and taps. */
static alf_panel_rows rows_of(const alf_gather *gather, int64_t height)
{
    return (alf_panel_rows){.channels = 1,
                            .taps = 1,
                            .tap = gather->taps,
                            .panels = gather->panels,
                            .panel_step = alf_gather_panel(gather->kernels, height),
                            .first_run = gather->first_run,
                            .runs = gather->runs};
}

/* Channels from whose neighbours whole vectors may be read, since enough of the sample follows. */
static int64_t roomy_channels(const alf_gather *gather)
{
    const int64_t plane = gather->phase->y.in_size * gather->phase->x.in_size, lanes = gather->kernels->lanes;
    const int64_t beyond = gather->pixel0 + alf_ceil_div(gather->pixels, lanes) * lanes - plane;
    return gather->phase->conv->in_ch - (beyond > 0 ? alf_ceil_div(beyond, plane) : 0);
}

/* The pixels are neighbours in the input itself. */
static void gather_neighbours(const alf_gather *gather, const float *x, const float *in_scale, int64_t row0,
                              int64_t row1, float *to)
{
    const alf_conv_kernels *kernels = gather->kernels;
    const int64_t           plane = gather->phase->y.in_size * gather->phase->x.in_size;
    const int64_t           roomy = alf_larger(alf_smaller(row1, roomy_channels(gather)), row0);
    alf_panel_rows          rows = rows_of(gather, row1 - row0);
    rows.channels = roomy - row0;
    rows.channel_step = plane;
    rows.scale = in_scale ? in_scale + row0 : NULL;
    x += gather->pixel0;
    kernels->lay(&rows, x + row0 * plane, to);
    rows = rows_of(gather, row1 - row0);
    for (int64_t row = roomy; row < row1; row++) {
        const float scale = in_scale ? in_scale[row] : 1.0f;
        kernels->take(1, gather->pixels, 1, scale, x + row * plane, 0, gather->staged, 0);
        kernels->lay(&rows, gather->staged, to + (row - row0) * kernels->columns);
    }
}

/* The pixels are under taps of staged lines. */
static void gather_staged(const alf_gather *gather, const float *x, const float *in_scale, int64_t row0, int64_t row1,
                          float *to)
{
    const alf_conv_phase *phase = gather->phase;
    const int64_t         taps = phase->y.taps * phase->x.taps, plane = phase->y.in_size * phase->x.in_size;
    alf_panel_rows        rows = rows_of(gather, row1 - row0);
    for (int64_t row = row0; row < row1; row += rows.taps) {
        const int64_t channel = row / taps, tap = row % taps;
        rows.tap = gather->taps + tap;
        rows.taps = alf_smaller(taps - tap, row1 - row);
        stage(gather, x + channel * plane, in_scale ? in_scale[channel] : 1.0f);
        gather->kernels->lay(&rows, gather->staged, to + (row - row0) * gather->kernels->columns);
    }
}

void alf_gather_rows(const alf_gather *gather, const float *x, const float *in_scale, int64_t row0, int64_t row1,
                     float *to)
{
    const alf_conv_kernels *k = gather->kernels;
    const int64_t           step = alf_gather_panel(k, row1 - row0);
    (gather->direct ? gather_neighbours : gather_staged)(gather, x, in_scale, row0, row1, to);
    if (k->pair)
        for (int64_t panel = 0; panel < gather->panels; panel++, to += step) k->pair(row1 - row0, k->columns, to, to);
}

alf_gather_ahead alf_gather_look_ahead(const alf_conv_phase *phase, int64_t pixel0, int64_t pixels, const float *x,
                                       int64_t row0, int64_t row1)
{
    const alf_conv_axis *ay = &phase->y, *ax = &phase->x;
    const int64_t        taps = ay->taps * ax->taps, plane = ay->in_size * ax->in_size;
    int64_t              line0, lines = lines_under(phase, pixel0, pixels, &line0);
    int64_t begin = alf_larger(line0, 0) * ax->in_size, end = alf_smaller(line0 + lines, ay->in_size) * ax->in_size;
    if (alf_conv_columns_are_input(phase)) begin = pixel0, end = pixel0 + pixels;
    return (alf_gather_ahead){.from = x + row0 / taps * plane + begin,
                              .step = plane,
                              .floats = alf_larger(end - begin, 0),
                              .channels = alf_ceil_div(row1, taps) - row0 / taps};
}

int64_t alf_gather_ahead_lines(const alf_gather_ahead *ahead)
{
    return ahead->channels * alf_ceil_div(ahead->floats, LINE_FLOATS);
}

void alf_gather_fetch(alf_gather_ahead *ahead, int64_t lines)
{
    for (; lines > 0 && ahead->channels > 0; lines--) {
        __builtin_prefetch(ahead->from + ahead->at, 0, 2);
        ahead->at += LINE_FLOATS;
        if (ahead->at < ahead->floats) continue;
        ahead->at = 0;
        ahead->from += ahead->step;
        ahead->channels--;
    }
}
