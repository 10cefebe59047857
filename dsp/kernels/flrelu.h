/* Filtered leaky ReLU of a band of one plane. Part of template.h.
 *
 * Input rows go through the horizontal upsampling into column planes, one row of the sheet after another. Then strips of
 * ALF_STRIP columns are taken down the rows: upsampled, put through the nonlinearity and downsampled again while they
 * are in the nearest cache; last comes the horizontal downsampling. A filter that is not separable takes both axes at
 * once instead. */

#define WORK K(flrelu_work)
/* A tile at work. */
typedef struct {
    const alf_flrelu_pass *pass;
    const alf_flrelu_tile *tile;
    ACT                    act;
    SOURCE                 wide;         /* what the vertical upsampling reads         */
    int64_t                grid0, grid1; /* rows of the upsampled grid that are needed */
    int64_t                sheet_stride;
    T                     *sheet;
    uint8_t               *codes; /* one byte for each sample of the grid rows, or for radial filters words of 16 */
} WORK;

/* Grid rows [j0, j1) of columns [column, column + n) of grid plane group `g`, into out with rows `stride` apart. */
ALWAYS_INLINE void K(raise_rows)(const WORK *w, int g, int64_t column, int64_t n, int64_t j0, int64_t j1, T *out,
                                 int64_t stride, alf_finish finish)
{
    for (int64_t j = j0; j < j1; j++, out += stride) {
        PIECES  pieces = K(pieces_of)(&w->pass->up, j, g, &w->wide);
        int64_t at = g * w->pass->up.width + column;
        /* the planes of a separable filter share their taps, those of another have their own */
        pieces.base += column;
        K(add_up)(out, &pieces, n, finish, &w->act, w->codes + ((j - w->grid0) * w->sheet_stride + at));
    }
}

static void K(raise)(const WORK *w, int g, int64_t column, int64_t n, int64_t j0, int64_t j1, T *out, int64_t stride)
{
    if (w->tile->finish == ALF_FINISH_LRELU)
        K(raise_rows)(w, g, column, n, j0, j1, out, stride, ALF_FINISH_LRELU);
    else if (w->tile->finish == ALF_FINISH_LRELU_MASK)
        K(raise_rows)(w, g, column, n, j0, j1, out, stride, ALF_FINISH_LRELU_MASK);
    else
        K(raise_rows)(w, g, column, n, j0, j1, out, stride, ALF_FINISH_READ_MASK);
}

/* Takes a strip of n columns down the band: thin row by thin row, with the grid rows kept in a piece of the sheet. */
static void K(march)(const WORK *w, int g, int64_t column, int64_t n, T *thin)
{
    const alf_flrelu_pass *pass = w->pass;
    const alf_flrelu_tile *tile = w->tile;
    const int64_t          strip = pass->space[SPACE].strip, at = g * pass->up.width + column;
    SOURCE                 from = {w->sheet, w->grid0, pass->grid_h, ALF_STRIP};
    int64_t                have = w->grid0; /* grid rows up to here are made */
    for (int64_t o = tile->row0; o < tile->row1; o += strip) {
        int64_t end = o + strip < tile->row1 ? o + strip : tile->row1;
        int64_t need = end * pass->down + pass->down_taps - 1;
        if (need > w->grid1) need = w->grid1;
        int64_t keep = have - o * pass->down;

        memmove(w->sheet, w->sheet + (o * pass->down - from.row) * ALF_STRIP, (size_t)(keep * ALF_STRIP) * sizeof(T));
        from.row = o * pass->down;
        K(raise)(w, g, column, n, have, need, w->sheet + keep * ALF_STRIP, ALF_STRIP);
        have = need;
        for (int64_t r = o; r < end; r++) {
            PIECES pieces = K(pieces_of)(&pass->down_rows, r, 0, &from);
            K(add_up)(thin + ((r - tile->row0) * w->sheet_stride + at), &pieces, n, ALF_FINISH_NONE, NULL, NULL);
        }
    }
}

/* The words of a row of the grid begin where those of its bytes would. */
ALWAYS_INLINE uint8_t *K(words_at)(const WORK *w, int64_t row, int64_t sample)
{
    return w->codes + ((row - w->grid0) * w->sheet_stride + sample / ALF_WORD_CODES * ALF_WORD_CODES) /
                          (ALF_WORD_CODES / ALF_WORD_BYTES);
}

