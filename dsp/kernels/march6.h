/* The vertical passes of a filtered leaky ReLU whose filters are symmetric and have six taps per phase. Part of
 * template.h.
 *
 * A vector of columns is taken down the rows without going through memory: a window of six input rows gives grid rows,
 * and each of these, once it is through the nonlinearity, is added to the six output rows that it reaches. Window and
 * sums move on by renaming registers. Symmetry halves the taps, so that all of it fits into 32 registers. The variables
 * are named one by one, because compilers keep arrays of vectors in memory. */

#define MARCH6 K(march6_column)
/* A vector of columns, where it stands, and what is the same for all of them. */
typedef struct {
    const T *in; /* the first row that is new to the window */
    T       *out, *state;
    uint8_t *words;
    int      part; /* of the words */
    int64_t  in_stride, out_stride, words_stride, turns;
    const T *u, *d; /* taps: of the first grid row of a turn and of the second; of the oldest output row */
    VEC      slope, clamp;
} MARCH6;

/* What happens to a grid row whose gain the taps have taken. With `trust` nothing is clamped, but the largest value is
 * kept, in which one that is not a number counts as the largest of all. */
ALWAYS_INLINE VEC K(march6_finish)(VEC v, const MARCH6 *c, uint8_t *words, const alf_finish finish, const bool trust,
                                   IVEC *largest)
{
    if (finish == ALF_FINISH_READ_MASK) {
        alf_bits was = alf_bits_get(words, LANES, c->part);
        v = SCALE_WHERE(was.negative, v, c->slope);
        return was.clamped ? SCALE_WHERE(was.clamped, v, SPLAT((T)0)) : v;
    }
    VEC bent = MAX(v, v * c->slope);

    if (trust) {
        alf_bits_put(words, LANES, c->part, (alf_bits){BITS_NOT_ABOVE(v, SPLAT((T)0)), 0});
        *largest = LARGEST(*largest, bent);
        return bent;
    }
    VEC y = MAX(-c->clamp, MIN(c->clamp, bent));

    if (finish == ALF_FINISH_LRELU_MASK) {
        uint32_t clamped = BITS_DIFFER(y, bent);
        alf_bits_put(words, LANES, c->part, (alf_bits){BITS_NOT_ABOVE(v, SPLAT((T)0)) & ~clamped, clamped});
    }
    return y;
}

#define M6_ADD(t0, t1, t2, t3, t4, t5)                                                                                 \
    (a0 = FMA(t0, v, a0), a1 = FMA(t1, v, a1), a2 = FMA(t2, v, a2), a3 = FMA(t3, v, a3), a4 = FMA(t4, v, a4),          \
     a5 = FMA(t5, v, a5))

/* Grid row r of those that share a window: the taps of the last ones are those of the first ones, mirrored. */
#define M6_RAISE(r)                                                                                                    \
    ((r) % up == 0        ? W6_DOT(u0, u1, u2, u3, u4, u5)                                                             \
     : (r) % up == up - 1 ? W6_DOT(u5, u4, u3, u2, u1, u0)                                                             \
     : (r) % up == 1      ? W6_DOT(u6, u7, u8, u9, u10, u11)                                                           \
                          : W6_DOT(u11, u10, u9, u8, u7, u6))

/* The next grid row, number r of its turn. */
#define M6_STEP(r)                                                                                                     \
    do {                                                                                                               \
        const int place = (shift + (r)) % down; /* from the first grid row that the newest output row reaches */       \
        if ((r) % up == 0) {                                                                                           \
            W6_NEXT(K(load)(in));                                                                                      \
            in += c->in_stride;                                                                                        \
        }                                                                                                              \
        const VEC v = K(march6_finish)(M6_RAISE(r), c, words, finish, trust, &largest);                                \
        words += c->words_stride;                                                                                      \
        if (down == 2 && place == 0) M6_ADD(d0, d2, d4, d5, d3, d1);                                                   \
        if (down == 2 && place == 1) M6_ADD(d1, d3, d5, d4, d2, d0);                                                   \
        if (down == 4 && place == 0) M6_ADD(d0, d4, d8, d11, d7, d3);                                                  \
        if (down == 4 && place == 1) M6_ADD(d1, d5, d9, d10, d6, d2);                                                  \
        if (down == 4 && place == 2) M6_ADD(d2, d6, d10, d9, d5, d1);                                                  \
        if (down == 4 && place == 3) M6_ADD(d3, d7, d11, d8, d4, d0);                                                  \
        if (place == down - 1) { /* the oldest output row is complete */                                               \
            K(store)(out, a5);                                                                                         \
            out += c->out_stride;                                                                                      \
            a5 = a4, a4 = a3, a3 = a2, a2 = a1, a1 = a0, a0 = SPLAT((T)0);                                             \
        }                                                                                                              \
    } while (0)

