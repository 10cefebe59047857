/* Uses the installed signal processing library: the binomial filter passes zero frequency with gain 1. */
#include <stdio.h>

#include <aliasfree/fir.h>

int main(void)
{
    char     message[256];
    alf_ctx *ctx = NULL;
    if (alf_ctx_create(NULL, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    alf_fir *fir = NULL;
    double   gain = 0;
    if (alf_fir_binomial(ctx, 4, &fir) == ALF_OK) alf_fir_response(fir, 1, (const double[]){0.0}, &gain);
    printf("aliasfree %s: gain %g at frequency 0\n", alf_version(), gain);
    alf_fir_destroy(fir);
    alf_ctx_destroy(ctx);
    return gain > 1 - 1e-12 && gain < 1 + 1e-12 ? 0 : 1;
}
