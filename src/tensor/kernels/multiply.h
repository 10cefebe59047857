/* The product of two panels. Part of template.h.
 *
 * The tile of the result stays in registers over the whole inner dimension: ROWS values of the left panel, each spread
 * over a vector, times up to three vectors of the right one. */

ALWAYS_INLINE void K(tile)(int64_t inner, const float *a, const float *b, bool add, const float *scale, float *y,
                           int64_t ldy, const int vectors)
{
    VEC sum[ROWS][VECTORS];
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) {
            __builtin_prefetch(y + i * ldy + j * LANES, 1); /* to be there at the end */
            sum[i][j] = SPLAT(0);
        }
    for (int64_t k = 0; k < inner; k++) {
        VEC right[VECTORS];
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) right[j] = K(at)(b + j * LANES);
#pragma GCC unroll 16
        for (int i = 0; i < ROWS; i++) K(tile_add)(sum[i], a[i], right, vectors);
        a += ROWS;
        b += COLUMNS;
    }
    K(tile_put)(sum, add, scale, y, ldy, vectors);
}

ALWAYS_INLINE void K(product)(int64_t inner, const float *a, const float *b, bool add, const float *scale,
                              int64_t used_columns, float *y, int64_t ldy)
{
    if (used_columns > 2 * LANES)
        K(tile)(inner, a, b, add, scale, y, ldy, 3);
    else if (used_columns > LANES)
        K(tile)(inner, a, b, add, scale, y, ldy, 2);
    else
        K(tile)(inner, a, b, add, scale, y, ldy, 1);
}

static void K(multiply_scaled)(int64_t inner, const float *a, const float *b, bool add, const float *scale,
                               int64_t used_rows, int64_t used_columns, float *y, int64_t ldy)
{
    if (used_rows == ROWS && used_columns % LANES == 0) {
        K(product)(inner, a, b, add, scale, used_columns, y, ldy);
        return;
    }
    float edge[ROWS * COLUMNS];
    K(product)(inner, a, b, false, NULL, used_columns, edge, COLUMNS);
    for (int64_t i = 0; i < used_rows; i++)
        for (int64_t j = 0; j < used_columns; j++) {
            float *to = y + i * ldy + j, sum = edge[i * COLUMNS + j];
            if (add) sum = *to + sum;
            *to = scale ? scale[i] * sum : sum;
        }
}

static void K(multiply)(int64_t inner, const float *a, const float *b, bool add, int64_t used_rows,
                        int64_t used_columns, float *y, int64_t ldy)
{
    K(multiply_scaled)(inner, a, b, add, NULL, used_rows, used_columns, y, ldy);
}
