/* What the canvas' files share. Private to the folder. */
#ifndef ALF_DATA_CANVAS_INTERNAL_H
#define ALF_DATA_CANVAS_INTERNAL_H

#include "data/canvas.h"

/* Fails when ctx, in or out is NULL; `who` leads the message. */
alf_status alf_canvas_check(alf_ctx *ctx, const char *who, const alf_canvas *in, const void *out);

/* Fails unless the numbers of a placement are finite, its scale above 0 and none so large that positions lose their
 * sub-pixel part. */
alf_status alf_placement_check(alf_ctx *ctx, const char *who, const alf_placement *placement);

/* A low-pass by a Kaiser-windowed sinc of `taps` (even) taps, then every `factor`-th value. */
typedef struct {
    int    factor, taps;
    double cutoff, width; /* of the transition, both in cycles per pixel of the input */
} alf_decimation;

/* Filters and decimates both axes. Nothing is assumed beyond the edges: pixel i of the result has its centre at
 * factor * i + taps / 2 of the input, and sides shrink to (side - taps) / factor + 1. */
alf_status alf_canvas_decimate(alf_ctx *ctx, const alf_canvas *in, const alf_decimation *how, alf_canvas **out);

/* A soft edge: from 0 at -1 to 1 at 1, the integral of a raised cosine whose width at half height is 1. Copies of that
 * cosine at whole distances add up to a constant. */
double alf_soft_step(double distance);

#endif
