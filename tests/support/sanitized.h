/* Builds with a sanitizer, which slows everything down: how much of a test they do. */
#ifndef TEST_SANITIZED_H
#define TEST_SANITIZED_H

#include <stdint.h>

#include "core/sanitizers.h"

/* All of something, or what of it there is time for with the address or the thread sanitizer. */
static inline int64_t test_affordable(int64_t all, int64_t with_asan, int64_t with_tsan)
{
#if defined(ALF_TSAN)
    (void)all, (void)with_asan;
    return with_tsan;
#elif defined(ALF_ASAN)
    (void)all, (void)with_tsan;
    return with_asan;
#else
    (void)with_asan, (void)with_tsan;
    return all;
#endif
}

#endif
