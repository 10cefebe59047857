/* Sliced Wasserstein distance of images: fed with the images of two sets, in any order, then asked. */
#ifndef ALF_METRICS_SWD_H
#define ALF_METRICS_SWD_H

#include "aliasfree/metrics.h"

typedef struct alf_swd alf_swd;

/* For two sets of `samples` images [channels, resolution, resolution]. Where patches are cut is decided by the seed and
 * by an image's number in its set, alike in both sets. */
alf_status alf_swd_create(alf_ctx *ctx, int64_t samples, int64_t channels, int64_t resolution, uint64_t seed,
                          alf_swd **out);
void       alf_swd_destroy(alf_swd *s); /* NULL is allowed */

/* Takes images number first .. first + count of set 0 or 1: values in [-1, 1], made bytes as saved pictures are. */
alf_status alf_swd_add(alf_swd *s, int set, int64_t first, int64_t count, const double *images);

/* Everything in `out` but the seconds, once all images of both sets are there. */
alf_status alf_swd_finish(alf_swd *s, alf_swd_result *out);

#endif
