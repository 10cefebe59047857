/* Kaiser's window and his estimates of what it achieves. */
#include <math.h>

#include "aliasfree/fir.h"
#include "maths.h"

double alf_kaiser_attenuation(int numtaps, double width)
{
    return 2.285 * (double)(numtaps - 1) * ALF_PI * width + 7.95;
}

double alf_kaiser_beta(double attenuation)
{
    if (attenuation > 50.0) return 0.1102 * (attenuation - 8.7);
    if (attenuation > 21.0) return 0.5842 * pow(attenuation - 21.0, 0.4) + 0.07886 * (attenuation - 21.0);
    return 0.0;
}

void alf_kaiser_window(int count, double beta, double out[])
{
    double centre = 0.5 * (double)(count - 1), top = alf_bessel_i0_scaled(beta);
    for (int i = 0; i < count; i++) {
        double t = count > 1 ? ((double)i - centre) / centre : 0.0;
        double x = beta * sqrt(fmax(0.0, 1.0 - t * t));
        out[i] = alf_bessel_i0_scaled(x) / top * exp(x - beta);
    }
}
