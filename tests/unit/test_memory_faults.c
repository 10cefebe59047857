/* Every allocation fails in turn: once, and with all that follow. Then there is an error or a right result, everything is
 * given back, files are whole, and the context works on; a run goes on to what it would have been. A few of them, others
 * each day, or with ALIASFREE_LONG_TESTS=1 each (of long training 1,400); with the beginning of a workload's name as
 * argument, of that one alone, and with numbers behind it each from one on, or from one to another. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "sanitized.h"
#include "trees.h"
#include "workloads.h"

typedef struct {
    alf_ctx  *ctx;
    test_site site;
    test_tree before, after;  /* outputs when the work begins, and when it is done */
    uint64_t  result;         /* of work that is done                              */
    int64_t   used;           /* memory of the context between works               */
    int64_t   errors, faults; /* as they should be, and others */
} sweep;

/* Works twice without failures, since scratch grows to what it keeps. */
static void begin(sweep *s, const test_workload *w)
{
    for (int i = 0; i < 2; i++) {
        test_make_room(&s->site, w);
        s->before = test_tree_of(s->site.outputs);
        s->site.result = 0;
        test_ok(s->ctx, w->work(s->ctx, &s->site));
    }
    s->after = test_tree_of(s->site.outputs);
    s->result = test_result(&s->site, w);
    s->used = alf_ctx_memory_used(s->ctx);
}

static const char *fault_of(sweep *s, const test_workload *w, alf_status status)
{
    const test_tree found = test_tree_of(s->site.outputs);
    if (status != ALF_OK && status != ALF_ERR_MEMORY) return "it is called another error";
    if (status != alf_ctx_status(s->ctx) || (status != ALF_OK && !*alf_ctx_message(s->ctx)))
        return "it is not recorded";
    if (alf_ctx_memory_used(s->ctx) != s->used) return "memory stays behind";
    if (status == ALF_OK && test_result(&s->site, w) != s->result) return "there is no error, but another result";
    if (status == ALF_OK && !test_tree_equal(&found, &s->after)) return "there is no error, but other files";
    if (!test_tree_between(&found, &s->before, &s->after))
        return "a file is neither what was there nor what was to come";
    if (w->vacant && !test_tree_equal(&found, &s->before) && !test_tree_equal(&found, &s->after))
        return "half is there";
    if (status != ALF_OK && !test_goes_on(s->ctx, &s->site, w, s->result)) return "it does not go on";
    return NULL;
}

/* The work with its n-th allocation failing. */
static void fail_at(sweep *s, const test_workload *w, int64_t n, bool all_later)
{
    test_make_room(&s->site, w);
    s->site.result = 0;
    fault_start(&(fault_plan){.kinds = FAULT_MEMORY, .at = n, .all_later = all_later, .error = ENOMEM});
    const alf_status status = w->work(s->ctx, &s->site);
    fault_stop();
    const char *fault = fault_of(s, w, status);
    if (fault)
        printf("%s, allocation %lld (%s)%s: %s: '%s'\n", w->name, (long long)n, fault_call(),
               all_later ? " and all later" : "", fault, alf_ctx_message(s->ctx));
    s->faults += fault != NULL;
    s->errors += status != ALF_OK;
    alf_ctx_clear_error(s->ctx);
}

static int64_t count_allocations(sweep *s, const test_workload *w)
{
    test_make_room(&s->site, w);
    fault_start(&(fault_plan){.kinds = FAULT_MEMORY, .at = -1});
    test_ok(s->ctx, w->work(s->ctx, &s->site));
    return fault_stop();
}

/* Of the command line; from < 0: which ones is left to the test. */
static const char *only = "";
static int64_t     from = -1, up_to = INT64_MAX;

/* Runs take longer than the rest. */
static int64_t some_of(const test_workload *w)
{
    return w->prepare ? test_affordable(4, 2, 1) : test_affordable(8, 4, 3);
}

