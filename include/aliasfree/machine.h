/* What this machine can do, measured: the yardsticks that benchmarks are held against; and what runs on it. */
#ifndef ALIASFREE_MACHINE_H
#define ALIASFREE_MACHINE_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fused multiply-adds of the context's instruction set on all its threads, in GFLOP/s (best of `repeats`). */
ALF_API double alf_machine_fma_gflops(alf_ctx *ctx, int repeats);
/* Copy rate on all threads, bytes read plus bytes written, in GB/s (best of `repeats`); 0 with the error recorded when
 * `bytes` cannot be had twice. */
ALF_API double alf_machine_stream_gbs(alf_ctx *ctx, int64_t bytes, int repeats);
/* Monotonic time in seconds. */
ALF_API double alf_machine_seconds(void);
/* A duration for a person, as the original tells it: "7s", "1m 05s", "2h 03m 04s", "1d 02h 03m". */
ALF_API void alf_machine_format_seconds(double seconds, char *text, size_t size);
/* The versions of this library and of those that numbers depend on: "aliasfree 0.1.0, FFTW 3.3.10, OpenBLAS 0.3.21". Not
 * in aliasfree_dsp. */
ALF_API void alf_machine_versions(char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