/* The words of grid rows [grid0, grid1), which the mask has. */
static void K(read_words)(const WORK *w, int64_t grid0, int64_t grid1)
{
    const alf_flrelu_pass *pass = w->pass;
    const alf_mask_layout *layout = w->tile->layout;
    for (int64_t j = grid0; j < grid1; j++)
        for (int p = 0; p < pass->planes; p++) {
            const int64_t  held = alf_ceil_div(layout->columns - p, pass->planes);
            const uint8_t *packed = w->tile->mask + (j + pass->mask_row) * layout->row_bytes +
                                    p * layout->plane / ALF_WORD_CODES * ALF_WORD_BYTES;
            for (int64_t i = 0; i < pass->grid_plane; i += ALF_WORD_CODES) {
                const uint32_t word = alf_word_from(packed, held, i + pass->mask_index);
                memcpy(K(words_at)(w, j, p * pass->grid_plane + i), &word, sizeof word);
            }
        }
}

#include "kernels/radial12.h"
#include "kernels/radial12_back.h"

/* The vertical passes of a band: into thin rows, or for a filter that is not separable into the sheet. */
static void K(vertical)(const WORK *w, T *thin)
{
    const alf_stage *up = &w->pass->up;
    for (int g = 0; g < up->planes; g++)
        for (int64_t column = 0; column < up->width; column += ALF_STRIP) {
            int64_t n = up->width - column < ALF_STRIP ? up->width - column : ALF_STRIP;
            if (w->pass->down_separable)
                K(march)(w, g, column, n, thin);
            else
                K(raise)(w, g, column, n, w->grid0, w->grid1, w->sheet + (g * up->width + column), w->sheet_stride);
        }
}

/* Input rows that the band needs, as column planes, and through the horizontal upsampling if that stands alone. */
static void K(read_band)(WORK *w, const T *x, T bias, T *x_rows, T *wide)
{
    const alf_flrelu_pass *pass = w->pass;
    const int64_t          x_stride = pass->x_planes * pass->x_plane;
    int64_t                row, end;
    alf_stage_rows(&pass->up, w->grid0, w->grid1, pass->in_h, &row, &end);
    w->wide =
        (SOURCE){pass->up_separable ? wide : x_rows, row, pass->in_h, pass->up_separable ? w->sheet_stride : x_stride};
    for (int64_t i = row; i < end; i++) {
        T     *x_row = pass->up_separable ? x_rows : x_rows + (i - row) * x_stride;
        SOURCE one = {x_row, 0, 1, x_stride};
        K(split_row)(x_row, x + i * pass->in_w, pass->in_w, bias, pass->x_planes, pass->x_first, pass->x_plane);
        T *wide_row = wide + (i - row) * w->sheet_stride;
        if (pass->up_separable && !K(across6_row)(&pass->up_across, &pass->up_shape, x_row, wide_row))
            K(stage_row)(&pass->up_across, 0, &one, wide_row);
    }
}

static void K(write_band)(const WORK *w, T *thin, T *y_row, T *y)
{
    const alf_flrelu_pass *pass = w->pass;
    const alf_flrelu_tile *tile = w->tile;
    SOURCE                 sheet = {w->sheet, w->grid0, pass->grid_h, w->sheet_stride};
    for (int64_t o = tile->row0; o < tile->row1; o++) {
        SOURCE one = {thin + (o - tile->row0) * w->sheet_stride, 0, 1, w->sheet_stride};
        if (!pass->down_separable)
            K(stage_row)(&pass->down_rows, o, &sheet, y_row);
        else if (!K(across6_row)(&pass->down_across, &pass->down_shape, one.data, y_row))
            K(stage_row)(&pass->down_across, 0, &one, y_row);
        K(join_row)(y + o * pass->out_w, y_row, pass->out_w, pass->y_planes, pass->y_plane);
    }
}

/* The codes of the grid rows that this band owns, so that no two bands write the same bytes. */
static void K(write_mask)(const WORK *w, bool words)
{
    const alf_flrelu_tile *tile = w->tile;
    const alf_mask_layout *layout = tile->layout;
    int64_t                end = tile->row1 == w->pass->out_h ? layout->rows : tile->row1 * w->pass->down;
    if (words) {
        memcpy(tile->mask + w->grid0 * layout->row_bytes, w->codes, (size_t)((end - w->grid0) * layout->row_bytes));
        return;
    }
    for (int64_t j = w->grid0; j < end; j++)
        alf_codes_pack(tile->mask + j * layout->row_bytes, w->codes + (j - w->grid0) * w->sheet_stride,
                       layout->row_bytes / ALF_WORD_BYTES);
}

