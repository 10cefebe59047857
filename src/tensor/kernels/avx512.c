/* The template for AVX-512 (F). This file has compiler flags of its own, so nothing in it may run before the processor
 * was asked. */
#include <immintrin.h>

#define LANES 16
#define ROWS 8
#define K(name) alf_ck_##name##_avx512
#define SPLAT(t) ((VEC)_mm512_set1_ps(t))
#define FMA(a, b, c) ((VEC)_mm512_fmadd_ps(a, b, c))
#define TABLE alf_conv_kernels_avx512
#include "tensor/kernels/template.h"
