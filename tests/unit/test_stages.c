/* Every stage of the library gives the same bits for any number of threads, and on every instruction set what it gives
 * on scalar within the bound that the table of stages and ARCHITECTURE.md state. */
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "files.h"
#include "stages.h"

static const int THREADS[] = {2, 8};

static stage_result run(const stage *s, alf_isa isa, int threads, const char *folder)
{
    char         message[512], name[32];
    stage_result result;
    snprintf(name, sizeof name, "%s-%d", alf_isa_name(isa), threads);
    if (stage_run(s, isa, threads, folder, name, message, &result)) fail_msg("%s", message);
    return result;
}

/* The result of one thread, which is that of others too. */
static stage_result run_on_threads(const stage *s, alf_isa isa, const char *folder)
{
    stage_result one = run(s, isa, 1, folder);
    assert_true(one.groups > 0);
    for (size_t i = 0; i < sizeof THREADS / sizeof THREADS[0]; i++) {
        stage_result more = run(s, isa, THREADS[i], folder);
        if (alf_digest_value(&more.bytes) != alf_digest_value(&one.bytes))
            fail_msg("%s on %s: 1 and %d threads differ", s->name, alf_isa_name(isa), THREADS[i]);
        stage_release(&more);
    }
    return one;
}

/* Returns the number of instruction sets beyond the bound. */
static int check(const stage *s)
{
    int          failures = 0;
    char        *folder = test_temp_folder();
    stage_result scalar = run_on_threads(s, ALF_ISA_SCALAR, folder);
    for (alf_isa isa = ALF_ISA_AVX2; isa <= alf_cpu_best_isa(); isa++) {
        stage_result result = run_on_threads(s, isa, folder);
        double       error = stage_error(&result, &scalar);
        printf("stage '%s', %s: off by %.1e, at most %.0e\n", s->name, alf_isa_name(isa), error, s->bound);
        failures += !(error <= s->bound);
        stage_release(&result);
    }
    stage_release(&scalar);
    test_remove_folder(folder);
    return failures;
}

static void threads_change_no_bit_and_instruction_sets_little(void **state)
{
    (void)state;
    int failures = 0;
    for (int i = 0; i < STAGE_COUNT; i++) failures += check(&STAGES[i]);
    if (failures > 0) fail_msg("%d stages are off by more than their bounds", failures);
}

/* Errors are relative to each group's own size. */
static void an_error_is_seen_in_the_smallest_group(void **state)
{
    alf_ctx     *ctx = *state;
    stage_result a = {.bytes = alf_digest_start()}, b = {.bytes = alf_digest_start()};
    test_ok(ctx, stage_values(ctx, &a, 2, (double[]){1000, -2000}));
    test_ok(ctx, stage_values(ctx, &b, 2, (double[]){1000, -2000}));
    assert_true(stage_error(&a, &b) == 0);
    test_ok(ctx, stage_values(ctx, &a, 2, (double[]){1e-6, 2e-6}));
    test_ok(ctx, stage_values(ctx, &b, 2, (double[]){1e-6, 4e-6}));
    assert_true(stage_error(&a, &b) == 0.5);
    assert_true(alf_digest_value(&a.bytes) != alf_digest_value(&b.bytes));
    stage_release(&a);
    stage_release(&b);
}

static int lines_of_table(const char *text, const char *heading)
{
    int         count = 0;
    const char *line = strstr(text, heading);
    for (; line && *line == '|'; count++) {
        line = strchr(line, '\n');
        if (line) line++;
    }
    return count;
}

static void the_bounds_are_documented_and_no_others(void **state)
{
    (void)state;
    char *text = test_read_file(SOURCE_DIR "/ARCHITECTURE.md", NULL);
    assert_int_equal(lines_of_table(text, "| stage |"), STAGE_COUNT + 2);
    for (int i = 0; i < STAGE_COUNT; i++) {
        char row[128];
        snprintf(row, sizeof row, "| %s | %.0e |", STAGES[i].name, STAGES[i].bound);
        if (!strstr(text, row)) fail_msg("ARCHITECTURE.md has no row '%s'", row);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CTX_TEST(an_error_is_seen_in_the_smallest_group),
        cmocka_unit_test(threads_change_no_bit_and_instruction_sets_little),
        cmocka_unit_test(the_bounds_are_documented_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
