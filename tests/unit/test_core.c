/* Contexts: options, the first error, the memory budget, tiles on threads, numbers in the C locale. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "golden.h"
#include "sanitized.h"

/* --- options and environment ------------------------------------------------------------------------------------------ */

static void expect_refused(const char *variable, const char *value, const char *expected)
{
    char     message[256] = "";
    alf_ctx *ctx = NULL;
    setenv(variable, value, 1);
    alf_status status = alf_ctx_create(NULL, message, sizeof message, &ctx);
    unsetenv(variable);
    assert_null(ctx);
    if (status == ALF_OK || !strstr(message, variable) || !strstr(message, expected))
        fail_msg("%s=%s gave '%s'", variable, value, message);
}

static void bad_environment_is_refused_by_name(void **state)
{
    (void)state;
    expect_refused("ALIASFREE_THREADS", "many", "many");
    expect_refused("ALIASFREE_THREADS", "0", "1 to 256");
    expect_refused("ALIASFREE_THREADS", "257", "1 to 256");
    expect_refused("ALIASFREE_MAX_MEMORY", "12Q", "12Q");
    expect_refused("ALIASFREE_MAX_MEMORY", "-1", "positive");
    expect_refused("ALIASFREE_MAX_MEMORY", "99999999999G", "99999999999G");
    expect_refused("ALIASFREE_ISA", "sse9", "scalar, avx2 or avx512");
}

static void environment_sets_what_options_leave_open(void **state)
{
    (void)state;
    alf_ctx        *ctx;
    alf_ctx_options options = alf_ctx_options_default();
    setenv("ALIASFREE_THREADS", "3", 1);
    setenv("ALIASFREE_ISA", "scalar", 1);
    setenv("ALIASFREE_MAX_MEMORY", "2K", 1);
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    assert_int_equal(alf_ctx_threads(ctx), 3);
    assert_int_equal(alf_ctx_isa(ctx), ALF_ISA_SCALAR);
    assert_null(alf_mem_alloc(ctx, 2049, 1));
    alf_ctx_destroy(ctx);
    options.threads = 2;
    options.max_memory = 1 << 20;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    assert_int_equal(alf_ctx_threads(ctx), 2);
    void *block = alf_mem_alloc(ctx, 2049, 1);
    assert_non_null(block);
    alf_mem_free(block);
    alf_ctx_destroy(ctx);
    unsetenv("ALIASFREE_THREADS");
    unsetenv("ALIASFREE_ISA");
    unsetenv("ALIASFREE_MAX_MEMORY");
}

/* --- the first error --------------------------------------------------------------------------------------------------- */

static void the_first_error_stays_until_it_is_cleared(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    assert_int_equal(alf_ctx_status(ctx), ALF_OK);
    assert_string_equal(alf_ctx_message(ctx), "");
    assert_int_equal(alf_fail(ctx, ALF_ERR_RANGE, "first %d", 1), ALF_ERR_RANGE);
    assert_int_equal(alf_fail(ctx, ALF_ERR_IO, "second"), ALF_ERR_IO);
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_RANGE);
    assert_string_equal(alf_ctx_message(ctx), "first 1");
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_ctx_status(ctx), ALF_OK);
    alf_ctx_destroy(ctx);
}

/* --- memory ------------------------------------------------------------------------------------------------------------ */

static void memory_is_aligned_counted_and_limited(void **state)
{
    (void)state;
    alf_ctx        *ctx;
    alf_ctx_options options = alf_ctx_options_default();
    options.max_memory = 10000;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    char *a = alf_mem_alloc(ctx, 6000, 1);
    assert_non_null(a);
    assert_int_equal((uintptr_t)a % ALF_ALIGNMENT, 0);
    assert_in_range(alf_ctx_memory_used(ctx), 6000, 6000 + 3 * ALF_ALIGNMENT); /* with its head, rounded up */
    assert_null(alf_mem_alloc(ctx, 4001, 1));
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_MEMORY);
    assert_non_null(strstr(alf_ctx_message(ctx), "10000"));
    alf_ctx_clear_error(ctx);
    assert_null(alf_mem_alloc(ctx, SIZE_MAX / 8, 16));
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_MEMORY);
    alf_ctx_clear_error(ctx);

    memset(a, 'x', 6000);
    char *same = alf_mem_realloc(ctx, a, 9000, 1); /* both at once would exceed the budget: the old block stays */
    assert_null(same);
    assert_int_equal(a[5999], 'x');
    alf_ctx_clear_error(ctx);
    char *smaller = alf_mem_realloc(ctx, a, 3000, 1);
    assert_non_null(smaller);
    assert_int_equal(smaller[2999], 'x');
    alf_mem_free(smaller);
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    assert_in_range(alf_ctx_memory_peak(ctx), 9000, 9000 + 6 * ALF_ALIGNMENT);

    int   many = 0; /* many small blocks count with what they really take */
    void *blocks[1000];
    while (many < 1000 && (blocks[many] = alf_mem_alloc(ctx, 1, 1))) many++;
    assert_in_range(many, 50, 10000 / ALF_ALIGNMENT);
    while (many) alf_mem_free(blocks[--many]);
    alf_ctx_destroy(ctx);
}

