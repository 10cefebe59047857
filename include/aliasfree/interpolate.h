/* Periodic interpolation along a sequence, such as the styles of a video. */
#ifndef ALIASFREE_INTERPOLATE_H
#define ALIASFREE_INTERPOLATE_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Cubic periodic interpolation of keyframes [keyframes, dim] at `w_frames` positions per keyframe:
 * out [keyframes * w_frames, dim]. Keyframes are repeated `wraps` times before and after, and joined by a not-a-knot
 * cubic spline, as scipy.interpolate.interp1d(kind='cubic') does. wraps >= 1, and at least 4 points in all. */
ALF_API ALF_NODISCARD alf_status alf_interpolate_cubic(alf_ctx *ctx, int64_t keyframes, int64_t dim, int wraps,
                                                       int w_frames, const double in[], double out[]);

#ifdef __cplusplus
}
#endif
#endif
