/* Plans of the filtered leaky ReLU: the forward direction, and its adjoint as the same computation with the filters
 * exchanged. */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "plans.h"

/* One filter in one direction. */
typedef struct {
    const alf_taps *taps;
    int             factor;
    double          gain;
    bool            reverse;
} side;

/* What a direction is built from. The grid starts `lead` columns before its first needed column, so that its column
 * planes are those of the mask. */
typedef struct {
    side    up, down;
    int64_t pad_x, pad_y; /* zeros before the first upsampled sample */
    int64_t grid_w, lead;
} direction;

static alf_tap_block block_of(const side *s, bool vertical)
{
    const alf_taps *t = s->taps;
    if (t->rank != 1) return (alf_tap_block){t->values, t->height, t->width, s->reverse, s->gain};
    return (alf_tap_block){t->values, vertical ? t->width : 1, vertical ? 1 : t->width, s->reverse, sqrt(s->gain)};
}

static alf_status build_up(alf_ctx *ctx, alf_flrelu_pass *pass, const direction *d)
{
    const alf_taps *taps = d->up.taps;
    int             factor = d->up.factor;
    alf_axis        columns = {factor, 1, d->pad_x + d->lead, alf_taps_wide(taps), pass->planes / factor, pass->planes};
    alf_axis        rows = {factor, 1, d->pad_y, alf_taps_high(taps), 1, factor};
    alf_axis        none = alf_axis_identity();
    int64_t         last;
    pass->up_separable = taps->rank == 1;
    pass->x_planes = columns.in_planes;
    alf_axis_span(&columns, &pass->x_first, &last);
    pass->x_plane = alf_pad_lanes(pass->grid_plane + last - pass->x_first);

    alf_stage_layout x = {pass->x_plane, pass->x_first, pass->x_planes * pass->x_plane, pass->grid_plane};
    int64_t          wide = pass->planes * pass->grid_plane;
    alf_stage_layout sheet = {wide, 0, wide, wide};
    alf_tap_block    across = block_of(&d->up, false), down = block_of(&d->up, true);

    if (!pass->up_separable) return alf_stage_build(ctx, &across, &rows, &columns, &x, &pass->up);
    alf_status status = alf_stage_build(ctx, &across, &none, &columns, &x, &pass->up_across);

    if (status == ALF_OK) status = alf_stage_build(ctx, &down, &rows, &none, &sheet, &pass->up);
    return status;
}

static alf_status build_down(alf_ctx *ctx, alf_flrelu_pass *pass, const direction *d)
{
    const alf_taps *taps = d->down.taps;
    int             factor = d->down.factor;
    alf_axis        columns = {1, factor, -d->lead, alf_taps_wide(taps), pass->planes, pass->planes / factor};
    alf_axis        rows = {1, factor, 0, alf_taps_high(taps), factor, 1};
    alf_axis        none = alf_axis_identity();
    pass->down_separable = taps->rank == 1;
    pass->down = factor;
    pass->down_taps = rows.taps;
    pass->y_planes = columns.out_planes;
    pass->y_plane = alf_pad_lanes(alf_ceil_div(pass->out_w, pass->y_planes));

    alf_stage_layout sheet = {pass->grid_plane, 0, pass->planes * pass->grid_plane, pass->y_plane};
    alf_stage_layout strip = {ALF_STRIP, 0, ALF_STRIP, ALF_STRIP};
    alf_tap_block    across = block_of(&d->down, false), down = block_of(&d->down, true);

    if (!pass->down_separable) return alf_stage_build(ctx, &across, &rows, &columns, &sheet, &pass->down_rows);
    alf_status status = alf_stage_build(ctx, &across, &none, &columns, &sheet, &pass->down_across);

    if (status == ALF_OK) status = alf_stage_build(ctx, &down, &rows, &none, &strip, &pass->down_rows);
    return status;
}

/* How many outputs are made from one strip, so that it stays in the first cache. */
static int64_t strip_outputs(const alf_flrelu_pass *pass, size_t element)
{
    const int64_t bytes = 16 << 10;
    int64_t       rows = bytes / (ALF_STRIP * (int64_t)element) - (pass->down_taps - 1);
    return rows > 4 * pass->down ? rows / pass->down : 4;
}

/* Elements of a sheet, which holds a strip of columns, a vector of them, or all. */
static int64_t sheet_size(const alf_flrelu_pass *pass, int64_t strip_rows, int64_t grid_rows)
{
    if (!pass->down_separable) return grid_rows * pass->planes * pass->grid_plane;
    int64_t strip = strip_rows * ALF_STRIP, vector = pass->radial12_back.fits ? grid_rows * ALF_LANE_PAD : 0;
    return strip > vector ? strip : vector;
}

