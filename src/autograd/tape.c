/* Recording operations, and taking gradients by walking the record backwards. */
#include "autograd/tape.h"

#include <stdlib.h>
#include <string.h>

#include "tensor/scope.h"

/* --- nodes -------------------------------------------------------------------------------------------------------- */

/* Gives back what the node keeps for its backward. */
static void drop_saved(alf_node *node)
{
    for (int i = 0; i < ALF_OP_INPUTS; i++) {
        alf_tensor_release(node->saved[i]);
        node->saved[i] = NULL;
    }
    node->dropped = true;
}

/* Gives up a reference of the node; the last one moves it to the list. */
static void give_up(alf_node *node, alf_node **dying)
{
    if (!node || --node->refs > 0) return;
    node->next = *dying;
    *dying = node;
}

/* Releases a saved tensor, but its node, if that dies with it, by the list. */
static void release_saved(alf_tensor *x, alf_node **dying)
{
    if (x && x->ctx && x->refs == 1) {
        give_up(x->node, dying);
        x->node = NULL;
    }
    alf_tensor_release(x);
}

/* A node may be the last to hold those before it, and so on through a long record: a list, where functions that call
 * each other would need as much stack. */
static void release_node(alf_node *node)
{
    alf_node *dying = NULL;
    give_up(node, &dying);
    while ((node = dying)) {
        dying = node->next;
        for (int i = 0; i < ALF_OP_INPUTS; i++) {
            release_saved(node->saved[i], &dying);
            give_up(node->edges[i].node, &dying);
            alf_tensor_release(node->edges[i].leaf);
        }
        if (node->op->forget) node->op->forget(node->attributes);
        alf_mem_free(node->attributes);
        alf_mem_free(node);
    }
}

bool alf_wants_gradient(alf_ctx *ctx, const alf_tensor *x)
{
    return x && x->ctx && (x->variable || x->node) && !alf_tensor_state_of(ctx)->paused;
}

bool alf_needs(const alf_node *node, int input)
{
    return node->edges[input].needed;
}

bool alf_set_recording(alf_ctx *ctx, bool on)
{
    alf_tensor_state *state = alf_tensor_state_of(ctx);
    bool              was = state && !state->paused;
    if (state) state->paused = !on;
    return was;
}

static alf_status copy_attributes(alf_ctx *ctx, alf_node *node, const alf_recording *recording)
{
    const size_t number = sizeof recording->numbers[0], head = (recording->size + number - 1) / number * number;
    const size_t tail = (size_t)recording->num_numbers * number;
    if (head + tail == 0) return ALF_OK;
    char *block = alf_mem_alloc(ctx, 1, head + tail);
    if (!block) return ALF_ERR_MEMORY;
    if (head) memcpy(block, recording->attributes, recording->size);
    if (tail) memcpy(block + head, recording->numbers, tail);
    node->attributes = block;
    node->numbers = (double *)(void *)(block + head);
    if (node->op->keep) node->op->keep(node->attributes);
    return ALF_OK;
}

static alf_node *node_create(alf_ctx *ctx, const alf_op *op, const alf_recording *recording)
{
    alf_node *node = alf_mem_zalloc(ctx, 1, sizeof *node);
    if (!node) return NULL;
    node->op = op;
    node->refs = 1;
    if (copy_attributes(ctx, node, recording) != ALF_OK) {
        alf_mem_free(node);
        return NULL;
    }
    node->order = alf_tensor_state_of(ctx)->recorded++;
    for (int i = 0; i < ALF_OP_INPUTS; i++) {
        alf_tensor *x = recording->inputs[i];
        node->saved[i] = alf_tensor_retain(recording->saved[i]);
        if (!alf_wants_gradient(ctx, x)) continue;
        node->edges[i].node = x->node;
        if (x->node)
            x->node->refs++;
        else
            node->edges[i].leaf = alf_tensor_retain(x);
    }
    return node;
}

alf_tensor *alf_record(alf_ctx *ctx, alf_tensor *y, const alf_op *op, const alf_recording *recording)
{
    bool wanted = false;
    if (!y->ctx) return y;
    for (int i = 0; i < ALF_OP_INPUTS; i++) wanted = wanted || alf_wants_gradient(ctx, recording->inputs[i]);
    if (!wanted) return y;
    y->release_node = release_node;
    return (y->node = node_create(ctx, op, recording)) ? y : alf_failed_tensor();
}

alf_tensor *alf_variable(alf_ctx *ctx, alf_tensor *x)
{
    alf_tensor *y = alf_detach(ctx, x);
    if (y->ctx) y->variable = true;
    return y;
}

alf_tensor *alf_detach(alf_ctx *ctx, alf_tensor *x)
{
    if (!alf_op_input(ctx, "alf_detach: x", x)) return alf_failed_tensor();
    return alf_tensor_view(ctx, x, x->ndim, x->shape);
}

