/* The tables of the kernels. They are smooth functions of the squared distance, so no root is taken per look-up. */
#define _XOPEN_SOURCE 700 /* j1 */
#include "data/lowpass.h"

#include <math.h>

#include "aliasfree/fir.h"
#include "maths.h"

#define ATTENUATION 50.0

/* J1(pi r) / (pi r) * 2, which is 1 at 0 */
static double jinc(double r)
{
    double a = ALF_PI * r;
    return a < 1e-9 ? 1.0 : 2.0 * j1(a) / a;
}

void alf_lowpass_fill(alf_lowpass *table, bool radial)
{
    double beta = alf_kaiser_beta(ATTENUATION), top = alf_bessel_i0_scaled(beta);
    for (int i = 0; i < ALF_LOWPASS_ENTRIES; i++) {
        double r = sqrt((double)i / ALF_LOWPASS_DENSITY);
        double x = beta * sqrt(1.0 - (double)i / ALF_LOWPASS_ENTRIES);
        double window = alf_bessel_i0_scaled(x) / top * exp(x - beta);
        table->at[i] = window * (radial ? jinc(r) : alf_sinc(r));
    }
    table->at[ALF_LOWPASS_ENTRIES] = 0.0;
}
