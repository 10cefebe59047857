/* Slices of films, and detail. */
#include "common/slices.h"

void slice_put(int64_t channels, int64_t size, const double image[], int64_t frames, int64_t frame, double out[])
{
    for (int64_t i = 0; i < channels * size; i++) out[i * frames + frame] = image[i * size + size / 2];
}

/* Binomial average over 5 neighbours; beyond the ends the last one is repeated. */
static double average(const double x[], int64_t count, int64_t stride, int64_t i)
{
    static const double weights[5] = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};
    double              sum = 0;
    for (int64_t j = -2; j <= 2; j++) {
        const int64_t at = i + j < 0 ? 0 : i + j >= count ? count - 1 : i + j;
        sum += weights[j + 2] * x[at * stride];
    }
    return sum;
}

static void detail_of_plane(int64_t height, int64_t width, bool across, const double x[], double out[])
{
    for (int64_t i = 0; i < height * width; i++) out[i] = average(x + i % width, height, width, i / width);
    for (int64_t y = 0; y < height; y++) {
        double *line = out + y * width, before[2] = {line[0], line[0]};
        for (int64_t i = 0; across && i < width; i++) { /* in place: two neighbours are kept as they were */
            const double here = line[i], next = line[i + 1 < width ? i + 1 : width - 1],
                         after = line[i + 2 < width ? i + 2 : width - 1];
            line[i] = (before[1] + 4 * before[0] + 6 * here + 4 * next + after) / 16;
            before[1] = before[0];
            before[0] = here;
        }
    }
    for (int64_t i = 0; i < height * width; i++) out[i] = x[i] - out[i];
}

void detail_of(int64_t planes, int64_t height, int64_t width, bool across, const double x[], double out[])
{
    const int64_t count = height * width;
    for (int64_t p = 0; p < planes; p++) detail_of_plane(height, width, across, x + p * count, out + p * count);
}