/* What libraries take behind our back is booked without a block. */
static void memory_can_be_booked_without_a_block(void **state)
{
    (void)state;
    alf_ctx        *ctx;
    alf_ctx_options options = {.max_memory = 10000};
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    test_ok(ctx, alf_mem_book(ctx, 10000));
    assert_int_equal(alf_ctx_memory_used(ctx), 10000);
    assert_int_equal(alf_ctx_memory_peak(ctx), 10000);
    assert_null(alf_mem_alloc(ctx, 1, 1));
    alf_ctx_clear_error(ctx);
    alf_mem_unbook(ctx, 10000);
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    assert_int_equal(alf_mem_book(ctx, 10001), ALF_ERR_MEMORY);
    assert_non_null(strstr(alf_ctx_message(ctx), "10001 bytes would exceed the memory budget"));
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_mem_book(ctx, SIZE_MAX), ALF_ERR_MEMORY);
    assert_non_null(strstr(alf_ctx_message(ctx), "bytes do not fit into memory"));
    assert_int_equal(alf_ctx_memory_used(ctx), 0);
    alf_ctx_destroy(ctx);
}

/* No system has so much, and sanitizers end the process for it; what is kept is measured by the peak. */
static void what_the_system_refuses_is_no_peak(void **state)
{
    (void)state;
    if (!test_affordable(1, 0, 0)) skip();
    alf_ctx        *ctx;
    alf_ctx_options options = alf_ctx_options_default();
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    void *block = alf_mem_alloc(ctx, 1 << 20, 1);
    assert_non_null(block);
    assert_null(alf_mem_alloc(ctx, (size_t)1 << 30, (size_t)1 << 30));
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_MEMORY);
    assert_int_equal(alf_ctx_memory_peak(ctx), alf_ctx_memory_used(ctx));
    alf_mem_free(block);
    alf_ctx_destroy(ctx);
}

/* --- tiles ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx *ctx;
    int      done[1000];
    int      worker[1000];
} tiles;

static void mark(void *arg, int64_t tile, int worker)
{
    tiles *t = arg;
    memset(alf_scratch(t->ctx, worker), (int)tile, 4096);
    t->done[tile]++;
    t->worker[tile] = worker;
}

static void every_tile_runs_once_on_some_worker(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 8; threads *= 2) {
        alf_ctx        *ctx;
        alf_ctx_options options = alf_ctx_options_default();
        options.threads = threads;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        test_ok(ctx, alf_scratch_reserve(ctx, 4096));
        tiles *t = calloc(1, sizeof *t);
        assert_non_null(t);
        t->ctx = ctx;
        alf_parallel(ctx, 1000, mark, t);
        alf_parallel(ctx, 0, mark, t);
        for (int i = 0; i < 1000; i++) {
            assert_int_equal(t->done[i], 1);
            assert_in_range(t->worker[i], 0, threads - 1);
        }
        free(t);
        alf_ctx_destroy(ctx);
    }
}

/* --- numbers ----------------------------------------------------------------------------------------------------------- */

