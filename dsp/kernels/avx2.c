/* The template for AVX2 with fused multiply-add. This file has compiler flags of its own, so nothing in it may run before
 * the processor was asked. */
#include <immintrin.h>
#include <stdint.h>

/* The low bytes of eight, or four, integers. */
static inline __m128i bytes_of_epi32(__m256i v)
{
    __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    return _mm_packus_epi16(words, words);
}

static inline __m128i bytes_of_epi64(__m256i v)
{
    return bytes_of_epi32(_mm256_permutevar8x32_epi32(v, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6)));
}

/* All bits of the lanes that have one, from the lowest bits of an integer. */
static inline __m256 lanes_of_ps(uint32_t bits)
{
    const __m256i each = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    return _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int)bits), each), each));
}

static inline __m256d lanes_of_pd(uint32_t bits)
{
    const __m256i each = _mm256_setr_epi64x(1, 2, 4, 8);
    return _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_and_si256(_mm256_set1_epi64x((int)bits), each), each));
}

static inline __m256i larger_epi64(__m256i a, __m256i b)
{
    return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(b, a));
}

#define T float
#define I int32_t
#define LANES 8
#define K(name) alf_k_##name##_f32_avx2
#define SPLAT(t) ((VEC)_mm256_set1_ps(t))
#define FMA(a, b, c) ((VEC)_mm256_fmadd_ps(a, b, c))
#define MAX(a, b) ((VEC)_mm256_max_ps(a, b))
#define MIN(a, b) ((VEC)_mm256_min_ps(a, b))
#define LOAD_CODES(p) ((IVEC)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(p))))
#define STORE_CODES(p, v) _mm_storel_epi64((__m128i *)(p), bytes_of_epi32((__m256i)(v)))
#define BITS_NOT_ABOVE(a, b) ((uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NGT_UQ)))
#define BITS_DIFFER(a, b) ((uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NEQ_UQ)))
#define LARGEST(a, v) ((IVEC)_mm256_max_epi32((__m256i)(a), (__m256i)((IVEC)(v)&INT32_MAX)))
#define SCALE_WHERE(bits, v, t) ((VEC)_mm256_blendv_ps(v, (v) * (t), lanes_of_ps(bits)))
#define WITH_PROBE
#include "kernels/template.h"

#define T double
#define I int64_t
#define LANES 4
#define K(name) alf_k_##name##_f64_avx2
#define SPLAT(t) ((VEC)_mm256_set1_pd(t))
#define FMA(a, b, c) ((VEC)_mm256_fmadd_pd(a, b, c))
#define MAX(a, b) ((VEC)_mm256_max_pd(a, b))
#define MIN(a, b) ((VEC)_mm256_min_pd(a, b))
#define LOAD_CODES(p) ((IVEC)_mm256_cvtepu8_epi64(_mm_loadu_si32(p)))
#define STORE_CODES(p, v) _mm_storeu_si32(p, bytes_of_epi64((__m256i)(v)))
#define BITS_NOT_ABOVE(a, b) ((uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_NGT_UQ)))
#define BITS_DIFFER(a, b) ((uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_NEQ_UQ)))
#define LARGEST(a, v) ((IVEC)larger_epi64((__m256i)(a), (__m256i)((IVEC)(v)&INT64_MAX)))
#define SCALE_WHERE(bits, v, t) ((VEC)_mm256_blendv_pd(v, (v) * (t), lanes_of_pd(bits)))
#include "kernels/template.h"

const alf_kernels alf_kernels_avx2 = ALF_VECTOR_TABLE(avx2);
