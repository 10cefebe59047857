/* Ideal signals. */
#include "signals.h"

#include <math.h>

#include "core/arithmetic.h"

double test_periodic_sinc(double x, int n)
{
    double t = tan(ALF_PI * x / n);

    return fabs(t) < 1e-12 ? 1.0 : sin(ALF_PI * x) / (n * t);
}
