/* Average power spectra.
 *
 * Rows are transformed first, and only those that hold an image; then columns in tiles, zero-padded in scratch. So the
 * padded image never exists as a whole, and the real input's second half is filled in by symmetry when it is read. */
#include <math.h>
#include <string.h>

#include "aliasfree/fir.h"
#include "aliasfree/spectrum.h"
#include "core/core.h"
#include "fft.h"

struct alf_spectrum {
    alf_spectrum_spec spec;
    int               n, half; /* padded size, n/2 + 1 */
    int64_t           planes;
    size_t            row_doubles; /* of scratch for one padded row, rounded up to whole cache lines */
    double           *window;      /* [size]                                         */
    fftw_complex     *rows;        /* [size, half] of the plane at hand              */
    double           *power;       /* [half, n] sums, column by column               */
    fftw_plan         row_plan, column_plan;
};

typedef struct {
    alf_ctx      *ctx;
    alf_spectrum *spectrum;
    const double *x;
} plane_run;

/* --- creation ----------------------------------------------------------------------------------------------------- */

static alf_status check_spec(alf_ctx *ctx, const alf_spectrum_spec *spec)
{
    if (spec->size < 1 || spec->size > 16384)
        return alf_fail(ctx, ALF_ERR_RANGE, "spectrum: size is %lld, expected 1 to 16384", (long long)spec->size);
    if (spec->interp < 1 || spec->interp > 16)
        return alf_fail(ctx, ALF_ERR_RANGE, "spectrum: interp is %d, expected 1 to 16", spec->interp);
    if (!(spec->beta >= 0.0) || !isfinite(spec->beta))
        return alf_fail(ctx, ALF_ERR_RANGE, "spectrum: beta is %g, expected a finite number, at least 0", spec->beta);
    if (!isfinite(spec->mean))
        return alf_fail(ctx, ALF_ERR_RANGE, "spectrum: mean is %g, expected a finite number", spec->mean);
    if (!(spec->std > 0.0) || !isfinite(spec->std))
        return alf_fail(ctx, ALF_ERR_RANGE, "spectrum: std is %g, expected a finite number above 0", spec->std);
    return ALF_OK;
}

static void fill_window(const alf_spectrum_spec *spec, double window[])
{
    double squares = 0.0;
    alf_kaiser_window((int)spec->size, spec->beta, window);
    for (int64_t i = 0; i < spec->size; i++) squares += window[i] * window[i];
    for (int64_t i = 0; i < spec->size; i++) window[i] /= sqrt(squares);
}

/* Scratch of a worker: a padded row and its transform, or a padded column. */
static alf_status reserve(alf_ctx *ctx, const alf_spectrum *s)
{
    size_t row = (s->row_doubles + 2 * (size_t)s->half) * sizeof(double);
    size_t column = (size_t)s->n * sizeof(fftw_complex);
    return alf_scratch_reserve(ctx, row > column ? row : column);
}

static alf_status prepare(alf_ctx *ctx, alf_spectrum *s)
{
    size_t size = (size_t)s->spec.size, n = (size_t)s->n, half = (size_t)s->half;
    s->window = alf_mem_alloc(ctx, size, sizeof *s->window);
    s->rows = alf_mem_alloc(ctx, size * half, sizeof *s->rows);
    s->power = alf_mem_zalloc(ctx, half * n, sizeof *s->power);
    if (!s->window || !s->rows || !s->power) return ALF_ERR_MEMORY;
    fill_window(&s->spec, s->window);

    /* plans are made on scratch and run on any worker's scratch, which is aligned alike */
    s->row_doubles = (n + 7) / 8 * 8;
    alf_status status = reserve(ctx, s);
    if (status != ALF_OK) return status;
    double *scratch = alf_scratch(ctx, 0);
    s->row_plan = alf_fft_plan_r2c(ctx, 1, &s->n, scratch, (fftw_complex *)(void *)(scratch + s->row_doubles));
    s->column_plan = alf_fft_plan_c2c(ctx, s->n, (fftw_complex *)(void *)scratch);
    return s->row_plan && s->column_plan ? ALF_OK : ALF_ERR_MEMORY;
}

