/* A tile of sums that stays in registers: ROWS by up to three vectors. Part of template.h. */

/* sum += left * right, a row of the tile. */
ALWAYS_INLINE void K(tile_add)(VEC sum[VECTORS], float left, const VEC right[VECTORS], const int vectors)
{
    const VEC factor = SPLAT(left);
#pragma GCC unroll 4
    for (int j = 0; j < vectors; j++) sum[j] = FMA(factor, right[j], sum[j]);
}

/* y = scale * ((add ? y : 0) + sum), by rows; a scale of NULL is 1. */
ALWAYS_INLINE void K(tile_put)(VEC sum[ROWS][VECTORS], bool add, const float *scale, float *y, int64_t ldy,
                               const int vectors)
{
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) {
            float *to = y + i * ldy + j * LANES;
            VEC    v = add ? K(at)(to) + sum[i][j] : sum[i][j];
            K(put)(to, scale ? SPLAT(scale[i]) * v : v);
        }
}
