/* Tensors that come back from files into a trainer. Private to the library. */
#ifndef ALF_TRAINING_STORED_H
#define ALF_TRAINING_STORED_H

#include "models/params.h"

/* True when the array has this shape; a stored scalar is one element. Else the error is recorded. */
bool alf_stored_has_shape(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, int ndim,
                          const int64_t shape[]);
/* True when every number is finite and at least `low`. */
bool alf_stored_in_range(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, double low);
/* Copies a checked array into a tensor, in place. */
alf_status alf_stored_copy(alf_ctx *ctx, const alf_array *array, alf_tensor *to);

#endif
