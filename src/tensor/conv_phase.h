/* A convolution as matrix products in float32.
 *
 * A transposed convolution of stride s falls into s * s phases: outputs q = s u + phase see the same taps, and along u
 * they are a plain convolution of stride 1. So everything is one form: per axis, output u and tap j meet at the input
 * index in_first + u * in_step + j * in_tap. Then Y [out_ch, pixels] = W [out_ch, rows] * X [rows, pixels], a row being
 * one tap of one input channel, a pixel one output of the phase; X is never stored whole. */
#ifndef ALF_TENSOR_CONV_PHASE_H
#define ALF_TENSOR_CONV_PHASE_H

#include "tensor/backend.h"

typedef struct {
    int64_t taps;
    int64_t weight_first, weight_step; /* kernel index, as stored, of tap j: weight_first + j * weight_step */
    int64_t count;                     /* outputs of the phase                                              */
    int64_t out_first, out_step;       /* output u is output out_first + u * out_step of the convolution    */
    int64_t in_size;
    int64_t in_first, in_step, in_tap; /* in_tap is 1 or -1 */
} alf_conv_axis;

typedef struct {
    const alf_conv *conv;
    alf_conv_axis   y, x;
    int64_t         rows;   /* in_ch * taps of both axes */
    int64_t         pixels; /* outputs of one sample     */
} alf_conv_phase;

/* The input positions of an axis that lie under the taps of `outputs` neighbours: how many there are, the first one for
 * outputs from u on, and tap j's place among those of one output. */
int64_t alf_conv_span(const alf_conv_axis *axis, int64_t outputs);
int64_t alf_conv_first_under(const alf_conv_axis *axis, int64_t u);
int64_t alf_conv_place_of_tap(const alf_conv_axis *axis, int64_t tap);

/* How many phases there are: 1, or stride^2. */
int64_t        alf_conv_phases(const alf_conv *conv);
alf_conv_phase alf_conv_phase_at(const alf_conv *conv, int64_t index);

/* The loops over (out_ch, in_ch, tap y, tap x) of a phase; strides a and the offset walk the stored weight. Strides b
 * are 0. */
alf_loops alf_conv_weight_loops(const alf_conv_phase *phase, int64_t *offset);

/* True when the phase's outputs are the whole contiguous output. */
bool alf_conv_phase_is_whole(const alf_conv_phase *phase);
/* True when X is the input itself, as it lies in memory. */
bool alf_conv_columns_are_input(const alf_conv_phase *phase);

/* Where a run of neighbours in one line of the phase's outputs lies. */
typedef struct {
    int64_t uy, ux;  /* of its first pixel in the phase           */
    int64_t count;   /* of pixels                                 */
    int64_t outputs; /* index of its first pixel in the plane of y */
} alf_conv_run;

/* The run of pixels from `pixel` to the end of its line, or to `end`. */
alf_conv_run alf_conv_run_at(const alf_conv_phase *phase, int64_t pixel, int64_t end);

#endif
