/* Filter design: windowed sinc and jinc, the kernels of the paper's filter ablation, and those of the older networks. */
#define _XOPEN_SOURCE 700 /* j1 */
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "fir.h"
#include "maths.h"
#include "taps.h"

/* --- the object --------------------------------------------------------------------------------------------------- */

/* A filter with zeroed taps; NULL with the error recorded. */
static alf_fir *fir_alloc(alf_ctx *ctx, int rank, int width, int height, double fs)
{
    size_t   taps = (size_t)width * (size_t)height, axis = rank == 2 ? (size_t)width : 0;
    alf_fir *fir = alf_mem_zalloc(ctx, sizeof *fir + (taps + axis) * sizeof(double), 1);
    if (!fir) return NULL;
    fir->rank = rank;
    fir->width = width;
    fir->height = height;
    fir->fs = fs;
    fir->axis = fir->values + (rank == 2 ? taps : 0);
    return fir;
}

/* To be called once the taps are in place: computes the axis. */
static void fir_seal(alf_fir *fir)
{
    if (fir->rank < 2) return; /* the axis is the filter itself */
    for (int x = 0; x < fir->width; x++) {
        fir->axis[x] = 0.0;
        for (int y = 0; y < fir->height; y++) fir->axis[x] += fir->values[(size_t)y * (size_t)fir->width + (size_t)x];
    }
}

alf_taps alf_fir_taps(const alf_fir *fir)
{
    return (alf_taps){.rank = fir->rank, .width = fir->width, .height = fir->height, .values = fir->values};
}

void alf_fir_destroy(alf_fir *fir)
{
    alf_mem_free(fir);
}

/* Makes the taps sum to 1; false when they vanish. Taps far below the rounding of that sum become 0: in float32 they
 * would be denormal numbers, which slow a processor down a hundredfold. */
static bool normalise(alf_fir *fir)
{
    size_t count = (size_t)fir->width * (size_t)fir->height;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += fir->values[i];
    if (!isnormal(sum)) return false;
    for (size_t i = 0; i < count; i++) {
        fir->values[i] /= sum;
        if (fabs(fir->values[i]) < 1e-30) fir->values[i] = 0.0;
    }
    return true;
}

/* --- kernels ------------------------------------------------------------------------------------------------------ */

/* (2 f_c)^2 jinc(2 f_c r) / (2 f_c), whose limit at 0 is f_c; the constant factor cancels when the taps are normalised */
static double jinc(double cutoff, double r)
{
    double a = ALF_PI * r;
    return a * cutoff < 1e-9 ? cutoff : j1(2.0 * cutoff * a) / a;
}

/* The separable kernels k(u), u = 2 f_c x. */
static double kernel(alf_window window, double u)
{
    switch (window) {
    case ALF_WINDOW_LANCZOS: return fabs(u) < 2.0 ? alf_sinc(u) * alf_sinc(0.5 * u) : 0.0;
    case ALF_WINDOW_GAUSSIAN: return exp(-0.5 * u * u / (0.4 * 0.4));
    case ALF_WINDOW_KAISER: break;
    }
    return alf_sinc(u);
}

static double tap_position(const alf_fir_spec *spec, int i)
{
    return ((double)i - 0.5 * (double)(spec->numtaps - 1)) / spec->fs;
}

static void kaiser_of_spec(const alf_fir_spec *spec, double window[])
{
    double attenuation = alf_kaiser_attenuation(spec->numtaps, spec->width / (0.5 * spec->fs));
    alf_kaiser_window(spec->numtaps, alf_kaiser_beta(attenuation), window);
}

static void fill_separable(const alf_fir_spec *spec, double taps[])
{
    bool kaiser = spec->window == ALF_WINDOW_KAISER;
    if (kaiser) kaiser_of_spec(spec, taps);
    for (int i = 0; i < spec->numtaps; i++)
        taps[i] = (kaiser ? taps[i] : 1.0) * kernel(spec->window, 2.0 * spec->cutoff * tap_position(spec, i));
}

static void fill_radial(const alf_fir_spec *spec, const double window[], double taps[])
{
    int n = spec->numtaps;
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++)
            *taps++ = window[y] * window[x] * jinc(spec->cutoff, hypot(tap_position(spec, y), tap_position(spec, x)));
}

static void fill(const alf_fir_spec *spec, alf_fir *fir)
{
    if (fir->rank == 0) {
        fir->values[0] = 1.0;
        return;
    }
    fir->cutoff = spec->cutoff;
    fir->transition = spec->window == ALF_WINDOW_KAISER ? spec->width : 0.0;
    if (fir->rank == 1) {
        fill_separable(spec, fir->values);
    } else {
        kaiser_of_spec(spec, fir->axis); /* room that fir_seal() fills for good */
        fill_radial(spec, fir->axis, fir->values);
    }
}

/* --- designed filters --------------------------------------------------------------------------------------------- */

alf_fir_spec alf_fir_spec_default(void)
{
    return (alf_fir_spec){.numtaps = 12, .cutoff = 0.25, .width = 0.25, .fs = 1.0, .window = ALF_WINDOW_KAISER};
}

static bool positive(double value)
{
    return isfinite(value) && value > 0.0;
}

