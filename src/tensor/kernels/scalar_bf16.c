/* The template of bfloat16 for plain scalars: what the processor's instructions compute, for any machine. */
#define LANES 1
#define ROWS 4
#define K(name) alf_ck_##name##_scalar_bf16
#define SPLAT(t) (t)
#define FMA(a, b, c) alf_ck_add_products(a, b, c)
#define PAIR(a, b) alf_ck_pair_of(a, b)
#define TABLE alf_conv_kernels_scalar_bf16
#include <stdint.h>
#include <string.h>

static inline uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* To nearest, ties to even; NaN stays NaN. */
static inline uint32_t rounded(float x)
{
    const uint32_t bits = bits_of(x);
    return x != x ? bits >> 16 | 0x40u : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}

static inline float alf_ck_pair_of(float a, float b)
{
    return float_of(rounded(a) | rounded(b) << 16);
}

static inline float alf_ck_add_products(float a, float b, float sum)
{
    const uint32_t x = bits_of(a), y = bits_of(b);
    return sum + float_of(x & 0xffff0000u) * float_of(y & 0xffff0000u) + float_of(x << 16) * float_of(y << 16);
}

#include "tensor/kernels/bf16_template.h"
