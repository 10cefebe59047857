/* Matrices of convolutions as panels (see kernels/kernels.h), for the products of conv_phase.h.
 *
 * Left panels: blocks of rows that lie apart in memory are interleaved, [panel][inner][rows]. Right panels: the input
 * values under the taps of a block of pixels, [panel][row of X][columns]; they come straight from the input, or from a
 * channel's lines in between (`staged`), with zeros around and the residues of a stride apart, so that what is under one
 * tap lies side by side whatever the convolution. */
#ifndef ALF_TENSOR_PANELS_H
#define ALF_TENSOR_PANELS_H

#include "tensor/conv_phase.h"
#include "tensor/kernels/kernels.h"

/* --- left panels -------------------------------------------------------------------------------------------------- */

/* Rows of a panel for `inner` of the matrix: fewer where kernels take pairs of them. */
int64_t alf_panel_rows_of(const alf_conv_kernels *kernels, int64_t inner);

/* Panels' floats (or pairs, which take as much memory) of a left matrix [rows, inner]. */
int64_t alf_panels_left_count(const alf_conv_kernels *kernels, int64_t rows, int64_t inner);

/* The weights of a convolution as left panels, [phase][panel][row of X][rows], made once while the weight lasts; NULL
 * with the error recorded. To be handed back with alf_derived_return(). */
float *alf_panels_of_weight(alf_ctx *ctx, const alf_conv_kernels *kernels, const alf_conv *conv,
                            const alf_weight *weight);

/* --- right panels ------------------------------------------------------------------------------------------------- */

/* How one block of pixels of a phase is gathered. */
typedef struct {
    const alf_conv_kernels *kernels;
    const alf_conv_phase   *phase;
    int64_t                 pixel0, pixels, panels; /* the block's, without what fills up the last panel      */
    bool                    direct;                 /* the pixels are neighbours in the input as it is        */
    int64_t                 line0, lines;           /* input lines that are staged                            */
    int64_t                 x0, part, line;         /* first input column; values of a residue, of a line     */
    int64_t                *taps;                   /* what a tap adds to the place of the first one          */
    alf_panel_run          *runs;                   /* of all panels                                          */
    int64_t                *first_run;              /* [panels + 1]                                           */
    float                  *staged;                 /* [lines][residue][part]                                 */
} alf_gather;

/* Bytes that alf_gather_begin() needs for blocks of up to `pixels`, a multiple of the alignment of memory. */
size_t alf_gather_bytes(const alf_conv_kernels *kernels, const alf_conv_phase *phase, int64_t pixels);
/* Prepares the gathering of pixels pixel0 .. pixel0 + pixels; `scratch` (64-byte aligned) is used until it ends. */
void alf_gather_begin(alf_gather *gather, const alf_conv_kernels *kernels, const alf_conv_phase *phase, int64_t pixel0,
                      int64_t pixels, void *scratch);
/* Floats from one right panel of `rows` rows to the next: with room for stores beyond the last row. */
int64_t alf_gather_panel(const alf_conv_kernels *kernels, int64_t rows);
/* Rows row0 .. row1 of X for one sample x [in_ch, in_h, in_w], its channels scaled by in_scale [in_ch] or not if NULL:
 * to[panel * alf_gather_panel(kernels, row1 - row0) + (row - row0) * columns + column]. Columns beyond the pixels hold
 * anything. Where kernels take pairs, rows are in pairs from row0 on, at the begin of each panel. */
void alf_gather_rows(const alf_gather *gather, const float *x, const float *in_scale, int64_t row0, int64_t row1,
                     float *to);

/* The input that rows of a later block will be gathered from, to be fetched while products keep the core busy. */
typedef struct {
    const float *from; /* of the first channel that is left */
    int64_t      step, floats, channels, at;
} alf_gather_ahead;

alf_gather_ahead alf_gather_look_ahead(const alf_conv_phase *phase, int64_t pixel0, int64_t pixels, const float *x,
                                       int64_t row0, int64_t row1);
/* Lines of cache that are left. */
int64_t alf_gather_ahead_lines(const alf_gather_ahead *ahead);
/* Asks for the next `lines` of them. */
void alf_gather_fetch(alf_gather_ahead *ahead, int64_t lines);

#endif
