/* The template for AVX2 with fused multiply-add. This file has compiler flags of its own, so nothing in it may run before
 * the processor was asked. */
#include <immintrin.h>

#define LANES 8
#define ROWS 4
#define K(name) alf_ck_##name##_avx2
#define SPLAT(t) ((VEC)_mm256_set1_ps(t))
#define FMA(a, b, c) ((VEC)_mm256_fmadd_ps(a, b, c))
#define TABLE alf_conv_kernels_avx2
#include "tensor/kernels/template.h"
