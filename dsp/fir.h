/* What a filter object holds. Private to the library. */
#ifndef ALF_DSP_FIR_H
#define ALF_DSP_FIR_H

#include "aliasfree/fir.h"

#define ALF_MAX_TAPS 4096

struct alf_fir {
    int     rank, width, height;
    double  fs;
    double  cutoff, transition; /* as designed; 0: not known */
    double *axis;               /* [width] sums over rows: the 1-D filter seen along the x axis */
    double  values[];           /* [height * width], then the axis if rank is 2                 */
};

/* A filter with zeroed taps; NULL with the error recorded. */
alf_fir *alf_fir_alloc(alf_ctx *ctx, int rank, int width, int height, double fs);

/* To be called once the taps are in place: computes the axis. */
void alf_fir_seal(alf_fir *fir);

/* |sum of taps[n] exp(-2 pi i n turns)|, `turns` = frequency / sampling rate */
double alf_taps_gain(int count, const double taps[], double turns);

#endif
