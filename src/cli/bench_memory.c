/* The most memory that the process had resident at once, as the kernel counts it: the context's own allocations and all
 * that libraries, the allocator and the pictures take besides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* On Linux, writing 5 to this file makes the peak what is resident now. */
bool alf_bench_reset_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file) return false;
    const bool written = fputs("5", file) >= 0;
    return fclose(file) == 0 && written;
}

int64_t alf_bench_peak(void)
{
    static const char name[] = "VmHWM:";

    FILE   *file = fopen("/proc/self/status", "r");
    char    line[256];
    int64_t kib = -1;
    while (file && kib < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0) kib = strtoll(line + strlen(name), NULL, 10);
    if (file) fclose(file);
    return kib < 0 ? -1 : kib * 1024;
}