alf_status alf_spectrum_create(alf_ctx *ctx, const alf_spectrum_spec *spec, alf_spectrum **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!spec || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_spectrum_create: spec or out is NULL");
    alf_status status = check_spec(ctx, spec);
    if (status != ALF_OK) return status;
    alf_spectrum *s = alf_mem_zalloc(ctx, 1, sizeof *s);
    if (!s) return ALF_ERR_MEMORY;
    s->spec = *spec;
    s->n = (int)spec->size * spec->interp;
    s->half = s->n / 2 + 1;
    status = prepare(ctx, s);
    if (status == ALF_OK)
        *out = s;
    else
        alf_spectrum_destroy(s);
    return status;
}

void alf_spectrum_destroy(alf_spectrum *spectrum)
{
    if (!spectrum) return;
    alf_fft_destroy(spectrum->row_plan);
    alf_fft_destroy(spectrum->column_plan);
    alf_mem_free(spectrum->window);
    alf_mem_free(spectrum->rows);
    alf_mem_free(spectrum->power);
    alf_mem_free(spectrum);
}

/* --- adding images ------------------------------------------------------------------------------------------------ */

static void row_tile(void *arg, int64_t row, int worker)
{
    const plane_run *run = arg;
    alf_spectrum    *s = run->spectrum;
    int64_t          size = s->spec.size;
    double          *padded = alf_scratch(run->ctx, worker);
    fftw_complex    *transformed = (fftw_complex *)(void *)(padded + s->row_doubles);
    double           factor = s->window[row] / s->spec.std;

    for (int64_t x = 0; x < size; x++) padded[x] = (run->x[row * size + x] - s->spec.mean) * s->window[x] * factor;
    memset(padded + size, 0, (size_t)(s->n - size) * sizeof *padded);
    fftw_execute_dft_r2c(s->row_plan, padded, transformed);
    memcpy(s->rows + row * s->half, transformed, (size_t)s->half * sizeof *transformed);
}

static void column_tile(void *arg, int64_t column, int worker)
{
    const plane_run *run = arg;
    alf_spectrum    *s = run->spectrum;
    fftw_complex    *padded = alf_scratch(run->ctx, worker);
    double          *power = s->power + column * s->n;

    for (int64_t y = 0; y < s->spec.size; y++) memcpy(padded[y], s->rows[y * s->half + column], sizeof *padded);
    memset(padded + s->spec.size, 0, (size_t)(s->n - s->spec.size) * sizeof *padded);
    fftw_execute_dft(s->column_plan, padded, padded);
    for (int i = 0; i < s->n; i++) power[i] += padded[i][0] * padded[i][0] + padded[i][1] * padded[i][1];
}

alf_status alf_spectrum_add(alf_ctx *ctx, alf_spectrum *spectrum, int64_t planes, const double *x)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!spectrum || !x) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_spectrum_add: spectrum or x is NULL");
    if (planes < 0)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_spectrum_add: planes is %lld, expected 0 or more", (long long)planes);
    alf_status status = reserve(ctx, spectrum);
    if (status != ALF_OK) return status;
    for (int64_t p = 0; p < planes; p++) {
        plane_run run = {ctx, spectrum, x + p * spectrum->spec.size * spectrum->spec.size};
        alf_parallel(ctx, spectrum->spec.size, row_tile, &run);
        alf_parallel(ctx, spectrum->half, column_tile, &run);
        spectrum->planes++;
    }
    return ALF_OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

int64_t alf_spectrum_size(const alf_spectrum *spectrum)
{
    return spectrum->n;
}

void alf_spectrum_read(const alf_spectrum *spectrum, double out[])
{
    int64_t n = spectrum->n;
    double  scale = spectrum->planes ? 1.0 / (double)spectrum->planes : 0.0;
    for (int64_t y = 0; y < n; y++) {
        for (int64_t x = 0; x < n; x++) { /* beyond the half: |F(-y, -x)| = |F(y, x)| of a real image */
            int64_t row = x < spectrum->half ? y : (n - y) % n, column = x < spectrum->half ? x : n - x;
            out[y * n + x] = spectrum->power[column * n + row] * scale;
        }
    }
}
