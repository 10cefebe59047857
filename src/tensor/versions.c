/* What numbers depend on, by name and version. */
#include <cblas.h>
#include <string.h>

#include "aliasfree/machine.h"
#include "core/core.h"
#include "fft.h"

/* The first number with points in a text such as "fftw-3.3.10-sse2-avx" or "OpenBLAS 0.3.21 DYNAMIC_ARCH": the rest is how
 * it was built, and for which processor. */
static const char *number_in(const char *text, int *length)
{
    text += strcspn(text, "0123456789");
    *length = (int)strspn(text, "0123456789.");
    return text;
}

void alf_machine_versions(char *text, size_t size)
{
    int         fft_length, blas_length;
    const char *config = openblas_get_config();
    const char *fft = number_in(alf_fft_version(), &fft_length);
    const char *blas = number_in(config ? config : "", &blas_length);
    alf_format(text, size, "aliasfree %s, FFTW %.*s, OpenBLAS %.*s", alf_version(), fft_length, fft, blas_length, blas);
}
