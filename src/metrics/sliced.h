/* Sliced Wasserstein distance between two sets of patches (Rabin et al. 2011): the mean over random directions of the
 * distance between the projections, which in one dimension is the mean difference of sorted values. */
#ifndef ALF_METRICS_SLICED_H
#define ALF_METRICS_SLICED_H

#include "aliasfree/base.h"

#define ALF_PATCH_SIDE 7
#define ALF_PATCH_AREA (ALF_PATCH_SIDE * ALF_PATCH_SIDE)
#define ALF_PATCHES 128 /* of each image and level */
#define ALF_PATCH_CHANNELS 4

/* Where patches lie. Of image i: patch p starts at values[i * image + start[i * ALF_PATCHES + p]] in each channel (step:
 * `plane`), its rows are `row` apart. So patches may be cut out, or lie in whole images, overlapping. */
typedef struct {
    int64_t        images, image;
    int            channels; /* 1 to ALF_PATCH_CHANNELS */
    int64_t        plane, row;
    const int32_t *start;
} alf_patch_layout;

/* The distance between patches a and b of one layout, times 1000. Each set is first brought to mean 0 and standard
 * deviation 1 in each channel (a constant channel to 0). Directions follow from the seed and from which of how many
 * levels this is. */
alf_status alf_sliced_distance(alf_ctx *ctx, const alf_patch_layout *layout, const float *a, const float *b,
                               uint64_t seed, int level, int levels, double *out);

#endif
