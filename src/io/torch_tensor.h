/* Tensors and parameters as views of a torch storage, every element checked to lie within it. */
#ifndef ALF_IO_TORCH_TENSOR_H
#define ALF_IO_TORCH_TENSOR_H

#include "io/pickle_value.h"

/* torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata]). */
alf_pkl_value *alf_torch_tensor(alf_pkl_reader *reader, const alf_pkl_items *args);

/* torch._utils._rebuild_parameter(tensor, requires_grad, hooks): the tensor itself. */
alf_pkl_value *alf_torch_parameter(alf_pkl_reader *reader, const alf_pkl_items *args);

/* Adds the tensor to an archive that owns the map of the file: as a view into it where its elements stand there in
 * order, else as a copy in order. */
ALF_NODISCARD alf_status alf_torch_tensor_add(alf_pkl_reader *reader, const alf_pkl_tensor *tensor, const char *name,
                                              alf_archive *archive);

#endif
