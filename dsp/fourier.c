/* Fourier features. By sin(a + b) = sin a cos b + cos a sin b a plane costs one sine and cosine per row and per column. */
#include "fourier.h"

#include <math.h>

#include "core/core.h"
#include "maths.h"

void alf_fourier_transform(int64_t count, const double matrix[9], double freqs[], double phases[])
{
    const double *m = matrix;
    for (int64_t i = 0; i < count; i++) {
        double fx = freqs[2 * i], fy = freqs[2 * i + 1];
        phases[i] += fx * m[2] + fy * m[5];
        freqs[2 * i] = fx * m[0] + fy * m[3];
        freqs[2 * i + 1] = fx * m[1] + fy * m[4];
    }
}

void alf_fourier_damping(int64_t count, const double freqs[], double bandwidth, double rate, double amplitudes[])
{
    double room = 0.5 * rate - bandwidth;
    for (int64_t i = 0; i < count; i++) {
        double beyond = hypot(freqs[2 * i], freqs[2 * i + 1]) - bandwidth;
        amplitudes[i] = room > 0.0 ? fmin(fmax(1.0 - beyond / room, 0.0), 1.0) : 1.0;
    }
}

/* Arrays of one element type: `single` says float, else double. */
typedef struct {
    alf_ctx    *ctx;
    int64_t     h, w;
    double      rate;
    bool        single;
    const void *freqs, *phases, *amplitudes;
    void       *y;
} feature_run;

static double element(const feature_run *run, const void *array, int64_t i)
{
    return run->single ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

/* sines[j], cosines[j] of 2 pi (freq p_j + phase) at the `size` pixel centres */
static void axis_table(const feature_run *run, int64_t size, double freq, double phase, double *sines, double *cosines)
{
    for (int64_t j = 0; j < size; j++) {
        double position = ((double)j + 0.5 - 0.5 * (double)size) / run->rate;
        alf_sincos_turns(freq * position + phase, &sines[j], &cosines[j]);
    }
}

/* One feature plane. */
static void feature_tile(void *arg, int64_t feature, int worker)
{
    const feature_run *run = arg;
    double            *sin_x = alf_scratch(run->ctx, worker), *cos_x = sin_x + run->w;
    double            *sin_y = cos_x + run->w, *cos_y = sin_y + run->h;
    double             amplitude = run->amplitudes ? element(run, run->amplitudes, feature) : 1.0;

    axis_table(run, run->w, element(run, run->freqs, 2 * feature), 0.0, sin_x, cos_x);
    axis_table(run, run->h, element(run, run->freqs, 2 * feature + 1), element(run, run->phases, feature), sin_y,
               cos_y);
    for (int64_t row = 0; row < run->h; row++) {
        double  s = sin_y[row] * amplitude, c = cos_y[row] * amplitude;
        int64_t at = (feature * run->h + row) * run->w;
        if (run->single) {
            float *y = (float *)run->y + at;
            for (int64_t x = 0; x < run->w; x++) y[x] = (float)(sin_x[x] * c + cos_x[x] * s);
        } else {
            double *y = (double *)run->y + at;
            for (int64_t x = 0; x < run->w; x++) y[x] = sin_x[x] * c + cos_x[x] * s;
        }
    }
}

alf_status alf_fourier_check(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate, const void *freqs,
                             const void *phases, const void *y)
{
    int64_t pixels, values, bytes;
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!freqs || !phases || !y)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_fourier_features: freqs, phases or y is NULL");
    if (count < 0 || h < 1 || w < 1 || !alf_mul_i64(h, w, &pixels) || !alf_mul_i64(pixels, count, &values) ||
        !alf_mul_i64(values, (int64_t)sizeof(double), &bytes))
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "alf_fourier_features: %lld features on %lld x %lld, expected positive sizes that fit",
                        (long long)count, (long long)h, (long long)w);
    if (!(rate > 0.0) || !isfinite(rate))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_fourier_features: rate is %g, expected a number above 0", rate);
    return ALF_OK;
}

static alf_status run_features(feature_run *run, int64_t count)
{
    int64_t    sides, bytes;
    alf_status status = alf_fourier_check(run->ctx, count, run->h, run->w, run->rate, run->freqs, run->phases, run->y);
    if (status != ALF_OK) return status;
    if (!alf_add_i64(run->h, run->w, &sides) || !alf_mul_i64(sides, 2 * (int64_t)sizeof(double), &bytes))
        return alf_fail(run->ctx, ALF_ERR_MEMORY, "alf_fourier_features: %lld x %lld does not fit into memory",
                        (long long)run->h, (long long)run->w);
    status = alf_scratch_reserve(run->ctx, (size_t)bytes);
    if (status == ALF_OK) alf_parallel(run->ctx, count, feature_tile, run);
    return status;
}

alf_status alf_fourier_features_f32(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate, const float freqs[],
                                    const float phases[], const float amplitudes[], float y[])
{
    feature_run run = {ctx, h, w, rate, true, freqs, phases, amplitudes, y};
    return run_features(&run, count);
}

alf_status alf_fourier_features_f64(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate,
                                    const double freqs[], const double phases[], const double amplitudes[], double y[])
{
    feature_run run = {ctx, h, w, rate, false, freqs, phases, amplitudes, y};
    return run_features(&run, count);
}
