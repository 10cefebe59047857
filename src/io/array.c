/* Stored arrays: the size of a shape, and elements of any type as double or float. Data may be unaligned. */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "io/archive_internal.h"

bool alf_shape_bytes(alf_dtype dtype, int ndim, const int64_t shape[], int64_t *count, int64_t *bytes)
{
    int64_t product = 1;

    for (int i = 0; i < ndim; i++)
        if (shape[i] < 0 || !alf_mul_i64(product, shape[i], &product)) return false;
    *count = product;
    return alf_mul_i64(product, (int64_t)alf_dtype_size(dtype), bytes);
}

/* IEEE half precision: 1 sign, 5 exponent, 10 mantissa bits. */
static double half_value(uint16_t bits)
{
    int    exponent = bits >> 10 & 31, mantissa = bits & 1023;
    double magnitude;

    if (exponent == 31)
        magnitude = mantissa ? NAN : INFINITY;
    else if (exponent == 0)
        magnitude = ldexp(mantissa, -24);
    else
        magnitude = ldexp(mantissa + 1024, exponent - 25);
    return bits >> 15 ? -magnitude : magnitude;
}

/* bfloat16 is the upper half of a float. */
static double bfloat_value(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float    value;

    memcpy(&value, &wide, sizeof value);
    return (double)value;
}

#define RETURN_AS(type)                                                                                                \
    do {                                                                                                               \
        type value;                                                                                                    \
        memcpy(&value, at, sizeof value);                                                                              \
        return (double)value;                                                                                          \
    } while (0)

static inline double element(alf_dtype dtype, const uint8_t *at)
{
    uint16_t bits;

    switch (dtype) {
    case ALF_F64: RETURN_AS(double);
    case ALF_F32: RETURN_AS(float);
    case ALF_I64: RETURN_AS(int64_t);
    case ALF_I32: RETURN_AS(int32_t);
    case ALF_I8: RETURN_AS(int8_t);
    case ALF_U8: RETURN_AS(uint8_t);
    case ALF_BOOL: return *at ? 1.0 : 0.0;
    case ALF_F16: memcpy(&bits, at, sizeof bits); return half_value(bits);
    case ALF_BF16: memcpy(&bits, at, sizeof bits); return bfloat_value(bits);
    }
    return NAN;
}

void alf_array_read_f64(const alf_array *array, int64_t first, int64_t count, double out[])
{
    size_t         size = alf_dtype_size(array->dtype);
    const uint8_t *from = (const uint8_t *)array->data + (size_t)first * size;

    for (int64_t i = 0; i < count; i++) out[i] = element(array->dtype, from + (size_t)i * size);
}

void alf_array_read_f32(const alf_array *array, int64_t first, int64_t count, float out[])
{
    size_t         size = alf_dtype_size(array->dtype);
    const uint8_t *from = (const uint8_t *)array->data + (size_t)first * size;

    if (array->dtype == ALF_F32 && count > 0) {
        memcpy(out, from, (size_t)count * sizeof *out);
        return;
    }
    for (int64_t i = 0; i < count; i++) out[i] = (float)element(array->dtype, from + (size_t)i * size);
}
