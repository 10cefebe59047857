/* The kernels of panels in bfloat16, whose words are pairs: values of two rows of a matrix, the first one in the lower
 * half. Words lie where floats do, so that everything that moves panels about is that of float32. Who includes this has
 * defined what template.h asks for, but
 *   FMA(a, b, c)   c + the products of the halves of a and b, summed in float32
 *   PAIR(a, b)     the words of a (lower halves) and b, rounded to nearest even
 * bfloat16 has the range of float32 and 8 bits of precision; what is smaller than 2^-126 may become 0. */
#include "tensor/kernels/vectors.h"

#include "tensor/kernels/tile.h"

#include "tensor/kernels/lay.h"
#include "tensor/kernels/multiply.h"

/* Results never pass what is still to be read, so `to` may be `from`. */
static void K(pair)(int64_t rows, int64_t width, const float *from, float *to)
{
    for (int64_t k = 0; k < rows; k += 2)
        for (int64_t i = 0; i < width; i += LANES) {
            const float *p = from + k * width + i;
            K(put)(to + k / 2 * width + i, PAIR(K(at)(p), k + 1 < rows ? K(at)(p + width) : SPLAT(0)));
        }
}

const alf_conv_kernels TABLE = {.lanes = LANES,
                                .rows = ROWS,
                                .columns = COLUMNS,
                                .depth = 2,
                                .multiply = K(multiply),
                                .multiply_scaled = K(multiply_scaled),
                                .lay = K(lay),
                                .take = K(take),
                                .pair = K(pair)};
