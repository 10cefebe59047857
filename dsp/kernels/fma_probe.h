/* How fast multiply-adds can go. Part of template.h. */

/* Twelve independent sums: enough to keep two units of latency 5 busy, few enough for 16 registers. */
static double K(fma_probe)(int64_t rounds, T *sink)
{
    const VEC m = SPLAT((T)0.5), n = SPLAT((T)1);
    VEC a = SPLAT((T)0.1), b = a + a, c = b + a, d = c + a, e = d + a, f = e + a; /* equal ones would become one */
    VEC g = f + a, h = g + a, p = h + a, q = p + a, r = q + a, s = r + a;

    for (int64_t i = 0; i < rounds; i++) {
        a = FMA(a, m, n), b = FMA(b, m, n), c = FMA(c, m, n), d = FMA(d, m, n);
        e = FMA(e, m, n), f = FMA(f, m, n), g = FMA(g, m, n), h = FMA(h, m, n);
        p = FMA(p, m, n), q = FMA(q, m, n), r = FMA(r, m, n), s = FMA(s, m, n);
    }
    K(store)(sink, a + b + c + d + e + f + g + h + p + q + r + s);
    return (double)rounds * 2 * 12 * LANES;
}
