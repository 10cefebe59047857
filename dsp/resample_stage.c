/* Builds stages: which taps meet which input samples, for each phase of the output. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "plans.h"

/* What output sample `phase` of an axis takes: tap `tap`, `tap + up`, ... times inputs `sample`, `sample + 1`, ... */
typedef struct {
    int64_t sample;
    int     tap, count;
} phase_taps;

static phase_taps phase_of(const alf_axis *axis, int phase)
{
    int64_t    offset = (int64_t)axis->down * phase - axis->pad;
    int64_t    sample = alf_ceil_div(offset, axis->up);
    int        tap = (int)(sample * axis->up - offset);
    phase_taps out = {sample, tap, tap < axis->taps ? (axis->taps - 1 - tap) / axis->up + 1 : 0};
    return out;
}

alf_axis alf_axis_identity(void)
{
    return (alf_axis){.up = 1, .down = 1, .pad = 0, .taps = 1, .in_planes = 1, .out_planes = 1};
}

void alf_axis_span(const alf_axis *axis, int64_t *lowest, int64_t *highest)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (int phase = 0; phase < axis->out_planes; phase++) {
        phase_taps t = phase_of(axis, phase);
        if (t.count == 0) continue;
        int64_t from = alf_floor_div(t.sample, axis->in_planes);
        int64_t to = alf_floor_div(t.sample + t.count - 1, axis->in_planes);

        if (from < low) low = from;
        if (to > high) high = to;
    }
    *lowest = low > high ? 0 : low;
    *highest = low > high ? 0 : high;
}

static double tap_at(const alf_tap_block *taps, int64_t y, int64_t x)
{
    int64_t index = y * taps->width + x;
    if (taps->reverse) index = (int64_t)taps->height * taps->width - 1 - index;
    return taps->values[index] * taps->scale;
}

/* Denormal taps would slow every product a hundredfold and contribute nothing. */
static float float_tap(double value)
{
    return fabs(value) < (double)FLT_MIN ? 0.0f : (float)value;
}

static double double_tap(double value)
{
    return fabs(value) < DBL_MIN ? 0.0 : value;
}

static alf_status count_entries(alf_ctx *ctx, const alf_axis *rows, const alf_axis *columns, int64_t *out)
{
    int64_t high = 0, wide = 0;
    for (int s = 0; s < rows->out_planes; s++) high += phase_of(rows, s).count;
    for (int g = 0; g < columns->out_planes; g++) wide += phase_of(columns, g).count;
    if (alf_mul_i64(high, wide, out)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_MEMORY, "a filter of %d x %d taps needs too large a plan", rows->taps, columns->taps);
}

static alf_status allocate(alf_ctx *ctx, alf_stage *stage, int64_t entries)
{
    size_t phases = (size_t)stage->phases, planes = (size_t)stage->planes, count = (size_t)entries;
    stage->start = alf_mem_alloc(ctx, phases, sizeof *stage->start);
    stage->rows = alf_mem_alloc(ctx, phases, sizeof *stage->rows);
    stage->per_row = alf_mem_alloc(ctx, planes, sizeof *stage->per_row);
    stage->first = alf_mem_alloc(ctx, phases * planes, sizeof *stage->first);
    stage->offset = alf_mem_alloc(ctx, count, sizeof *stage->offset);
    stage->f32 = alf_mem_alloc(ctx, count, sizeof *stage->f32);
    stage->f64 = alf_mem_alloc(ctx, count, sizeof *stage->f64);
    if (stage->start && stage->rows && stage->per_row && stage->first && stage->offset && stage->f32 && stage->f64)
        return ALF_OK;
    alf_stage_release(stage);
    return ALF_ERR_MEMORY;
}

