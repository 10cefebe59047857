/* One transform of the canvas as the metrics take it, and what a network makes of it. */
#ifndef ALF_METRICS_MOVEMENT_H
#define ALF_METRICS_MOVEMENT_H

#include "aliasfree/metrics.h"

/* A translation by (tx, ty) canvas widths (EQT_INT, EQT_FRAC) or a rotation by `angle` radians (EQR). */
typedef struct {
    alf_metric_kind kind;
    double          tx, ty, angle;
} alf_movement;

/* With what does not belong to the kind left out; EQT_INT: rounded to whole pixels of an image of this size. */
alf_movement alf_movement_of(alf_metric_kind kind, double tx, double ty, double angle, int64_t size);

/* Its inverse matrix, as alf_user_transform() makes it; NULL: the identity. */
void alf_movement_inverse(const alf_movement *movement, double inverse[9]);

/* The image [N, channels, H, W] of ws with the canvas moved; observe as in alf_synthesis_options. */
alf_tensor *alf_synthesize_moved(alf_generator *g, alf_tensor *ws, const double inverse[9],
                                 void (*observe)(void *user, const char *layer, alf_tensor *x), void *user);

/* ALF_ERR_UNSUPPORTED for a network without input transform: `metric` ("equivariance") cannot be measured. */
alf_status alf_demand_transform(const alf_generator *g, const char *metric);
/* An error that names `what` ("image 3") unless all values are finite. */
alf_status alf_demand_finite(alf_ctx *ctx, const char *metric, const char *what, int64_t count, const double values[]);

#endif
