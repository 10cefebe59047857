/* The gradient of a convolution's weight, block by block: channels and their taps (rows) by output channels by pixels.
 *
 * Within a block the sums G[row, o] = sum over pixels p of X'[p, row] dY[p, o] grow in one matrix. The input's part is
 * copied with its zeros around (staged), so that every row is a walk through it; dY becomes right panels
 * [pixel][columns]. */
#ifndef ALF_TENSOR_GRADIENT_BLOCK_H
#define ALF_TENSOR_GRADIENT_BLOCK_H

#include "tensor/conv_phase.h"
#include "tensor/kernels/kernels.h"

#define ALF_MOST_GRADIENT_OUTPUTS 288 /* of a block, a multiple of all panels' columns and lanes */

/* How a phase is cut. */
typedef struct {
    const alf_conv_kernels *kernels;
    const alf_conv_phase   *phase;
    int64_t                 channels, channel_blocks; /* input channels of a block          */
    int64_t                 outputs, output_blocks;
    int64_t                 height, width, down, across; /* pixels of a block; blocks of a sample */
    int64_t                 line, plane;                 /* floats from one staged line, channel to the next */
    int64_t                 rows, ld;                    /* of G, filled up to whole panels and vectors      */
} alf_gradient_cut;

alf_gradient_cut alf_gradient_cut_of(const alf_conv_kernels *kernels, const alf_conv_phase *phase);

/* Channels i0 .. i0 + channels and outputs o0 .. o0 + outputs of one block. */
typedef struct {
    int64_t i0, channels, o0, outputs;
} alf_gradient_part;

alf_gradient_part alf_gradient_part_at(const alf_gradient_cut *cut, int64_t channel_block, int64_t output_block);

/* Bytes of scratch that blocks need. */
size_t alf_gradient_scratch(const alf_gradient_cut *cut);

/* g [rows][ld] = (add ? the same : 0) + the sums over the pixels of block `at` of a sample x [in_ch, in_h, in_w],
 * dy [out_ch, out_h, out_w]. The scales are the sample's and may be NULL. Columns from `outputs` on hold zeros, rows that
 * fill up the last panel anything. */
void alf_gradient_add(const alf_gradient_cut *cut, const alf_gradient_part *part, int64_t at, const float *x,
                      const float *dy, const float *in_scale, const float *out_scale, void *scratch, bool add,
                      float *g);

#endif
