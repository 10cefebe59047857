/* Transforms of the fast 3x3 convolution F(4x4, 3x3) at the points 0, +-3/4, +-3/2 and infinity. Part of template.h.
 *
 * A tile is 4x4 outputs, seen by 6x6 inputs. Each transform is one along x and one along y, and LANES tiles run side by
 * side: a line of an image is first parted into planes of columns 4 t + c, so that neighbours in a vector are the same
 * place of neighbouring tiles. All constants are exact in float. */

/* B': 6 inputs to 6 products' right factors. */
ALWAYS_INLINE void K(to_points)(const VEC d[6], VEC v[6])
{
    const VEC even1 = FMA(SPLAT(-2.25f), d[2], d[4]), odd1 = FMA(SPLAT(-2.25f), d[1], d[3]);
    const VEC even2 = FMA(SPLAT(-0.5625f), d[2], d[4]), odd2 = FMA(SPLAT(-0.5625f), d[1], d[3]);
    v[0] = FMA(SPLAT(1.265625f), d[0], FMA(SPLAT(-2.8125f), d[2], d[4]));
    v[1] = FMA(SPLAT(0.75f), odd1, even1);
    v[2] = FMA(SPLAT(-0.75f), odd1, even1);
    v[3] = FMA(SPLAT(1.5f), odd2, even2);
    v[4] = FMA(SPLAT(-1.5f), odd2, even2);
    v[5] = FMA(SPLAT(1.265625f), d[1], FMA(SPLAT(-2.8125f), d[3], d[5]));
}

/* A': 6 products to 4 outputs. */
ALWAYS_INLINE void K(from_points)(const VEC m[6], VEC y[4])
{
    const VEC even1 = m[1] + m[2], odd1 = m[1] - m[2], even2 = m[3] + m[4], odd2 = m[3] - m[4];
    y[0] = m[0] + (even1 + even2);
    y[1] = FMA(SPLAT(1.5f), odd2, SPLAT(0.75f) * odd1);
    y[2] = FMA(SPLAT(2.25f), even2, SPLAT(0.5625f) * even1);
    y[3] = FMA(SPLAT(3.375f), odd2, FMA(SPLAT(0.421875f), odd1, m[5]));
}

/* A: 4 gradients of outputs to those of 6 products. */
ALWAYS_INLINE void K(gradient_to_points)(const VEC y[4], VEC m[6])
{
    const VEC even1 = FMA(SPLAT(0.5625f), y[2], y[0]), odd1 = FMA(SPLAT(0.5625f), y[3], y[1]);
    const VEC even2 = FMA(SPLAT(2.25f), y[2], y[0]), odd2 = FMA(SPLAT(2.25f), y[3], y[1]);
    m[0] = y[0];
    m[1] = FMA(SPLAT(0.75f), odd1, even1);
    m[2] = FMA(SPLAT(-0.75f), odd1, even1);
    m[3] = FMA(SPLAT(1.5f), odd2, even2);
    m[4] = FMA(SPLAT(-1.5f), odd2, even2);
    m[5] = y[3];
}

/* The same for tiles begin .. end, some of whose values lie outside of the row. */
static void K(part_edge)(int64_t begin, int64_t end, const float *row, int64_t width, int64_t first, float scale,
                         float *planes, int64_t step)
{
    for (int64_t t = begin; t < end; t++)
        for (int c = 0; c < 4; c++) {
            const int64_t x = first + 4 * t + c;
            planes[c * step + t] = x >= 0 && x < width ? scale * row[x] : 0;
        }
}

#if LANES == 16
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define LOW_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif LANES == 8
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define LOW_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define EVENS(a, b) (a)
#define ODDS(a, b) (b)
#define LOW_PAIRS(a, b) (a)
#define HIGH_PAIRS(a, b) (b)
#endif

/* 4 LANES neighbours to the 4 planes, and back. */
ALWAYS_INLINE void K(part_vectors)(const float *row, float scale, float *planes, int64_t step)
{
    const VEC a = K(at)(row), b = K(at)(row + LANES), c = K(at)(row + 2 * LANES), d = K(at)(row + 3 * LANES);
    const VEC even_low = EVENS(a, b), even_high = EVENS(c, d);
    const VEC odd_low = ODDS(a, b), odd_high = ODDS(c, d);
    const VEC factor = SPLAT(scale);
    K(put)(planes, factor * EVENS(even_low, even_high));
    K(put)(planes + step, factor * EVENS(odd_low, odd_high));
    K(put)(planes + 2 * step, factor * ODDS(even_low, even_high));
    K(put)(planes + 3 * step, factor * ODDS(odd_low, odd_high));
}

ALWAYS_INLINE void K(join_vectors)(const float *planes, int64_t step, float scale, float *row)
{
    const VEC a = K(at)(planes), b = K(at)(planes + step), c = K(at)(planes + 2 * step), d = K(at)(planes + 3 * step);
    const VEC even_low = LOW_PAIRS(a, c), even_high = HIGH_PAIRS(a, c);
    const VEC odd_low = LOW_PAIRS(b, d), odd_high = HIGH_PAIRS(b, d);
    const VEC factor = SPLAT(scale);
    K(put)(row, factor * LOW_PAIRS(even_low, odd_low));
    K(put)(row + LANES, factor * HIGH_PAIRS(even_low, odd_low));
    K(put)(row + 2 * LANES, factor * LOW_PAIRS(even_high, odd_high));
    K(put)(row + 3 * LANES, factor * HIGH_PAIRS(even_high, odd_high));
}
#undef EVENS
#undef ODDS
#undef LOW_PAIRS
#undef HIGH_PAIRS

