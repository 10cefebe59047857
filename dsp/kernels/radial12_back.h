/* The adjoint of radial12.h: up by 2 with 12 x 12 taps, symmetric along the rows, masked, then down by 2 or 4 with six
 * symmetric taps per phase. Part of template.h.
 *
 * A vector of columns of one grid plane is taken down the band. The two grid rows of a turn have the same taps in opposite
 * order of rows, so that each weighted sum of an input row is added to a grid row of both kinds, which halves the
 * products; the twelve grid rows that an input row reaches stay in registers. The named variables are because compilers
 * keep arrays of vectors in memory. */

/* The weighted sum of the input row that is number y of six. */
#define R12_SUM(y)                                                                                                     \
    FMA(SPLAT(t[6 * (y) + 5]), x5,                                                                                     \
        FMA(SPLAT(t[6 * (y) + 4]), x4,                                                                                 \
            FMA(SPLAT(t[6 * (y) + 3]), x3,                                                                             \
                FMA(SPLAT(t[6 * (y) + 2]), x2, FMA(SPLAT(t[6 * (y) + 1]), x1, SPLAT(t[6 * (y)]) * x0)))))

/* Grid rows [grid0, grid1) of a vector of columns of plane g, masked, LANES apart. */
ALWAYS_INLINE void K(radial12_back_raise)(const WORK *w, int g, int64_t column, int64_t grid0, int64_t grid1, T *out)
{
    const VEC              zero = SPLAT((T)0);
    const alf_flrelu_pass *pass = w->pass;
    const int              first = pass->radial12_back.first;
    const int64_t          entry = pass->up.first[(int64_t)first * pass->planes + g];
    const T               *t = TAPS(&pass->up) + entry;
    const int64_t         *offset = pass->up.offset + entry;
    const int64_t          stride = w->sheet_stride / (ALF_WORD_CODES / ALF_WORD_BYTES);
    const uint8_t         *word = K(words_at)(w, grid0, g * pass->grid_plane + column);
    const int              part = (int)(column % ALF_WORD_CODES) / LANES;
    const int64_t o0 = offset[0], o1 = offset[1], o2 = offset[2], o3 = offset[3], o4 = offset[4], o5 = offset[5];
    VEC           a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero; /* first rows of turns */
    VEC           b0 = zero, b1 = zero, b2 = zero, b3 = zero, b4 = zero, b5 = zero; /* second rows         */
    int64_t       j = alf_floor_div(grid0 - first, 2) * 2 + first - 10;             /* the oldest row that i reaches */
    int64_t       i = pass->up.start[first] + (j + 10 - first) / 2;
    for (; j < grid1; j += 2, i++) {
        if (i >= 0 && i < w->wide.rows) {
            const T  *row = w->wide.data + (i - w->wide.row) * w->wide.stride + column;
            const VEC x0 = K(load)(row + o0), x1 = K(load)(row + o1), x2 = K(load)(row + o2), x3 = K(load)(row + o3),
                      x4 = K(load)(row + o4), x5 = K(load)(row + o5);
            VEC sum = R12_SUM(0);
            a0 += sum, b5 += sum;
            sum = R12_SUM(1);
            a1 += sum, b4 += sum;
            sum = R12_SUM(2);
            a2 += sum, b3 += sum;
            sum = R12_SUM(3);
            a3 += sum, b2 += sum;
            sum = R12_SUM(4);
            a4 += sum, b1 += sum;
            sum = R12_SUM(5);
            a5 += sum, b0 += sum;
        }
        if (j >= grid0)
            K(store)(out + (j - grid0) * LANES, K(masked_by_word)(a5, &w->act, word + (j - grid0) * stride, part));
        if (j + 1 >= grid0 && j + 1 < grid1) K(store)
        (out + (j + 1 - grid0) * LANES, K(masked_by_word)(b5, &w->act, word + (j + 1 - grid0) * stride, part));
        a5 = a4, a4 = a3, a3 = a2, a2 = a1, a1 = a0, a0 = zero;
        b5 = b4, b4 = b3, b3 = b2, b2 = b1, b1 = b0, b0 = zero;
    }
}
#undef R12_SUM

/* The same columns of the band's thin rows, from their grid rows. */
ALWAYS_INLINE void K(radial12_back_down)(const WORK *w, const T *rows, T *thin, const int down)
{
    const T      *d = TAPS(&w->pass->down_rows), *top = rows;
    const int64_t count = w->tile->row1 - w->tile->row0;
    for (int64_t o = 0; o < count; o++, top += down * LANES, thin += w->sheet_stride) {
        const T *bottom = top + (6 * down - 1) * LANES;
        VEC      even = SPLAT(d[0]) * (K(load)(top) + K(load)(bottom));
        VEC      odd = SPLAT(d[1]) * (K(load)(top + LANES) + K(load)(bottom - LANES));
#pragma GCC unroll 6
        for (int k = 2; k < 3 * down; k += 2) {
            even = FMA(SPLAT(d[k]), K(load)(top + k * LANES) + K(load)(bottom - k * LANES), even);
            odd = FMA(SPLAT(d[k + 1]), K(load)(top + (k + 1) * LANES) + K(load)(bottom - (k + 1) * LANES), odd);
        }
        K(store)(thin, even + odd);
    }
}

/* All columns of the band, into thin rows. Where the mask has no rows, before its first and after its last, nothing
 * passes. */
static void K(radial12_back_band)(const WORK *w, T *thin)
{
    const alf_flrelu_pass *pass = w->pass;
    const int64_t          rows = w->grid1 - w->grid0, ends = w->tile->layout->rows - pass->mask_row;
    const int64_t          grid0 = alf_larger(w->grid0, alf_smaller(-pass->mask_row, w->grid1));
    const int64_t          grid1 = alf_larger(grid0, alf_smaller(ends, w->grid1)), before = grid0 - w->grid0;
    memset(w->sheet, 0, (size_t)(rows * LANES) * sizeof(T));
    K(read_words)(w, grid0, grid1);
    for (int g = 0; g < pass->planes; g++)
        for (int64_t column = 0; column < pass->grid_plane; column += LANES) {
            T *at = thin + (g * pass->grid_plane + column);
            K(radial12_back_raise)(w, g, column, grid0, grid1, w->sheet + before * LANES);
            if (pass->down == 2)
                K(radial12_back_down)(w, w->sheet, at, 2);
            else
                K(radial12_back_down)(w, w->sheet, at, 4);
        }
}
