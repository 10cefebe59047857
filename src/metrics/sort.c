/* Radix sort: three passes over 11 bits each. The bits of a float, with all of them turned over where it is negative and
 * the sign bit alone where it is not, are in the order of the numbers. */
#include "metrics/sort.h"

#include <string.h>

enum { BITS = 11, BUCKETS = 1 << BITS };

static uint32_t key_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ (bits >> 31 ? UINT32_MAX : UINT32_C(1) << 31);
}

static unsigned digit(float value, int pass)
{
    return key_of(value) >> (pass * BITS) & (BUCKETS - 1);
}

static void move(int64_t count, const float *from, float *to, int pass)
{
    int64_t place[BUCKETS] = {0}, next = 0;
    for (int64_t i = 0; i < count; i++) place[digit(from[i], pass)]++;
    for (int i = 0; i < BUCKETS; i++) {
        const int64_t here = place[i];
        place[i] = next;
        next += here;
    }
    for (int64_t i = 0; i < count; i++) to[place[digit(from[i], pass)]++] = from[i];
}

void alf_sort_floats(int64_t count, float *values, float *spare)
{
    move(count, values, spare, 0);
    move(count, spare, values, 1);
    move(count, values, spare, 2);
    memcpy(values, spare, (size_t)count * sizeof *values);
}
