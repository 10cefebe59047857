/* The vertical passes of a filtered leaky ReLU whose filters are symmetric and have six taps per phase. Part of
 * template.h.
 *
 * A vector of columns is taken down the whole band without going through memory: a window of six input rows gives grid
 * rows, and each of these, once it is through the nonlinearity, is added to the six output rows that it reaches. Window
 * and sums move on by renaming registers. Symmetry halves the taps, so that all of it fits into 32 registers. The
 * variables are named one by one, because compilers keep arrays of vectors in memory. */

#define MARCH6 K(march6_column)
/* A vector of columns: where its rows are. Rows that do not exist are read from and written to `spare`. */
typedef struct {
    const T *in; /* input row 0 */
    int64_t  in_stride, in_first, in_end;
    T       *out;   /* output row 0 */
    uint8_t *codes; /* grid row 0   */
    int64_t  stride;
    T       *spare; /* LANES zeros, and LANES for what nobody wants */
    uint8_t *spare_codes;
} MARCH6;

#define M6_DOT(t0, t1, t2, t3, t4, t5) FMA(t5, w5, FMA(t4, w4, FMA(t3, w3, FMA(t2, w2, FMA(t1, w1, t0 *w0)))))
#define M6_ADD(t0, t1, t2, t3, t4, t5)                                                                                 \
    (a0 = FMA(t0, v, a0), a1 = FMA(t1, v, a1), a2 = FMA(t2, v, a2), a3 = FMA(t3, v, a3), a4 = FMA(t4, v, a4),          \
     a5 = FMA(t5, v, a5))

/* Grid row r of those that share a window: the taps of the last ones are those of the first ones, mirrored. */
#define M6_RAISE(r)                                                                                                    \
    ((r) % up == 0        ? M6_DOT(u0, u1, u2, u3, u4, u5)                                                             \
     : (r) % up == up - 1 ? M6_DOT(u5, u4, u3, u2, u1, u0)                                                             \
     : (r) % up == 1      ? M6_DOT(u6, u7, u8, u9, u10, u11)                                                           \
                          : M6_DOT(u11, u10, u9, u8, u7, u6))

/* The next grid row, number r of its turn. */
#define M6_STEP(r)                                                                                                     \
    do {                                                                                                               \
        const int place = (shift + (r)) % down; /* from the first grid row that the newest output row reaches */       \
        if ((r) % up == 0) {                                                                                           \
            const T *row = i >= c->in_first && i < c->in_end ? c->in + i * c->in_stride : c->spare;                    \
            w0 = w1, w1 = w2, w2 = w3, w3 = w4, w4 = w5, w5 = K(load)(row);                                            \
            i++;                                                                                                       \
        }                                                                                                              \
        const bool exists = j + (r) >= grid0 && j + (r) < grid1;                                                       \
        VEC v = K(finish)(M6_RAISE(r), finish, act, exists ? c->codes + (j + (r)) * c->stride : c->spare_codes, 0);    \
        if (!exists) v = zero;                                                                                         \
        if (down == 2 && place == 0) M6_ADD(d0, d2, d4, d5, d3, d1);                                                   \
        if (down == 2 && place == 1) M6_ADD(d1, d3, d5, d4, d2, d0);                                                   \
        if (down == 4 && place == 0) M6_ADD(d0, d4, d8, d11, d7, d3);                                                  \
        if (down == 4 && place == 1) M6_ADD(d1, d5, d9, d10, d6, d2);                                                  \
        if (down == 4 && place == 2) M6_ADD(d2, d6, d10, d9, d5, d1);                                                  \
        if (down == 4 && place == 3) M6_ADD(d3, d7, d11, d8, d4, d0);                                                  \
        if (place == down - 1) { /* the oldest output row is complete */                                               \
            K(store)(o >= row0 && o < row1 ? c->out + o * c->stride : c->spare + LANES, a5);                           \
            a5 = a4, a4 = a3, a3 = a2, a2 = a1, a1 = a0, a0 = zero;                                                    \
            o++;                                                                                                       \
        }                                                                                                              \
    } while (0)

