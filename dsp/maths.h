/* Small functions that several parts of the signal processing share. Private to the library. */
#ifndef ALF_DSP_MATHS_H
#define ALF_DSP_MATHS_H

#include "core/arithmetic.h"

/* sin(pi x) / (pi x) */
double alf_sinc(double x);

/* Sine and cosine of `turns` whole turns; the whole part is dropped first, which is exact. */
void alf_sincos_turns(double turns, double *sine, double *cosine);

/* Modified Bessel function I0(x) exp(-x) for x >= 0; never overflows. */
double alf_bessel_i0_scaled(double x);

#endif
