/* Every call that opens, writes or renames files fails in turn, and those that look at them: full disks, errors of
 * devices, folders that may not be written. The error names a file and the reason, files that were there are whole, and
 * nothing temporary is left; a run goes on to what it would have been. Signals and writes in part are no errors. A few of
 * the calls, others each day, or each with ALIASFREE_LONG_TESTS=1. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aliasfree/files.h"
#include "faults.h"
#include "runs.h"
#include "sanitized.h"
#include "training/run_state.h"
#include "trees.h"
#include "workloads.h"

enum { KINDS = FAULT_CHANGES | FAULT_LOOKS };

/* A run that we may not read is no run of ours: another one is begun, and so runs do without the last of these. */
static const int reasons[] = {ENOSPC, EIO, EROFS, EACCES};
enum { REASONS = sizeof reasons / sizeof *reasons, REASONS_OF_RUNS = REASONS - 1 };

typedef struct {
    alf_ctx  *ctx;
    char     *folder;
    test_site site;
    test_tree before, after; /* outputs when the work begins, and when it is done */
    uint64_t  result;        /* of work that is done                              */
    int64_t   failed, errors, faults;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    test_site_prepare(f->ctx, f->folder, &f->site);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    test_site_clear(&f->site);
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

/* Does the work once, and again over what that left. */
static void begin(fixture *f, const test_workload *w)
{
    for (int i = 0; i < 2; i++) {
        test_make_room(&f->site, w);
        f->before = test_tree_of(f->site.outputs);
        test_ok(f->ctx, w->work(f->ctx, &f->site));
    }
    f->after = test_tree_of(f->site.outputs);
    f->result = test_result(&f->site, w);
}

/* Removes what is temporary, where it could not be removed; true: there was some. */
static bool clear_leftovers(const char *folder)
{
    const test_tree tree = test_tree_of(folder);
    bool            found = false;
    for (int i = 0; i < tree.count; i++) {
        const char *name = tree.files[i].name;
        char       *path;
        if (!strstr(name, ".aliasfree-")) continue;
        path = test_path(folder, name);
        found = true;
        if (name[strlen(name) - 1] == '/')
            test_remove_folder(path);
        else {
            unlink(path); /* unless it went with its folder */
            free(path);
        }
    }
    return found;
}

/* --- works ------------------------------------------------------------------------------------------------------------- */

/* What fails is told by the name of a file and in the system's words. */
static const char *fault_of_text(const fixture *f, int reason)
{
    const char *text = alf_ctx_message(f->ctx);
    if (!strstr(text, strerror(reason))) return "the reason is not told";
    return strstr(text, "'/") ? NULL : "no file is named";
}

static const char *fault_of(fixture *f, const test_workload *w, alf_status status, int reason, bool may_leave)
{
    const bool      left = clear_leftovers(f->site.outputs) && !may_leave;
    const test_tree found = test_tree_of(f->site.outputs);
    if (left) return "something temporary is left";
    if (status != alf_ctx_status(f->ctx)) return "it is not recorded";
    if (status != ALF_OK && status != ALF_ERR_IO) return "it is called another error";
    if (!test_tree_between(&found, &f->before, &f->after))
        return "a file is neither what was there nor what was to come";
    if (status == ALF_OK && test_result(&f->site, w) != f->result) return "there is no error, but another result";
    if (status == ALF_OK) return test_tree_equal(&found, &f->after) ? NULL : "there is no error, but other files";
    const char *fault = fault_of_text(f, reason);
    if (fault) return fault;
    return test_goes_on(f->ctx, &f->site, w, f->result) ? NULL : "it does not go on";
}

static void count(fixture *f, const test_workload *w, int64_t n, int reason, const char *how, const char *fault,
                  alf_status status)
{
    if (fault)
        printf("%s, call %lld (%s)%s, %s: %s: '%s'\n", w->name, (long long)n, fault_call(), how, strerror(reason),
               fault, alf_ctx_message(f->ctx));
    f->failed++;
    f->faults += fault != NULL;
    f->errors += status != ALF_OK;
    alf_ctx_clear_error(f->ctx);
}

/* Whether what is temporary could be removed depends on calls that fail here. */
static bool removes(const char *call)
{
    return strcmp(call, "unlink") == 0 || strcmp(call, "rmdir") == 0 || strcmp(call, "opendir") == 0 ||
           strcmp(call, "readdir") == 0;
}

static void fail_at(fixture *f, const test_workload *w, int64_t n, int reason, bool all_later)
{
    test_make_room(&f->site, w);
    fault_start(&(fault_plan){.kinds = KINDS, .at = n, .all_later = all_later, .error = reason});
    const alf_status status = w->work(f->ctx, &f->site);
    fault_stop();
    const char *fault = fault_of(f, w, status, reason, all_later || removes(fault_call()));
    count(f, w, n, reason, all_later ? " and all later" : "", fault, status);
}

static int64_t count_calls(fixture *f, const test_workload *w, int error)
{
    test_make_room(&f->site, w);
    fault_start(&(fault_plan){.kinds = KINDS, .at = -1, .error = error});
    test_ok(f->ctx, w->work(f->ctx, &f->site));
    return fault_stop();
}

static void report(fixture *f, const char *name, int64_t all)
{
    printf("%s: %lld failures of %lld calls: %lld errors\n", name, (long long)f->failed, (long long)all,
           (long long)f->errors);
    f->failed = f->errors = 0;
}

static void what_cannot_be_written_is_an_error_and_leaves_files_whole(void **state)
{
    fixture *f = *state;
    for (const test_workload *w = test_workloads; w->name; w++) {
        if (!w->writes) continue;
        begin(f, w);
        const int64_t all = count_calls(f, w, 0), step = fault_step(all, w->prepare ? 2 : test_affordable(5, 4, 3));
        const int     kinds = w->prepare ? REASONS_OF_RUNS : REASONS;
        int           reason = 0;
        for (int64_t n = fault_first(step); n < all; n += step, reason++)
            for (int later = 0; later < 2; later++) fail_at(f, w, n, reasons[(reason + later) % kinds], later);
        report(f, w->name, all);
    }
    if (f->faults) fail_msg("%lld failures were not dealt with", (long long)f->faults);
}

static void a_signal_or_a_write_in_part_is_no_error(void **state)
{
    fixture *f = *state;
    for (const test_workload *w = test_workloads; w->name; w++) {
        if (!w->writes) continue;
        begin(f, w);
        const int64_t all = count_calls(f, w, EINTR), step = fault_step(all, w->prepare ? 1 : test_affordable(3, 2, 2));
        for (int64_t n = fault_first(step); n < all; n += step) {
            test_make_room(&f->site, w);
            fault_start(&(fault_plan){.kinds = KINDS, .at = n, .error = EINTR});
            const alf_status status = w->work(f->ctx, &f->site);
            fault_stop();
            const char *fault = status ? "an interruption is no error" : fault_of(f, w, status, EINTR, false);
            count(f, w, n, EINTR, "", fault, status);
        }
        report(f, w->name, all);
        test_make_room(&f->site, w);
        fault_shorten(997);
        test_ok(f->ctx, w->work(f->ctx, &f->site));
        fault_shorten(0);
        const test_tree found = test_tree_of(f->site.outputs);
        assert_true(test_tree_equal(&found, &f->after));
    }
    if (f->faults) fail_msg("%lld interruptions were not dealt with", (long long)f->faults);
}

/* A limit of the system's own, which what libraries write meets too: files may not become longer. */
static void a_file_that_cannot_grow_is_an_error(void **state)
{
    fixture      *f = *state;
    struct rlimit limit;
    void (*const before)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    for (const test_workload *w = test_workloads; w->name; w++) {
        if (!w->writes) continue;
        begin(f, w);
        for (rlim_t most = 0; most < 4000; most = (w->prepare ? 8 : 2) * most + 17) {
            struct rlimit small = {.rlim_cur = most, .rlim_max = limit.rlim_max};
            test_make_room(&f->site, w);
            fflush(stdout); /* which may be a file */
            assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
            const alf_status status = w->work(f->ctx, &f->site);
            assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
            count(f, w, (int64_t)most, EFBIG, " bytes", fault_of(f, w, status, EFBIG, false), status);
        }
        if (f->errors == 0) fail_msg("%s: no limit was too small", w->name);
        report(f, w->name, f->failed);
    }
    signal(SIGXFSZ, before);
    if (f->faults) fail_msg("%lld failures were not dealt with", (long long)f->faults);
}

static void a_full_device_is_an_error(void **state)
{
    fixture *f = *state;
    if (access("/dev/full", W_OK)) skip();
    assert_fails(f->ctx, alf_text_write(f->ctx, "/dev/full", "text"), ALF_ERR_IO, "/dev/full", strerror(ENOSPC));
}

static void a_folder_that_may_not_be_written_is_an_error(void **state)
{
    fixture *f = *state;
    if (geteuid() == 0) {
        printf("skipped: root may write everywhere\n");
        skip();
    }
    char *path = test_path(f->site.outputs, "x.txt");
    assert_int_equal(chmod(f->site.outputs, 0500), 0);
    assert_fails(f->ctx, alf_text_write(f->ctx, path, "text"), ALF_ERR_IO, path, strerror(EACCES));
    assert_int_equal(chmod(f->site.outputs, 0700), 0);
    assert_int_equal(test_count_files(f->site.outputs), 0);
    free(path);
}

/* --- journals ------------------------------------------------------------------------------------------------------------ */

/* A line is there, or it is not. */
static void a_line_gets_in_whole_or_not_at_all(void **state)
{
    static const char text[] = "first\n", both[] = "first\nsecond\n";
    fixture          *f = *state;
    char             *path = test_path(f->site.outputs, "log.txt");
    for (int n = 0; n < 8; n++)
        for (int i = 0; i < REASONS; i++) {
            size_t size;
            free(test_write_file(f->site.outputs, "log.txt", text, strlen(text)));
            fault_start(&(fault_plan){.kinds = KINDS, .at = n, .error = reasons[i]});
            const alf_status status = alf_text_append_line(f->ctx, path, "second");
            fault_stop();
            char *found = test_read_file(path, &size);
            if (strcmp(found, text) != 0 && strcmp(found, both) != 0) fail_msg("call %d: '%s'", n, found);
            if (status == ALF_OK)
                assert_string_equal(found, both);
            else
                assert_fails(f->ctx, status, ALF_ERR_IO, path, strerror(reasons[i]));
            free(found);
        }
    free(path);
}

/* --- runs ---------------------------------------------------------------------------------------------------------------- */

/* A run that stands in the middle goes on, fails, goes on again: to what it would have been. */
static void a_run_that_failed_to_write_goes_on_to_the_same_bits(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary whole, summary;
    char           *half = test_path(f->folder, "half");
    int64_t         failed = 0, errors = 0;
    f->run.options.kimg = 0.048;
    f->run.options.snap = 1;
    whole = test_run_uninterrupted(f);
    f->run.stop_after = 3;
    test_ok(f->ctx, test_run_go(f->ctx, &f->run, &summary));
    f->run.stop_after = 0;
    test_copy_folder(f->run.outdir, half);
    fault_start(&(fault_plan){.kinds = KINDS, .at = -1});
    test_ok(f->ctx, test_run_go(f->ctx, &f->run, &summary));
    const int64_t all = fault_stop(), step = fault_step(all, test_affordable(2, 1, 1));
    assert_same_run(whole.folder, summary.folder);
    for (int64_t n = fault_first(step); n < all; n += step) {
        const int reason = reasons[failed % REASONS_OF_RUNS];
        test_copy_folder(half, f->run.outdir);
        fault_start(&(fault_plan){.kinds = KINDS, .at = n, .error = reason});
        const alf_status status = test_run_go(f->ctx, &f->run, &summary);
        fault_stop();
        failed++;
        errors += status != ALF_OK;
        if (status && (status != ALF_ERR_IO || !strstr(alf_ctx_message(f->ctx), strerror(reason)) ||
                       !strstr(alf_ctx_message(f->ctx), f->folder)))
            fail_msg("call %lld (%s), %s: %d, '%s'", (long long)n, fault_call(), strerror(reason), (int)status,
                     alf_ctx_message(f->ctx));
        alf_ctx_clear_error(f->ctx);
        bool finished; /* even so: where only the last name could not be brought to disk */
        test_ok(f->ctx, alf_run_state_finished(f->ctx, summary.folder, &finished));
        if (!finished) test_ok(f->ctx, test_run_go(f->ctx, &f->run, &summary));
        if (test_count_files(f->run.outdir) != 1)
            fail_msg("call %lld (%s), %s: another run was begun", (long long)n, fault_call(), strerror(reason));
        assert_true(summary.finished);
        assert_same_run(whole.folder, summary.folder);
    }
    printf("a run: %lld failures of %lld calls: %lld errors\n", (long long)failed, (long long)all, (long long)errors);
    assert_true(errors > 0 || failed < 3);
    free(half);
}

int main(void)
{
#define WRITE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WRITE_TEST(what_cannot_be_written_is_an_error_and_leaves_files_whole),
        WRITE_TEST(a_signal_or_a_write_in_part_is_no_error),
        WRITE_TEST(a_file_that_cannot_grow_is_an_error),
        WRITE_TEST(a_full_device_is_an_error),
        WRITE_TEST(a_folder_that_may_not_be_written_is_an_error),
        WRITE_TEST(a_line_gets_in_whole_or_not_at_all),
        RUN_TEST(a_run_that_failed_to_write_goes_on_to_the_same_bits),
    };
    fault_show_offset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