/* The entries of one output plane in one row phase, in order of input rows; returns the number after the last. */
static int64_t fill_plane(alf_stage *stage, int64_t entry, const alf_tap_block *taps, const alf_axis *rows,
                          const alf_axis *columns, const alf_stage_layout *layout, int phase, int plane)
{
    phase_taps down = phase_of(rows, phase), across = phase_of(columns, plane);
    for (int y = 0; y < down.count; y++)
        for (int x = 0; x < across.count; x++, entry++) {
            int64_t sample = across.sample + x;
            int64_t turn = alf_floor_div(sample, columns->in_planes);
            double  value = tap_at(taps, down.tap + (int64_t)y * rows->up, across.tap + (int64_t)x * columns->up);
            stage->offset[entry] =
                y * layout->stride + (sample - turn * columns->in_planes) * layout->plane + turn - layout->first;
            stage->f32[entry] = float_tap(value);
            stage->f64[entry] = double_tap(value);
        }
    return entry;
}

static void fill(alf_stage *stage, const alf_tap_block *taps, const alf_axis *rows, const alf_axis *columns,
                 const alf_stage_layout *layout)
{
    int64_t entry = 0;
    for (int g = 0; g < stage->planes; g++) stage->per_row[g] = phase_of(columns, g).count;
    for (int s = 0; s < stage->phases; s++) {
        phase_taps t = phase_of(rows, s);
        stage->start[s] = t.sample;
        stage->rows[s] = t.count;
        for (int g = 0; g < stage->planes; g++) {
            stage->first[(int64_t)s * stage->planes + g] = entry;
            entry = fill_plane(stage, entry, taps, rows, columns, layout, s, g);
        }
    }
}

alf_status alf_stage_build(alf_ctx *ctx, const alf_tap_block *taps, const alf_axis *rows, const alf_axis *columns,
                           const alf_stage_layout *layout, alf_stage *out)
{
    int64_t   entries;
    alf_stage stage = {
        .phases = rows->out_planes, .step = rows->in_planes, .planes = columns->out_planes, .width = layout->width};
    alf_status status = count_entries(ctx, rows, columns, &entries);
    if (status == ALF_OK) status = allocate(ctx, &stage, entries);
    if (status != ALF_OK) return status;
    fill(&stage, taps, rows, columns, layout);
    *out = stage;
    return ALF_OK;
}

void alf_stage_release(alf_stage *stage)
{
    alf_mem_free(stage->start);
    alf_mem_free(stage->rows);
    alf_mem_free(stage->per_row);
    alf_mem_free(stage->first);
    alf_mem_free(stage->offset);
    alf_mem_free(stage->f32);
    alf_mem_free(stage->f64);
    memset(stage, 0, sizeof *stage);
}

/* The input sample, counted across the planes, that the first tap of an output plane meets; -1 unless its taps meet
 * neighbouring samples. */
static int64_t first_sample(const alf_stage *stage, int plane, int in_planes, int64_t in_plane)
{
    const int64_t *offset = stage->offset + stage->first[plane];
    const int64_t  base = offset[0] % in_plane * in_planes + offset[0] / in_plane;
    for (int k = 0; k < stage->per_row[plane]; k++)
        if (offset[k] != (base + k) % in_planes * in_plane + (base + k) / in_planes) return -1;
    return base;
}

alf_across6 alf_across6_find(const alf_stage *stage, int in_planes, int64_t in_plane)
{
    alf_across6 found = {.in_plane = in_plane};
    int         taps = stage->per_row[0];
    int64_t     base[4] = {0}, lowest = INT64_MAX;
    if (stage->planes > 4 || taps < 1) return found;
    for (int g = 0; g < stage->planes; g++) {
        if (stage->per_row[g] != taps) return found;
        base[g] = first_sample(stage, g, in_planes, in_plane);
        if (base[g] < 0) return found;
        if (base[g] < lowest) lowest = base[g];
    }
    found.skip = lowest / in_planes;
    for (int g = 0; g < stage->planes; g++) base[g] -= found.skip * in_planes;
#define SHAPE(n, ins, outs, count, b0, b1, b2, b3)                                                                     \
    if (in_planes == ins && stage->planes == outs && taps == count && base[0] == b0 && base[1] == b1 &&                \
        base[2] == b2 && base[3] == b3)                                                                                \
        found.number = n;
    ALF_ACROSS6_SHAPES(SHAPE)
#undef SHAPE
    return found;
}
