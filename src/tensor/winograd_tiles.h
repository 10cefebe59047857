/* The tiles of a fast convolution, and their transformed values.
 *
 * Tiles are numbered over rows, then samples, and cut into chunks that stay in a shared cache. What is transformed lies
 * in 36 planes, one per pair of points, each a matrix of channels and a chunk's tiles in right panels (kernels.h). Two
 * sets of planes exist side by side, for the two sides of a product. They live in the scratch of all workers, plane e in
 * that of worker e modulo their number, behind the lines that a worker needs for itself. */
#ifndef ALF_TENSOR_WINOGRAD_TILES_H
#define ALF_TENSOR_WINOGRAD_TILES_H

#include "tensor/backend.h"
#include "tensor/kernels/kernels.h"

#define ALF_WINOGRAD_POINTS 36
#define ALF_WINOGRAD_CHANNELS ((int64_t)4) /* that one task transforms */

typedef struct {
    alf_ctx                *ctx;
    const alf_conv_kernels *kernels;
    alf_conv                conv;          /* as a plain one: pad and flip are adapted          */
    int64_t                 across, down;  /* tiles of a sample                                 */
    int64_t                 tiles;         /* of all samples                                    */
    int64_t                 chunk, chunks; /* tiles of a chunk, whole panels; number of chunks */
    int64_t in_ch, out_ch; /* of the planes: those of the convolution, the latter in whole panels of rows */
    int64_t line;          /* floats of one of a worker's lines                 */
    float  *in[ALF_WINOGRAD_POINTS], *out[ALF_WINOGRAD_POINTS];
} alf_winograd;

/* The part of a chunk that belongs to one sample. */
typedef struct {
    int64_t sample;
    int64_t first, end; /* tiles of the sample           */
    int64_t at;         /* of `first`, within the chunk  */
    int64_t row, rows;  /* of tiles, as far as touched   */
} alf_winograd_segment;

/* Lays out the tiles of conv and reserves the planes; and for each worker, if `turned`, a chunk's tiles of one right panel
 * of channels, at the start of its scratch. */
alf_status alf_winograd_create(alf_winograd *w, alf_ctx *ctx, const alf_conv *conv, bool turned);

int64_t              alf_winograd_tiles_in(const alf_winograd *w, int64_t chunk);
int64_t              alf_winograd_segments(const alf_winograd *w, int64_t chunk);
alf_winograd_segment alf_winograd_segment_at(const alf_winograd *w, int64_t chunk, int64_t index);

/* Fills the planes `in` of a chunk from x [n, in_ch, in_h, in_w], scaled by in_scale [n, in_ch] unless NULL. */
void alf_winograd_inputs(alf_winograd *w, int64_t chunk, const float *x, const float *in_scale);
/* Fills the planes `out` with the gradient along products, from dy [n, out_ch, out_h, out_w], scaled likewise. */
void alf_winograd_gradients(alf_winograd *w, int64_t chunk, const float *dy, const float *out_scale);
/* y [n, out_ch, out_h, out_w] of a chunk's tiles from the planes `out`, times the gain and out_scale. */
void alf_winograd_outputs(alf_winograd *w, int64_t chunk, const float *out_scale, float *y);

/* --- weights ------------------------------------------------------------------------------------------------------ */

/* The transformed weight as left panels, [point][panel][in_ch][rows], made once while the weight lasts; NULL with the
 * error recorded. To be handed back with alf_derived_return(). */
float *alf_winograd_weights(const alf_winograd *w, const alf_weight *weight);
/* The same as a matrix per point, [point][in_ch][ld]: ld has room for out_ch in whole panels of rows. */
void alf_winograd_weight_matrices(const alf_winograd *w, const float *weight, int64_t ld, float *to);
/* dw, as the weight is stored, from the gradient along such matrices, which lie `matrix` floats apart. */
void alf_winograd_weights_back(const alf_winograd *w, const float *gradient, int64_t matrix, int64_t ld, float *dw);

#endif
