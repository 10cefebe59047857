/* A network's image under a movement of its canvas, beside its unmoved image that was moved as an image; and what both
 * need to be seen: one contrast. */
#ifndef EXPERIMENTS_MOVED_IMAGES_H
#define EXPERIMENTS_MOVED_IMAGES_H

#include "aliasfree/aliasfree.h"

/* A shift by (tx, ty) image widths to the right and down, or a rotation about the centre. */
typedef struct {
    bool   turns;
    double tx, ty, degrees;
} movement;

/* Images [planes, size, size] in memory of one block. */
typedef struct {
    int64_t planes, size;
    double *still;  /* of the network, unmoved                                            */
    double *shown;  /* of the network, its canvas moved                                   */
    double *moved;  /* still, moved as an image                                           */
    double *tested; /* what is held against it: shown, for rotations band-limited alike   */
    double *mask;   /* where that makes sense: 1 or 0 [size, size]                        */
    double *spare;  /* one image more                                                     */
} moved_images;

ALF_NODISCARD alf_status moved_images_create(alf_ctx *ctx, int64_t planes, int64_t size, moved_images *out);
void                     moved_images_destroy(moved_images *images);

/* From still and shown: moved, tested, mask. `rotation` is that of the movement's degrees, where many images are turned
 * alike; NULL: made for this one. */
ALF_NODISCARD alf_status moved_images_compare(alf_ctx *ctx, const movement *m, const alf_rotation *rotation,
                                              const moved_images *images);
/* The rotation of a movement; NULL for a shift. */
ALF_NODISCARD alf_status movement_rotation(alf_ctx *ctx, const movement *m, alf_rotation **out);
/* tested - moved into `out`; infinite, which is white in a picture, where it is not defined. */
void moved_images_difference(const moved_images *images, double out[]);

/* Values as they are shown: (value - grey) / range is black to white. */
typedef struct {
    double grey, range;
} contrast;

/* Grey is the mean, and 99% of the values lie between black and white: for networks that are not trained. What has about
 * the contrast of a picture, where that range is 0.5 to 2, is shown as it is: -1 to 1. Changes the values' order. */
contrast contrast_of(int64_t count, double values[]);
void     contrast_apply(contrast c, int64_t count, const double values[], double out[]);

#endif
