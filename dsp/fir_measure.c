/* Frequency responses of filters and the figures that sum them up. */
#include <math.h>

#include "core/core.h"
#include "fft.h"
#include "fir.h"
#include "maths.h"
#include "taps.h"

/* --- responses ---------------------------------------------------------------------------------------------------- */

/* |sum of taps[n] exp(-2 pi i n turns)|, `turns` = frequency / sampling rate */
static double taps_gain(int count, const double taps[], double turns)
{
    double re = 0.0, im = 0.0;
    for (int n = 0; n < count; n++) {
        double s, c;
        alf_sincos_turns(turns * (double)n, &s, &c);
        re += taps[n] * c;
        im -= taps[n] * s;
    }
    return hypot(re, im);
}

static double axis_gain(const alf_fir *fir, double freq)
{
    return taps_gain(fir->width, fir->axis, freq / fir->fs);
}

void alf_fir_response(const alf_fir *fir, int count, const double freq[], double gain[])
{
    for (int i = 0; i < count; i++) gain[i] = axis_gain(fir, freq[i]);
}

double alf_fir_response_2d(const alf_fir *fir, double fx, double fy)
{
    if (fir->rank < 2) return axis_gain(fir, fx) * axis_gain(fir, fy);
    double re = 0.0, im = 0.0;
    for (int y = 0; y < fir->height; y++) {
        for (int x = 0; x < fir->width; x++) {
            double s, c, tap = fir->values[(size_t)y * (size_t)fir->width + (size_t)x];
            alf_sincos_turns((fx * (double)x + fy * (double)y) / fir->fs, &s, &c);
            re += tap * c;
            im -= tap * s;
        }
    }
    return hypot(re, im);
}

/* --- the response on a dense grid --------------------------------------------------------------------------------- */

/* Gains at f = i fs / points for i = 0 .. points/2, relative to that at 0. */
typedef struct {
    const alf_fir *fir;
    int            points;
    double         step, dc;
    double        *gain;
} gain_grid;

static int grid_points(const alf_fir *fir)
{
    int points = 16384;
    while (points < 32 * fir->width) points *= 2; /* 32 points per side lobe find its peak within 0.05 dB */
    return points;
}

/* Takes memory that grid_release() returns, also after a failure. */
static alf_status grid_fill(alf_ctx *ctx, const alf_fir *fir, gain_grid *grid)
{
    int           points = grid_points(fir), half = points / 2 + 1;
    double       *taps = alf_mem_zalloc(ctx, (size_t)points, sizeof *taps);
    fftw_complex *spectrum = alf_mem_alloc(ctx, (size_t)half, sizeof *spectrum);
    fftw_plan     plan = NULL;
    *grid = (gain_grid){.fir = fir, .points = points, .step = fir->fs / (double)points, .gain = taps};
    if (taps && spectrum) plan = alf_fft_plan_r2c(ctx, 1, &points, taps, spectrum);
    if (plan) {
        for (int i = 0; i < fir->width; i++) taps[i] = fir->axis[i];
        fftw_execute(plan);
        grid->dc = hypot(spectrum[0][0], spectrum[0][1]);
        for (int i = 0; i < half; i++) grid->gain[i] = hypot(spectrum[i][0], spectrum[i][1]) / grid->dc;
    }
    alf_fft_destroy(plan);
    alf_mem_free(spectrum);
    if (!plan) return ALF_ERR_MEMORY;
    if (grid->dc < 1e-9)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_fir_measure: the taps sum to %g, expected a low-pass filter",
                        grid->dc);
    return ALF_OK;
}

static void grid_release(gain_grid *grid)
{
    alf_mem_free(grid->gain);
}

static double gain_at(const gain_grid *grid, double freq)
{
    return axis_gain(grid->fir, freq) / grid->dc;
}