/* --- gradients ---------------------------------------------------------------------------------------------------- */

/* The nodes behind some outputs, in order of recording. */
typedef struct {
    alf_ctx   *ctx;
    alf_node **nodes;
    int64_t    count, room;
} walk;

static alf_status visit(walk *w, alf_node *node)
{
    if (!node || node->visited) return ALF_OK;
    if (w->count == w->room) {
        int64_t    room = w->room ? 2 * w->room : 256;
        alf_node **nodes = alf_mem_realloc(w->ctx, w->nodes, (size_t)room, sizeof *nodes);
        if (!nodes) return ALF_ERR_MEMORY;
        w->nodes = nodes;
        w->room = room;
    }
    node->visited = true;
    w->nodes[w->count++] = node;
    return ALF_OK;
}

static int by_order(const void *a, const void *b)
{
    const alf_node *x = *(alf_node *const *)a, *y = *(alf_node *const *)b;
    return (x->order > y->order) - (x->order < y->order);
}

static alf_status collect(walk *w, int num_outputs, alf_tensor *const outputs[])
{
    alf_status status = ALF_OK;
    for (int i = 0; i < num_outputs && status == ALF_OK; i++) status = visit(w, outputs[i]->node);
    for (int64_t next = 0; next < w->count && status == ALF_OK; next++)
        for (int i = 0; i < ALF_OP_INPUTS && status == ALF_OK; i++) status = visit(w, w->nodes[next]->edges[i].node);
    if (w->count) qsort(w->nodes, (size_t)w->count, sizeof w->nodes[0], by_order);
    return status;
}

/* The index of the input that this tensor or node is, or -1. */
static int find_input(int num_inputs, alf_tensor *const inputs[], const alf_node *node, const alf_tensor *leaf)
{
    for (int i = 0; i < num_inputs; i++)
        if (node ? inputs[i]->node == node : inputs[i] == leaf) return i;
    return -1;
}

/* Marks the edges along which gradients must flow to reach an input. */
static void mark_needed(walk *w, int num_inputs, alf_tensor *const inputs[])
{
    for (int64_t n = 0; n < w->count; n++) {
        alf_node *node = w->nodes[n];
        node->needed = find_input(num_inputs, inputs, node, NULL) >= 0;
        for (int i = 0; i < ALF_OP_INPUTS; i++) {
            const alf_node   *from = node->edges[i].node;
            const alf_tensor *leaf = node->edges[i].leaf;
            node->edges[i].needed = (from && from->needed) || (leaf && find_input(num_inputs, inputs, NULL, leaf) >= 0);
            node->needed = node->needed || node->edges[i].needed;
        }
    }
}

/* True when nobody else holds the tensor or its elements. */
static bool is_alone(const alf_tensor *x)
{
    return x->ctx && x->refs == 1 && x->storage->refs == 1 && !x->node;
}

/* *sum += x, where *sum is a reference of its own or NULL. */
static void accumulate(alf_ctx *ctx, alf_tensor **sum, alf_tensor *x)
{
    if (*sum && x->ctx && is_alone(*sum) && !alf_wants_gradient(ctx, x)) {
        const alf_loops loops = {.ndim = 1, .size = {x->count}, .stride_a = {1}, .stride_b = {1}};
        void           *y = (*sum)->storage->data;
        x->storage->backend->binary(ctx, ALF_BINARY_ADD, &loops, y, x->storage->data, y);
        alf_storage_changed((*sum)->storage);
        return;
    }
    alf_tensor *total = *sum ? alf_add(ctx, *sum, x) : x;
    alf_tensor_retain(total);
    alf_tensor_release(*sum);
    *sum = total;
}

/* Hands the node's gradient on to its inputs; false when nothing beyond the node is asked for. */
static bool propagate(alf_ctx *ctx, alf_node *node, int num_inputs, alf_tensor *const inputs[], alf_tensor *grads[])
{
    alf_tensor *dx[ALF_OP_INPUTS] = {NULL};
    bool        further = false;
    for (int i = 0; i < ALF_OP_INPUTS; i++) further = further || node->edges[i].needed;
    if (!further || !node->gradient) return false;
    if (node->dropped) {
        alf_fail(ctx, ALF_ERR_ARGUMENT,
                 "%s: its record was dropped when gradients were taken before: ask for create_graph then",
                 node->op->name);
        return false;
    }
    node->op->backward(ctx, node, node->gradient, dx);
    for (int i = 0; i < ALF_OP_INPUTS; i++) {
        if (!node->edges[i].needed || !dx[i]) continue;
        if (node->edges[i].node)
            accumulate(ctx, &node->edges[i].node->gradient, dx[i]);
        else
            accumulate(ctx, &grads[find_input(num_inputs, inputs, NULL, node->edges[i].leaf)], dx[i]);
    }
    return true;
}