static void numbers_are_read_whole_and_in_the_c_locale(void **state)
{
    (void)state;
    static const char *const bad[] = {"", " 1", "1 ", "1,5", "nan", "inf", "1e999", "0x10", "--1", "1.5.2", "abc", "+"};
    double                   value;
    int64_t                  whole;
    const char              *foreign = setlocale(LC_ALL, "de_DE.UTF-8"); /* if it is installed */
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (alf_parse_double(bad[i], &value)) fail_msg("'%s' was read as %g", bad[i], value);
    assert_true(alf_parse_double("-1.5e3", &value));
    assert_true(value == -1500);
    assert_false(alf_parse_i64("12.0", &whole));
    assert_false(alf_parse_i64("9223372036854775808", &whole));
    assert_true(alf_parse_i64("-9223372036854775808", &whole));
    assert_true(alf_parse_bytes("3M", &whole));
    assert_int_equal(whole, 3 << 20);
    assert_false(alf_parse_bytes("M", &whole));
    assert_false(alf_parse_bytes("9223372036854775807K", &whole));
    char text[32];
    alf_format(text, sizeof text, "%.2f", 1.25);
    assert_string_equal(text, "1.25");
    if (foreign) setlocale(LC_ALL, "C");
}

static void suffixes_are_compared_in_the_c_locale(void **state)
{
    (void)state;
    const char *foreign = setlocale(LC_ALL, "tr_TR.UTF-8"); /* if it is installed: there, I is not the large i */
    assert_true(alf_ends_with_any_case("A.ZIP", ".zip"));
    assert_true(alf_ends_with_any_case("a.Zip", ".zip"));
    assert_false(alf_ends_with_any_case("a.zap", ".zip"));
    assert_false(alf_ends_with_any_case(".zip", ".zip"));
    assert_false(alf_ends_with_any_case("a.[ip", ".{ip")); /* 32 apart, as a letter is from the large one */
    if (foreign) setlocale(LC_ALL, "C");
}

static void products_that_overflow_are_noticed(void **state)
{
    (void)state;
    int64_t out = 7;
    assert_false(alf_mul_i64(INT64_MAX / 2, 3, &out));
    assert_false(alf_add_i64(INT64_MAX, 1, &out));
    assert_true(alf_mul_i64(-3, 5, &out));
    assert_int_equal(out, -15);
}

/* --- names ------------------------------------------------------------------------------------------------------------- */

static void every_status_and_instruction_set_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = ALF_OK; a <= ALF_ERR_CANCELLED; a++) {
        assert_string_not_equal(alf_status_text((alf_status)a), alf_status_text((alf_status)1000));
        for (int b = ALF_OK; b < a; b++)
            assert_string_not_equal(alf_status_text((alf_status)a), alf_status_text((alf_status)b));
    }
    assert_string_equal(alf_isa_name(ALF_ISA_SCALAR), "scalar");
    assert_string_equal(alf_isa_name(ALF_ISA_AVX2), "avx2");
    assert_string_equal(alf_isa_name(ALF_ISA_AVX512), "avx512");
    assert_string_equal(alf_isa_name((alf_isa)1000), "unknown");
}

/* --- progress ---------------------------------------------------------------------------------------------------------- */

static bool stop_at_three(void *user, const char *what, int64_t done, int64_t total)
{
    assert_string_equal(what, "test");
    assert_int_equal(total, 5);
    *(int64_t *)user = done;
    return done < 3;
}

static void progress_can_cancel(void **state)
{
    (void)state;
    int64_t         last = -1;
    alf_ctx        *ctx;
    alf_ctx_options options = alf_ctx_options_default();
    options.progress = stop_at_three;
    options.progress_user = &last;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    assert_int_equal(alf_progress(ctx, "test", 2, 5), ALF_OK);
    assert_int_equal(alf_progress(ctx, "test", 3, 5), ALF_ERR_CANCELLED);
    assert_int_equal(last, 3);
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_CANCELLED);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_environment_is_refused_by_name),
        cmocka_unit_test(environment_sets_what_options_leave_open),
        cmocka_unit_test(the_first_error_stays_until_it_is_cleared),
        cmocka_unit_test(memory_is_aligned_counted_and_limited),
        cmocka_unit_test(memory_can_be_booked_without_a_block),
        cmocka_unit_test(what_the_system_refuses_is_no_peak),
        cmocka_unit_test(every_tile_runs_once_on_some_worker),
        cmocka_unit_test(numbers_are_read_whole_and_in_the_c_locale),
        cmocka_unit_test(suffixes_are_compared_in_the_c_locale),
        cmocka_unit_test(products_that_overflow_are_noticed),
        cmocka_unit_test(every_status_and_instruction_set_has_a_name_of_its_own),
        cmocka_unit_test(progress_can_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
