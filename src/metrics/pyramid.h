/* The Laplacian pyramid (Burt and Adelson 1983): what a plane has beyond its next coarser level. The filter is the
 * binomial [1, 4, 6, 4, 1] / 16 along both axes, borders are mirrored without repeating the outermost sample. */
#ifndef ALF_METRICS_PYRAMID_H
#define ALF_METRICS_PYRAMID_H

#include <stdint.h>

/* x [size, size] filtered, every second sample of it kept: out [size/2, size/2]. Sizes are even and at least 4, rows
 * have room for `size` values, here and below. */
void alf_pyramid_down(int64_t size, const float *x, float *out, float *row);

/* Takes from x [size, size] what coarse [size/2, size/2] tells of it: zeros between its samples, filtered, times 4. */
void alf_pyramid_subtract(int64_t size, float *x, const float *coarse, float *row);

#endif