/* Walks back from the outputs. grads[] gets references of its own. */
static void walk_back(walk *w, int num_inputs, alf_tensor *const inputs[], bool create_graph, alf_tensor *grads[])
{
    for (int64_t n = w->count - 1; n >= 0 && alf_ctx_status(w->ctx) == ALF_OK; n--) {
        alf_node *node = w->nodes[n];
        if (!node->needed) continue;
        alf_scope *scope = alf_scope_open(w->ctx);
        bool       walked = propagate(w->ctx, node, num_inputs, inputs, grads);
        int        target = find_input(num_inputs, inputs, node, NULL);
        if (target >= 0 && node->gradient) accumulate(w->ctx, &grads[target], node->gradient);
        alf_tensor_release(node->gradient);
        node->gradient = NULL;
        if (walked && !create_graph) drop_saved(node);
        alf_scope_close(scope, NULL);
    }
}

static alf_status seed(alf_ctx *ctx, int num_outputs, alf_tensor *const outputs[], alf_tensor *const output_grads[],
                       int num_inputs, alf_tensor *const inputs[], alf_tensor *grads[])
{
    for (int i = 0; i < num_outputs; i++) {
        alf_tensor *y = outputs[i], *dy = output_grads ? output_grads[i] : NULL;
        if (!dy) dy = alf_tensor_full(ctx, y->ndim, y->shape, 1);
        if (!alf_op_input(ctx, "alf_grad: gradient of an output", dy)) return alf_ctx_status(ctx);
        if (dy->ndim != y->ndim || memcmp(dy->shape, y->shape, (size_t)y->ndim * sizeof y->shape[0]) != 0)
            return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_grad: output %d and its gradient differ in shape", i);
        int target = y->node ? -1 : find_input(num_inputs, inputs, NULL, y);
        if (y->node)
            accumulate(ctx, &y->node->gradient, dy);
        else if (target >= 0)
            accumulate(ctx, &grads[target], dy);
    }
    return alf_ctx_status(ctx);
}

static bool check_tensors(alf_ctx *ctx, const char *name, int count, alf_tensor *const tensors[])
{
    for (int i = 0; tensors && i < count; i++)
        if (!alf_op_input(ctx, name, tensors[i])) return false;
    return tensors && count > 0;
}

/* The caller's scope takes the gradients over, references of their own until now. */
static alf_status hand_over(alf_ctx *ctx, int num_inputs, alf_tensor *const inputs[], alf_tensor *grads[])
{
    for (int i = 0; i < num_inputs; i++) {
        int first = find_input(num_inputs, inputs, inputs[i]->node, inputs[i]);
        if (first < i) grads[i] = alf_tensor_retain(grads[first]); /* asked for twice */
        if (grads[i] && alf_scope_adopt(ctx, grads[i]) != ALF_OK) {
            alf_tensor_release(grads[i]);
            grads[i] = NULL;
        }
    }
    alf_status status = alf_ctx_status(ctx);
    for (int i = 0; i < num_inputs && status != ALF_OK; i++) grads[i] = alf_failed_tensor();
    return status;
}

alf_status alf_grad(alf_ctx *ctx, int num_outputs, alf_tensor *const outputs[], alf_tensor *const output_grads[],
                    int num_inputs, alf_tensor *const inputs[], bool create_graph, alf_tensor *grads[])
{
    for (int i = 0; grads && i < num_inputs; i++) grads[i] = alf_failed_tensor();
    if (alf_ctx_status(ctx) != ALF_OK) return alf_ctx_status(ctx);
    if (!grads || !check_tensors(ctx, "alf_grad: output", num_outputs, outputs) ||
        !check_tensors(ctx, "alf_grad: input", num_inputs, inputs))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_grad: expected outputs, inputs and room for their gradients");
    for (int i = 0; i < num_inputs; i++)
        if (!inputs[i]->variable && !inputs[i]->node)
            return alf_fail(ctx, ALF_ERR_ARGUMENT,
                            "alf_grad: input %d is neither a variable nor the result of a recorded operation", i);
    for (int i = 0; i < num_inputs; i++) grads[i] = NULL;

    walk       w = {.ctx = ctx};
    alf_scope *scope = alf_scope_open(ctx);
    bool       was = alf_set_recording(ctx, create_graph);
    alf_status status = collect(&w, num_outputs, outputs);
    if (status == ALF_OK) {
        mark_needed(&w, num_inputs, inputs);
        status = seed(ctx, num_outputs, outputs, output_grads, num_inputs, inputs, grads);
    }
    if (status == ALF_OK) walk_back(&w, num_inputs, inputs, create_graph, grads);
    for (int64_t n = 0; n < w.count; n++) {
        alf_tensor_release(w.nodes[n]->gradient);
        w.nodes[n]->gradient = NULL;
        w.nodes[n]->visited = false;
    }
    alf_mem_free(w.nodes);
    alf_set_recording(ctx, was);
    alf_scope_close(scope, NULL);
    return hand_over(ctx, num_inputs, inputs, grads);
}
