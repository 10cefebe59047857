/* The filtered leaky ReLU whose second filter has 12 x 12 taps, symmetric along both axes, and halves the rate, after a
 * first one with six symmetric taps per phase. Part of template.h.
 *
 * Some rows of the grid are raised, as a window of six input rows moves down a vector of columns, and taken to output
 * rows while they are in the first cache. Of the twelve grid rows of an output row those that share their taps are added
 * first, which halves the products. Products are summed at the column where the grid sample stands, for each whole shift
 * to the output column apart, so that all reads are aligned; then the shifted sums are added up. */

#define R12_ROWS 4 /* output rows made at a time */

/* Grid row j of a turn, if it is one of those wanted. */
#define R12_STEP(row, sum)                                                                                             \
    do {                                                                                                               \
        if ((row) >= j0 && (row) < j1) {                                                                               \
            VEC done = K(finish_by_word)(sum, finish, &w->act, words + ((row)-j0) * words_stride, part);               \
            K(store)(out + ((row)-j0) * stride, done);                                                                 \
        }                                                                                                              \
    } while (0)

/* Grid rows [j0, j1) of the vector of columns at `at`. */
ALWAYS_INLINE void K(radial12_raise)(const WORK *w, int64_t at, int64_t j0, int64_t j1, const int up, alf_finish finish)
{
    static const T         none[LANES] = {0};
    const alf_flrelu_pass *pass = w->pass;
    const int              first = pass->radial12.first;
    const T               *u = TAPS(&pass->up) + pass->up.first[first];
    const T               *u_next = TAPS(&pass->up) + pass->up.first[(first + 1) % up];
    const int64_t          stride = w->sheet_stride;
    const T               *in = w->wide.data + at - w->wide.row * w->wide.stride;
    T                     *out = w->sheet + (j0 - w->grid0) * stride + at;
    uint8_t               *words = K(words_at)(w, j0, at);
    const int64_t          words_stride = stride / (ALF_WORD_CODES / ALF_WORD_BYTES);
    const int              part = (int)(at % ALF_WORD_CODES) / LANES;
    const VEC              u0 = SPLAT(u[0]), u1 = SPLAT(u[1]), u2 = SPLAT(u[2]), u3 = SPLAT(u[3]), u4 = SPLAT(u[4]),
              u5 = SPLAT(u[5]);
    const VEC u6 = SPLAT(u_next[0]), u7 = SPLAT(u_next[1]), u8 = SPLAT(u_next[2]), u9 = SPLAT(u_next[3]),
              u10 = SPLAT(u_next[4]), u11 = SPLAT(u_next[5]);
    int64_t j = alf_floor_div(j0 - first, up) * up + first;
    int64_t i = pass->up.start[first] + (j - first) / up;
    VEC     w0, w1 = u0, w2 = u0, w3 = u0, w4 = u0, w5 = u0;
    for (int k = -5; j < j1; k++, i++) {
        W6_NEXT(K(load)(i >= 0 && i < w->wide.rows ? in + i * w->wide.stride : none));
        if (k < 0) continue;
        R12_STEP(j, W6_DOT(u0, u1, u2, u3, u4, u5));
        if (up == 4) R12_STEP(j + 1, W6_DOT(u6, u7, u8, u9, u10, u11));
        if (up == 4) R12_STEP(j + 2, W6_DOT(u11, u10, u9, u8, u7, u6));
        R12_STEP(j + up - 1, W6_DOT(u5, u4, u3, u2, u1, u0));
        j += up;
    }
}

ALWAYS_INLINE void K(radial12_rows)(const WORK *w, int64_t j0, int64_t j1, alf_finish finish)
{
    for (int64_t at = 0; at < w->sheet_stride; at += LANES)
        if (w->pass->up.phases == 2)
            K(radial12_raise)(w, at, j0, j1, 2, finish);
        else
            K(radial12_raise)(w, at, j0, j1, 4, finish);
}

#undef R12_STEP

#define R12_FOLD(p) (K(load)(top + (p)) + K(load)(bottom + (p)))

/* A vector, or two, of a grid of two planes: tap 2a of the even columns and 2a + 1 of the odd ones go into sum a, which is
 * wanted a columns before. A tap stands for its mirror image too. */
