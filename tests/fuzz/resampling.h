/* Resampling in fuzz targets: filters, and how engines are compared with the naive loops. */
#ifndef FUZZ_RESAMPLING_H
#define FUZZ_RESAMPLING_H

#include "engines.h"
#include "fuzz.h"

/* ANY: of any rank and up to 12 x 12 taps. PRODUCT: of two filters, as a 2-D one. SIX: symmetric, 6 * step taps. RADIAL:
 * 12 x 12, the same from all sides. The values are to be freed. */
typedef enum { FUZZ_ANY = 0, FUZZ_PRODUCT, FUZZ_SIX, FUZZ_RADIAL, FUZZ_FILTERS } fuzz_filter_kind;
alf_taps fuzz_filter(fuzz_bytes *b, fuzz_filter_kind kind, int step);
/* The magnitudes of the taps. */
alf_taps fuzz_absolute(alf_taps taps);

/* Runs something on an engine and gives `out` values; `magnitudes`: on magnitudes of everything, by the naive loops, which
 * bounds every partial sum. */
typedef alf_status (*fuzz_run_fn)(const engine *e, alf_ctx *ctx, void *user, bool magnitudes, double *y);

/* Every engine of the machine gives what the naive loops give, to the rounding of the sums. */
void fuzz_compare(fuzz_run_fn run, void *user, int64_t out, const char *what);

#endif
