/* The template for plain scalars: for any machine, and the measure of the vector kernels. */
#define T float
#define I int32_t
#define LANES 1
#define K(name) alf_k_##name##_f32_scalar
#define SPLAT(t) (t)
#define FMA(a, b, c) ((a) * (b) + (c))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define LOAD_CODES(p) ((I) * (p))
#define STORE_CODES(p, v) (*(p) = (uint8_t)(v))
#define BITS_NOT_ABOVE(a, b) ((uint32_t) !((a) > (b)))
#define BITS_DIFFER(a, b) ((uint32_t)((a) != (b)))
#define SCALE_WHERE(bits, v, t) ((bits) ? (v) * (t) : (v))
#define WITH_PROBE
#include "kernels/template.h"

#define T double
#define I int64_t
#define LANES 1
#define K(name) alf_k_##name##_f64_scalar
#define SPLAT(t) (t)
#define FMA(a, b, c) ((a) * (b) + (c))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define LOAD_CODES(p) ((I) * (p))
#define STORE_CODES(p, v) (*(p) = (uint8_t)(v))
#define BITS_NOT_ABOVE(a, b) ((uint32_t) !((a) > (b)))
#define BITS_DIFFER(a, b) ((uint32_t)((a) != (b)))
#define SCALE_WHERE(bits, v, t) ((bits) ? (v) * (t) : (v))
#include "kernels/template.h"

const alf_kernels alf_kernels_scalar = {ALF_KERNEL_TABLE(scalar)};
