/* The template for AVX2 with fused multiply-add. This file has compiler flags of its own, so nothing in it may run
 * before the processor was asked. */
#if defined(__x86_64__)
#include <immintrin.h>

#define T float
#define I int32_t
#define LANES 8
#define K(name) alf_k_##name##_f32_avx2
#define SPLAT(t) ((VEC)_mm256_set1_ps(t))
#define FMA(a, b, c) ((VEC)_mm256_fmadd_ps(a, b, c))
#define WITH_PROBE
#include "kernels/template.h"

#define T double
#define I int64_t
#define LANES 4
#define K(name) alf_k_##name##_f64_avx2
#define SPLAT(t) ((VEC)_mm256_set1_pd(t))
#define FMA(a, b, c) ((VEC)_mm256_fmadd_pd(a, b, c))
#include "kernels/template.h"

const alf_kernels alf_kernels_avx2 = ALF_KERNEL_TABLE(avx2);
#endif
