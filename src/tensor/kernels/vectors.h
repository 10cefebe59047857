/* Vectors of floats, as every template of kernels has them. Who includes this has defined LANES and K, as described in
 * template.h. */
#include <stdint.h>
#include <string.h>

#include "tensor/kernels/kernels.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define VECTORS 3
#define COLUMNS (VECTORS * LANES)

#if LANES == 1
typedef float VEC;
#else
typedef float VEC __attribute__((vector_size(4 * LANES)));
#endif

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
