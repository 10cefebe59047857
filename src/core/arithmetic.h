/* Small arithmetic that every layer needs. Private to the library. */
#ifndef ALF_CORE_ARITHMETIC_H
#define ALF_CORE_ARITHMETIC_H

#include <stdint.h>

#define ALF_PI 3.14159265358979323846

/* a / b rounded down, and up; b != 0. */
static inline int64_t alf_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static inline int64_t alf_ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b != 0 && (a < 0) == (b < 0));
}

static inline int64_t alf_smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t alf_larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

#endif
