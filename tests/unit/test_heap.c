/* The heap of large blocks: blocks do not overlap, pages are kept and given back, neighbours join. */
#define _DEFAULT_SOURCE /* mlock */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/context_internal.h"
#include "core/sanitizers.h"
#include "files.h"

enum { MIB = 1 << 20 };

static int set_up(void **state)
{
    static alf_heap heap;
    assert_true(alf_heap_init(&heap, 0));
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
    char     *large = alf_heap_take(heap, 9 * heap->page), *wall = alf_heap_take(heap, heap->page);
    char     *small = alf_heap_take(heap, 3 * heap->page), *end = alf_heap_take(heap, heap->page);
    assert_true(large && wall && small && end);
    alf_heap_give(heap, large, 9 * heap->page);
    alf_heap_give(heap, small, 3 * heap->page);
    assert_ptr_equal(alf_heap_take(heap, 2 * heap->page), small);
    assert_ptr_equal(alf_heap_take(heap, 4 * heap->page), large);
    assert_ptr_equal(alf_heap_take(heap, 5 * heap->page), large + 4 * heap->page);
    assert_ptr_equal(alf_heap_take(heap, heap->page), small + 2 * heap->page);
    assert_int_equal(heap->kept, 0);
}

static void kept_pages_are_taken_before_fresh_ones(void **state)
{
    alf_heap *heap = *state;
    char     *longer = alf_heap_take(heap, 8 * heap->page), *wall = alf_heap_take(heap, heap->page);
    char     *fresh = alf_heap_take(heap, 4 * heap->page), *end = alf_heap_take(heap, heap->page);
    assert_true(longer && wall && fresh && end);
    alf_heap_give(heap, fresh, 4 * heap->page);
    alf_heap_trim(heap, 0);
    alf_heap_give(heap, longer, 8 * heap->page);
    assert_ptr_equal(alf_heap_take(heap, 3 * heap->page), longer);
    assert_ptr_equal(alf_heap_take(heap, 6 * heap->page), end + heap->page); /* 6 fresh pages of the rest */
    assert_ptr_equal(alf_heap_take(heap, 4 * heap->page), longer + 3 * heap->page);
    assert_ptr_equal(alf_heap_take(heap, 4 * heap->page), fresh);
}

