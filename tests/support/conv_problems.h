/* Support for tests of convolutions: a geometry with numbers, and what a device makes of it by one way or another. */
#ifndef TEST_CONV_PROBLEMS_H
#define TEST_CONV_PROBLEMS_H

#include "device.h"

/* What a case of a table has. */
enum { IO = 1, FLIP = 2, TRANSPOSED = 4, IN_SCALE = 8, OUT_SCALE = 16, SCALES = IN_SCALE | OUT_SCALE };

/* A case with its numbers. */
typedef struct {
    char     label[160];
    alf_conv conv;
    int64_t  x_count, w_count, y_count;
    double  *x, *w, *dy, *in_scale, *out_scale;
} conv_problem;

/* `conv` has sizes, taps, stride, padding and gain; its output grows by more_h and more_w beyond what these give. With
 * the thread sanitizer, which slows everything down, channels are cut to 16. */
conv_problem conv_problem_create(const char *name, alf_conv conv, unsigned flags, int more_h, int more_w,
                                 uint64_t seed);
void         conv_problem_destroy(conv_problem *p);
/* Multiplications at most. */
double conv_problem_products(const conv_problem *p);
/* The geometry of the adjoint, from dy to x. */
alf_conv conv_problem_back(const conv_problem *p);

typedef alf_status (*conv_fn)(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *weight,
                              const void *in_scale, const void *out_scale, void *y);
typedef alf_status (*conv_gradient_fn)(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                       const void *in_scale, const void *out_scale, void *dw, const void *w,
                                       void *products);

/* `with` on a device, from values to values; scales may be NULL. The caller frees. */
double *conv_values(const test_device *on, conv_fn with, const alf_conv *conv, const double *x, const double *w,
                    const double *in_scale, const double *out_scale);
/* The gradient along the weight; *products, unless NULL, gets that along the output scales, which comes with it. */
double *conv_gradient_values(const test_device *on, conv_gradient_fn with, const conv_problem *p, double **products);

#endif
