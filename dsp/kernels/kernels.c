/* Which table an instruction set has. */
#include "kernels/kernels.h"

const alf_kernels *alf_kernels_of(alf_isa isa)
{
#ifdef ALF_HAVE_AVX
    if (isa == ALF_ISA_AVX512) return &alf_kernels_avx512;
    if (isa == ALF_ISA_AVX2) return &alf_kernels_avx2;
#else
    (void)isa;
#endif
    return &alf_kernels_scalar;
}