/* How many rows a tile has and where the parts of its scratch are; a stage may read a vector past the end of a part. */
static alf_space space_of(const alf_flrelu_pass *pass, const direction *d, size_t element)
{
    int64_t   x_row = pass->x_planes * pass->x_plane, sheet_row = pass->planes * pass->grid_plane;
    int64_t   y_row = pass->y_planes * pass->y_plane, band = pass->out_h < ALF_MAX_BAND ? pass->out_h : ALF_MAX_BAND;
    alf_space space = {.strip = strip_outputs(pass, element)};
    int64_t   strip_rows = space.strip * pass->down + pass->down_taps - 1;
    for (;; band = (band + 1) / 2) {
        int64_t grid_rows = band * pass->down + pass->down_taps - 1;
        int64_t in_rows = alf_rows_reached(grid_rows, 1, alf_taps_high(d->up.taps), d->up.factor, pass->in_h);
        space.wide = (pass->up_separable ? 1 : in_rows) * x_row + ALF_STRIP;
        space.sheet = space.wide + (pass->up_separable ? in_rows * sheet_row : 0) + ALF_STRIP;
        space.thin = space.sheet + sheet_size(pass, strip_rows, grid_rows) + ALF_STRIP;
        space.row = space.thin + (pass->down_separable ? band * sheet_row : 7 * pass->grid_plane) + ALF_STRIP;
        space.codes = (size_t)(space.row + y_row + ALF_STRIP) * element;
        space.bytes = space.codes + (size_t)(grid_rows * sheet_row) + ALF_STRIP;
        if (space.bytes <= ALF_BAND_BYTES || band <= 4) break;
    }
    space.band = alf_ceil_div(pass->out_h, alf_ceil_div(pass->out_h, band)); /* bands of nearly equal height */
    return space;
}

/* Whether the rows of taps of phase `number` of those from `first` on are those of the last but `number`, mirrored. */
static bool mirrored(const alf_stage *up, int first, int number, int plane)
{
    int64_t a = up->first[(first + number) % up->phases * up->planes + plane];
    int64_t b = up->first[(first + up->phases - 1 - number) % up->phases * up->planes + plane];
    int     wide = up->per_row[plane];
    for (int k = 0; k < 6; k++)
        for (int x = 0; x < wide; x++)
            if (up->f64[a + k * wide + x] != up->f64[b + (5 - k) * wide + x]) return false;
    return true;
}

/* The phase of the first of those grid rows that take the same input rows, if the filter has six rows of taps for each of
 * 2 or 4 phases and is symmetric; else -1. */
static int first_of_six(const alf_stage *up)
{
    int first = 0;
    if (up->phases != 2 && up->phases != 4) return -1;
    for (int s = 0; s < up->phases; s++) {
        if (up->rows[s] != 6) return -1;
        if (s > 0 && up->start[s] > up->start[s - 1]) first = s;
    }
    for (int number = 0; number < up->phases; number++)
        for (int g = 0; g < up->planes; g++)
            if (!mirrored(up, first, number, g)) return -1;
    return first;
}

static bool symmetric(const alf_stage *down, int taps)
{
    for (int k = 0; k < taps; k++)
        if (down->f64[k] != down->f64[taps - 1 - k]) return false;
    return true;
}

/* The kernels of radial filters, of StyleGAN3's rotation equivariant configurations. */
static void find_radial12(alf_flrelu_pass *pass)
{
    const alf_stage *down = &pass->down_rows;
    alf_across6      shape = alf_across6_find(down, pass->planes, pass->grid_plane);
    int              number = pass->down_separable || shape.skip ? 0 : shape.number;
    bool             halves = number == ALF_ACROSS6_HALVES_TWO || number == ALF_ACROSS6_HALVES_FOUR;
    bool             fits = pass->up_separable && down->rows[0] == 12 && halves;
    for (int k = 0; k < 144 && fits; k++) {
        const double *row = down->f64 + k / 12 * 12, *mirror_row = down->f64 + (11 - k / 12) * 12;
        fits = row[k % 12] == row[11 - k % 12] && row[k % 12] == mirror_row[k % 12];
    }
    int first = fits ? first_of_six(&pass->up) : -1;
    if (first < 0) return;
    pass->radial12.fits = true;
    pass->radial12.first = first;
}

static void find_radial12_back(alf_flrelu_pass *pass)
{
    const alf_stage *up = &pass->up, *down = &pass->down_rows;
    bool             fits = !pass->up_separable && pass->down_separable && up->phases == 2 &&
                (pass->down == 2 || pass->down == 4) && pass->down_taps == 6 * pass->down;
    for (int g = 0; g < up->planes && fits; g++) fits = up->per_row[g] == 6;
    int first = fits && symmetric(down, pass->down_taps) ? first_of_six(up) : -1;
    if (first < 0) return;
    pass->radial12_back.fits = true;
    pass->radial12_back.first = first;
}

