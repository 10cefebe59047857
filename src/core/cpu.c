/* Which instruction sets the processor and the operating system support, and how many processors there are. */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_getaffinity */
#include <sched.h>
#endif
#include <unistd.h>

#include "core/core.h"

alf_isa alf_cpu_best_isa(void)
{
#ifdef ALF_HAVE_AVX
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

bool alf_cpu_has_bf16(void)
{
#ifdef ALF_HAVE_AVX
    __builtin_cpu_init();
    return alf_cpu_best_isa() == ALF_ISA_AVX512 && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

int alf_cpu_count(void)
{
#if defined(__linux__)
    cpu_set_t allowed; /* a container or taskset may leave fewer than there are */
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0) return CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (int)online;
}
