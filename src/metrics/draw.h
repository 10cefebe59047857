/* Styles that metrics draw: everything follows from a seed and the number of the image, so any part can be repeated. */
#ifndef ALF_METRICS_DRAW_H
#define ALF_METRICS_DRAW_H

#include "aliasfree/metrics.h"

/* ws [count, num_ws, w_dim] of images first, first + 1, ...; class_index -1: a random class for each. */
alf_tensor *alf_draw_styles(alf_generator *g, uint64_t seed, int class_index, int64_t first, int64_t count);

/* ALF_ERR_RANGE unless the network has this class, or class_index is -1. Any will do for a network without classes. */
alf_status alf_demand_class(const alf_generator *g, int class_index);

#endif
