/* The template for AVX-512 (F, BW, DQ, VL). This file has compiler flags of its own, so nothing in it may run before the
 * processor was asked. */
#include <immintrin.h>

#define T float
#define I int32_t
#define LANES 16
#define K(name) alf_k_##name##_f32_avx512
#define SPLAT(t) ((VEC)_mm512_set1_ps(t))
#define FMA(a, b, c) ((VEC)_mm512_fmadd_ps(a, b, c))
#define MAX(a, b) ((VEC)_mm512_max_ps(a, b))
#define MIN(a, b) ((VEC)_mm512_min_ps(a, b))
#define LOAD_CODES(p) ((IVEC)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(p))))
#define STORE_CODES(p, v) _mm_storeu_si128((__m128i *)(p), _mm512_cvtepi32_epi8((__m512i)(v)))
#define SHIFTED(p, lo, hi, by) ((VEC)_mm512_castsi512_ps(_mm512_alignr_epi32((__m512i)(hi), (__m512i)(lo), by)))
#define BITS_NOT_ABOVE(a, b) ((uint32_t)_mm512_cmp_ps_mask(a, b, _CMP_NGT_UQ))
#define BITS_DIFFER(a, b) ((uint32_t)_mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ))
#define LARGEST(a, v) ((IVEC)_mm512_max_epi32((__m512i)(a), (__m512i)((IVEC)(v)&INT32_MAX)))
#define SCALE_WHERE(bits, v, t) ((VEC)_mm512_mask_mul_ps(v, (__mmask16)(bits), v, t))
#define WITH_PROBE
#include "kernels/template.h"

#define T double
#define I int64_t
#define LANES 8
#define K(name) alf_k_##name##_f64_avx512
#define SPLAT(t) ((VEC)_mm512_set1_pd(t))
#define FMA(a, b, c) ((VEC)_mm512_fmadd_pd(a, b, c))
#define MAX(a, b) ((VEC)_mm512_max_pd(a, b))
#define MIN(a, b) ((VEC)_mm512_min_pd(a, b))
#define LOAD_CODES(p) ((IVEC)_mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(p))))
#define STORE_CODES(p, v) _mm_storel_epi64((__m128i *)(p), _mm512_cvtepi64_epi8((__m512i)(v)))
#define SHIFTED(p, lo, hi, by) ((VEC)_mm512_castsi512_pd(_mm512_alignr_epi64((__m512i)(hi), (__m512i)(lo), by)))
#define BITS_NOT_ABOVE(a, b) ((uint32_t)_mm512_cmp_pd_mask(a, b, _CMP_NGT_UQ))
#define BITS_DIFFER(a, b) ((uint32_t)_mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ))
#define LARGEST(a, v) ((IVEC)_mm512_max_epi64((__m512i)(a), (__m512i)((IVEC)(v)&INT64_MAX)))
#define SCALE_WHERE(bits, v, t) ((VEC)_mm512_mask_mul_pd(v, (__mmask8)(bits), v, t))
#include "kernels/template.h"

const alf_kernels alf_kernels_avx512 = ALF_VECTOR_TABLE(avx512);
