/* Planes of a network under a movement of its canvas, beside its unmoved ones under the operators of equivariance.h. */
#ifndef ALF_METRICS_COMPARISON_H
#define ALF_METRICS_COMPARISON_H

#include "metrics/movement.h"

/* Host memory in one block, of square planes. */
typedef struct {
    int64_t planes, size;
    double *base;      /* unmoved                         [planes, size, size] */
    double *image;     /* of the network under the movement                    */
    double *reference; /* base, moved by the operator                          */
    double *pseudo;    /* image, band-limited as the operator does             */
    double *mask;      /* where the two may be compared, 1 or 0  [size, size]  */
    double *mask_pseudo;
} alf_comparison;

/* ALF_ERR_RANGE when that is more than memory could hold. `planes` may be lowered later. */
alf_status alf_comparison_create(alf_ctx *ctx, int64_t planes, int64_t size, alf_comparison *out);
void       alf_comparison_destroy(alf_comparison *comparison);

/* From base and image: the reference, the mask, and *tested, which is image or what becomes of it. Shifts of the movement
 * are in sizes of the plane. Rotations need `rotation`, by the movement's angle. */
alf_status alf_comparison_move(alf_ctx *ctx, const alf_comparison *c, const alf_movement *m,
                               const alf_rotation *rotation, const double **tested);

#endif