/* Largest value of |20 log10 gain| or of gain between two frequencies, their own included. */
static double largest(const gain_grid *grid, double from, double to, bool in_db)
{
    double best = 0.0;
    if (from > to) return best;
    int first = (int)ceil(from / grid->step), last = (int)floor(to / grid->step);
    for (int i = first - 1; i <= last + 1; i++) {
        double gain = i < first ? gain_at(grid, from) : i > last ? gain_at(grid, to) : grid->gain[i];
        best = fmax(best, in_db ? fabs(20.0 * log10(gain)) : gain);
    }
    return best;
}

/* The frequency near grid points i, i + 1 at which the gain passes `level`, by bisection. */
static double crossing(const gain_grid *grid, int i, double level)
{
    double low = (double)i * grid->step, high = low + grid->step;
    bool   above = grid->gain[i] > level;
    for (int k = 0; k < 40; k++) {
        double middle = 0.5 * (low + high);
        if ((gain_at(grid, middle) > level) == above)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* The first frequency at which the gain falls to `level`; NaN if it never does. */
static double first_fall(const gain_grid *grid, double level)
{
    for (int i = 1; i <= grid->points / 2; i++)
        if (grid->gain[i] <= level) return crossing(grid, i - 1, level);
    return NAN;
}

/* The last frequency at which the gain is at least `level`. */
static double last_above(const gain_grid *grid, double level)
{
    int last = grid->points / 2;
    if (grid->gain[last] >= level) return (double)last * grid->step;
    while (last > 0 && grid->gain[last] < level) last--;
    return crossing(grid, last, level);
}

/* --- alias energy ------------------------------------------------------------------------------------------------- */

/* Sum over lags of the autocorrelation times sinc(lag / decimation) / decimation per axis: the energy in the band that
 * survives the decimation. The lags are circular on rows x cols. */
static double kept_energy(int rows, int cols, const double *autocorrelation, int decimation)
{
    double d = (double)decimation, sum = 0.0;
    for (int y = 0; y < rows; y++) {
        double lag_y = (double)(y <= rows / 2 ? y : y - rows), row = 0.0;
        for (int x = 0; x < cols; x++) {
            double lag_x = (double)(x <= cols / 2 ? x : x - cols);
            row += autocorrelation[(size_t)y * (size_t)cols + (size_t)x] * alf_sinc(lag_x / d) / d;
        }
        sum += row * (rows > 1 ? alf_sinc(lag_y / d) / d : 1.0);
    }
    return sum;
}

/* Share of white input's energy beyond the new Nyquist limit: of a separable filter along its axis, of a 2-D filter in
 * the plane outside the square that is kept. Exact but for rounding, which shows below -140 dB. */
static alf_status alias_energy(alf_ctx *ctx, const alf_fir *fir, int decimation, double *share)
{
    /* twice the size, so that circular correlation is plain correlation */
    int           n[2] = {fir->rank == 2 ? 2 * fir->height : 1, 2 * fir->width}, half = n[1] / 2 + 1;
    size_t        points = (size_t)n[0] * (size_t)n[1], bins = (size_t)n[0] * (size_t)half;
    double       *field = alf_mem_zalloc(ctx, points, sizeof *field);
    fftw_complex *spectrum = alf_mem_alloc(ctx, bins, sizeof *spectrum);
    fftw_plan     forward = NULL, back = NULL;
    if (field && spectrum) forward = alf_fft_plan_r2c(ctx, 2, n, field, spectrum);
    if (forward) back = alf_fft_plan_c2r(ctx, 2, n, spectrum, field);
    if (back) {
        for (int y = 0; y < fir->height; y++)
            for (int x = 0; x < fir->width; x++)
                field[(size_t)y * (size_t)n[1] + (size_t)x] = fir->values[(size_t)y * (size_t)fir->width + (size_t)x];
        fftw_execute(forward);
        for (size_t i = 0; i < bins; i++) {
            spectrum[i][0] = spectrum[i][0] * spectrum[i][0] + spectrum[i][1] * spectrum[i][1];
            spectrum[i][1] = 0.0;
        }
        fftw_execute(back);
        *share = fmax(0.0, 1.0 - kept_energy(n[0], n[1], field, decimation) / field[0]);
    }
    alf_status status = back ? ALF_OK : ALF_ERR_MEMORY;
    alf_fft_destroy(forward);
    alf_fft_destroy(back);
    alf_mem_free(spectrum);
    alf_mem_free(field);
    return status;
}

/* --- figures ------------------------------------------------------------------------------------------------------ */

static alf_status check_measure(alf_ctx *ctx, const alf_fir *fir, double cutoff, double width, int decimation)
{
    if (!(cutoff > 0.0 && cutoff <= 0.5 * fir->fs))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_fir_measure: cutoff is %g, expected more than 0 and at most fs/2 = %g",
                        cutoff, 0.5 * fir->fs);
    if (!(width >= 0.0 && isfinite(width)))
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_fir_measure: width is %g, expected a finite number, at least 0",
                        width);
    if (decimation < 1 || decimation > ALF_MAX_TAPS)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_fir_measure: decimation is %d, expected 1 to %d", decimation,
                        ALF_MAX_TAPS);
    return ALF_OK;
}

