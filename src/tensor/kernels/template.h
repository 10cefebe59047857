/* All kernels of convolutions on one instruction set. Who includes this has defined
 *   LANES          floats of a vector, 1 for plain scalars
 *   ROWS           rows of a left panel; a right one has VECTORS vectors of columns
 *   K(name)        the name of a function of this instruction set
 *   SPLAT(t)       the vector of LANES times t
 *   FMA(a, b, c)   a * b + c on vectors
 *   TABLE          the name of the table */
#include "tensor/kernels/vectors.h"

#include "tensor/kernels/tile.h"

#include "tensor/kernels/correlate.h"
#include "tensor/kernels/lay.h"
#include "tensor/kernels/multiply.h"
#include "tensor/kernels/winograd.h"

const alf_conv_kernels TABLE = {.lanes = LANES,
                                .rows = ROWS,
                                .columns = COLUMNS,
                                .depth = 1,
                                .multiply = K(multiply),
                                .multiply_scaled = K(multiply_scaled),
                                .lay = K(lay),
                                .take = K(take),
                                .turn = K(turn),
                                .correlate = K(correlate),
                                .share_out = K(share_out),
                                .winograd_line = K(winograd_line),
                                .winograd_tiles = K(winograd_tiles),
                                .winograd_outputs = K(winograd_outputs),
                                .winograd_join = K(winograd_join),
                                .winograd_gradient_line = K(winograd_gradient_line),
                                .winograd_gradient_tiles = K(winograd_gradient_tiles)};
