/* Sinc, sines of turns and the Bessel function of the Kaiser window. */
#include "maths.h"

#include <float.h>
#include <math.h>

double alf_sinc(double x)
{
    double a = ALF_PI * x;
    return fabs(a) < 1e-9 ? 1.0 : sin(a) / a; /* below, 1 - a^2/6 rounds to 1 */
}

void alf_sincos_turns(double turns, double *sine, double *cosine)
{
    double angle = 2.0 * ALF_PI * (turns - rint(turns));
    *sine = sin(angle);
    *cosine = cos(angle);
}

double alf_bessel_i0_scaled(double x)
{
    double sum = 1.0, term = 1.0;
    if (x < 25.0) { /* power series: every term is positive, so nothing cancels */
        double q = 0.25 * x * x;
        for (int k = 1; term > sum * DBL_EPSILON * 0.125; k++) {
            term *= q / ((double)k * (double)k);
            sum += term;
        }
        return sum * exp(-x);
    }
    /* asymptotic series: its smallest term, near k = 2x, is below exp(-2x) */
    for (int k = 1; term > sum * DBL_EPSILON * 0.125; k++) {
        double odd = 2.0 * (double)k - 1.0;
        term *= odd * odd / (8.0 * (double)k * x);
        sum += term;
    }
    return sum / sqrt(2.0 * ALF_PI * x);
}
