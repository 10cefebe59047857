/* Designs the low-pass filter of a layer that halves its sampling rate from 32 to 16 samples per image width, tells how
 * good it is, and what more taps would buy. */
#include <stdio.h>
#include <stdlib.h>

#include <aliasfree/fir.h>

/* Frequencies are in cycles per image width. What the new rate cannot carry begins at 8, so there the stopband begins. */
static alf_fir_spec spec_of(int numtaps)
{
    alf_fir_spec spec = alf_fir_spec_default(); /* sinc times a Kaiser window */
    spec.numtaps = numtaps;
    spec.fs = 32;
    spec.cutoff = 6; /* where the gain is 1/2       */
    spec.width = 4;  /* from passband to stopband   */
    return spec;
}

static alf_status show(alf_ctx *ctx, int numtaps)
{
    const alf_fir_spec spec = spec_of(numtaps);
    alf_fir           *fir = NULL;
    alf_fir_figures    figures;

    alf_status status = alf_fir_design(ctx, &spec, &fir);
    if (status == ALF_OK) status = alf_fir_measure(ctx, fir, spec.cutoff, spec.width, 2, &figures);
    if (status == ALF_OK)
        printf("%2d taps: stopband %.1f dB, passband ripple %.3f dB, aliases of white noise %.1f dB\n", numtaps,
               figures.stopband_db, figures.passband_ripple_db, figures.alias_energy_db);
    alf_fir_destroy(fir);
    return status;
}

static alf_status show_response(alf_ctx *ctx, int numtaps)
{
    static const double frequency[] = {0, 4, 6, 8, 12, 16};
    enum { COUNT = sizeof frequency / sizeof frequency[0] };
    const alf_fir_spec spec = spec_of(numtaps);
    alf_fir           *fir = NULL;
    double             gain[COUNT];

    const alf_status status = alf_fir_design(ctx, &spec, &fir);
    if (status == ALF_OK) {
        alf_fir_response(fir, COUNT, frequency, gain);
        for (int i = 0; i < COUNT; i++) printf("gain at %2g cycles: %.4f\n", frequency[i], gain[i]);
    }
    alf_fir_destroy(fir);
    return status;
}

int main(void)
{
    char     message[256];
    alf_ctx *ctx;
    if (alf_ctx_create(NULL, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "%s\n", message);
        return EXIT_FAILURE;
    }

    const int  numtaps[] = {6, 12, 24, 48};
    alf_status status = show_response(ctx, 24);
    for (int i = 0; i < 4 && status == ALF_OK; i++) status = show(ctx, numtaps[i]);

    if (status != ALF_OK) fprintf(stderr, "%s\n", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return status == ALF_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
