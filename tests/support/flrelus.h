/* Filtered leaky ReLUs to be tested: filters for which there are kernels of their own, data for all modes of a plan, and
 * comparisons with the naive loops. */
#ifndef TEST_FLRELUS_H
#define TEST_FLRELUS_H

#include "engines.h"

enum { FLRELU_N = 2, FLRELU_C = 3 }; /* samples and channels of every batch */

/* What everything else is measured by. */
extern const engine flrelu_naive;

/* Taps that are the same from both sides, their number even. */
alf_taps test_symmetric_filter(test_random *r, int taps);
/* 12 x 12 taps that are the same from all sides, as a radial filter's are, but for one if it is spoilt. */
alf_taps test_radial_filter(test_random *r, bool spoilt);
void     test_filters_free(alf_flrelu_spec spec);

/* A plan with data for all modes. */
typedef struct {
    alf_ctx    *ctx;
    alf_flrelu *plan;
    int64_t     in, out; /* values of a batch */
    size_t      mask_bytes;
    double     *x, *dx, *b, *y, *dy;
    uint8_t    *mask; /* without a valid code */
} flrelu_batch;

/* Takes the plan. */
flrelu_batch flrelu_batch_of(alf_ctx *ctx, alf_flrelu *plan, test_random *r);
void         flrelu_batch_free(flrelu_batch t);

void flrelu_run(const engine *e, const flrelu_batch *t, alf_flrelu_mode mode, const double *from, uint8_t *mask,
                double *to);
/* Fails unless the engine's results are those of the naive loops, in all modes, and in double its mask too. */
void flrelu_compare(const engine *e, const flrelu_batch *t, const char *what);

/* Fails unless the derivative and its adjoint, by the engine's own mask, are each other's transpose. */
void flrelu_compare_adjoint(const engine *e, const flrelu_batch *t, const char *what);

/* The same batch in any context. */
typedef flrelu_batch (*flrelu_maker)(alf_ctx *ctx, const void *arg);

/* Fails unless 2, 3 and 8 threads give the bits of one: result, mask and adjoint. */
void flrelu_compare_threads(const engine *e, flrelu_maker make, const void *arg);

#endif
