/* A window of six input rows w0 .. w5 that moves down a vector of columns. Part of template.h. Its rows are variables
 * with names, because compilers keep arrays of vectors in memory. */

#define W6_NEXT(row) (w0 = w1, w1 = w2, w2 = w3, w3 = w4, w4 = w5, w5 = (row))
#define W6_DOT(t0, t1, t2, t3, t4, t5) FMA(t5, w5, FMA(t4, w4, FMA(t3, w3, FMA(t2, w2, FMA(t1, w1, t0 *w0)))))
