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

/* Grey is the mean, and 99% of the values lie between black and white. Changes their order. */
contrast contrast_of(int64_t count, double values[]);
/* How images are shown: that for a fresh network and for one that is far from pictures; others as they are, -1 to 1.
 * Changes the values' order. */
contrast contrast_shown(bool fresh, int64_t count, double values[]);
/* A sentence that tells it. */
enum { CONTRAST_TEXT = 128 };
void contrast_describe(contrast c, size_t size, char out[]);
void contrast_apply(contrast c, int64_t count, const double values[], double out[]);

#endif
