/* Filtered leaky ReLU of a band of one plane by the fast path. Part of template.h.
 *
 * Some input rows go through the horizontal upsampling, then every column goes through the vertical passes as far as
 * these rows allow, then the rows that are complete go through the horizontal downsampling; and so on down the plane.
 * What a column has pending waits in `state`. */

#include "kernels/march6.h"

#define SIX K(six_work)
typedef struct {
    const alf_flrelu_pass *pass;
    const alf_six         *six;
    const alf_six_space   *space;
    const alf_flrelu_tile *tile;
    const T               *x;
    T                     *y, bias;
    T                     *scratch;
    int64_t                wide, thin; /* from one row to the next */
    int64_t next_in, next_out;         /* rows: the input row that comes next, the output row that completes next */
    int64_t grid0, grid1, next_grid;   /* rows of the grid that are needed, and the next one */
    T       up[12], down[12];
} SIX;

/* Input row i, if it exists, as column planes in the place for odd or even rows. */
static const T *K(six_split)(const SIX *w, int64_t i)
{
    const alf_flrelu_pass *pass = w->pass;
    T                     *row = w->scratch + (i % 2 ? pass->x_planes * w->six->x_plane + ALF_STRIP : 0);
    if (i < 0 || i >= pass->in_h) return NULL;
    K(split_row)(row, w->x + i * pass->in_w, pass->in_w, w->bias, pass->x_planes, w->six->x_first, w->six->x_plane);
    return row;
}

/* Rows [i, i + rows) of the input, horizontally upsampled. A row is split while the one before it is at work: reading
 * across what was only just written would have to wait. */
static void K(six_in)(const SIX *w, int64_t i, int64_t rows)
{
    T       *wide = w->scratch + w->space->wide;
    const T *next = K(six_split)(w, i);
    for (int64_t end = i + rows; i < end; i++, wide += w->wide) {
        const T *row = next;
        next = i + 1 < end ? K(six_split)(w, i + 1) : NULL;
        if (row)
            K(across6_row)(&w->six->in, &w->six->in_shape, row, wide);
        else
            memset(wide, 0, (size_t)w->wide * sizeof(T));
    }
}

/* Output rows from o on, from the first `rows` thin ones; those outside of the tile are for others. */
static void K(six_out)(const SIX *w, int64_t o, int64_t rows)
{
    const alf_flrelu_pass *pass = w->pass;
    const alf_flrelu_tile *tile = w->tile;
    const T               *thin = w->scratch + w->space->thin;
    T                     *row = w->scratch + w->space->row;
    for (int64_t end = o + rows < tile->row1 ? o + rows : tile->row1; o < end; o++, thin += w->thin) {
        if (o < tile->row0) continue;
        T *y = w->y + o * pass->out_w;
        /* whole vectors may end in the next rows, which come later */
        bool in_place = pass->y_planes == 1 && o * pass->out_w + pass->y_plane <= tile->row1 * pass->out_w;

        K(across6_row)(&w->six->out, &w->six->out_shape, thin, in_place ? y : row);
        if (!in_place) K(join_row)(y, row, pass->out_w, pass->y_planes, pass->y_plane);
    }
}

/* The first five input rows of the first window, and sums of nothing. */
static void K(six_start)(SIX *w)
{
    const T *wide = w->scratch + w->space->wide;
    T       *state = w->scratch + w->space->state;
    K(six_in)(w, w->next_in, 5);
    w->next_in += 5;
    for (int64_t at = 0; at < w->wide; at += LANES, state += ALF_SIX_STATE * LANES) {
        for (int k = 0; k < 5; k++) K(store)(state + k * LANES, K(load)(wide + k * w->wide + at));
        for (int k = 5; k < ALF_SIX_STATE; k++) K(store)(state + k * LANES, SPLAT((T)0));
    }
}

/* What is around the planes of thin rows stays so. */
static void K(six_zero_margins)(const SIX *w)
{
    const int64_t margin = w->six->margin, plane = w->six->thin_plane, after = margin + w->six->grid_plane;
    T            *thin = w->scratch + w->space->thin, *end = w->scratch + w->space->state - ALF_STRIP;
    for (; thin < end; thin += plane) {
        memset(thin, 0, (size_t)margin * sizeof(T));
        memset(thin + after, 0, (size_t)(plane - after) * sizeof(T));
    }
}

