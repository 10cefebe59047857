/* Aligned memory that counts against the context's budget, with the head that each block carries in front. Large blocks
 * come from the context's heap, which keeps their pages for the next. */
#include <stdlib.h>
#include <string.h>

#include "core/context_internal.h"
#include "core/sanitizers.h"

#ifdef ALF_ASAN
#define LARGE SIZE_MAX /* it is to see every block come and go */
#else
#define LARGE ((size_t)256 << 10)
#endif

typedef struct {
    alf_ctx *ctx;
    size_t   bytes;  /* of the caller's part                */
    size_t   booked; /* with the head and rounded up: what counts */
    size_t   heaped; /* bytes of the heap that it lies in; 0: it lies in malloc's */
} block_head;

_Static_assert(sizeof(block_head) <= ALF_ALIGNMENT, "the head fits into one alignment unit");

static block_head *head_of(void *block)
{
    return (block_head *)(void *)((char *)block - ALF_ALIGNMENT);
}

/* Books `bytes` (which may be negative); false when that would exceed the budget. */
static bool book(alf_ctx *ctx, int64_t bytes)
{
    int64_t limit = ctx->options.max_memory;
    int64_t used = atomic_fetch_add(&ctx->memory_used, bytes) + bytes;
    if (bytes > 0 && limit > 0 && used > limit) {
        atomic_fetch_sub(&ctx->memory_used, bytes);
        return false;
    }
    return true;
}

/* What is booked was obtained: it counts as used. A block that the system refuses never does. */
static void raise_peak(alf_ctx *ctx)
{
    int64_t used = atomic_load(&ctx->memory_used), peak = atomic_load(&ctx->memory_peak);
    while (used > peak && !atomic_compare_exchange_weak(&ctx->memory_peak, &peak, used)) {
    }
}

/* What is used and what is kept is together no more than the budget, and than was ever used and a tenth. */
static void trim(alf_ctx *ctx)
{
    const int64_t limit = ctx->options.max_memory, used = atomic_load(&ctx->memory_used);
    const int64_t before = atomic_load(&ctx->memory_peak), peak = used > before ? used : before;
    const int64_t most = peak + peak / 10, room = (limit > 0 && limit < most ? limit : most) - used;
    const size_t  keep = room > 0 ? (size_t)room : 0;
    if (atomic_load(&ctx->heap.kept) > keep) alf_heap_trim(&ctx->heap, keep);
}

/* `size` bytes that are booked already. */
static void *obtain(alf_ctx *ctx, size_t size, size_t *heaped)
{
    const size_t page = ctx->heap.page;
    *heaped = size < LARGE ? 0 : (size + page - 1) / page * page;
    void *block = *heaped ? alf_heap_take(&ctx->heap, *heaped) : NULL;
    trim(ctx);
    if (block) return block;
    *heaped = 0;
    return aligned_alloc(ALF_ALIGNMENT, size);
}

/* Has what is only kept become less? Not from tiles, for which it may be kept. */
static bool give_up(alf_ctx *ctx)
{
    return !ctx->in_tiles && ctx->tensor.give_up && ctx->tensor.give_up(ctx->tensor.kept);
}

static alf_status fail_over_budget(alf_ctx *ctx, size_t size)
{
    return alf_fail(ctx, ALF_ERR_MEMORY, "%zu bytes would exceed the memory budget: %lld of %lld bytes are in use",
                    size, (long long)alf_ctx_memory_used(ctx), (long long)ctx->options.max_memory);
}

/* Books and obtains `size` bytes, at the cost of what is only kept; NULL with the error recorded. */
static void *obtain_booked(alf_ctx *ctx, size_t size, size_t *heaped)
{
    void *block = NULL;
    bool  booked;
    while (!((booked = book(ctx, (int64_t)size)) && (block = obtain(ctx, size, heaped)))) {
        if (booked) book(ctx, -(int64_t)size);
        if (give_up(ctx)) continue;
        if (booked)
            alf_fail(ctx, ALF_ERR_MEMORY, "the system refused %zu bytes", size);
        else
            fail_over_budget(ctx, size);
        return NULL;
    }
    raise_peak(ctx);
    return block;
}

alf_status alf_mem_book(alf_ctx *ctx, size_t bytes)
{
    if (bytes > SIZE_MAX / 4) return alf_fail(ctx, ALF_ERR_MEMORY, "%zu bytes do not fit into memory", bytes);
    while (!book(ctx, (int64_t)bytes))
        if (!give_up(ctx)) return fail_over_budget(ctx, bytes);
    raise_peak(ctx);
    trim(ctx);
    return ALF_OK;
}

void alf_mem_unbook(alf_ctx *ctx, size_t bytes)
{
    book(ctx, -(int64_t)bytes);
}

void *alf_mem_alloc(alf_ctx *ctx, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX / 4) / size) {
        alf_fail(ctx, ALF_ERR_MEMORY, "%zu elements of %zu bytes do not fit into memory", count, size);
        return NULL;
    }
    size_t bytes = count * size;
    size_t total = ALF_ALIGNMENT + (bytes + ALF_ALIGNMENT - 1) / ALF_ALIGNMENT * ALF_ALIGNMENT;
    size_t heaped;
    char  *raw = obtain_booked(ctx, total, &heaped);
    if (!raw) return NULL;
    void *block = raw + ALF_ALIGNMENT;
    *head_of(block) = (block_head){ctx, bytes, total, heaped};
    return block;
}

void *alf_mem_zalloc(alf_ctx *ctx, size_t count, size_t size)
{
    void *block = alf_mem_alloc(ctx, count, size);
    if (block) memset(block, 0, count * size);
    return block;
}

void *alf_mem_realloc(alf_ctx *ctx, void *old, size_t count, size_t size)
{
    void *block = alf_mem_alloc(ctx, count, size);
    if (!block || !old) return block;
    size_t keep = head_of(old)->bytes < count * size ? head_of(old)->bytes : count * size;
    memcpy(block, old, keep);
    alf_mem_free(old);
    return block;
}

void alf_mem_free(void *block)
{
    if (!block) return;
    block_head  *head = head_of(block);
    alf_ctx     *ctx = head->ctx;
    const size_t heaped = head->heaped;
    book(ctx, -(int64_t)head->booked);
    if (heaped == 0) {
        free(head);
        return;
    }
    alf_heap_give(&ctx->heap, head, heaped);
    trim(ctx);
}

char *alf_mem_strdup(alf_ctx *ctx, const char *text)
{
    size_t size = strlen(text) + 1;
    char  *copy = alf_mem_alloc(ctx, size, 1);
    if (copy) memcpy(copy, text, size);
    return copy;
}

char *alf_mem_printf(alf_ctx *ctx, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = alf_vformat(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        alf_fail(ctx, ALF_ERR_ARGUMENT, "a text could not be formatted");
        return NULL;
    }
    char *text = alf_mem_alloc(ctx, (size_t)length + 1, 1);
    if (!text) return NULL;
    va_start(args, format);
    alf_vformat(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

int64_t alf_ctx_memory_used(const alf_ctx *ctx)
{
    return atomic_load(&ctx->memory_used);
}

int64_t alf_ctx_memory_peak(const alf_ctx *ctx)
{
    return atomic_load(&ctx->memory_peak);
}

bool alf_mul_i64(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

bool alf_add_i64(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}