/* planes[c * step + t] = scale * row[first + 4 t + c] for t < count, zero outside of the row's `width` values. */
ALWAYS_INLINE void K(part)(int64_t count, const float *row, int64_t width, int64_t first, float scale, float *planes,
                           int64_t step)
{
    const int64_t past = width - first < 4 ? 0 : (width - first) / 4, end = past < count ? past : count;
    const int64_t outside = first < 0 ? (3 - first) / 4 : 0, begin = outside < end ? outside : end;
    K(part_edge)(0, begin, row, width, first, scale, planes, step);
    int64_t t = begin;
    for (; t + LANES <= end; t += LANES) K(part_vectors)(row + first + 4 * t, scale, planes + t, step);
    if (t < end && end - begin >= LANES) /* overlaps the one before */
        K(part_vectors)(row + first + 4 * (end - LANES), scale, planes + end - LANES, step);
    else
        K(part_edge)(t, end, row, width, first, scale, planes, step);
    K(part_edge)(end, count, row, width, first, scale, planes, step);
}

static void K(winograd_line)(int64_t tiles, const float *row, int64_t width, int64_t first, float scale, float *work,
                             float *to, int64_t step)
{
    const int64_t planes = tiles + 1 + LANES;
    K(part)(tiles + 1, row, width, first, scale, work, planes);
    for (int64_t t = 0; t < tiles; t += LANES) {
        VEC d[6], v[6];
#pragma GCC unroll 6
        for (int c = 0; c < 6; c++) d[c] = K(at)(work + c % 4 * planes + c / 4 + t);
        K(to_points)(d, v);
#pragma GCC unroll 6
        for (int c = 0; c < 6; c++) K(put)(to + c * step + t, v[c]);
    }
}

static void K(winograd_gradient_line)(int64_t tiles, const float *row, int64_t width, float scale, float *work,
                                      float *to, int64_t step)
{
    const int64_t planes = tiles + 1 + LANES;
    K(part)(tiles, row, width, 0, scale, work, planes);
    for (int64_t t = 0; t < tiles; t += LANES) {
        VEC y[4], m[6];
#pragma GCC unroll 4
        for (int c = 0; c < 4; c++) y[c] = K(at)(work + c * planes + t);
        K(gradient_to_points)(y, m);
#pragma GCC unroll 6
        for (int c = 0; c < 6; c++) K(put)(to + c * step + t, m[c]);
    }
}

/* Lanes begin .. end of v to their places. */
ALWAYS_INLINE void K(put_lanes)(float *to, VEC v, int begin, int end)
{
    if (begin == 0 && end == LANES) {
        K(put)(to, v);
    } else {
        float all[LANES];
        K(put)(all, v);
        for (int i = begin; i < end; i++) to[i] = all[i];
    }
}

static void K(winograd_tiles)(const float *lines, int64_t step, int64_t below, int begin, int end, float *const to[36],
                              int64_t at)
{
    for (int c = 0; c < 6; c++) {
        VEC d[6], v[6];
#pragma GCC unroll 6
        for (int r = 0; r < 6; r++) d[r] = K(at)(lines + (r % 4 * 6 + c) * step + r / 4 * below);
        K(to_points)(d, v);
#pragma GCC unroll 6
        for (int r = 0; r < 6; r++) K(put_lanes)(to[r * 6 + c] + at, v[r], begin, end);
    }
}

static void K(winograd_gradient_tiles)(const float *lines, int64_t step, int begin, int end, float *const to[36],
                                       int64_t at)
{
    for (int c = 0; c < 6; c++) {
        VEC y[4], m[6];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) y[r] = K(at)(lines + (r * 6 + c) * step);
        K(gradient_to_points)(y, m);
#pragma GCC unroll 6
        for (int r = 0; r < 6; r++) K(put_lanes)(to[r * 6 + c] + at, m[r], begin, end);
    }
}

static void K(winograd_outputs)(float *const from[36], int64_t at, float *to, int64_t step)
{
    VEC half[6][4];
#pragma GCC unroll 6
    for (int r = 0; r < 6; r++) {
        VEC m[6];
#pragma GCC unroll 6
        for (int c = 0; c < 6; c++) m[c] = K(at)(from[r * 6 + c] + at);
        K(from_points)(m, half[r]);
    }
#pragma GCC unroll 4
    for (int c = 0; c < 4; c++) {
        VEC m[6], y[4];
#pragma GCC unroll 6
        for (int r = 0; r < 6; r++) m[r] = half[r][c];
        K(from_points)(m, y);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) K(put)(to + (r * 4 + c) * step, y[r]);
    }
}

static void K(winograd_join)(int64_t width, const float *planes, int64_t step, float scale, float *row)
{
    int64_t t = 0;
    for (; 4 * (t + LANES) <= width; t += LANES) K(join_vectors)(planes + t, step, scale, row + 4 * t);
    for (int64_t x = 4 * t; x < width; x++) row[x] = scale * planes[x % 4 * step + x / 4];
}