static void sweep_workload(sweep *s, const test_workload *w)
{
    begin(s, w);
    const int64_t all = count_allocations(s, w), step = from < 0 ? fault_step(all, some_of(w)) : 1;
    s->errors = 0;
    int64_t tried = 0;
    for (int64_t n = from < 0 ? fault_first(step) : from; n < all && n <= up_to; n += step, tried++)
        for (int later = 0; later < 2; later++) fail_at(s, w, n, later);
    test_make_room(&s->site, w);
    test_ok(s->ctx, w->work(s->ctx, &s->site)); /* works on */
    printf("%s: %lld of %lld allocations failed, twice each: %lld errors\n", w->name, (long long)tried, (long long)all,
           (long long)s->errors);
    if (tried == 0) fail_msg("%s: no allocation was tried", w->name);
    if (s->errors < tried && from < 0)
        fail_msg("%s: %lld errors of %lld", w->name, (long long)s->errors, (long long)(2 * tried));
}

static void work_of_every_kind_survives_each_failed_allocation(void **state)
{
    char *folder = test_temp_folder();
    sweep s = {.ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO)};
    (void)state;
    test_site_prepare(s.ctx, folder, &s.site);
    int swept = 0;
    for (const test_workload *w = test_workloads; w->name; w++) {
        if (strncmp(w->name, only, strlen(only)) != 0) continue;
        sweep_workload(&s, w);
        swept++;
    }
    if (swept == 0) fail_msg("no work's name begins with '%s'", only);
    test_site_clear(&s.site);
    alf_ctx_destroy(s.ctx);
    test_remove_folder(folder);
    if (s.faults) fail_msg("%lld failures were not dealt with", (long long)s.faults);
}

/* --- contexts ---------------------------------------------------------------------------------------------------------- */

/* A context from its first allocation to its last. */
static alf_status work_in_a_new_context(test_site *site, char *message, size_t size)
{
    const alf_ctx_options options = {.threads = 2};
    alf_ctx              *ctx = NULL;
    alf_status            status = alf_ctx_create(&options, message, size, &ctx);
    if (status) {
        assert_null(ctx);
        return status;
    }
    status = test_workloads[0].work(ctx, site);
    snprintf(message, size, "%s", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return status;
}

static void a_context_is_made_and_ended_wherever_memory_ends(void **state)
{
    char     *folder = test_temp_folder(), message[2048] = "";
    alf_ctx  *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    test_site site;
    int64_t   errors = 0, tried = 0;
    (void)state;
    test_site_prepare(ctx, folder, &site);
    fault_start(&(fault_plan){.kinds = FAULT_MEMORY, .at = -1});
    assert_int_equal(work_in_a_new_context(&site, message, sizeof message), ALF_OK);
    const int64_t all = fault_stop(), step = fault_step(all, test_affordable(8, 4, 3));
    for (int64_t n = 0; n < all; n = n < 8 ? n + 1 : n == 8 ? 8 + fault_first(step) + 1 : n + step, tried++) {
        fault_start(&(fault_plan){.kinds = FAULT_MEMORY, .at = n, .error = ENOMEM});
        const alf_status status = work_in_a_new_context(&site, message, sizeof message);
        fault_stop();
        if (status && (status != ALF_ERR_MEMORY || !*message)) fail_msg("allocation %lld: '%s'", (long long)n, message);
        errors += status != ALF_OK;
    }
    printf("a new context: %lld of %lld allocations failed: %lld errors\n", (long long)tried, (long long)all,
           (long long)errors);
    assert_true(errors > tried / 2);
    test_site_clear(&site);
    alf_ctx_destroy(ctx);
    test_remove_folder(folder);
}

int main(int argc, char **argv)
{
    fault_show_offset();
    if (argc > 1) only = argv[1];
    if (argc > 2) from = strtoll(argv[2], NULL, 10);
    if (argc > 3) up_to = strtoll(argv[3], NULL, 10);
    const struct CMUnitTest tests[] = {cmocka_unit_test(work_of_every_kind_survives_each_failed_allocation),
                                       cmocka_unit_test(a_context_is_made_and_ended_wherever_memory_ends)};
    const struct CMUnitTest one[] = {cmocka_unit_test(work_of_every_kind_survives_each_failed_allocation)};
    return *only ? cmocka_run_group_tests(one, NULL, NULL) : cmocka_run_group_tests(tests, NULL, NULL);
}