alf_status alf_fir_measure(alf_ctx *ctx, const alf_fir *fir, double cutoff, double width, int decimation,
                           alf_fir_figures *out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!fir || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_fir_measure: fir or out is NULL");
    alf_status status = check_measure(ctx, fir, cutoff, width, decimation);
    if (status != ALF_OK) return status;

    gain_grid grid;
    double    aliased = 0.0;
    status = grid_fill(ctx, fir, &grid);
    if (status == ALF_OK && decimation > 1) status = alias_energy(ctx, fir, decimation, &aliased);
    if (status == ALF_OK) {
        double nyquist = 0.5 * fir->fs;
        double end = fmax(0.0, cutoff - 0.5 * width), start = cutoff + 0.5 * width;
        *out = (alf_fir_figures){.cutoff = first_fall(&grid, 0.5),
                                 .passband_ripple_db = largest(&grid, 0.0, end, true),
                                 .stopband_db = -20.0 * log10(largest(&grid, start, nyquist, false)),
                                 .transition_width = first_fall(&grid, 0.1) - last_above(&grid, 0.9),
                                 .alias_energy_db = 10.0 * log10(aliased),
                                 .passband_end = end,
                                 .stopband_start = start};
    }
    grid_release(&grid);
    return status;
}

/* --- for people --------------------------------------------------------------------------------------------------- */

static void print_line(FILE *to, const char *format, ...) ALF_PRINTF(2, 3);

/* A line with numbers in the C locale. */
static void print_line(FILE *to, const char *format, ...)
{
    char    line[256];
    va_list args;
    va_start(args, format);
    alf_vformat(line, sizeof line, format, args);
    va_end(args);
    fputs(line, to);
}

void alf_fir_print(const alf_fir *fir, FILE *to)
{
    static const char *const kinds[] = {"identity", "separable", "2-D"};
    print_line(to, "filter: %s, %d x %d taps at rate %g\n", kinds[fir->rank], fir->width,
               fir->rank == 1 ? fir->width : fir->height, fir->fs);
    if (fir->cutoff > 0.0) print_line(to, "cutoff: %g (gain %.4f)\n", fir->cutoff, axis_gain(fir, fir->cutoff));
    if (fir->transition > 0.0)
        print_line(to, "transition: %g, by Kaiser's estimate %.1f dB of attenuation\n", fir->transition,
                   alf_kaiser_attenuation(fir->width, fir->transition / (0.5 * fir->fs)));
    for (int y = 0; y < fir->height; y++)
        for (int x = 0; x < fir->width; x++)
            print_line(to, "%+.17g%s", fir->values[(size_t)y * (size_t)fir->width + (size_t)x],
                       x + 1 < fir->width ? " " : "\n");
}