/* --- the mask ------------------------------------------------------------------------------------------------------ */

/* The words of `rows` grid rows from the next one on. What they say of samples that the mask does not have is of no matter:
 * going back, these lie beyond what any y reaches, so that they are 0; going forward, no y is made of them. */
static void K(six_read_mask)(const SIX *w, int64_t rows)
{
    const alf_mask_layout *m = w->tile->layout;
    const int64_t          row_words = m->row_bytes / ALF_WORD_BYTES, first = w->next_grid, last = first + rows;
    const int64_t          from = first > w->grid0 ? first : w->grid0, end = last < w->grid1 ? last : w->grid1;
    const int64_t          row = from + w->pass->mask_row;
    uint8_t               *words = (uint8_t *)w->scratch + w->space->words;
    memset(words, 0, (size_t)((from - first) * m->row_bytes));
    alf_words_take(words + (from - first) * m->row_bytes, (end - from) * row_words, w->tile->mask + row * m->row_bytes,
                   (m->rows - row) * row_words, w->six->mask_index);
    memset(words + (end - first) * m->row_bytes, 0, (size_t)((last - end) * m->row_bytes));
}

/* The words of the grid rows that this tile owns, so that no two tiles write the same bytes. */
static void K(six_write_mask)(const SIX *w, int64_t rows)
{
    const alf_flrelu_tile *tile = w->tile;
    const alf_mask_layout *m = tile->layout;
    const uint8_t         *words = (const uint8_t *)w->scratch + w->space->words;
    int64_t                from = tile->row0 * w->pass->down, end = tile->row1 * w->pass->down;
    if (tile->row1 == w->pass->out_h || end > m->rows) end = m->rows;
    if (from < w->next_grid) from = w->next_grid;
    if (end > w->next_grid + rows) end = w->next_grid + rows;
    if (from < end)
        memcpy(tile->mask + from * m->row_bytes, words + (from - w->next_grid) * m->row_bytes,
               (size_t)((end - from) * m->row_bytes));
}

/* --- down the plane ------------------------------------------------------------------------------------------------ */

/* Asks for what the next turns will read, a piece for each column: rows of this plane and, when it ends, of the next
 * plane of the tile. */
ALWAYS_INLINE void K(six_prefetch)(const SIX *w, int64_t rows, int64_t piece, int64_t pieces)
{
    const int64_t in_w = w->pass->in_w, ahead = w->next_in + rows > 0 ? w->next_in + rows : 0;
    int64_t       there = (w->tile->more ? ahead + rows : w->pass->in_h) - ahead, take = rows < there ? rows : there;
    const T      *from = w->x + ahead * in_w + take * in_w * piece / pieces;
    const T      *end = w->x + ahead * in_w + take * in_w * (piece + 1) / pieces;
    for (; from < end; from += 64 / sizeof(T)) __builtin_prefetch(from, 0, 2);
}

/* Where a vector of columns is. */
static void K(six_column)(const SIX *w, int64_t at, MARCH6 *c)
{
    const alf_six *six = w->six;
    int64_t        plane = at / six->grid_plane, index = at - plane * six->grid_plane;
    int64_t        word = (plane * w->tile->layout->plane + index) / ALF_WORD_CODES;
    c->in = w->scratch + w->space->wide + at;
    c->out = w->scratch + w->space->thin + plane * six->thin_plane + six->margin + index;
    c->state = w->scratch + w->space->state + at * ALF_SIX_STATE;
    c->words = (uint8_t *)w->scratch + w->space->words + word * ALF_WORD_BYTES;
    c->part = (int)(index % ALF_WORD_CODES / LANES);
}

static void K(six_columns)(const SIX *w, int64_t turns)
{
    const int64_t rows = turns * (w->six->turn / w->six->up);
    MARCH6        c = {.in_stride = w->wide,
                       .out_stride = w->thin,
                       .words_stride = w->tile->layout->row_bytes,
                       .turns = turns,
                       .u = w->up,
                       .d = w->down,
                       .slope = SPLAT((T)w->tile->slope),
                       .clamp = SPLAT((T)w->tile->clamp)};
    for (int64_t at = 0; at < w->wide; at += LANES) {
        K(six_column)(w, at, &c);
        K(six_prefetch)(w, rows, at / LANES, w->wide / LANES);
        if (w->tile->finish == ALF_FINISH_LRELU)
            K(march6_lrelu)(w->pass, &c);
        else if (w->tile->finish == ALF_FINISH_LRELU_MASK)
            K(march6_lrelu_mask)(w->pass, &c);
        else
            K(march6_read_mask)(w->pass, &c);
    }
}

