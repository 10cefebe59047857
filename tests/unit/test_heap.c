/* The heap of large blocks: blocks do not overlap, pages are kept and given back, neighbours join. */
#include <stdint.h>
#include <string.h>

#include "core/context_internal.h"
#include "core/sanitizers.h"
#include "files.h"

enum { PAGE = 4096, MIB = 1 << 20 };

static int set_up(void **state)
{
    static alf_heap heap;
    assert_true(alf_heap_init(&heap));
    *state = &heap;
    return 0;
}

static int tear_down(void **state)
{
    alf_heap_destroy(*state);
    return 0;
}

#define HEAP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void a_block_goes_where_it_fits_best(void **state)
{
    alf_heap *heap = *state;
    char     *large = alf_heap_take(heap, 9 * PAGE), *wall = alf_heap_take(heap, PAGE);
    char     *small = alf_heap_take(heap, 3 * PAGE), *end = alf_heap_take(heap, PAGE);
    assert_true(large && wall && small && end);
    alf_heap_give(heap, large, 9 * PAGE);
    alf_heap_give(heap, small, 3 * PAGE);
    assert_ptr_equal(alf_heap_take(heap, 2 * PAGE), small);
    assert_ptr_equal(alf_heap_take(heap, 4 * PAGE), large);
    assert_ptr_equal(alf_heap_take(heap, 5 * PAGE), large + 4 * PAGE);
    assert_ptr_equal(alf_heap_take(heap, PAGE), small + 2 * PAGE);
    assert_int_equal(heap->kept, 0);
}

static void neighbours_join_in_any_order(void **state)
{
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    alf_heap        *heap = *state;
    assert_non_null(alf_heap_take(heap, PAGE));
    for (int i = 0; i < 6; i++) {
        char *block[3];
        for (int k = 0; k < 3; k++) block[k] = alf_heap_take(heap, MIB);
        for (int k = 0; k < 3; k++) alf_heap_give(heap, block[orders[i][k]], MIB);
        assert_int_equal(heap->kept, 3 * MIB);
        assert_int_equal(heap->num_extents, 2); /* what is kept, and the untouched rest */
    }
}

static void what_is_trimmed_is_zero_and_joins_the_rest(void **state)
{
    alf_heap *heap = *state;
    char     *low = alf_heap_take(heap, MIB), *wall = alf_heap_take(heap, MIB), *high = alf_heap_take(heap, MIB);
    memset(low, 1, MIB);
    memset(wall, 2, MIB);
    memset(high, 3, MIB);
    alf_heap_give(heap, low, MIB);
    alf_heap_give(heap, high, MIB);
    alf_heap_trim(heap, MIB);
    assert_int_equal(heap->kept, MIB);
    assert_int_equal(heap->num_extents, 2); /* the high one has joined the untouched rest, the low one is as it was */
    assert_true(low[MIB - 1] == 1 && wall[0] == 2 && wall[MIB - 1] == 2 && high[0] == 0);
    alf_heap_trim(heap, 0);
    assert_int_equal(heap->kept, 0);
    assert_true(low[0] == 0);
    assert_int_equal(heap->num_extents, 2);
}

static void nothing_is_kept_when_nothing_is_in_use(void **state)
{
    alf_heap *heap = *state;
    char     *a = alf_heap_take(heap, MIB), *b = alf_heap_take(heap, MIB);
    memset(a, 1, MIB);
    alf_heap_give(heap, a, MIB);
    assert_true(heap->kept == MIB && a[0] == 1);
    alf_heap_give(heap, b, MIB);
    assert_true(heap->kept == 0 && a[0] == 0);
    assert_int_equal(heap->num_extents, 1);
}

/* Blocks of random sizes come and go; each is full of its number until it goes. */
static void blocks_never_overlap(void **state)
{
    enum { BLOCKS = 60, ROUNDS = 4000 };
    alf_heap *heap = *state;
    uint8_t  *block[BLOCKS] = {NULL};
    size_t    size[BLOCKS] = {0}, used = 0, most = 0, top = 0;
    uint8_t  *bottom = NULL;
    uint64_t  number = 1;
    for (int round = 0; round < ROUNDS; round++) {
        number = number * 6364136223846793005u + 1442695040888963407u;
        const int which = (int)(number >> 40) % BLOCKS;
        if (block[which]) {
            assert_true(block[which][0] == which && block[which][size[which] - 1] == which);
            used -= size[which];
            alf_heap_give(heap, block[which], size[which]);
            block[which] = NULL;
            if (round % 50 == 0) alf_heap_trim(heap, heap->kept / 2);
            continue;
        }
        size[which] = (size_t)(1 + (number >> 48) % 64) * PAGE;
        block[which] = alf_heap_take(heap, size[which]);
        assert_true(block[which] && (uintptr_t)block[which] % PAGE == 0);
        memset(block[which], which, size[which]);
        used += size[which];
        most = used > most ? used : most;
        if (!bottom) bottom = block[which];
        if (block[which] > bottom && (size_t)(block[which] - bottom) + size[which] > top)
            top = (size_t)(block[which] - bottom) + size[which];
    }
    print_message("%zu bytes in use at most lay in %zu\n", most, top);
    assert_true(top < most + most / 3);
}

static void a_block_larger_than_a_chunk_is_given(void **state)
{
    alf_heap *heap = *state;
    char     *block = alf_heap_take(heap, (size_t)3 << 30);
    assert_non_null(block);
    block[((size_t)3 << 30) - 1] = 1;
    alf_heap_give(heap, block, (size_t)3 << 30);
    assert_ptr_equal(alf_heap_take(heap, MIB), block);
}

static void what_no_machine_has_is_refused(void **state)
{
#ifdef ALF_ASAN
    skip(); /* its malloc stops the program */
#endif
    assert_null(alf_heap_take(*state, SIZE_MAX / 2 / PAGE * PAGE));
}

/* --- contexts ------------------------------------------------------------------------------------------------------- */

static void used_and_kept_stay_within_the_budget(void **state)
{
    alf_ctx *ctx = test_ctx_with_budget(8 * MIB);
    (void)state;
    for (int i = 1; i < 40; i++) {
        void *a = alf_mem_alloc(ctx, (size_t)(i * 7 % 15 + 1) * MIB / 4, 1), *b = alf_mem_alloc(ctx, 3 * MIB, 1);
        assert_true(a && b);
        assert_true(alf_ctx_memory_used(ctx) + (int64_t)ctx->heap.kept <= 8 * MIB);
        alf_mem_free(i % 2 ? a : b);
        void *c = alf_mem_alloc(ctx, MIB / 2, 1), *d = alf_mem_alloc(ctx, 100, 1);
        assert_true(c && d);
        assert_true(alf_ctx_memory_used(ctx) + (int64_t)ctx->heap.kept <= 8 * MIB);
        alf_mem_free(i % 2 ? b : a);
        alf_mem_free(c);
        alf_mem_free(d);
    }
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {HEAP_TEST(a_block_goes_where_it_fits_best),
                                       HEAP_TEST(neighbours_join_in_any_order),
                                       HEAP_TEST(what_is_trimmed_is_zero_and_joins_the_rest),
                                       HEAP_TEST(nothing_is_kept_when_nothing_is_in_use),
                                       HEAP_TEST(blocks_never_overlap),
                                       HEAP_TEST(a_block_larger_than_a_chunk_is_given),
                                       HEAP_TEST(what_no_machine_has_is_refused),
                                       cmocka_unit_test(used_and_kept_stay_within_the_budget)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
