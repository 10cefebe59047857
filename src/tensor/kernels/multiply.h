/* The product of two panels. Part of template.h.
 *
 * The tile of the result stays in registers over the whole inner dimension: ROWS values of the left panel, each spread
 * over a vector, times up to three vectors of the right one. */

ALWAYS_INLINE VEC K(at)(const float *p)
{
    VEC v;
    memcpy(&v, p, sizeof v);
    return v;
}

ALWAYS_INLINE void K(put)(float *p, VEC v)
{
    memcpy(p, &v, sizeof v);
}

ALWAYS_INLINE void K(tile)(int64_t inner, const float *a, const float *b, bool add, float *y, int64_t ldy,
                           const int vectors)
{
    VEC sum[ROWS][VECTORS];
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) sum[i][j] = SPLAT(0);
    for (int64_t k = 0; k < inner; k++) {
        VEC right[VECTORS];
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) right[j] = K(at)(b + j * LANES);
#pragma GCC unroll 16
        for (int i = 0; i < ROWS; i++) {
            const VEC left = SPLAT(a[i]);
#pragma GCC unroll 4
            for (int j = 0; j < vectors; j++) sum[i][j] = FMA(left, right[j], sum[i][j]);
        }
        a += ROWS;
        b += COLUMNS;
    }
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) {
            float *to = y + i * ldy + j * LANES;
            K(put)(to, add ? K(at)(to) + sum[i][j] : sum[i][j]);
        }
}

static void K(multiply)(int64_t inner, const float *a, const float *b, bool add, int64_t used_rows,
                        int64_t used_columns, float *y, int64_t ldy)
{
    float         edge[ROWS * COLUMNS];
    const bool    whole = used_rows == ROWS && used_columns % LANES == 0;
    float *const  to = whole ? y : edge;
    const int64_t ld = whole ? ldy : COLUMNS;
    const bool    more = whole && add;
    if (used_columns > 2 * LANES)
        K(tile)(inner, a, b, more, to, ld, 3);
    else if (used_columns > LANES)
        K(tile)(inner, a, b, more, to, ld, 2);
    else
        K(tile)(inner, a, b, more, to, ld, 1);
    for (int64_t i = 0; !whole && i < used_rows; i++)
        for (int64_t j = 0; j < used_columns; j++)
            y[i * ldy + j] = add ? y[i * ldy + j] + edge[i * COLUMNS + j] : edge[i * COLUMNS + j];
}
