/* The template for plain scalars: for any machine. */
#define LANES 1
#define ROWS 4
#define K(name) alf_ck_##name##_scalar
#define SPLAT(t) (t)
#define FMA(a, b, c) ((a) * (b) + (c))
#define TABLE alf_conv_kernels_scalar
#include "tensor/kernels/template.h"
