/* The hot loops of convolutions: one table per instruction set, one function that chooses it.
 *
 * Matrices are cut into panels, so that a product reads both in order: the left one (weights) into panels of `rows`
 * rows, stored [inner][rows]; the right one (inputs, transformed inputs) into panels of `columns` columns, stored
 * [inner][columns]. A left panel at the edge is filled up with zeros, a right one with anything: products of what fills
 * it are not stored. */
#ifndef ALF_TENSOR_KERNELS_H
#define ALF_TENSOR_KERNELS_H

#include "aliasfree/base.h"

#define ALF_MOST_PANEL_ROWS 16
#define ALF_MOST_PANEL_COLUMNS 64
#define ALF_MOST_LANES 16

/* Neighbours that stay neighbours: to[to ..] from from[from ..]. */
typedef struct {
    int64_t from, to, count;
} alf_panel_run;

/* Rows of right panels: for each channel and each of its taps one row, in every panel made of the same runs. */
typedef struct {
    int64_t              channels, channel_step; /* floats from one channel to the next               */
    const float         *scale;                  /* of the channels; NULL: 1                          */
    int64_t              taps;
    const int64_t       *tap; /* what a tap adds to the place that runs come from                     */
    int64_t              panels, panel_step;
    const int64_t       *first_run; /* of a panel; [panels + 1]                                       */
    const alf_panel_run *runs;
} alf_panel_rows;

typedef struct {
    int lanes;         /* of a vector                                     */
    int rows, columns; /* of a panel; columns are a multiple of the lanes */
    int depth;         /* rows of the inner dimension in one of a panel: 1, or 2 as pairs in bfloat16 */

    /* y[i * ldy + j] = (add ? the same : 0) + sum over k in [0, inner) of a[k * rows + i] * b[k * columns + j], for
     * i < used_rows and j < used_columns; nothing else of y is touched. Sums run in the order of k. */
    void (*multiply)(int64_t inner, const float *a, const float *b, bool add, int64_t used_rows, int64_t used_columns,
                     float *y, int64_t ldy);
    /* The same, and the sum is multiplied with scale[i]. */
    void (*multiply_scaled)(int64_t inner, const float *a, const float *b, bool add, const float *scale,
                            int64_t used_rows, int64_t used_columns, float *y, int64_t ldy);

    /* Rows of right panels, in the order of channels and their taps. Runs are copied in whole vectors, so up to
     * lanes - 1 floats beyond a run are read, and written after it: runs lie in rising order, and there is room. */
    void (*lay)(const alf_panel_rows *rows, const float *from, float *to);
    /* to[l * to_line + i] = scale * from[l * from_line + i * step] for l < lines and i < count; nothing else is read or
     * written. */
    void (*take)(int64_t lines, int64_t count, int64_t step, float scale, const float *from, int64_t from_line,
                 float *to, int64_t to_line);

    /* Only of depth 2. Rows of floats, `width` of them, a multiple of the lanes, as words of a panel: those of rows 2k and
     * 2k + 1 in row k of `to`, which may be `from`; a row that is missing at the end is 0. */
    void (*pair)(int64_t rows, int64_t width, const float *from, float *to);

    /* For gradients of weights. to[k * width + i] = scale[i] * from[i * ld + k * step] for i < rows, zeros for i from there
     * to the next multiple of the lanes, k < count: `rows` rows as part of a right panel `width` wide. */
    void (*turn)(int64_t rows, int64_t count, int64_t step, const float *scale, const float *from, int64_t ld,
                 int64_t width, float *to);
    /* y[i * ldy + j] = (add ? the same : 0) + sum over l < lines, k < count of x[i][l * line_step + k * step] *
     * dy[(l * count + k) * columns + j], for all i < rows and j < used_columns and up to whole vectors. */
    void (*correlate)(int64_t lines, int64_t count, int64_t step, int64_t line_step, const float *const x[],
                      const float *dy, bool add, int64_t used_columns, float *y, int64_t ldy);
    /* sums[r * ld + j] += scale[j] * share[r * ld + j], products[j] = sum over r < rows of share[r * ld + j] *
     * w[r * ldw + j], for j < columns and up to whole vectors. */
    void (*share_out)(int64_t rows, int64_t columns, const float *share, const float *scale, const float *w,
                      int64_t ldw, float *sums, int64_t ld, float *products);

    /* The fast 3x3 convolution on tiles of 4x4 outputs; `work` has 4 (tiles + 1 + lanes) floats, and whole vectors are
     * stored, so up to lanes - 1 values beyond the last one. */

    /* The transform of inputs along x: to[c * step + t], c < 6, from row[first + 4 t ...] times scale, where the row is
     * zero outside of its width. */
    void (*winograd_line)(int64_t tiles, const float *row, int64_t width, int64_t first, float scale, float *work,
                          float *to, int64_t step);
    /* Then along y, for a vector of tiles: lines[(r * 6 + c) * step], r < 4, are lines 0 to 3 of the first of them, lines
     * 4 and 5 lie `below` behind lines 0 and 1; lanes begin .. end go to to[r * 6 + c][at ...], r < 6. */
    void (*winograd_tiles)(const float *lines, int64_t step, int64_t below, int begin, int end, float *const to[36],
                           int64_t at);
    /* The transform of products to outputs, for a vector of tiles: to[(r * 4 + c) * step] is output r, c of a tile. */
    void (*winograd_outputs)(float *const from[36], int64_t at, float *to, int64_t step);
    /* row[4 t + c] = scale * planes[c * step + t], for `width` values. */
    void (*winograd_join)(int64_t width, const float *planes, int64_t step, float scale, float *row);
    /* The first two for the gradient along outputs, whose tiles do not overlap. */
    void (*winograd_gradient_line)(int64_t tiles, const float *row, int64_t width, float scale, float *work, float *to,
                                   int64_t step);
    void (*winograd_gradient_tiles)(const float *lines, int64_t step, int begin, int end, float *const to[36],
                                    int64_t at);
} alf_conv_kernels;

/* The table of an instruction set; the scalar one where it was not compiled. */
const alf_conv_kernels *alf_conv_kernels_of(alf_isa isa);
/* The same for panels in bfloat16, with what direct convolutions need: AVX-512 with its instructions for that, or scalars
 * that compute the same. */
const alf_conv_kernels *alf_conv_kernels_bf16_of(alf_isa isa);

extern const alf_conv_kernels alf_conv_kernels_scalar, alf_conv_kernels_scalar_bf16;
#ifdef ALF_HAVE_AVX
extern const alf_conv_kernels alf_conv_kernels_avx2, alf_conv_kernels_avx512, alf_conv_kernels_avx512_bf16;
#endif

#endif