static void neighbours_join_in_any_order(void **state)
{
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    alf_heap        *heap = *state;
    assert_non_null(alf_heap_take(heap, heap->page));
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

static void no_more_is_trimmed_than_must_be(void **state)
{
    alf_heap *heap = *state;
    char     *block = alf_heap_take(heap, 8 * MIB), *wall = alf_heap_take(heap, MIB);
    assert_true(block && wall);
    memset(block, 1, 8 * MIB);
    alf_heap_give(heap, block, 8 * MIB);
    alf_heap_trim(heap, 5 * MIB);
    assert_int_equal(heap->kept, 4 * MIB); /* up to a border of huge pages */
    assert_true(block[0] == 1 && block[4 * MIB - 1] == 1 && block[4 * MIB] == 0 && block[8 * MIB - 1] == 0);
    assert_int_equal(heap->num_extents, 3);
    assert_ptr_equal(alf_heap_take(heap, 8 * MIB), block); /* kept or not, they are neighbours */
    assert_int_equal(heap->kept, 0);
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
        size[which] = (size_t)(1 + (number >> 48) % 64) * heap->page;
        block[which] = alf_heap_take(heap, size[which]);
        assert_true(block[which] && (uintptr_t)block[which] % heap->page == 0);
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
    char     *block = alf_heap_take(heap, (size_t)17 << 30);
    assert_non_null(block);
    block[((size_t)17 << 30) - 1] = 1;
    alf_heap_give(heap, block, (size_t)17 << 30);
    assert_ptr_equal(alf_heap_take(heap, MIB), block);
}

static void what_no_machine_has_is_refused(void **state)
{
    alf_heap *heap = *state;
    assert_null(alf_heap_take(heap, SIZE_MAX / 2 / heap->page * heap->page));
    assert_null(alf_heap_take(heap, SIZE_MAX / heap->page * heap->page));
}

static void pages_that_the_system_does_not_take_are_not_clean(void **state)
{
    alf_heap *heap = *state;
    char     *low = alf_heap_take(heap, heap->page), *wall = alf_heap_take(heap, heap->page);
    memset(low, 1, heap->page);
#if defined(ALF_ASAN) || defined(ALF_TSAN)
    skip(); /* they lock nothing */
#endif
    if (mlock(low, heap->page)) skip();
    alf_heap_give(heap, low, heap->page);
    alf_heap_trim(heap, 0);
    assert_true(heap->kept == heap->page && low[0] == 1);
    munlock(low, heap->page);
    alf_heap_trim(heap, 0);
    assert_true(heap->kept == 0 && low[0] == 0);
    alf_heap_give(heap, wall, heap->page);
}

static void a_chunk_is_no_larger_than_the_limit(void **state)
{
    alf_heap heap;
    (void)state;
    assert_true(alf_heap_init(&heap, 5 * MIB));
    assert_non_null(alf_heap_take(&heap, 3 * MIB));
    assert_int_equal(heap.num_chunks, 1);
    assert_true(heap.chunks[0].size <= 8 * MIB);
    assert_non_null(alf_heap_take(&heap, 30 * MIB));
    assert_true(heap.chunks[1].size <= 32 * MIB);
    alf_heap_destroy(&heap);
}

/* Bytes of addresses that the program has. */
static rlim_t address_space(void)
{
    unsigned long pages = 0;
    FILE         *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (fscanf(file, "%lu", &pages) != 1) pages = 0;
    fclose(file);
    return pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void where_a_chunk_is_refused_a_smaller_one_does(void **state)
{
    alf_heap     *heap = *state;
    struct rlimit limit, before = {0};
    const rlim_t  now = address_space();
#if defined(ALF_ASAN) || defined(ALF_TSAN)
    skip(); /* they need addresses without a limit */
#endif
    if (now == 0 || getrlimit(RLIMIT_AS, &before)) skip();
    limit = before;
    limit.rlim_cur = now + (rlim_t)200 * MIB;
    if (setrlimit(RLIMIT_AS, &limit)) skip();
    char *small = alf_heap_take(heap, MIB), *large = alf_heap_take(heap, (size_t)400 * MIB);
    setrlimit(RLIMIT_AS, &before);
    assert_non_null(small);
    assert_null(large);
    assert_true(heap->num_chunks == 1 && heap->chunks[0].size < (size_t)200 * MIB);
    memset(small, 1, MIB);
}

static void extents_are_refused_before_their_table_is_full(void **state)
{
    alf_heap *heap = *state;
    int       count = 0;
    char    **block = calloc(2 * ALF_HEAP_EXTENTS, sizeof *block);
    while (count < 2 * ALF_HEAP_EXTENTS && (block[count] = alf_heap_take(heap, heap->page))) count++;
    assert_in_range(count, ALF_HEAP_EXTENTS / 2, ALF_HEAP_EXTENTS);
    for (int i = 0; i < count; i += 2) alf_heap_give(heap, block[i], heap->page); /* no two are neighbours */
    assert_in_range(heap->num_extents, count / 2, ALF_HEAP_EXTENTS);
    for (int i = 1; i < count; i += 2) alf_heap_give(heap, block[i], heap->page);
    assert_int_equal(heap->num_extents, 1);
    char *again = alf_heap_take(heap, heap->page);
    assert_non_null(again);
    free(block);
}

/* --- several threads ------------------------------------------------------------------------------------------------ */

typedef struct {
    alf_ctx *ctx;
    int      number, faults;
} taker;

/* Blocks come and go, all full of the thread's number. */
static void *take_and_give(void *arg)
{
    enum { BLOCKS = 8, ROUNDS = 400 };
    taker   *t = arg;
    uint8_t *block[BLOCKS] = {NULL};
    size_t   size[BLOCKS] = {0};
    uint64_t number = (uint64_t)t->number;
    for (int round = 0; round < ROUNDS; round++) {
        number = number * 6364136223846793005u + 1442695040888963407u;
        const int which = (int)(number >> 40) % BLOCKS;
        if (block[which]) {
            t->faults += block[which][0] != t->number || block[which][size[which] - 1] != t->number;
            alf_mem_free(block[which]);
            block[which] = NULL;
            continue;
        }
        size[which] = (size_t)(1 + (number >> 48) % 8) * MIB / 8; /* small ones too, which are malloc's */
        if ((block[which] = alf_mem_alloc(t->ctx, size[which], 1)))
            memset(block[which], t->number, size[which]);
        else
            t->faults++;
    }
    for (int i = 0; i < BLOCKS; i++) alf_mem_free(block[i]);
    return NULL;
}

static void threads_do_not_share_blocks(void **state)
{
    enum { THREADS = 4 };
    alf_ctx  *ctx = test_ctx_with_budget(256 * MIB);
    pthread_t thread[THREADS];
    taker     takers[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++) {
        takers[i] = (taker){ctx, i + 1, 0};
        assert_int_equal(pthread_create(&thread[i], NULL, take_and_give, &takers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(thread[i], NULL);
    for (int i = 0; i < THREADS; i++) assert_int_equal(takers[i].faults, 0);
#ifndef ALF_ASAN
    assert_true(ctx->heap.num_chunks > 0);
#endif
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    assert_int_equal(ctx->heap.kept, 0);
    alf_ctx_destroy(ctx);
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

/* One block stays, so that pages are kept at all. */
static void without_a_budget_a_tenth_more_than_the_peak_is_kept(void **state)
{
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    size_t   most = 0;
    (void)state;
    void *wall = alf_mem_alloc(ctx, MIB, 1);
    for (int i = 0; i < 60; i++) {
        void *block[4];
        for (int k = 0; k < 4; k++) assert_non_null(block[k] = alf_mem_alloc(ctx, (size_t)(1 + (i + k) % 9) * MIB, 1));
        for (int k = 0; k < 4; k++) {
            alf_mem_free(block[(k + i) % 4]);
            const int64_t all = alf_ctx_memory_used(ctx) + (int64_t)ctx->heap.kept, peak = alf_ctx_memory_peak(ctx);
            assert_true(all <= peak + peak / 10);
            most = ctx->heap.kept > most ? ctx->heap.kept : most;
        }
    }
#ifndef ALF_ASAN
    assert_true(most > 20 * MIB); /* something was kept */
#endif
    alf_mem_free(wall);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {HEAP_TEST(a_block_goes_where_it_fits_best),
                                       HEAP_TEST(kept_pages_are_taken_before_fresh_ones),
                                       HEAP_TEST(neighbours_join_in_any_order),
                                       HEAP_TEST(what_is_trimmed_is_zero_and_joins_the_rest),
                                       HEAP_TEST(no_more_is_trimmed_than_must_be),
                                       HEAP_TEST(nothing_is_kept_when_nothing_is_in_use),
                                       HEAP_TEST(blocks_never_overlap),
                                       HEAP_TEST(a_block_larger_than_a_chunk_is_given),
                                       HEAP_TEST(what_no_machine_has_is_refused),
                                       HEAP_TEST(pages_that_the_system_does_not_take_are_not_clean),
                                       cmocka_unit_test(a_chunk_is_no_larger_than_the_limit),
                                       HEAP_TEST(where_a_chunk_is_refused_a_smaller_one_does),
                                       HEAP_TEST(extents_are_refused_before_their_table_is_full),
                                       cmocka_unit_test(threads_do_not_share_blocks),
                                       cmocka_unit_test(without_a_budget_a_tenth_more_than_the_peak_is_kept),
                                       cmocka_unit_test(used_and_kept_stay_within_the_budget)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
