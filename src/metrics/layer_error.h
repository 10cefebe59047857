/* The error of one layer's features under a movement of the canvas. */
#ifndef ALF_METRICS_LAYER_ERROR_H
#define ALF_METRICS_LAYER_ERROR_H

#include "metrics/movement.h"

/* Compares features [N, C, size, size] of the unmoved and of the moved canvas on the samples of the canvas: fills
 * `layer` but for its name and rate, which says how many samples of the map a canvas width is.
 * Rotations need `rotation`, by the movement's angle. */
alf_status alf_layer_error_of(alf_ctx *ctx, const alf_movement *movement, const alf_rotation *rotation,
                              alf_tensor *unmoved, alf_tensor *moved, alf_layer_error *layer);

#endif