/* The next turns; all output rows that they complete. */
static void K(six_turns)(SIX *w, int64_t turns)
{
    const int64_t rows = turns * w->six->turn, ins = rows / w->six->up, outs = rows / w->pass->down;
    K(six_in)(w, w->next_in, ins);
    if (w->tile->finish == ALF_FINISH_READ_MASK) K(six_read_mask)(w, rows);
    K(six_columns)(w, turns);
    if (w->tile->finish == ALF_FINISH_LRELU_MASK) K(six_write_mask)(w, rows);
    K(six_out)(w, w->next_out, outs);
    w->next_in += ins;
    w->next_out += outs;
    w->next_grid += rows;
}

/* The output rows that wait for grid rows that do not exist. */
static void K(six_end)(SIX *w)
{
    MARCH6 c;
    for (int64_t at = 0; at < w->wide; at += LANES) {
        K(six_column)(w, at, &c);
        for (int k = 0; k < ALF_SIX_SUMS; k++) K(store)(c.out + k * w->thin, K(load)(c.state + (10 - k) * LANES));
    }
    K(six_out)(w, w->next_out, ALF_SIX_SUMS);
    w->next_out += ALF_SIX_SUMS;
}

static void K(six_taps)(SIX *w)
{
    const alf_flrelu_pass *pass = w->pass;
    const int              first = pass->six.first, next = (first + 1) % pass->six.up;
    const T               *taps = TAPS(&pass->up), *down = TAPS(&pass->down_rows);
    const T                gain = (T)w->tile->gain;
    for (int k = 0; k < 6; k++) w->up[k] = taps[pass->up.first[first] + k] * gain;
    for (int k = 0; k < 6; k++) w->up[6 + k] = taps[pass->up.first[next] + k] * gain;
    for (int k = 0; k < 12; k++) w->down[k] = down[k];
}

static void K(zero_rows)(const SIX *w, int64_t from, int64_t end)
{
    if (from < end) memset(w->y + from * w->pass->out_w, 0, (size_t)((end - from) * w->pass->out_w) * sizeof(T));
}

static void K(flrelu6)(const alf_flrelu_pass *pass, const alf_flrelu_tile *tile, const T *x, T bias, T *y)
{
    const alf_six *six = &pass->six;
    const int      turn = six->turn, first = six->first;
    int64_t        from = tile->row0 * pass->down, end = tile->row1 * pass->down + 6 * pass->down - 1;
    SIX            w = {.pass = pass,
                        .six = six,
                        .space = &six->space[SPACE],
                        .tile = tile,
                        .x = x,
                        .y = y,
                        .bias = bias,
                        .scratch = (T *)tile->scratch,
                        .wide = pass->planes * six->grid_plane,
                        .thin = pass->planes * six->thin_plane,
                        .grid0 = from > six->grid0 ? from : six->grid0,
                        .grid1 = end < six->grid1 ? end : six->grid1};
    if (w.grid0 >= w.grid1) {
        K(zero_rows)(&w, tile->row0, tile->row1);
        return;
    }
    int64_t turns = alf_ceil_div(w.grid1 - first, turn) - alf_floor_div(w.grid0 - first, turn);

    w.next_grid = alf_floor_div(w.grid0 - first, turn) * turn + first;
    w.next_in = pass->up.start[first] + (w.next_grid - first) / six->up;
    w.next_out = alf_floor_div(w.next_grid, pass->down) - 5;
    K(zero_rows)(&w, tile->row0, w.next_out < tile->row1 ? w.next_out : tile->row1);
    K(six_taps)(&w);
    K(six_zero_margins)(&w);
    K(six_start)(&w);
    for (int64_t take; turns > 0; turns -= take) {
        take = turns < w.space->turns ? turns : w.space->turns;
        K(six_turns)(&w, take);
    }
    if (w.next_out < tile->row1) K(six_end)(&w);
    K(zero_rows)(&w, w.next_out > tile->row0 ? w.next_out : tile->row0, tile->row1);
}

#undef SIX
#undef MARCH6
