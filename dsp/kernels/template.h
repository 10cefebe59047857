/* All kernels of one element type on one instruction set. Who includes this has defined
 *   T, I                 the element and the integer of its size
 *   LANES                elements of a vector, 1 for plain scalars
 *   K(name)              the name of a function of this type and instruction set
 *   SPLAT(t)             the vector of LANES times t
 *   FMA(a, b, c)         a * b + c on vectors
 *   MAX(a, b), MIN(a, b) on vectors; b where one of them is not a number
 *   LOAD_CODES(p)        LANES bytes as integers
 *   STORE_CODES(p, v)    integers as LANES bytes
 *   SHIFTED(p, lo, hi, by)  optional: the vector at p + by, from those at p and p + LANES
 *   BITS_NOT_ABOVE(a, b), BITS_DIFFER(a, b)  a bit for each element of a that is not greater, not the same
 *   SCALE_WHERE(bits, v, t)                  v, times t where there is a bit
 *   LARGEST(a, v)                            vectors: integers, the larger of a's and those that v's sizes are stored as
 *   WITH_PROBE           if the multiply-add probe is wanted as well
 * and this undefines them. */
#ifndef ALF_DSP_TEMPLATE_H
#define ALF_DSP_TEMPLATE_H
#include <stdint.h>
#include <string.h>

#include "kernels/codes.h"
#include "kernels/kernels.h"
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#endif

#define SPACE (sizeof(T) == sizeof(double)) /* index of the plan's layout of the scratch */
#define TAPS(stage) ((const T *)(sizeof(T) == sizeof(double) ? (const void *)(stage)->f64 : (const void *)(stage)->f32))

#include "kernels/rows.h"

#ifndef SHIFTED
#define SHIFTED(p, lo, hi, by) K(load)((p) + (by))
#endif
#include "kernels/across6.h"
#include "kernels/window6.h"

/* what is made of rows */
#include "kernels/flrelu.h"
#if LANES > 1
#include "kernels/six.h"
#endif
#include "kernels/total.h"
#include "kernels/upfirdn2d.h"
#ifdef WITH_PROBE
#include "kernels/fma_probe.h"
#undef WITH_PROBE
#endif

#undef T
#undef I
#undef LANES
#undef K
#undef SPLAT
#undef FMA
#undef MAX
#undef MIN
#undef LOAD_CODES
#undef STORE_CODES
#undef SHIFTED
#undef BITS_NOT_ABOVE
#undef LARGEST
#undef BITS_DIFFER
#undef SCALE_WHERE
#undef SPACE
#undef TAPS
#undef VEC
#undef IVEC
#undef ACT
#undef PIECES
#undef W6_NEXT
#undef W6_DOT
#undef SOURCE
#undef WORK
#undef SELECT
#undef WHERE