/* The fast path is for the filters that StyleGAN3 uses. */
static alf_status build_six(alf_ctx *ctx, alf_flrelu_pass *pass, const direction *d, const alf_mask_layout *mask)
{
    const alf_stage *up = &pass->up, *down = &pass->down_rows;
    bool             fits = pass->up_separable && pass->down_separable && (pass->down == 2 || pass->down == 4) &&
                up->phases * pass->down < 16 && pass->down_taps == 6 * pass->down;
    int first = fits && symmetric(down, pass->down_taps) ? first_of_six(up) : -1;
    if (first < 0) return ALF_OK;

    const alf_six_axis columns = {.up = block_of(&d->up, false),
                                  .down = block_of(&d->down, false),
                                  .pad = d->pad_x,
                                  .size = d->grid_w,
                                  .mask_first = pass->mask_index * pass->planes + d->lead};
    return alf_six_build(ctx, pass, first, &columns, mask);
}

/* The general way, and the fast path beside it where there is one: which of them is taken depends on the nonlinearity and
 * the instruction set as well. */
static alf_status build_pass(alf_ctx *ctx, alf_flrelu_pass *pass, const direction *d, const alf_mask_layout *mask)
{
    alf_status status;
    pass->planes = alf_lcm(d->up.factor, d->down.factor);
    pass->grid_plane = alf_pad_lanes(alf_ceil_div(d->grid_w + d->lead, pass->planes));
    status = build_up(ctx, pass, d);
    if (status == ALF_OK) status = build_down(ctx, pass, d);
    if (status != ALF_OK) return status;
    find_radial12(pass);
    find_radial12_back(pass);
    if (pass->up_separable) pass->up_shape = alf_across6_find(&pass->up_across, pass->x_planes, pass->x_plane);
    if (pass->down_separable) pass->down_shape = alf_across6_find(&pass->down_across, pass->planes, pass->grid_plane);
    pass->space[0] = space_of(pass, d, sizeof(float));
    pass->space[1] = space_of(pass, d, sizeof(double));
    return build_six(ctx, pass, d, mask);
}

static alf_status build_forward(alf_ctx *ctx, alf_flrelu *plan)
{
    const alf_flrelu_spec *spec = &plan->spec;
    direction              d = {.up = {&spec->up_filter, spec->up, (double)spec->up * spec->up, !spec->flip},
                                .down = {&spec->down_filter, spec->down, 1, !spec->flip},
                                .pad_x = spec->padding[0],
                                .pad_y = spec->padding[2],
                                .grid_w = plan->grid_w};
    plan->forward.grid_h = plan->grid_h;
    return build_pass(ctx, &plan->forward, &d, &plan->mask);
}

/* The transposed down filter spreads y over a grid that starts where the first input sample is felt: `shift` samples
 * after the forward grid's start. The grid's columns are counted so that both have the same column planes. */
static alf_status build_adjoint(alf_ctx *ctx, alf_flrelu *plan)
{
    const alf_flrelu_spec *spec = &plan->spec;
    alf_flrelu_pass       *pass = &plan->adjoint;
    int64_t                up_w = alf_taps_wide(&spec->up_filter), up_h = alf_taps_high(&spec->up_filter);
    int64_t                down_w = alf_taps_wide(&spec->down_filter), down_h = alf_taps_high(&spec->down_filter);
    int64_t                shift_x = spec->padding[0] - (up_w - 1), shift_y = spec->padding[2] - (up_h - 1);
    int64_t                planes = alf_lcm(spec->up, spec->down);
    int64_t                turn = alf_floor_div(shift_x, planes);
    direction              d = {.up = {&spec->down_filter, spec->down, 1, spec->flip},
                                .down = {&spec->up_filter, spec->up, (double)spec->up * spec->up, spec->flip},
                                .pad_x = down_w - 1 - shift_x,
                                .pad_y = down_h - 1 - shift_y,
                                .grid_w = (spec->in_w - 1) * spec->up + up_w,
                                .lead = shift_x - turn * planes};
    pass->in_h = plan->forward.out_h;
    pass->in_w = plan->forward.out_w;
    pass->out_h = spec->in_h;
    pass->out_w = spec->in_w;
    pass->grid_h = (spec->in_h - 1) * spec->up + up_h;
    pass->mask_row = shift_y;
    pass->mask_index = turn;
    return build_pass(ctx, pass, &d, &plan->mask);
}

/* Its planes are those of the forward grid. */
static alf_mask_layout mask_of(const alf_flrelu *plan)
{
    int     planes = alf_lcm(plan->spec.up, plan->spec.down);
    int64_t plane = alf_pad_lanes(alf_ceil_div(plan->grid_w, planes));
    return (alf_mask_layout){planes, plane, plan->grid_h, plan->grid_w, planes * plane / 4};
}

static bool nothing_resampled(const alf_flrelu_spec *spec)
{
    return spec->up == 1 && spec->down == 1 && spec->up_filter.rank == 0 && spec->down_filter.rank == 0 &&
           !spec->padding[0] && !spec->padding[1] && !spec->padding[2] && !spec->padding[3];
}

alf_status alf_flrelu_build(alf_ctx *ctx, alf_flrelu *plan)
{
    plan->mask = mask_of(plan);
    alf_status status = build_forward(ctx, plan);

    if (status == ALF_OK) status = build_adjoint(ctx, plan);
    plan->forward.pointwise = plan->adjoint.pointwise = nothing_resampled(&plan->spec);
    return status;
}
