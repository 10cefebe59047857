/* The horizontal passes of filters with six taps per phase. Part of template.h.
 *
 * All output planes of a row are made together: an input plane is read once, vector by vector, and what a tap wants of
 * it, the same samples a little further on, is cut out of two neighbouring vectors (SHIFTED). Shapes are constants, so
 * that nothing but products is left in the loop. */

/* Samples `by` after those of `lo`, which `hi` follows; p is where lo was read. */
ALWAYS_INLINE VEC K(shifted)(const T *p, VEC lo, VEC hi, const int by)
{
    (void)p, (void)hi;
    switch (by) {
    case 0: return lo;
    case 1: return SHIFTED(p, lo, hi, 1);
    case 2: return SHIFTED(p, lo, hi, 2);
    case 3: return SHIFTED(p, lo, hi, 3);
    case 4: return SHIFTED(p, lo, hi, 4);
    case 5: return SHIFTED(p, lo, hi, 5);
    case 6: return SHIFTED(p, lo, hi, 6);
    default: return K(load)(p + by);
    }
}

/* Taps `from`, `from + 1`, ... of an output plane: taps[k] times input sample base + k, counted across the planes. */
ALWAYS_INLINE VEC K(across6_chain)(const T *const p[4], const VEC lo[4], const VEC hi[4], const T *taps,
                                   const int planes, const int from, const int end, const int base)
{
    VEC sum = SPLAT((T)0);
#pragma GCC unroll 24
    for (int k = from; k < end; k++) {
        const int n = base + k, at = n % planes;
        VEC       in = K(shifted)(p[at], lo[at], hi[at], n / planes);
        sum = k == from ? SPLAT(taps[k]) * in : FMA(SPLAT(taps[k]), in, sum);
    }
    return sum;
}

/* One output plane. Long sums are made of two, so that the next ones need not wait for them. */
ALWAYS_INLINE VEC K(across6_sum)(const T *const p[4], const VEC lo[4], const VEC hi[4], const T *taps, const int planes,
                                 const int count, const int base)
{
    if (count <= 6) return K(across6_chain)(p, lo, hi, taps, planes, 0, count, base);
    return K(across6_chain)(p, lo, hi, taps, planes, 0, count / 2, base) +
           K(across6_chain)(p, lo, hi, taps, planes, count / 2, count, base);
}

ALWAYS_INLINE void K(across6)(const alf_stage *stage, const T *in, int64_t in_plane, T *out, const int planes,
                              const int outs, const int count, const int b0, const int b1, const int b2, const int b3)
{
    const T *const taps = TAPS(stage);
    const T       *t0 = taps + stage->first[0], *t1 = taps + stage->first[outs > 1], *t2 = taps, *t3 = taps;
    const int64_t  width = stage->width;
    const T       *p[4] = {in, in + in_plane, in + 2 * in_plane, in + 3 * in_plane};
    VEC            lo[4], hi[4];
    if (outs > 2) t2 = taps + stage->first[2], t3 = taps + stage->first[3];
    for (int a = 0; a < planes; a++) hi[a] = K(load)(p[a]);
    for (int64_t i = 0; i < width; i += LANES) {
#pragma GCC unroll 4
        for (int a = 0; a < planes; a++) lo[a] = hi[a], hi[a] = K(load)(p[a] + LANES);
        K(store)(out + i, K(across6_sum)(p, lo, hi, t0, planes, count, b0));
        if (outs > 1) K(store)(out + width + i, K(across6_sum)(p, lo, hi, t1, planes, count, b1));
        if (outs > 2) K(store)(out + 2 * width + i, K(across6_sum)(p, lo, hi, t2, planes, count, b2));
        if (outs > 2) K(store)(out + 3 * width + i, K(across6_sum)(p, lo, hi, t3, planes, count, b3));
#pragma GCC unroll 4
        for (int a = 0; a < planes; a++) p[a] += LANES;
    }
}

/* A whole row: `in` to all planes of `out`. False when there is nothing for this shape. */
static bool K(across6_row)(const alf_stage *stage, const alf_across6 *shape, const T *in, T *out)
{
#define SHAPE(number, planes, outs, count, b0, b1, b2, b3)                                                             \
    case number:                                                                                                       \
        K(across6)(stage, in + shape->skip, shape->in_plane, out, planes, outs, count, b0, b1, b2, b3);                \
        return true;
    switch (shape->number) {
        ALF_ACROSS6_SHAPES(SHAPE)
    default: return false;
    }
#undef SHAPE
}
