/* Sorting many floats, in time proportional to their number. */
#ifndef ALF_METRICS_SORT_H
#define ALF_METRICS_SORT_H

#include <stdint.h>

/* Sorts values [count] in rising order; `spare` is room for as many. Values are finite. */
void alf_sort_floats(int64_t count, float *values, float *spare);

#endif
