/* Designs of filters from any arguments, and their figures. */
#include <math.h>
#include <stdlib.h>

#include "fuzz.h"

/* Radial filters have numtaps x numtaps taps; large ones cost seconds. */
enum { MOST_RADIAL = 48 };

static alf_fir_spec read_spec(fuzz_bytes *b)
{
    alf_fir_spec spec = {.window = (alf_window)fuzz_int(b, -1, 3), .radial = fuzz_bool(b)};

    spec.numtaps = (int)(fuzz_rare(b) ? fuzz_any_int(b) : fuzz_int(b, 0, 64));
    if (spec.radial && spec.numtaps > MOST_RADIAL) spec.numtaps %= MOST_RADIAL;
    spec.cutoff = fuzz_any_real(b);
    spec.width = fuzz_any_real(b);
    spec.fs = fuzz_any_real(b);
    return spec;
}

static void check_taps(const alf_fir_spec *spec, const alf_fir *fir)
{
    alf_taps taps = alf_fir_taps(fir);
    double   sum = 0;

    fuzz_check(taps.width >= 1 && taps.width <= 4096 && taps.height >= 1, "%d x %d taps", taps.width, taps.height);
    for (int64_t i = 0; i < (int64_t)taps.width * taps.height; i++) {
        fuzz_check(isfinite(taps.values[i]), "tap %lld of %d is not finite (cutoff %g, width %g, fs %g)", (long long)i,
                   taps.width, spec->cutoff, spec->width, spec->fs);
        sum += taps.values[i];
    }
    fuzz_check(fabs(sum - 1) < 1e-6, "the taps sum to %g", sum);
}

static void measure(alf_ctx *ctx, const alf_fir *fir, fuzz_bytes *b)
{
    double          freq[3] = {fuzz_any_real(b), fuzz_any_real(b), 0}, gain[3];
    double          cutoff = fuzz_any_real(b), width = fuzz_any_real(b);
    int             decimation = (int)(fuzz_rare(b) ? fuzz_any_int(b) : fuzz_int(b, 0, 9));
    alf_fir_figures figures;
    FILE           *nowhere = fopen("/dev/null", "w");

    if (alf_fir_taps(fir).width > 256) decimation %= 16;
    alf_fir_response(fir, 3, freq, gain);
    (void)alf_fir_response_2d(fir, freq[0], freq[1]);
    alf_status status = alf_fir_measure(ctx, fir, cutoff, width, decimation, &figures);
    (void)fuzz_took(ctx, status, NULL);
    if (nowhere) {
        alf_fir_print(fir, nowhere);
        fclose(nowhere);
    }
}

static void try_taps(alf_ctx *ctx, fuzz_bytes *b)
{
    int     rank = (int)fuzz_int(b, 0, 3), width = (int)fuzz_int(b, -1, 20), height = (int)fuzz_int(b, -1, 20);
    double *values = fuzz_reals(b, 400);

    for (int i = 0; i < 8; i++) values[fuzz_int(b, 0, 399)] = fuzz_any_real(b);
    alf_taps taps = {rank, width, height, values};
    alf_fir *fir = NULL;
    if (fuzz_took(ctx, alf_fir_from_taps(ctx, &taps, fuzz_any_real(b), &fir), &fir)) measure(ctx, fir, b);
    alf_fir_destroy(fir);
    free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes   b = {data, size};
    alf_ctx     *ctx = fuzz_open((int64_t)16 << 20);
    alf_fir_spec spec = read_spec(&b);
    alf_fir     *fir = NULL, *binomial = NULL, *symlet = NULL;

    if (fuzz_took(ctx, alf_fir_design(ctx, &spec, &fir), &fir)) {
        check_taps(&spec, fir);
        measure(ctx, fir, &b);
    }
    alf_fir_destroy(fir);
    (void)fuzz_took(ctx, alf_fir_binomial(ctx, (int)fuzz_any_int(&b), &binomial), &binomial);
    alf_fir_destroy(binomial);
    (void)fuzz_took(ctx, alf_fir_symlet(ctx, (int)fuzz_any_int(&b), &symlet), &symlet);
    alf_fir_destroy(symlet);
    try_taps(ctx, &b);
    fuzz_close(ctx);
    return 0;
}
