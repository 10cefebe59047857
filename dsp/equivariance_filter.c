/* The band-limiting filter of a resampling by an affine matrix.
 *
 * What survives must fit the band of the input grid and that of the turned grid: a sinc on either grid, convolved. The
 * window is made alike from Lanczos windows. Both convolutions are circular, by FFT, on (-64, 64)^2 at spacing 1/up. The
 * functions on the input grid are separable and even, so their transform is a real product of two 1-D ones. */
#include <math.h>

#include "core/core.h"
#include "equivariance.h"
#include "fft.h"
#include "maths.h"

#define SPAN 64
#define MAX_UP 16

typedef double (*profile_fn)(double x);

typedef struct {
    const double *matrix;
    int           up, n, half;
    profile_fn    profile;
    double       *field;    /* [n, n], the origin at [0, 0] and negative positions wrapped */
    fftw_complex *spectrum; /* [n, half]                                                   */
    double       *axis;     /* [half] transform of the profile                             */
    fftw_plan     axis_plan, forward, back;
} affine_job;

static double window_profile(double x)
{
    return fabs(x) < 3.0 ? alf_sinc(x / 3.0) : 0.0;
}

static double position(const affine_job *job, int64_t i)
{
    return (double)(i <= job->n / 2 ? i : i - job->n) / (double)job->up;
}

/* Row `row` of profile(x') profile(y') and, since that is even, the row opposite. */
static void turned_tile(void *arg, int64_t row, int worker)
{
    const affine_job *job = arg;
    const double     *m = job->matrix;
    int64_t           n = job->n, opposite = (n - row) % n;
    double            y = position(job, row);
    (void)worker;
    for (int64_t i = 0; i < n; i++) {
        double x = position(job, i), a = job->profile(m[0] * x + m[1] * y);
        double value = a == 0.0 ? 0.0 : a * job->profile(m[2] * x + m[3] * y);
        job->field[row * n + i] = value;
        job->field[opposite * n + (n - i) % n] = value;
    }
}

/* out [side, side] = the middle of (profile on the grid) * (profile on the turned grid), unscaled */
static void convolve(alf_ctx *ctx, affine_job *job, int side, double out[])
{
    int64_t n = job->n, half = job->half, reach = side / 2;
    for (int64_t i = 0; i < n; i++) job->field[i] = job->profile(position(job, i));
    fftw_execute(job->axis_plan);
    for (int64_t i = 0; i < half; i++) job->axis[i] = job->spectrum[i][0];

    alf_parallel(ctx, n / 2 + 1, turned_tile, job);
    fftw_execute(job->forward);
    for (int64_t row = 0; row < n; row++) {
        double across = job->axis[row < half ? row : n - row];
        for (int64_t i = 0; i < half; i++) {
            job->spectrum[row * half + i][0] *= across * job->axis[i];
            job->spectrum[row * half + i][1] *= across * job->axis[i];
        }
    }
    fftw_execute(job->back);
    for (int64_t row = 0; row < side; row++)
        for (int64_t i = 0; i < side; i++)
            out[row * side + i] = job->field[(row - reach + n) % n * n + (i - reach + n) % n];
}

/* Scales each of the up^2 polyphase components to the sum 1/up^2, so that a constant stays constant; false when one of
 * them vanishes. */
static bool normalise_phases(int up, int side, double taps[])
{
    for (int py = 0; py < up; py++) {
        for (int px = 0; px < up; px++) {
            double sum = 0.0;
            for (int y = py; y < side; y += up)
                for (int x = px; x < side; x += up) sum += taps[y * side + x];
            double scale = 1.0 / (sum * (double)(up * up));
            if (!isfinite(scale)) return false;
            for (int y = py; y < side; y += up)
                for (int x = px; x < side; x += up) taps[y * side + x] *= scale;
        }
    }
    return true;
}

static alf_status prepare(alf_ctx *ctx, affine_job *job)
{
    size_t n = (size_t)job->n, half = (size_t)job->half;
    int    sides[2] = {job->n, job->n};
    job->field = alf_mem_alloc(ctx, n * n, sizeof *job->field);
    job->spectrum = alf_mem_alloc(ctx, n * half, sizeof *job->spectrum);
    job->axis = alf_mem_alloc(ctx, half, sizeof *job->axis);
    if (!job->field || !job->spectrum || !job->axis) return ALF_ERR_MEMORY;
    job->axis_plan = alf_fft_plan_r2c(ctx, 1, sides, job->field, job->spectrum);
    job->forward = alf_fft_plan_r2c(ctx, 2, sides, job->field, job->spectrum);
    job->back = alf_fft_plan_c2r(ctx, 2, sides, job->spectrum, job->field);
    return job->axis_plan && job->forward && job->back ? ALF_OK : ALF_ERR_MEMORY;
}

static void release(affine_job *job)
{
    alf_fft_destroy(job->axis_plan);
    alf_fft_destroy(job->forward);
    alf_fft_destroy(job->back);
    alf_mem_free(job->field);
    alf_mem_free(job->spectrum);
    alf_mem_free(job->axis);
}

static alf_status check(alf_ctx *ctx, const double matrix[4], int up, const double *taps)
{
    if (!matrix || !taps) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_affine_filter: matrix or taps is NULL");
    if (up < 1 || up > MAX_UP)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_affine_filter: up is %d, expected 1 to %d", up, MAX_UP);
    double determinant = matrix[0] * matrix[3] - matrix[1] * matrix[2];
    if (!isfinite(determinant) || !isnormal(determinant))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_affine_filter: the matrix [%g, %g; %g, %g] has no inverse", matrix[0],
                        matrix[1], matrix[2], matrix[3]);
    return ALF_OK;
}

alf_status alf_affine_filter(alf_ctx *ctx, const double matrix[4], int up, double taps[])
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    alf_status status = check(ctx, matrix, up, taps);
    if (status != ALF_OK) return status;

    int        side = 2 * ALF_AFFINE_REACH * up - 1, n = 2 * SPAN * up - 1;
    affine_job job = {.matrix = matrix, .up = up, .n = n, .half = n / 2 + 1};
    double    *sinc = alf_mem_alloc(ctx, (size_t)side * (size_t)side, 2 * sizeof *sinc);
    status = prepare(ctx, &job);
    if (status == ALF_OK && sinc) {
        double *window = sinc + (size_t)side * (size_t)side;
        job.profile = alf_sinc;
        convolve(ctx, &job, side, sinc);
        job.profile = window_profile;
        convolve(ctx, &job, side, window);
        for (int i = 0; i < side * side; i++) sinc[i] *= window[i];
        if (normalise_phases(up, side, sinc))
            for (int i = 0; i < side * side; i++) taps[i] = sinc[i];
        else
            status = alf_fail(ctx, ALF_ERR_RANGE, "alf_affine_filter: no filter for the matrix [%g, %g; %g, %g]",
                              matrix[0], matrix[1], matrix[2], matrix[3]);
    } else {
        status = ALF_ERR_MEMORY;
    }
    release(&job);
    alf_mem_free(sinc);
    return status;
}
