/* The tape: what an operation leaves behind so that gradients can be taken of it.
 *
 * A tensor that comes out of a recorded operation owns a node; the node knows where its inputs came from (edges) and
 * keeps what its backward needs (saved tensors, attributes), nothing else. A backward is written in operations that are
 * recorded themselves, so gradients of any order work. Nothing is recorded where no input asks for a gradient. */
#ifndef ALF_AUTOGRAD_TAPE_H
#define ALF_AUTOGRAD_TAPE_H

#include "tensor/tensor.h"

#define ALF_OP_INPUTS 5

typedef struct alf_node alf_node;

typedef struct {
    const char *name;
    /* Given dy, the gradient of the node's output, sets dx[i] for every input i with alf_needs(node, i). */
    void (*backward)(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[]);
    /* Takes references of what the attributes hold, and gives them up again; NULL: there is nothing. Each is called once
     * for each node. */
    void (*keep)(void *attributes);
    void (*forget)(void *attributes);
} alf_op;

struct alf_node {
    const alf_op *op;
    int           refs;
    int64_t       order; /* of recording: inputs come before outputs */
    struct {
        alf_node   *node; /* what made the input; or                     */
        alf_tensor *leaf; /* the input, a variable; both NULL: no matter */
        bool        needed;
    } edges[ALF_OP_INPUTS];
    alf_tensor *saved[ALF_OP_INPUTS];
    void       *attributes;
    double     *numbers; /* behind the attributes, in the same block */
    bool        dropped; /* what was saved has been given back           */

    /* while gradients are taken */
    bool        visited, needed;
    alf_tensor *gradient;

    alf_node *next; /* while it is released */
};

/* True when an operation on this input (may be NULL) must be recorded. */
bool alf_wants_gradient(alf_ctx *ctx, const alf_tensor *x);

/* Records y = op(inputs) if any input asks for a gradient; returns y, or the failed tensor. Inputs and saved tensors end
 * with NULL or after ALF_OP_INPUTS; the attributes and numbers are copied. */
typedef struct {
    alf_tensor   *inputs[ALF_OP_INPUTS];
    alf_tensor   *saved[ALF_OP_INPUTS];
    const void   *attributes;
    size_t        size;    /* of the attributes                               */
    const double *numbers; /* constants, as many as the input asks for */
    int64_t       num_numbers;
} alf_recording;
alf_tensor *alf_record(alf_ctx *ctx, alf_tensor *y, const alf_op *op, const alf_recording *recording);

bool alf_needs(const alf_node *node, int input);

/* Switches recording off or on; returns what it was. */
bool alf_set_recording(alf_ctx *ctx, bool on);

/* x summed over broadcast dimensions down to `shape`: the adjoint of broadcasting. */
alf_tensor *alf_sum_to(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[]);
/* x placed at `first` along `dim` into zeros of size `total`: the adjoint of a slice. */
alf_tensor *alf_embed(alf_ctx *ctx, alf_tensor *x, int dim, int64_t first, int64_t total);

#endif
