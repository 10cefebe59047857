/* Scopes hold the user's handles of tensors and release them when they close. */
#include "tensor/scope.h"

#include "tensor/tensor.h"

struct alf_scope {
    alf_ctx     *ctx;
    alf_scope   *outer;
    alf_tensor **items;
    int64_t      count, room;
};

static void release_items(alf_scope *scope)
{
    for (int64_t i = scope->count - 1; i >= 0; i--) alf_tensor_release(scope->items[i]);
    scope->count = 0;
}

/* Releases the scopes that were left open at the context's end, and the state itself. */
static void destroy_state(void *object)
{
    alf_tensor_state *state = object;
    for (alf_scope *scope = state->scope; scope;) {
        alf_scope *outer = scope->outer;
        release_items(scope);
        alf_mem_free(scope->items);
        alf_mem_free(scope);
        scope = outer;
    }
    alf_mem_free(state);
}

alf_tensor_state *alf_tensor_state_of(alf_ctx *ctx)
{
    alf_ctx_extension *extension = alf_ctx_tensor_extension(ctx);
    if (!extension->state) {
        alf_tensor_state *state = alf_mem_zalloc(ctx, 1, sizeof *state);
        if (!state) return NULL;
        state->ctx = ctx;
        extension->state = state;
        extension->destroy = destroy_state;
    }
    return extension->state;
}

alf_scope *alf_scope_open(alf_ctx *ctx)
{
    alf_tensor_state *state = alf_tensor_state_of(ctx);
    alf_scope        *scope = state ? alf_mem_zalloc(ctx, 1, sizeof *scope) : NULL;
    if (!scope) return NULL;
    scope->ctx = ctx;
    scope->outer = state->scope;
    state->scope = scope;
    return scope;
}

alf_status alf_scope_adopt(alf_ctx *ctx, alf_tensor *x)
{
    alf_tensor_state *state = alf_tensor_state_of(ctx);
    alf_scope        *scope = state ? state->scope : NULL;
    if (!scope && alf_ctx_status(ctx)) return alf_ctx_status(ctx);       /* perhaps a scope that could not be opened */
    if (!scope && !(scope = alf_scope_open(ctx))) return ALF_ERR_MEMORY; /* the context's own, closed at its end */
    if (scope->count == scope->room) {
        int64_t      room = scope->room ? 2 * scope->room : 16;
        alf_tensor **items = alf_mem_realloc(ctx, scope->items, (size_t)room, sizeof *items);
        if (!items) return ALF_ERR_MEMORY;
        scope->items = items;
        scope->room = room;
    }
    scope->items[scope->count++] = x;
    return ALF_OK;
}

static bool listed(const alf_tensor *x, alf_tensor *const keep[], int count)
{
    for (int i = 0; i < count; i++)
        if (keep[i] == x) return true;
    return false;
}

void alf_scope_keep(alf_scope *scope, alf_tensor *const keep[], int count)
{
    if (!scope) return;
    if (!keep) count = 0;
    int64_t kept = 0;
    for (int64_t i = 0; i < scope->count; i++) {
        if (listed(scope->items[i], keep, count))
            scope->items[kept++] = scope->items[i];
        else
            alf_tensor_release(scope->items[i]);
    }
    scope->count = kept;
}

alf_tensor *alf_scope_close(alf_scope *scope, alf_tensor *result)
{
    if (!scope) return result;
    alf_ctx          *ctx = scope->ctx;
    alf_tensor_state *state = alf_tensor_state_of(ctx);
    while (state->scope && state->scope != scope) /* left open by an early return */
        result = alf_scope_close(state->scope, result);
    alf_scope_keep(scope, &result, 1);
    while (scope->count > 1) alf_tensor_release(scope->items[--scope->count]); /* the scope may hold it several times */
    bool handed_over = scope->count == 1;
    state->scope = scope->outer;
    alf_mem_free(scope->items);
    alf_mem_free(scope);
    if (handed_over && alf_scope_adopt(ctx, result) != ALF_OK) {
        alf_tensor_release(result);
        return alf_failed_tensor();
    }
    return result;
}
