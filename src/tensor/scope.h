/* Scopes, as the tensor files see them. */
#ifndef ALF_TENSOR_SCOPE_H
#define ALF_TENSOR_SCOPE_H

#include "aliasfree/tensor.h"

/* The innermost scope takes over the caller's reference of x; on failure it does not. */
alf_status alf_scope_adopt(alf_ctx *ctx, alf_tensor *x);

#endif