ALWAYS_INLINE void K(march6)(const WORK *w, const MARCH6 *c, const int up, const int down, const int shift,
                             const alf_finish finish)
{
    const alf_flrelu_pass *pass = w->pass;
    const ACT             *act = &w->act;
    const VEC              zero = SPLAT((T)0);
    const int              turn = up > down ? up : down;
    const int              first = pass->march6.first;
    const T               *u = TAPS(&pass->up) + pass->up.first[first];
    const T               *u_next = TAPS(&pass->up) + pass->up.first[(first + 1) % up];
    const T               *d = TAPS(&pass->down_rows);
    const int64_t          grid0 = w->grid0, grid1 = w->grid1, row0 = w->tile->row0, row1 = w->tile->row1;
    const VEC              u0 = SPLAT(u[0]), u1 = SPLAT(u[1]), u2 = SPLAT(u[2]), u3 = SPLAT(u[3]), u4 = SPLAT(u[4]),
              u5 = SPLAT(u[5]);
    const VEC u6 = SPLAT(u_next[0]), u7 = SPLAT(u_next[1]), u8 = SPLAT(u_next[2]), u9 = SPLAT(u_next[3]),
              u10 = SPLAT(u_next[4]), u11 = SPLAT(u_next[5]);
    const VEC d0 = SPLAT(d[0]), d1 = SPLAT(d[1]), d2 = SPLAT(d[2]), d3 = SPLAT(d[3]), d4 = SPLAT(d[4]),
              d5 = SPLAT(d[5]), d6 = SPLAT(d[6]), d7 = SPLAT(d[7]), d8 = SPLAT(d[8]), d9 = SPLAT(d[9]),
              d10 = SPLAT(d[10]), d11 = SPLAT(d[11]);
    VEC w0 = zero, w1 = zero, w2 = zero, w3 = zero, w4 = zero, w5 = zero;
    VEC a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero;

    /* The first turn may start before the band, the last one end after it. */
    int64_t j = alf_floor_div(grid0 - first, turn) * turn + first;
    int64_t i = pass->up.start[first] + (j - first) / up;
    for (int k = 0; k < 5; k++, i++) {
        const T *row = i >= c->in_first && i < c->in_end ? c->in + i * c->in_stride : c->spare;
        w1 = w2, w2 = w3, w3 = w4, w4 = w5, w5 = K(load)(row);
    }
    int64_t o = alf_floor_div(j, down) - 5; /* the oldest output row that grid row j reaches */
    for (; o < row1 || j < grid1; j += turn) {
        M6_STEP(0);
        M6_STEP(1);
        if (turn == 4) {
            M6_STEP(2);
            M6_STEP(3);
        }
    }
}

ALWAYS_INLINE void K(march6_shape)(const WORK *w, const MARCH6 *c, alf_finish finish)
{
    const alf_flrelu_pass *pass = w->pass;
    const bool             odd = pass->march6.first % 2; /* of a turn's first grid row */
    if (pass->march6.up == 4 && odd)
        K(march6)(w, c, 4, 2, 1, finish);
    else if (pass->march6.up == 4)
        K(march6)(w, c, 4, 2, 0, finish);
    else if (pass->down == 4 && odd)
        K(march6)(w, c, 2, 4, 1, finish);
    else if (pass->down == 4)
        K(march6)(w, c, 2, 4, 0, finish);
    else if (odd)
        K(march6)(w, c, 2, 2, 1, finish);
    else
        K(march6)(w, c, 2, 2, 0, finish);
}

/* All columns of the band, into thin rows. */
static void K(march6_band)(const WORK *w, T *thin)
{
    T       spare[2 * LANES] = {0};
    uint8_t spare_codes[LANES] = {0};
    MARCH6  c = {.in_stride = w->wide.stride, .stride = w->sheet_stride, .spare = spare, .spare_codes = spare_codes};
    alf_stage_rows(&w->pass->up, w->grid0, w->grid1, w->wide.rows, &c.in_first, &c.in_end);
    for (int64_t at = 0; at < w->sheet_stride; at += LANES) {
        c.in = w->wide.data - w->wide.row * w->wide.stride + at;
        c.out = thin - w->tile->row0 * w->sheet_stride + at;
        c.codes = w->codes - w->grid0 * w->sheet_stride + at;
        if (w->tile->finish == ALF_FINISH_LRELU)
            K(march6_shape)(w, &c, ALF_FINISH_LRELU);
        else if (w->tile->finish == ALF_FINISH_LRELU_MASK)
            K(march6_shape)(w, &c, ALF_FINISH_LRELU_MASK);
        else
            K(march6_shape)(w, &c, ALF_FINISH_READ_MASK);
    }
}

#undef MARCH6
#undef M6_DOT
#undef M6_ADD
#undef M6_RAISE
#undef M6_STEP