static alf_status check_spec(alf_ctx *ctx, const alf_fir_spec *spec)
{
    if (spec->numtaps < 1 || spec->numtaps > ALF_MAX_TAPS)
        return alf_fail(ctx, ALF_ERR_RANGE, "filter: numtaps is %d, expected 1 to %d", spec->numtaps, ALF_MAX_TAPS);
    if (spec->numtaps == 1) return ALF_OK;
    if (!positive(spec->fs))
        return alf_fail(ctx, ALF_ERR_RANGE, "filter: fs is %g, expected a finite number above 0", spec->fs);
    if (!positive(spec->cutoff) || spec->cutoff > 0.5 * spec->fs || (!spec->radial && spec->cutoff >= 0.5 * spec->fs))
        return alf_fail(ctx, ALF_ERR_RANGE, "filter: cutoff is %g, expected more than 0 and %s fs/2 = %g", spec->cutoff,
                        spec->radial ? "at most" : "less than", 0.5 * spec->fs);
    if (spec->window == ALF_WINDOW_KAISER && !positive(spec->width))
        return alf_fail(ctx, ALF_ERR_RANGE, "filter: width is %g, expected a finite number above 0", spec->width);
    if (spec->window < ALF_WINDOW_KAISER || spec->window > ALF_WINDOW_GAUSSIAN)
        return alf_fail(ctx, ALF_ERR_RANGE, "filter: window is %d, expected 0 (Kaiser), 1 (Lanczos) or 2 (Gaussian)",
                        (int)spec->window);
    if (spec->radial && spec->window != ALF_WINDOW_KAISER)
        return alf_fail(ctx, ALF_ERR_RANGE, "filter: radial is set with window %d, expected 0 (Kaiser)",
                        (int)spec->window);
    return ALF_OK;
}

alf_status alf_fir_design(alf_ctx *ctx, const alf_fir_spec *spec, alf_fir **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!spec || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_fir_design: spec or out is NULL");
    alf_status status = check_spec(ctx, spec);
    if (status != ALF_OK) return status;

    int      n = spec->numtaps, rank = n == 1 ? 0 : spec->radial ? 2 : 1;
    alf_fir *fir = fir_alloc(ctx, rank, n, rank == 2 ? n : 1, rank ? spec->fs : 1.0);
    if (!fir) return ALF_ERR_MEMORY;
    fill(spec, fir);
    if (!normalise(fir)) {
        alf_fir_destroy(fir);
        return alf_fail(ctx, ALF_ERR_RANGE, "filter: width is %g, so large that the window of %d taps vanishes",
                        spec->width, n);
    }
    fir_seal(fir);
    *out = fir;
    return ALF_OK;
}

/* --- given filters ------------------------------------------------------------------------------------------------ */

alf_status alf_fir_binomial(alf_ctx *ctx, int count, alf_fir **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_fir_binomial: out is NULL");
    if (count < 1 || count > 1000) /* beyond, 2^(1 - count) leaves the range of a double */
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_fir_binomial: count is %d, expected 1 to 1000", count);
    alf_fir *fir = fir_alloc(ctx, count == 1 ? 0 : 1, count, 1, 1.0);
    if (!fir) return ALF_ERR_MEMORY;
    double tap = ldexp(1.0, 1 - count);
    for (int i = 0; i < count; i++) {
        fir->values[i] = tap;
        tap *= (double)(count - 1 - i) / (double)(i + 1);
    }
    fir_seal(fir);
    *out = fir;
    return ALF_OK;
}

alf_status alf_fir_symlet(alf_ctx *ctx, int order, alf_fir **out)
{
    static const double sym2[] = {-0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025};
    static const double sym6[] = {0.015404109327027373, 0.0034907120842174702, -0.11799011114819057,
                                  -0.048311742585633,   0.4910559419267466,    0.787641141030194,
                                  0.3379294217276218,   -0.07263752278646252,  -0.021060292512300564,
                                  0.04472490177066578,  0.0017677118642428036, -0.007800708325034148};
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (order != 2 && order != 6)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_fir_symlet: order is %d, expected 2 or 6", order);
    alf_taps taps = {.rank = 1, .width = 2 * order, .height = 1, .values = order == 2 ? sym2 : sym6};
    return alf_fir_from_taps(ctx, &taps, 1.0, out);
}

alf_status alf_fir_from_taps(alf_ctx *ctx, const alf_taps *taps, double fs, alf_fir **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!taps || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_fir_from_taps: taps or out is NULL");
    if (!positive(fs)) return alf_fail(ctx, ALF_ERR_RANGE, "taps: fs is %g, expected a finite number above 0", fs);
    alf_status status = alf_taps_check(ctx, "taps", taps, 1.0);
    if (status != ALF_OK) return status;

    int      width = taps->rank ? taps->width : 1, height = taps->rank == 2 ? taps->height : 1;
    alf_fir *fir = fir_alloc(ctx, taps->rank, width, height, fs);
    if (!fir) return ALF_ERR_MEMORY;
    if (taps->rank)
        memcpy(fir->values, taps->values, (size_t)width * (size_t)height * sizeof *fir->values);
    else
        fir->values[0] = 1.0;
    fir_seal(fir);
    *out = fir;
    return ALF_OK;
}