ALWAYS_INLINE void K(radial12_sums2)(const T *top, int64_t stride, int64_t plane, const T *taps, T *sums,
                                     int64_t sums_stride, const int vectors)
{
    const VEC zero = SPLAT((T)0);
    const T  *bottom = top + 11 * stride;
    VEC       a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero;
    VEC       b0 = zero, b1 = zero, b2 = zero, b3 = zero, b4 = zero, b5 = zero;
#define R12_TAP(number, even, odd)                                                                                     \
    do {                                                                                                               \
        const VEC t = SPLAT(taps[number]);                                                                             \
        a##even = FMA(t, p0, a##even), a##odd = FMA(t, p1, a##odd);                                                    \
        if (vectors > 1) b##even = FMA(t, q0, b##even), b##odd = FMA(t, q1, b##odd);                                   \
    } while (0)
    for (int r = 0; r < 6; r++, top += stride, bottom -= stride, taps += 12) {
        const VEC p0 = R12_FOLD(0), p1 = R12_FOLD(plane);
        const VEC q0 = vectors > 1 ? R12_FOLD(LANES) : zero, q1 = vectors > 1 ? R12_FOLD(plane + LANES) : zero;
        R12_TAP(0, 0, 5);
        R12_TAP(2, 1, 4);
        R12_TAP(4, 2, 3);
        R12_TAP(5, 3, 2);
        R12_TAP(3, 4, 1);
        R12_TAP(1, 5, 0);
    }
#undef R12_TAP
#define R12_PUT(n)                                                                                                     \
    do {                                                                                                               \
        K(store)(sums + (n)*sums_stride, a##n);                                                                        \
        if (vectors > 1) K(store)(sums + (n)*sums_stride + LANES, b##n);                                               \
    } while (0)
    R12_PUT(0);
    R12_PUT(1);
    R12_PUT(2);
    R12_PUT(3);
    R12_PUT(4);
    R12_PUT(5);
#undef R12_PUT
}

/* A vector of a grid of four planes: sums a0 to a2 for the output's even columns, b0 to b3 for the odd ones. */
ALWAYS_INLINE void K(radial12_sums4)(const T *top, int64_t stride, int64_t plane, const T *taps, T *sums,
                                     int64_t sums_stride)
{
    const VEC zero = SPLAT((T)0);
    const T  *bottom = top + 11 * stride;
    VEC       a0 = zero, a1 = zero, a2 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
#define R12_TAP(number, s0, p0, s1, p1, s2, p2, s3, p3)                                                                \
    do {                                                                                                               \
        const VEC t = SPLAT(taps[number]);                                                                             \
        s0 = FMA(t, p0, s0), s1 = FMA(t, p1, s1), s2 = FMA(t, p2, s2), s3 = FMA(t, p3, s3);                            \
    } while (0)
    for (int r = 0; r < 6; r++, top += stride, bottom -= stride, taps += 12) {
        const VEC p0 = R12_FOLD(0), p1 = R12_FOLD(plane), p2 = R12_FOLD(2 * plane), p3 = R12_FOLD(3 * plane);
        R12_TAP(0, a0, p0, b0, p2, a2, p3, b3, p1);
        R12_TAP(1, a0, p1, b0, p3, a2, p2, b3, p0);
        R12_TAP(2, a0, p2, b1, p0, a2, p1, b2, p3);
        R12_TAP(3, a0, p3, b1, p1, a2, p0, b2, p2);
        R12_TAP(4, a1, p0, b1, p2, a1, p3, b2, p1);
        R12_TAP(5, a1, p1, b1, p3, a1, p2, b2, p0);
    }
#undef R12_TAP
    K(store)(sums, a0);
    K(store)(sums + sums_stride, a1);
    K(store)(sums + 2 * sums_stride, a2);
    K(store)(sums + 3 * sums_stride, b0);
    K(store)(sums + 4 * sums_stride, b1);
    K(store)(sums + 5 * sums_stride, b2);
    K(store)(sums + 6 * sums_stride, b3);
}

#undef R12_FOLD

/* Output row o, from the twelve grid rows that it reaches. */
ALWAYS_INLINE void K(radial12_down)(const WORK *w, int64_t o, T *sums, T *y_row)
{
    const alf_flrelu_pass *pass = w->pass;
    const T               *taps = TAPS(&pass->down_rows), *top = w->sheet + (o * 2 - w->grid0) * w->sheet_stride;
    const int64_t          stride = w->sheet_stride, plane = pass->grid_plane, y_plane = pass->y_plane;
    int64_t                i = 0;
    if (pass->planes == 2) {
        for (; i + 2 * LANES <= plane; i += 2 * LANES)
            K(radial12_sums2)(top + i, stride, plane, taps, sums + i, plane, 2);
        if (i < plane) K(radial12_sums2)(top + i, stride, plane, taps, sums + i, plane, 1);
        for (i = 0; i < y_plane; i += LANES) {
            const T *s = sums + i;
            K(store)
            (y_row + i,
             ((K(load)(s) + K(load)(s + plane + 1)) + (K(load)(s + 2 * plane + 2) + K(load)(s + 3 * plane + 3))) +
                 (K(load)(s + 4 * plane + 4) + K(load)(s + 5 * plane + 5)));
        }
        return;
    }
    for (; i < plane; i += LANES) K(radial12_sums4)(top + i, stride, plane, taps, sums + i, plane);
    for (i = 0; i < y_plane; i += LANES) {
        const T *a = sums + i, *b = a + 3 * plane;
        K(store)(y_row + i, K(load)(a) + K(load)(a + plane + 1) + K(load)(a + 2 * plane + 2));
        K(store)
        (y_row + y_plane + i,
         (K(load)(b) + K(load)(b + plane + 1)) + (K(load)(b + 2 * plane + 2) + K(load)(b + 3 * plane + 3)));
    }
}

/* The band from its wide rows to y. */
static void K(radial12_band)(const WORK *w, T *sums, T *y_row, T *y)
{
    const alf_flrelu_pass *pass = w->pass;
    const alf_flrelu_tile *tile = w->tile;
    int64_t                have = w->grid0;
    for (int64_t o = tile->row0; o < tile->row1; o += R12_ROWS) {
        int64_t end = o + R12_ROWS < tile->row1 ? o + R12_ROWS : tile->row1;
        int64_t turns = alf_ceil_div(end * 2 + 10 - pass->radial12.first, pass->up.phases);
        int64_t need = turns * pass->up.phases + pass->radial12.first;
        if (need > w->grid1 || end == tile->row1) need = w->grid1; /* the mask may have a row more */
        if (tile->finish == ALF_FINISH_LRELU)
            K(radial12_rows)(w, have, need, ALF_FINISH_LRELU);
        else if (tile->finish == ALF_FINISH_LRELU_MASK)
            K(radial12_rows)(w, have, need, ALF_FINISH_LRELU_MASK);
        else
            K(radial12_rows)(w, have, need, ALF_FINISH_READ_MASK);
        have = need;
        for (int64_t r = o; r < end; r++) {
            K(radial12_down)(w, r, sums, y_row);
            K(join_row)(y + r * pass->out_w, y_row, pass->out_w, pass->y_planes, pass->y_plane);
        }
    }
}

#undef R12_ROWS
