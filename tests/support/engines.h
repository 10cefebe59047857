/* Every way in which this machine can compute the resampling operations: each instruction set in float and double, and
 * the naive loops. Arrays are double on this side, whatever an engine uses inside. */
#ifndef TEST_ENGINES_H
#define TEST_ENGINES_H

#include "plans.h"

typedef enum { ENGINE_F32, ENGINE_F64, ENGINE_NAIVE } engine_kind;

typedef struct {
    const char *label; /* "cpu-avx2", "cpu-avx2-f64", "reference" */
    alf_isa     isa;
    engine_kind kind;
} engine;

#define MAX_ENGINES 7

/* Fills `out` with the engines that this machine has and returns their number. */
int engine_list(engine out[MAX_ENGINES]);

/* A context for the engine; the test fails when there is none. */
alf_ctx *engine_ctx(const engine *e);

alf_status engine_upfirdn(const engine *e, alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const double *x,
                          double *y);
alf_status engine_flrelu(const engine *e, alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n,
                         int64_t c, const double *x, const double *bias, uint8_t *mask, double *y);
void       engine_bias_gradient(const engine *e, alf_ctx *ctx, int64_t n, int64_t c, int64_t pixels, const double *dx,
                                double *db);

/* A copy that starts one element after a 64-byte boundary, so that kernels meet unaligned data. */
typedef struct {
    void   *block;
    float  *f32; /* its start if it holds floats, else NULL  */
    double *f64; /* its start if it holds doubles, else NULL */
} unaligned;
unaligned unaligned_floats(int64_t count, const double *values); /* NULL: zeros */
unaligned unaligned_doubles(int64_t count, const double *values);
void      unaligned_free(unaligned copy);

/* Numbers that a seed determines. */
typedef struct {
    uint64_t state;
} test_random;
int    test_int(test_random *r, int lowest, int highest);
double test_real(test_random *r); /* in [-1, 1), a float */

/* `count` of them, to be freed with free(). */
double *test_reals(test_random *r, int64_t count);
/* A filter of random rank, at most `most` taps along an axis; its values are to be freed. */
alf_taps test_filter(test_random *r, int most);
void     test_filter_free(alf_taps taps);

double test_dot(int64_t count, const double *a, const double *b);

#endif
