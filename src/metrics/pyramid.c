#include "metrics/pyramid.h"

static int64_t mirrored(int64_t index, int64_t size)
{
    if (index < 0) return -index;
    return index < size ? index : 2 * (size - 1) - index;
}

/* [1, 4, 6, 4, 1] / 16 on five samples. */
static float binomial(float a, float b, float c, float d, float e)
{
    return (a + e) * (1.0f / 16) + (b + d) * (1.0f / 4) + c * (3.0f / 8);
}

void alf_pyramid_down(int64_t size, const float *x, float *out, float *row)
{
    const int64_t half = size / 2;
    for (int64_t y = 0; y < half; y++) {
        const float *above2 = x + mirrored(2 * y - 2, size) * size, *above = x + mirrored(2 * y - 1, size) * size;
        const float *here = x + 2 * y * size, *below = here + size, *below2 = x + mirrored(2 * y + 2, size) * size;
        for (int64_t i = 0; i < size; i++) row[i] = binomial(above2[i], above[i], here[i], below[i], below2[i]);
        for (int64_t i = 0; i < half; i++)
            out[y * half + i] = binomial(row[mirrored(2 * i - 2, size)], row[mirrored(2 * i - 1, size)], row[2 * i],
                                         row[2 * i + 1], row[mirrored(2 * i + 2, size)]);
    }
}

/* A sample of the finer level between zeros: an even one sees 1, 6, 1 eighths of three coarse ones, an odd one halves of
 * two. The mirror image of what lies behind the end of the finer level is the last coarse sample again. */
static float between(float before, float here, float after, int64_t position)
{
    return position % 2 == 0 ? (before + after) * (1.0f / 8) + here * (3.0f / 4) : (here + after) * (1.0f / 2);
}

void alf_pyramid_subtract(int64_t size, float *x, const float *coarse, float *row)
{
    const int64_t half = size / 2;
    for (int64_t y = 0; y < size; y++) {
        const int64_t middle = y / 2, last = half - 1;
        const float  *before = coarse + (middle > 0 ? middle - 1 : 1) * half, *here = coarse + middle * half;
        const float  *after = coarse + (middle < last ? middle + 1 : last) * half;
        for (int64_t i = 0; i < half; i++) row[i] = between(before[i], here[i], after[i], y);
        for (int64_t i = 0; i < size; i++) {
            const int64_t centre = i / 2;
            x[y * size + i] -=
                between(row[centre > 0 ? centre - 1 : 1], row[centre], row[centre < last ? centre + 1 : last], i);
        }
    }
}
