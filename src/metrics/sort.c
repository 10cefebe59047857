/* Radix sort: three passes over 11 bits each. The bits of a float, with all of them turned over where it is negative and
 * the sign bit alone where it is not, are in the order of the numbers. */
#include "metrics/sort.h"

#include <string.h>

enum { PASSES = 3, BITS = 11, BUCKETS = 1 << BITS };

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

/* The first place of each digit in the order of one pass. */
typedef struct {
    int64_t of[BUCKETS];
} places;

static void count_digits(int64_t count, const float *values, places all[PASSES])
{
    memset(all, 0, PASSES * sizeof *all);
    for (int64_t i = 0; i < count; i++)
        for (int pass = 0; pass < PASSES; pass++) all[pass].of[digit(values[i], pass)]++;
    for (int pass = 0; pass < PASSES; pass++)
        for (int64_t i = 0, next = 0; i < BUCKETS; i++) {
            const int64_t here = all[pass].of[i];
            all[pass].of[i] = next;
            next += here;
        }
}

void alf_sort_floats(int64_t count, float *values, float *spare)
{
    places all[PASSES];
    float *from = values, *to = spare;
    count_digits(count, values, all);
    for (int pass = 0; pass < PASSES; pass++) {
        for (int64_t i = 0; i < count; i++) to[all[pass].of[digit(from[i], pass)]++] = from[i];
        float *filled = to;
        to = from;
        from = filled;
    }
    memcpy(values, spare, (size_t)count * sizeof *values); /* an odd number of passes ended there */
}
