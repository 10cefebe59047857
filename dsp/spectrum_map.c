/* Pictures of a spectrum: centred and in dB, smoothed, cut along an axis or a diagonal. */
#include <math.h>
#include <string.h>

#include "aliasfree/spectrum.h"
#include "core/core.h"

#define LEAST_POWER 1e-30 /* -300 dB, for bins where there is nothing */

int64_t alf_spectrum_map_size(int64_t n)
{
    return n / 2 * 2 + 1;
}

void alf_spectrum_map(int64_t n, const double spectrum[], double map[])
{
    int64_t size = alf_spectrum_map_size(n), half = size / 2;

    for (int64_t y = 0; y < size; y++)
        for (int64_t x = 0; x < size; x++) {
            double power = spectrum[(y + n - half) % n * n + (x + n - half) % n];
            map[y * size + x] = 10.0 * log10(fmax(power, LEAST_POWER));
        }
}

/* --- smoothing -------------------------------------------------------------------------------------------------------- */

enum { MAX_RADIUS = 1 << 20 };

/* Weights at the distances 0 to radius, of which all but the first count twice; they sum to 1. */
static void fill_gaussian(double sigma, int64_t radius, double weights[])
{
    double sum = 0.0;

    for (int64_t i = 0; i <= radius; i++) {
        weights[i] = exp(-0.5 * (double)(i * i) / (sigma * sigma));
        sum += i ? 2.0 * weights[i] : weights[i];
    }
    for (int64_t i = 0; i <= radius; i++) weights[i] /= sum;
}

/* One line of `size` values that lie `stride` apart, by way of `line`, where its ends go on for `radius` more. */
static void smooth_line(int64_t size, int64_t stride, int64_t radius, const double weights[], double line[], double x[])
{
    for (int64_t i = -radius; i < size + radius; i++) {
        int64_t from = i < 0 ? 0 : i >= size ? size - 1 : i;
        line[i + radius] = x[from * stride];
    }
    for (int64_t i = 0; i < size; i++) {
        const double *centre = line + i + radius;
        double        sum = weights[0] * centre[0];
        for (int64_t k = 1; k <= radius; k++) sum += weights[k] * (centre[-k] + centre[k]);
        x[i * stride] = sum;
    }
}

alf_status alf_spectrum_map_smooth(alf_ctx *ctx, int64_t size, double sigma, double map[])
{
    int64_t radius;
    double *weights;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!map || size < 1) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_spectrum_map_smooth: there is no map");
    if (!(sigma >= 0.0 && 4.0 * sigma < MAX_RADIUS))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_spectrum_map_smooth: sigma is %g, expected 0 to %d", sigma,
                        MAX_RADIUS / 4);
    radius = (int64_t)(4.0 * sigma + 0.5);
    if (radius == 0) return ALF_OK;
    weights = alf_mem_alloc(ctx, (size_t)(radius + 1 + size + 2 * radius), sizeof *weights);
    if (!weights) return alf_ctx_status(ctx);
    fill_gaussian(sigma, radius, weights);
    for (int64_t y = 0; y < size; y++) smooth_line(size, 1, radius, weights, weights + radius + 1, map + y * size);
    for (int64_t x = 0; x < size; x++) smooth_line(size, size, radius, weights, weights + radius + 1, map + x);
    alf_mem_free(weights);
    return ALF_OK;
}

/* --- slices ----------------------------------------------------------------------------------------------------------- */

void alf_spectrum_map_slice(int64_t size, const double map[], bool diagonal, double out[])
{
    for (int64_t i = 0; i < size; i++) out[i] = map[(diagonal ? i : size / 2) * size + i];
}
