/* Filters, and engines against the naive loops. */
#include "resampling.h"

#include <math.h>
#include <stdlib.h>

/* --- filters -------------------------------------------------------------------------------------------------------- */

static alf_taps product(fuzz_bytes *b)
{
    int     height = (int)fuzz_int(b, 1, 8), width = fuzz_bool(b) ? height : (int)fuzz_int(b, 1, 8);
    double *down = fuzz_reals(b, height), *across = fuzz_reals(b, width);
    double *values = fuzz_alloc((size_t)(width * height), sizeof *values);

    for (int i = 0; i < width * height; i++) values[i] = down[i / width] * across[i % width];
    free(down);
    free(across);
    return (alf_taps){2, width, height, values};
}

static alf_taps six(fuzz_bytes *b, int step)
{
    int     taps = 6 * step;
    double *values = fuzz_reals(b, taps);

    for (int i = 0; i < taps / 2; i++) values[taps - 1 - i] = values[i];
    return (alf_taps){1, taps, 1, values};
}

static alf_taps radial(fuzz_bytes *b)
{
    double *values = fuzz_reals(b, 144);

    for (int i = 0; i < 144; i++) {
        int y = i / 12 < 6 ? i / 12 : 11 - i / 12, x = i % 12 < 6 ? i % 12 : 11 - i % 12;
        values[i] = y <= x ? values[12 * y + x] : values[12 * x + y];
    }
    if (fuzz_rare(b)) values[fuzz_int(b, 0, 143)] += 0.5;
    return (alf_taps){2, 12, 12, values};
}

alf_taps fuzz_filter(fuzz_bytes *b, fuzz_filter_kind kind, int step)
{
    if (kind == FUZZ_PRODUCT) return product(b);
    if (kind == FUZZ_SIX) return six(b, step);
    if (kind == FUZZ_RADIAL) return radial(b);
    int rank = (int)fuzz_int(b, 0, 2), width = (int)fuzz_int(b, 1, 12), height = (int)fuzz_int(b, 1, 12);
    if (rank == 0) return (alf_taps){0};
    if (rank == 1) height = 1;
    return (alf_taps){rank, width, height, fuzz_reals(b, (int64_t)width * height)};
}

alf_taps fuzz_absolute(alf_taps taps)
{
    int64_t count = taps.rank ? (int64_t)taps.width * taps.height : 0;
    double *values = count ? fuzz_alloc((size_t)count, sizeof *values) : NULL;

    for (int64_t i = 0; i < count; i++) values[i] = fabs(taps.values[i]);
    taps.values = values;
    return taps;
}

/* --- comparing ------------------------------------------------------------------------------------------------------ */

static double *results(const engine *e, fuzz_run_fn run, void *user, bool magnitudes, int64_t out)
{
    alf_ctx *ctx = fuzz_open_with((int64_t)64 << 20, ALF_BACKEND_CPU, e->isa);
    double  *y = fuzz_alloc((size_t)out, sizeof *y);

    for (int64_t i = 0; i < out; i++) y[i] = (double)NAN; /* every value is written */
    alf_status status = run(e, ctx, user, magnitudes, y);
    fuzz_check(status == ALF_OK, "%s: %s", e->label, alf_ctx_message(ctx));
    fuzz_close(ctx);
    return y;
}

void fuzz_compare(fuzz_run_fn run, void *user, int64_t out, const char *what)
{
    engine  engines[MAX_ENGINES];
    int     count = engine_list(engines);
    double *expected = results(&engines[0], run, user, false, out);
    double *bound = results(&engines[0], run, user, true, out);

    for (int i = 1; i < count; i++) {
        double *got = results(&engines[i], run, user, false, out);
        double  rounding = engines[i].kind == ENGINE_F32 ? 1e-5 : 1e-12;
        for (int64_t k = 0; k < out; k++)
            fuzz_check(fabs(got[k] - expected[k]) <= rounding * bound[k] + 1e-37,
                       "%s, %s: value %lld of %lld is %.9g, expected %.9g (of magnitude %g)", what, engines[i].label,
                       (long long)k, (long long)out, got[k], expected[k], bound[k]);
        free(got);
    }
    free(expected);
    free(bound);
}
