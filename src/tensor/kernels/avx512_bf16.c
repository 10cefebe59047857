/* The template of bfloat16 for AVX-512 with BF16. This file has compiler flags of its own, so nothing in it may run
 * before the processor was asked. */
#include <immintrin.h>
#include <stdint.h>

#define LANES 16
#define ROWS 8
#define K(name) alf_ck_##name##_avx512_bf16
#define SPLAT(t) ((VEC)_mm512_set1_ps(t))
#define FMA(a, b, c) ((VEC)_mm512_dpbf16_ps(c, (__m512bh)(a), (__m512bh)(b)))
#define PAIR(a, b) ((VEC)alf_ck_interleave(_mm512_cvtne2ps_pbh(b, a)))
#define TABLE alf_conv_kernels_avx512_bf16

/* Two vectors of halves, one behind the other, as words. */
static inline __m512i alf_ck_interleave(__m512bh halves)
{
    static const uint16_t order[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                       8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    return _mm512_permutexvar_epi16(_mm512_loadu_si512(order), (__m512i)halves);
}

#include "tensor/kernels/bf16_template.h"
