/* Which instruction sets the processor and the operating system support. */
#include "core/core.h"

alf_isa alf_cpu_best_isa(void)
{
#if defined(__x86_64__)
    /* The compiler's run-time support asks cpuid and, for the wide registers, xgetbv. */
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return avx512 ? ALF_ISA_AVX512 : avx2 ? ALF_ISA_AVX2 : ALF_ISA_SCALAR;
#else
    return ALF_ISA_SCALAR;
#endif
}
