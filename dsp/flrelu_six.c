/* Plans of the fast path of the filtered leaky ReLU: both filters symmetric with six taps per phase.
 *
 * Its grid is cut to the rows and columns that the mask has: elsewhere nothing passes, and where much padding is cropped
 * away the adjoint would work mostly on zeros. */
#include "core/core.h"
#include "plans.h"

#define CHUNK_BYTES                                                                                                    \
    (96 << 10)              /* of wide and thin rows between two horizontal passes; both halves stay in a near cache */
#define CHUNK_TURNS 24      /* at most: beyond that little is gained                                                */
#define PIXELS_OF_TILE 8192 /* of input at least, if there are more planes                                           */
#define TALLEST_TILE 320    /* rows of output; the rows that two tiles both make are few then                       */

/* The part of [0, size) of an axis that has mask samples, when sample 0 is sample `shift` of `held`. */
static bool live(int64_t size, int64_t shift, int64_t held, int64_t *first, int64_t *end)
{
    *first = shift < 0 ? -shift : 0;
    *end = held - shift < size ? held - shift : size;
    return *first < *end;
}

static alf_status build_in(alf_ctx *ctx, alf_flrelu_pass *pass, const alf_six_axis *a, int64_t lead)
{
    alf_six *six = &pass->six;
    int      up = six->up;
    alf_axis columns = {up, 1, a->pad + lead, 6 * up, pass->planes / up, pass->planes};
    alf_axis none = alf_axis_identity();
    int64_t  last;
    alf_axis_span(&columns, &six->x_first, &last);
    six->x_plane = alf_pad_lanes(six->grid_plane + last - six->x_first);

    alf_stage_layout x = {six->x_plane, six->x_first, pass->x_planes * six->x_plane, six->grid_plane};
    return alf_stage_build(ctx, &a->up, &none, &columns, &x, &six->in);
}

static alf_status build_out(alf_ctx *ctx, alf_flrelu_pass *pass, const alf_six_axis *a, int64_t lead)
{
    alf_six *six = &pass->six;
    alf_axis columns = {1, pass->down, -lead, 6 * pass->down, pass->planes, pass->planes / pass->down};
    alf_axis none = alf_axis_identity();
    int64_t  lowest, highest;
    alf_axis_span(&columns, &lowest, &highest);
    int64_t reach = pass->y_plane + (highest > 0 ? highest : 0);

    six->margin = lowest < 0 ? alf_pad_lanes(-lowest) : 0;
    six->thin_plane = six->margin + alf_pad_lanes(six->grid_plane > reach ? six->grid_plane : reach);

    alf_stage_layout thin = {six->thin_plane, -six->margin, pass->planes * six->thin_plane, pass->y_plane};
    return alf_stage_build(ctx, &a->down, &none, &columns, &thin, &six->out);
}

/* How many turns of the vertical pass are between two horizontal passes, and where the parts of the scratch are. */
static alf_six_space space_of(const alf_flrelu_pass *pass, const alf_mask_layout *mask, size_t element)
{
    const alf_six *six = &pass->six;
    int64_t        wide = pass->planes * six->grid_plane, thin = pass->planes * six->thin_plane;
    int64_t        ins = six->turn / six->up, outs = six->turn / pass->down;
    int64_t        turn_bytes = (ins * wide + outs * thin) * (int64_t)element;
    alf_six_space  space = {.turns = CHUNK_BYTES / turn_bytes};
    if (space.turns > CHUNK_TURNS) space.turns = CHUNK_TURNS;
    if (space.turns < 6) space.turns = 6;
    space.wide = 2 * (pass->x_planes * six->x_plane + ALF_STRIP); /* two input rows */
    space.thin = space.wide + space.turns * ins * wide + ALF_STRIP;
    space.state = space.thin + (space.turns * outs + ALF_SIX_SUMS) * thin + ALF_STRIP;
    space.row = space.state + ALF_SIX_STATE * wide + ALF_STRIP;
    space.words = (size_t)(space.row + pass->y_planes * pass->y_plane + ALF_STRIP) * element;
    space.bytes = space.words + (size_t)(space.turns * six->turn * mask->row_bytes);
    return space;
}

alf_status alf_six_build(alf_ctx *ctx, alf_flrelu_pass *pass, int first_phase, const alf_six_axis *a,
                         const alf_mask_layout *mask)
{
    alf_six   *six = &pass->six;
    int64_t    first, end;
    alf_status status;
    six->up = pass->up.phases;
    six->first = first_phase;
    six->turn = six->up > pass->down ? six->up : pass->down;
    if (!live(pass->grid_h, pass->mask_row, mask->rows, &six->grid0, &six->grid1)) return ALF_OK;
    if (!live(a->size, a->mask_first, mask->columns, &first, &end)) return ALF_OK;
    /* the first column stands in the first plane of the mask as well */
    six->mask_index = alf_floor_div(first + a->mask_first, pass->planes);

    int64_t lead = a->mask_first - six->mask_index * pass->planes;

    six->grid_plane = alf_pad_lanes(alf_ceil_div(end + lead, pass->planes));
    status = build_in(ctx, pass, a, lead);
    if (status == ALF_OK) status = build_out(ctx, pass, a, lead);
    if (status != ALF_OK) return status;
    six->in_shape = alf_across6_find(&six->in, pass->x_planes, six->x_plane);
    six->out_shape = alf_across6_find(&six->out, pass->planes, six->thin_plane);
    six->fits = six->in_shape.number && six->out_shape.number;
    six->band = alf_ceil_div(pass->out_h, alf_ceil_div(pass->out_h, TALLEST_TILE));
    six->planes = pass->in_h * pass->in_w < PIXELS_OF_TILE ? PIXELS_OF_TILE / (pass->in_h * pass->in_w) : 1;
    six->space[0] = space_of(pass, mask, sizeof(float));
    six->space[1] = space_of(pass, mask, sizeof(double));
    return ALF_OK;
}

void alf_six_release(alf_six *six)
{
    alf_stage_release(&six->in);
    alf_stage_release(&six->out);
}