/* False when `trust` was not justified; then the column is as it was, but for what it has written. */
ALWAYS_INLINE bool K(march6_turns)(const MARCH6 *c, const int up, const int down, const int shift,
                                   const alf_finish finish, const bool trust)
{
    const int turn = up > down ? up : down;
    const T  *u = c->u, *d = c->d, *in = c->in;
    T        *out = c->out, *s = c->state;
    uint8_t  *words = c->words;
    const VEC u0 = SPLAT(u[0]), u1 = SPLAT(u[1]), u2 = SPLAT(u[2]), u3 = SPLAT(u[3]), u4 = SPLAT(u[4]),
              u5 = SPLAT(u[5]), u6 = SPLAT(u[6]), u7 = SPLAT(u[7]), u8 = SPLAT(u[8]), u9 = SPLAT(u[9]),
              u10 = SPLAT(u[10]), u11 = SPLAT(u[11]);
    const VEC d0 = SPLAT(d[0]), d1 = SPLAT(d[1]), d2 = SPLAT(d[2]), d3 = SPLAT(d[3]), d4 = SPLAT(d[4]),
              d5 = SPLAT(d[5]), d6 = SPLAT(d[6]), d7 = SPLAT(d[7]), d8 = SPLAT(d[8]), d9 = SPLAT(d[9]),
              d10 = SPLAT(d[10]), d11 = SPLAT(d[11]);
    VEC w0, w1 = K(load)(s), w2 = K(load)(s + LANES), w3 = K(load)(s + 2 * LANES), w4 = K(load)(s + 3 * LANES),
            w5 = K(load)(s + 4 * LANES);
    VEC a0 = K(load)(s + 5 * LANES), a1 = K(load)(s + 6 * LANES), a2 = K(load)(s + 7 * LANES),
        a3 = K(load)(s + 8 * LANES), a4 = K(load)(s + 9 * LANES), a5 = K(load)(s + 10 * LANES);

    IVEC largest = (IVEC)SPLAT((T)0);

    for (int64_t i = 0; i < c->turns; i++) {
        M6_STEP(0);
        M6_STEP(1);
        if (turn == 4) {
            M6_STEP(2);
            M6_STEP(3);
        }
    }
    if (trust && BITS_DIFFER(MIN(c->clamp, (VEC)largest), (VEC)largest)) return false;
    K(store)(s, w1), K(store)(s + LANES, w2), K(store)(s + 2 * LANES, w3), K(store)(s + 3 * LANES, w4);
    K(store)(s + 4 * LANES, w5), K(store)(s + 5 * LANES, a0), K(store)(s + 6 * LANES, a1);
    K(store)(s + 7 * LANES, a2), K(store)(s + 8 * LANES, a3), K(store)(s + 9 * LANES, a4), K(store)(s + 10 * LANES, a5);
    return true;
}

/* Comparing with the clamp costs as much as two products, and hardly anything reaches it. */
ALWAYS_INLINE void K(march6)(const MARCH6 *c, const int up, const int down, const int shift, const alf_finish finish)
{
    if (finish == ALF_FINISH_LRELU_MASK && K(march6_turns)(c, up, down, shift, finish, true)) return;
    K(march6_turns)(c, up, down, shift, finish, false);
}

ALWAYS_INLINE void K(march6_shape)(const alf_flrelu_pass *pass, const MARCH6 *c, alf_finish finish)
{
    const bool odd = pass->six.first % 2; /* the place of a turn's first grid row */
    if (pass->six.up == 4 && odd)
        K(march6)(c, 4, 2, 1, finish);
    else if (pass->six.up == 4)
        K(march6)(c, 4, 2, 0, finish);
    else if (pass->down == 4 && odd)
        K(march6)(c, 2, 4, 1, finish);
    else if (pass->down == 4)
        K(march6)(c, 2, 4, 0, finish);
    else if (odd)
        K(march6)(c, 2, 2, 1, finish);
    else
        K(march6)(c, 2, 2, 0, finish);
}

static void K(march6_lrelu)(const alf_flrelu_pass *pass, const MARCH6 *c)
{
    K(march6_shape)(pass, c, ALF_FINISH_LRELU);
}

static void K(march6_lrelu_mask)(const alf_flrelu_pass *pass, const MARCH6 *c)
{
    K(march6_shape)(pass, c, ALF_FINISH_LRELU_MASK);
}

static void K(march6_read_mask)(const alf_flrelu_pass *pass, const MARCH6 *c)
{
    K(march6_shape)(pass, c, ALF_FINISH_READ_MASK);
}

#undef M6_ADD
#undef M6_RAISE
#undef M6_STEP
