/* What a filter object holds. Private to the library. */
#ifndef ALF_DSP_FIR_H
#define ALF_DSP_FIR_H

#include "aliasfree/fir.h"

struct alf_fir {
    int     rank, width, height;
    double  fs;
    double  cutoff, transition; /* as designed; 0: not known */
    double *axis;               /* [width] sums over rows: the 1-D filter seen along the x axis */
    double  values[];           /* [height * width], then the axis if rank is 2                 */
};

#endif
