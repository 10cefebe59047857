/* The product of dY and X' in the gradient of a weight. Part of template.h.
 *
 * A row of X' is a walk through an image in memory, one value at a time, so nothing has to be gathered: ROWS walks side
 * by side take the place of a left panel. dY is a right panel [pixel][columns]; pixels go along its rows, which takes a
 * transpose. */

#define FROM_PAIR(lane, distance, high)                                                                                \
    ((((lane) & (distance)) ? (lane) - (distance) + LANES : (lane)) + ((high) ? (distance) : 0))
#if LANES == 16
#define PICK(a, b, d, h)                                                                                               \
    __builtin_shufflevector(a, b, FROM_PAIR(0, d, h), FROM_PAIR(1, d, h), FROM_PAIR(2, d, h), FROM_PAIR(3, d, h),      \
                            FROM_PAIR(4, d, h), FROM_PAIR(5, d, h), FROM_PAIR(6, d, h), FROM_PAIR(7, d, h),            \
                            FROM_PAIR(8, d, h), FROM_PAIR(9, d, h), FROM_PAIR(10, d, h), FROM_PAIR(11, d, h),          \
                            FROM_PAIR(12, d, h), FROM_PAIR(13, d, h), FROM_PAIR(14, d, h), FROM_PAIR(15, d, h))
#elif LANES == 8
#define PICK(a, b, d, h)                                                                                               \
    __builtin_shufflevector(a, b, FROM_PAIR(0, d, h), FROM_PAIR(1, d, h), FROM_PAIR(2, d, h), FROM_PAIR(3, d, h),      \
                            FROM_PAIR(4, d, h), FROM_PAIR(5, d, h), FROM_PAIR(6, d, h), FROM_PAIR(7, d, h))
#endif

#if LANES > 1
/* One step of a transpose: rows i and i + D, where i has not the bit D, exchange the lanes with it for those without. */
#define EXCHANGE(v, D)                                                                                                 \
    for (int i = 0; i < LANES; i++)                                                                                    \
        if (!(i & (D))) {                                                                                              \
            const VEC low = PICK(v[i], v[i + (D)], D, 0), high = PICK(v[i], v[i + (D)], D, 1);                         \
            v[i] = low;                                                                                                \
            v[i + (D)] = high;                                                                                         \
        }

/* to[k * width + i] = scale[i] * from[i * ld + k] for LANES of each. */
ALWAYS_INLINE void K(turn_block)(const float *scale, const float *from, int64_t ld, int64_t width, float *to)
{
    VEC v[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) v[i] = SPLAT(scale[i]) * K(at)(from + i * ld);
#pragma GCC unroll 16
    EXCHANGE(v, 1)
#pragma GCC unroll 16
    EXCHANGE(v, 2)
#pragma GCC unroll 16
    EXCHANGE(v, 4)
#if LANES == 16
#pragma GCC unroll 16
    EXCHANGE(v, 8)
#endif
#pragma GCC unroll 16
    for (int k = 0; k < LANES; k++) K(put)(to + k * width, v[k]);
}
#undef EXCHANGE
#undef PICK
#endif
#undef FROM_PAIR

/* What is left over, one by one. */
ALWAYS_INLINE void K(turn_some)(int64_t rows, int64_t count, int64_t step, const float *scale, const float *from,
                                int64_t ld, int64_t width, float *to)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = 0; k < count; k++) to[k * width + i] = scale[i] * from[i * ld + k * step];
}

static void K(turn)(int64_t rows, int64_t count, int64_t step, const float *scale, const float *from, int64_t ld,
                    int64_t width, float *to)
{
    int64_t i = 0;
#if LANES > 1
    for (; step == 1 && count >= LANES && i + LANES <= rows; i += LANES) {
        for (int64_t k = 0; k + LANES <= count; k += LANES)
            K(turn_block)(scale + i, from + i * ld + k, ld, width, to + k * width + i);
        const int64_t last = count - LANES; /* overlaps the block before it */
        if (count % LANES) K(turn_block)(scale + i, from + i * ld + last, ld, width, to + last * width + i);
    }
#endif
    K(turn_some)(rows - i, count, step, scale + i, from + i * ld, ld, width, to + i);
    for (int64_t k = 0; rows % LANES && k < count; k++)
        for (int64_t c = rows; c % LANES; c++) to[k * width + c] = 0;
}

ALWAYS_INLINE void K(correlation)(int64_t lines, int64_t count, int64_t step, int64_t line_step, const float *const x[],
                                  const float *dy, bool add, float *y, int64_t ldy, const int vectors)
{
    VEC sum[ROWS][VECTORS];
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) sum[i][j] = SPLAT(0);
    for (int64_t l = 0; l < lines; l++) {
        const int64_t begin = l * line_step, end = begin + count * step;
        for (int64_t k = begin; k < end; k += step) {
            VEC right[VECTORS];
#pragma GCC unroll 4
            for (int j = 0; j < vectors; j++) right[j] = K(at)(dy + j * LANES);
#pragma GCC unroll 16
            for (int i = 0; i < ROWS; i++) K(tile_add)(sum[i], x[i][k], right, vectors);
            dy += COLUMNS;
        }
    }
    K(tile_put)(sum, add, NULL, y, ldy, vectors);
}

static void K(correlate)(int64_t lines, int64_t count, int64_t step, int64_t line_step, const float *const x[],
                         const float *dy, bool add, int64_t used_columns, float *y, int64_t ldy)
{
    if (used_columns > 2 * LANES)
        K(correlation)(lines, count, step, line_step, x, dy, add, y, ldy, 3);
    else if (used_columns > LANES)
        K(correlation)(lines, count, step, line_step, x, dy, add, y, ldy, 2);
    else
        K(correlation)(lines, count, step, line_step, x, dy, add, y, ldy, 1);
}

/* For a vector of columns at a time. */
static void K(share_out)(int64_t rows, int64_t columns, const float *share, const float *scale, const float *w,
                         int64_t ldw, float *sums, int64_t ld, float *products)
{
    for (int64_t j = 0; j < columns; j += LANES) {
        const VEC factor = K(at)(scale + j);
        VEC       product = SPLAT(0);
        for (int64_t r = 0; r < rows; r++) {
            const VEC part = K(at)(share + r * ld + j);
            product = FMA(part, K(at)(w + r * ldw + j), product);
            K(put)(sums + r * ld + j, FMA(factor, part, K(at)(sums + r * ld + j)));
        }
        K(put)(products + j, product);
    }
}
