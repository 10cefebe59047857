/* The insides of tensors, for the files that implement operations. */
#ifndef ALF_TENSOR_TENSOR_H
#define ALF_TENSOR_TENSOR_H

#include "aliasfree/tensor.h"
#include "core/core.h"
#include "tensor/backend.h"
#include "tensor/derived.h"

/* Memory that several tensors (reshaped views) share. */
typedef struct {
    int                refs;
    const alf_backend *backend;
    void              *data;
    alf_derived       *derived; /* what was made of the elements as a weight, see derived.h */
    void              *owner;   /* of the data, when that is not the backend's              */
    void (*release)(void *owner);
} alf_storage;

/* To be called by whoever writes elements that may have been used already. */
void alf_storage_changed(alf_storage *storage);
/* x as the weight of a convolution. */
alf_weight alf_tensor_weight(const alf_tensor *x);

struct alf_tensor {
    alf_ctx     *ctx; /* NULL: the failed tensor */
    alf_storage *storage;
    int          refs;
    int          ndim;
    int64_t      shape[ALF_MAX_DIMS];
    int64_t      count;

    /* for the tape, which stands above this layer */
    bool             variable; /* a leaf that gradients are taken of */
    struct alf_node *node;     /* the record of how it came to be; NULL: none */
    void (*release_node)(struct alf_node *node);
};

/* What the tensor layer keeps in a context: its scopes, and whether operations are recorded. */
typedef struct {
    alf_ctx   *ctx;
    alf_scope *scope; /* the innermost */
    bool       paused;
    int64_t    recorded; /* operations so far */
} alf_tensor_state;

/* Made at its first use; NULL with the error recorded when memory is short. */
alf_tensor_state *alf_tensor_state_of(alf_ctx *ctx);

/* The one failed tensor, shared by all contexts; never written. */
alf_tensor *alf_failed_tensor(void);
/* Records the error and returns the failed tensor. */
alf_tensor *alf_op_fail(alf_ctx *ctx, alf_status status, const char *format, ...) ALF_PRINTF(3, 4);

/* A new tensor in the current scope with uninitialised elements. Sizes are checked; 0 elements are refused. */
alf_tensor *alf_tensor_new(alf_ctx *ctx, int ndim, const int64_t shape[]);
/* A new tensor in the current scope on memory with elements of the backend's type, which belongs to `owner`: it is
 * released when the last tensor on it goes, also on failure. */
alf_tensor *alf_tensor_on_memory(alf_ctx *ctx, int ndim, const int64_t shape[], void *data, void *owner,
                                 void (*release)(void *owner));
/* A new tensor in the current scope on the storage of x, with the same count. */
alf_tensor *alf_tensor_view(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[]);

/* In place: what training changes. x and y must have equal counts; results recorded before see the new elements.
 * Nothing happens in a context in error. */
void alf_tensor_lerp(alf_ctx *ctx, alf_tensor *x, const alf_tensor *y, double t); /* x + t (y - x); 1: a copy */
void alf_tensor_adam(alf_ctx *ctx, alf_tensor *x, alf_tensor *m, alf_tensor *v, const alf_tensor *gradient,
                     const alf_adam_step *step);
/* x with NaN replaced by 0 and infinities (and what is larger) by +-limit; not recorded. */
alf_tensor *alf_tensor_finite(alf_ctx *ctx, alf_tensor *x, double limit);

/* True when an operation can go on with this input: neither absent (an error, recorded) nor failed. `name` is the
 * operation's and the input's, as in "alf_add: a". */
bool alf_op_input(alf_ctx *ctx, const char *name, const alf_tensor *x);
/* The same, and x must have `ndim` dimensions. */
bool alf_op_input_ndim(alf_ctx *ctx, const char *name, const alf_tensor *x, int ndim);

/* True when an argument that is no tensor is given; else the error is recorded. `name` as above. */
bool alf_op_given(alf_ctx *ctx, const char *name, const void *argument);

/* A shape as text like [2, 3, 16, 16], in the given buffer, which is returned. */
#define ALF_SHAPE_TEXT 128
const char *alf_shape_text(int ndim, const int64_t shape[], char buffer[ALF_SHAPE_TEXT]);

#endif
