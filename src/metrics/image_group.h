/* One group of images of a source under one transform, held against what the image operators make of them. */
#ifndef ALF_METRICS_IMAGE_GROUP_H
#define ALF_METRICS_IMAGE_GROUP_H

#include "aliasfree/metrics.h"

/* As alf_equivariance_group(), for images first .. first + count - 1 of the source. */
alf_status alf_image_group_error(alf_ctx *ctx, const alf_image_source *source, int64_t first, int64_t count,
                                 unsigned kinds, double tx, double ty, double angle,
                                 alf_pooled_error sums[ALF_EQ_KINDS]);

#endif
