/* Continuous low-pass kernels, tabulated: what places subjects between pixels. Private to the folder. */
#ifndef ALF_DATA_LOWPASS_H
#define ALF_DATA_LOWPASS_H

#include "aliasfree/base.h"

/* Kernels of cutoff 1/2 that end at distance 6, with a Kaiser window of 50 dB: a sinc for one axis, or a jinc for the
 * plane, whose pass band is a disc. Flat within 1% up to 0.36 (sinc) and 0.35 (jinc), below -50 dB from 0.65 on. */
#define ALF_LOWPASS_REACH 6
#define ALF_LOWPASS_DENSITY                                                                                            \
    128 /* entries per unit of squared distance: whole distances stand in the table, where a
                                   sinc is exactly 0                                                          */
#define ALF_LOWPASS_ENTRIES (ALF_LOWPASS_REACH * ALF_LOWPASS_REACH * ALF_LOWPASS_DENSITY)

typedef struct {
    double at[ALF_LOWPASS_ENTRIES + 1];
} alf_lowpass;

void alf_lowpass_fill(alf_lowpass *table, bool radial);

/* The kernel at a squared distance; not normalised. */
static inline double alf_lowpass_at(const alf_lowpass *table, double squared)
{
    double position = squared * ALF_LOWPASS_DENSITY;
    if (!(position < ALF_LOWPASS_ENTRIES)) return 0.0;
    int    entry = (int)position;
    double fraction = position - (double)entry;
    return table->at[entry] + fraction * (table->at[entry + 1] - table->at[entry]);
}

#endif