/* The codes of all grid rows of the band; outside of the mask nothing passes. */
static void K(read_mask)(const WORK *w)
{
    const alf_flrelu_pass *pass = w->pass;
    const alf_mask_layout *layout = w->tile->layout;
    for (int64_t j = w->grid0; j < w->grid1; j++) {
        uint8_t *codes = w->codes + (j - w->grid0) * w->sheet_stride;
        int64_t  row = j + pass->mask_row;
        bool     inside = row >= 0 && row < layout->rows;
        memset(codes, ALF_MASK_CLAMPED, (size_t)w->sheet_stride);
        for (int p = 0; inside && p < pass->planes; p++) {
            int64_t held = layout->columns > p ? (layout->columns - p + pass->planes - 1) / pass->planes : 0;
            int64_t from = pass->mask_index < 0 ? -pass->mask_index : 0;
            int64_t to = held - pass->mask_index < pass->grid_plane ? held - pass->mask_index : pass->grid_plane;
            if (from < to)
                alf_codes_unpack_some(codes + p * pass->grid_plane + from, w->tile->mask + row * layout->row_bytes,
                                      p * layout->plane + from + pass->mask_index, to - from);
        }
    }
}

/* Rows where nothing is resampled: `count` samples, then their codes. */
ALWAYS_INLINE void K(pointwise_row)(T *y, const T *x, int64_t count, T bias, alf_finish finish, const ACT *act,
                                    uint8_t *codes)
{
    const VEC b = SPLAT(bias);
    int64_t   i = 0;
    for (; i + LANES <= count; i += LANES) K(store)(y + i, K(finish)(K(load)(x + i) + b, finish, act, codes, i));
    if (i < count) {
        T tail[LANES] = {0};
        memcpy(tail, x + i, (size_t)(count - i) * sizeof(T));
        K(store)(tail, K(finish)(K(load)(tail) + b, finish, act, codes, i));
        memcpy(y + i, tail, (size_t)(count - i) * sizeof(T));
    }
}

static void K(pointwise)(const WORK *w, const T *x, T bias, T *y)
{
    const alf_flrelu_tile *tile = w->tile;
    const int64_t          width = w->pass->in_w, row_bytes = tile->layout->row_bytes;
    if (tile->finish == ALF_FINISH_LRELU) {
        int64_t at = tile->row0 * width;
        K(pointwise_row)(y + at, x + at, (tile->row1 - tile->row0) * width, bias, ALF_FINISH_LRELU, &w->act, NULL);
        return;
    }
    for (int64_t j = tile->row0; j < tile->row1; j++) {
        uint8_t *mask = tile->mask + j * row_bytes;
        if (tile->finish == ALF_FINISH_READ_MASK) {
            alf_codes_unpack(w->codes, mask, row_bytes / ALF_WORD_BYTES);
            K(pointwise_row)(y + j * width, x + j * width, width, bias, ALF_FINISH_READ_MASK, &w->act, w->codes);
        } else {
            memset(w->codes + (4 * row_bytes - ALF_LANE_PAD), 0, ALF_LANE_PAD);
            K(pointwise_row)(y + j * width, x + j * width, width, bias, ALF_FINISH_LRELU_MASK, &w->act, w->codes);
            alf_codes_pack(mask, w->codes, row_bytes / ALF_WORD_BYTES);
        }
    }
}

static void K(flrelu)(const alf_flrelu_pass *pass, const alf_flrelu_tile *tile, const T *x, T bias, T *y)
{
    const alf_space *space = &pass->space[SPACE];
    T               *base = (T *)tile->scratch;
    int64_t          grid1 = tile->row1 * pass->down + pass->down_taps - 1;
    WORK             w = {.pass = pass,
                          .tile = tile,
                          .act = K(act_of)(tile),
                          .grid0 = tile->row0 * pass->down,
                          .grid1 = grid1 < pass->grid_h ? grid1 : pass->grid_h,
                          .sheet_stride = pass->planes * pass->grid_plane,
                          .sheet = base + space->sheet,
                          .codes = (uint8_t *)tile->scratch + space->codes};
    if (pass->pointwise) {
        K(pointwise)(&w, x, bias, y);
        return;
    }
    const bool reads = tile->finish == ALF_FINISH_READ_MASK, radial = LANES > 1 && pass->radial12.fits;
    const bool back = LANES > 1 && pass->radial12_back.fits && reads;
    if (radial && reads) K(read_words)(&w, w.grid0, w.grid1);
    if (reads && !radial && !back) K(read_mask)(&w);
    K(read_band)(&w, x, bias, base + space->x, base + space->wide);
    if (radial) {
        K(radial12_band)(&w, base + space->thin, base + space->row, y);
    } else {
        if (back)
            K(radial12_back_band)(&w, base + space->thin);
        else
            K(vertical)(&w, base + space->thin);
        K(write_band)(&w, base + space->thin, base + space->row, y);
    }
    if (tile->finish == ALF_FINISH_LRELU_MASK) K(write_mask)(&w, radial);
}
