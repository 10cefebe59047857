/* The choice among the tables of kernels. */
#include "tensor/kernels/kernels.h"

const alf_conv_kernels *alf_conv_kernels_of(alf_isa isa)
{
#ifdef ALF_HAVE_AVX
    if (isa == ALF_ISA_AVX512) return &alf_conv_kernels_avx512;
    if (isa == ALF_ISA_AVX2) return &alf_conv_kernels_avx2;
#endif
    (void)isa;
    return &alf_conv_kernels_scalar;
}

const alf_conv_kernels *alf_conv_kernels_bf16_of(alf_isa isa)
{
#ifdef ALF_HAVE_AVX
    if (isa == ALF_ISA_AVX512) return &alf_conv_kernels_avx512_bf16;
#endif
    (void)isa;
    return &alf_conv_kernels_scalar_bf16;
}
