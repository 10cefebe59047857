/* Taps as the operations and filter objects take them. Private to the library. */
#ifndef ALF_DSP_TAPS_H
#define ALF_DSP_TAPS_H

#include "aliasfree/fir.h"

#define ALF_MAX_TAPS 4096 /* along an axis */

/* Checks rank, sizes and values of `taps`, which `field` names in the error; the largest |tap| times `gain` must be a
 * finite float. */
alf_status alf_taps_check(alf_ctx *ctx, const char *field, const alf_taps *taps, double gain);
/* A copy that owns its values (with one tap of 1 for rank 0); release with alf_mem_free((void *)copy.values). */
alf_status alf_taps_copy(alf_ctx *ctx, const alf_taps *taps, alf_taps *out);
int        alf_taps_wide(const alf_taps *taps); /* taps along x */
int        alf_taps_high(const alf_taps *taps); /* taps along y */

#endif
