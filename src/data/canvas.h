/* Pictures as signals, and where a subject stands on its canvas: what data sets are made with.
 *
 * A canvas has planes [channels, h, w] of values in 0 .. 255 (slightly beyond after filtering), channels 1, 3, or 4
 * with alpha (colour premultiplied by alpha / 255, so that filtering mixes no colour of invisible pixels). Positions
 * are in pixels, pixel centres at whole numbers plus 1/2, so that the canvas is [0, w] x [0, h]. */
#ifndef ALF_DATA_CANVAS_H
#define ALF_DATA_CANVAS_H

#include "aliasfree/dataset.h"

typedef struct {
    int64_t width, height;
    int     channels;
    double *values;
} alf_canvas;

alf_status alf_canvas_create(alf_ctx *ctx, int64_t width, int64_t height, int channels, alf_canvas **out); /* zeroed */
void       alf_canvas_destroy(alf_canvas *canvas); /* NULL is allowed */

alf_status alf_canvas_from_picture(alf_ctx *ctx, const alf_picture *picture, alf_canvas **out);
/* Rounds and clamps; alpha is divided out again. */
alf_status alf_canvas_to_picture(alf_ctx *ctx, const alf_canvas *canvas, alf_picture **out);

/* The part of `in` whose top left pixel is (left, top); beyond the edges `fill` (channels values), or
 * what stands on the edge, repeated, when that is NULL. */
alf_status alf_canvas_cut(alf_ctx *ctx, const alf_canvas *in, int64_t left, int64_t top, int64_t width, int64_t height,
                          const double fill[], alf_canvas **out);
/* Another size: BOX averages areas; AREA_LANCZOS is a windowed sinc (a = 3) of the smaller of the two rates. Edges are
 * repeated. */
alf_status alf_canvas_resize(alf_ctx *ctx, const alf_canvas *in, int64_t width, int64_t height, alf_resize rule,
                             alf_canvas **out);
/* Alpha composed onto a colour: 4 channels become 3; 1 and 3 stay as they are. */
alf_status alf_canvas_compose(alf_ctx *ctx, const alf_canvas *in, const uint8_t background[3], alf_canvas **out);

/* Where a subject stands: its centre in canvas widths from the canvas' centre (y downwards), its turn (degrees,
 * counter-clockwise as seen), its size: the longer side of the source in canvas widths. */
typedef struct {
    double x, y, degrees, scale;
} alf_placement;

/* Draws a placement for picture number `index` (stream ALF_FOR_PLACEMENT). The turned rectangle of the subject (its
 * sides are in the ratio aspect = width / height) lies inside of the canvas: the angle, uniform in +-recipe->rotation,
 * and the size, log-uniform, are redrawn until it fits there at all; the shift is N(0, recipe->shift) per axis, given
 * that it is inside. ALF_ERR_RANGE when 1000 draws do not fit. */
alf_status alf_placement_draw(alf_ctx *ctx, const alf_dataset_recipe *recipe, int64_t index, double aspect,
                              alf_placement *out);
/* The subject so placed on a size x size canvas that is transparent elsewhere (4 channels), resampled without aliasing
 * at the exact sub-pixel positions. Where the turned band of the source fits that of the canvas, a windowed sinc along
 * the source's axes interpolates; else a windowed jinc keeps the disc that both bands hold (radius 0.45 of the smaller
 * rate), whatever the angle: flat within 1% up to 0.3, below -46 dB from 0.59 on. A subject without alpha is an opaque
 * rectangle with soft edges of one output pixel. Alpha is clamped to 0 .. 255, each colour to 0 .. alpha. */
alf_status alf_canvas_place(alf_ctx *ctx, const alf_canvas *subject, int64_t size, const alf_placement *placement,
                            alf_canvas **out);

/* Picture number `index` of the procedural set "textured-blobs" (stream ALF_FOR_SYNTHETIC_DATA): a smooth random shape
 * with a fine oriented texture that turns and moves with it, opaque on transparent (4 channels), rendered at `size`
 * pixels without aliasing with the given placement; placement->scale is the side of the square around it. The edge is
 * two pixels of the canvas wide and the texture's period 3 to 5 at any scale: as fine as a canvas can carry safely.
 * Values ring beyond 0 .. 255 by 3% at most. */
alf_status alf_blob_draw(alf_ctx *ctx, uint64_t seed, int64_t index, int64_t size, const alf_placement *placement,
                         alf_canvas **out);

#endif
