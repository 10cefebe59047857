/* Studies from inside: options as they were given, what is left behind by one that ends well, fails, or is stopped. How
 * they look from outside is for tests/scripts/study.sh. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "report/study.h"
#include "report/study_internal.h"

static const alf_study_option options[] = {
    {.name = "count", .value = "N", .fallback = "3", .help = "?", .kind = ALF_STUDY_INT, .low = 1, .high = 9},
    {.name = "shift", .value = "X", .help = "?", .kind = ALF_STUDY_REAL},
    {.name = "mode", .value = "one|two", .fallback = "one", .help = "?", .kind = ALF_STUDY_CHOICE},
    {.name = "room", .value = "BYTES", .fallback = "1K", .help = "?", .kind = ALF_STUDY_BYTES},
    {.name = "networks", .value = "LIST", .help = "?"},
    {.name = "quick", .help = "?", .kind = ALF_STUDY_FLAG},
    {.name = NULL}};

/* Runs a study named "study" in the fixture's folder with up to three more words. Its exit code. */
static int run(const file_fixture *f, alf_status (*fn)(alf_study_run *), const char *a, const char *b, const char *c)
{
    const alf_study study = {.name = "study", .title = "Study", .summary = "?", .options = options, .run = fn};
    char            outdir[4096], export[4096];
    char           *words[] = {"study", outdir, export, (char *)a, (char *)b, (char *)c, NULL};
    int             count = 0;
    snprintf(outdir, sizeof outdir, "--outdir=%s/out", f->folder);
    snprintf(export, sizeof export, "--export=%s/export", f->folder);
    while (words[count]) count++;
    return alf_study_main(count, words, &study);
}

static bool exists(const file_fixture *f, const char *name)
{
    char       *path = test_path(f->folder, name);
    struct stat info;
    bool        there = stat(path, &info) == 0;
    free(path);
    return there;
}

/* --- options ---------------------------------------------------------------------------------------------------------- */

/* What is not as expected is told through the exit code: cmocka's asserts would leave the study in the middle. */
static alf_status demand(alf_study_run *r, bool holds, const char *what)
{
    return holds ? ALF_OK : alf_fail(r->ctx, ALF_ERR_ARGUMENT, "%s", what);
}

static alf_status look_at_fallbacks(alf_study_run *r)
{
    alf_status status = demand(r, alf_study_int(r, "count") == 3 && !alf_study_given(r, "count"), "count");
    if (status == ALF_OK) status = demand(r, alf_study_real(r, "shift") == 0 && !alf_study_text(r, "shift"), "shift");
    if (status == ALF_OK) status = demand(r, strcmp(alf_study_text(r, "mode"), "one") == 0, "mode");
    if (status == ALF_OK) status = demand(r, !alf_study_given(r, "quick"), "quick");
    if (status == ALF_OK) status = demand(r, r->scale == ALF_SCALE_SMALL && r->seed == 0, "scale, seed");
    return status;
}

static alf_status look_at_values(alf_study_run *r)
{
    alf_status status = demand(r, alf_study_int(r, "count") == 7 && alf_study_given(r, "count"), "count");
    if (status == ALF_OK) status = demand(r, alf_study_real(r, "shift") == -0.125, "shift");
    if (status == ALF_OK) status = demand(r, alf_study_given(r, "quick"), "quick");
    return status;
}

static alf_status look_at_common(alf_study_run *r)
{
    alf_status status = demand(r, r->scale == ALF_SCALE_FULL && r->seed == 4294967295u, "scale, seed");
    if (status == ALF_OK) status = demand(r, alf_ctx_threads(r->ctx) == 1, "threads");
    if (status == ALF_OK) status = demand(r, alf_ctx_conv(r->ctx) == ALF_CONV_DIRECT, "convolutions");
    return status;
}

static alf_status never(alf_study_run *r)
{
    return alf_fail(r->ctx, ALF_ERR_ARGUMENT, "the study was started");
}

static void options_come_as_they_are_given(void **state)
{
    const file_fixture *f = *state;
    assert_int_equal(run(f, look_at_fallbacks, NULL, NULL, NULL), 0);
    assert_int_equal(run(f, look_at_values, "--count=7", "--shift=-0.125", "--quick"), 0);
    assert_int_equal(run(f, look_at_common, "--scale=full", "--seed=4294967295", "--threads=1"), 0);
}

static void the_last_of_two_counts(void **state)
{
    const file_fixture *f = *state;
    assert_int_equal(run(f, look_at_fallbacks, "--mode=two", "--mode", "one"), 0);
}

static void what_an_option_cannot_be_is_wrong_usage(void **state)
{
    static const char *const words[] = {"--count=0",          "--count=10",
                                        "--count=3.0",        "--count= 3",
                                        "--count=",           "--shift=nan",
                                        "--shift=inf",        "--shift=0x1",
                                        "--shift=1,5",        "--mode=three",
                                        "--mode=one|two",     "--room=-1",
                                        "--room=9999999999G", "--room=1T",
                                        "--networks=",        "--quick=1",
                                        "--seed=4294967296",  "--threads=257",
                                        "--scale=",           "--",
                                        "--count3",           "-x"};
    const file_fixture      *f = *state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_int_equal(run(f, never, words[i], NULL, NULL), 2);
    assert_int_equal(run(f, never, "--count", NULL, NULL), 2);
    assert_int_equal(run(f, never, "--count", "--quick", NULL), 2);
    assert_int_equal(run(f, never, "--help", NULL, NULL), 0);
    assert_int_equal(run(f, never, NULL, NULL, NULL), 1); /* it is started at all */
}

/* --- what is left behind ------------------------------------------------------------------------------------------------ */

static alf_status leave_an_array(alf_study_run *r, const char *name, int64_t count)
{
    double    *values = calloc((size_t)count, sizeof *values);
    alf_status status = values ? alf_study_array(r, name, 1, &count, values) : ALF_ERR_MEMORY;
    free(values);
    return status;
}

static alf_status leave_arrays(alf_study_run *r)
{
    alf_status status = leave_an_array(r, "small", 16);
    return status == ALF_OK ? leave_an_array(r, "large", (1 << 17) + 1) : status;
}

static alf_status fail_late(alf_study_run *r)
{
    alf_status status = leave_arrays(r);
    return status == ALF_OK ? alf_fail(r->ctx, ALF_ERR_FORMAT, "at last") : status;
}

static alf_status overlook(alf_study_run *r)
{
    (void)alf_fail(r->ctx, ALF_ERR_FORMAT, "overlooked");
    return ALF_OK;
}

static void large_arrays_stay_at_home(void **state)
{
    const file_fixture *f = *state;
    assert_int_equal(run(f, leave_arrays, NULL, NULL, NULL), 0);
    assert_true(exists(f, "out/small.npy") && exists(f, "out/large.npy") && exists(f, "out/study.ipynb"));
    assert_true(exists(f, "export/study/small.npy") && exists(f, "export/study/study.ipynb"));
    assert_false(exists(f, "export/study/large.npy"));
}

static void a_study_that_fails_exports_nothing(void **state)
{
    const file_fixture *f = *state;
    assert_int_equal(run(f, fail_late, NULL, NULL, NULL), 1);
    assert_int_equal(run(f, overlook, NULL, NULL, NULL), 1); /* an error that nobody looked at */
    assert_true(exists(f, "out/small.npy"));
    assert_false(exists(f, "out/study.ipynb"));
    assert_false(exists(f, "export"));
}

/* Each kind of output under a name that leads elsewhere: all of them must be refused. */
static alf_status leave_things_elsewhere(alf_study_run *r)
{
    const alf_plot plot = {.title = "?"};
    const int64_t  one = 1;
    bool           refused = alf_study_array(r, "../a", 1, &one, (double[]){1}) == ALF_ERR_ARGUMENT;
    alf_ctx_clear_error(r->ctx);
    refused &= alf_study_plot(r, "a/b", &plot, NULL) == ALF_ERR_ARGUMENT;
    alf_ctx_clear_error(r->ctx);
    refused &= alf_study_file(r, ".hidden") == ALF_ERR_ARGUMENT;
    alf_ctx_clear_error(r->ctx);
    refused &= alf_study_program(r, "/tmp/log", (const char *const[]){"plan", NULL}) == ALF_ERR_ARGUMENT;
    alf_ctx_clear_error(r->ctx);
    return demand(r, refused, "a name that leads elsewhere is taken");
}

static void outputs_have_plain_names(void **state)
{
    const file_fixture *f = *state;
    assert_int_equal(run(f, leave_things_elsewhere, NULL, NULL, NULL), 0);
    assert_int_equal(test_count_files(f->folder), 2); /* out, export */
}

static alf_status ask_for_paths(alf_study_run *r)
{
    const char *first = alf_study_path(r, "one"), *second = alf_study_path(r, "two");
    for (int i = 0; i < 100; i++) { /* earlier ones stay where they are */
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        if (!alf_study_path(r, name)) return ALF_ERR_MEMORY;
    }
    char expected[4096];
    snprintf(expected, sizeof expected, "%s/one", r->outdir);
    return demand(r, strcmp(first, expected) == 0 && alf_study_path(r, "two") == second, "paths");
}

static void paths_last_as_long_as_the_run(void **state)
{
    const file_fixture *f = *state;
    assert_int_equal(run(f, ask_for_paths, NULL, NULL, NULL), 0);
}

/* --- stopping ------------------------------------------------------------------------------------------------------------- */

static alf_status make_number(alf_study_run *r, void *user, json_t **result)
{
    (void)r;
    *result = json_pack("{s:i}", "value", ++*(int *)user);
    return ALF_OK;
}

/* Two parts, with a signal between them. */
static alf_status stop_half_way(alf_study_run *r)
{
    int        made = 0;
    json_t    *result = NULL;
    alf_status status = alf_study_part(r, "one", json_object(), make_number, &made, &result);
    json_decref(result);
    raise(SIGINT);
    if (status == ALF_OK && !alf_study_stopped()) return alf_fail(r->ctx, ALF_ERR_ARGUMENT, "not stopped");
    if (alf_progress(r->ctx, "work", 0, 1) != ALF_ERR_CANCELLED) abort(); /* the library's work is cancelled too */
    alf_ctx_clear_error(r->ctx);
    status = alf_study_part(r, "two", json_object(), make_number, &made, &result);
    if (made != 1) abort();
    return status;
}

static alf_status go_on(alf_study_run *r)
{
    int        made = 0;
    json_t    *one = NULL, *two = NULL;
    alf_status status = alf_study_part(r, "one", json_object(), make_number, &made, &one);
    if (status == ALF_OK) status = alf_study_part(r, "two", json_object(), make_number, &made, &two);
    bool holds = made == 1 && json_equal(one, two); /* the first number, twice */
    json_decref(one);
    json_decref(two);
    return status == ALF_OK ? demand(r, holds, "parts") : status;
}

static void a_stopped_study_goes_on_where_it_was(void **state)
{
    const file_fixture *f = *state;
    assert_int_equal(run(f, stop_half_way, NULL, NULL, NULL), 1);
    assert_true(exists(f, "out/parts/one.json"));
    assert_false(exists(f, "out/parts/two.json") || exists(f, "out/study.ipynb"));
    assert_int_equal(run(f, go_on, NULL, NULL, NULL), 0);
    assert_true(exists(f, "out/study.ipynb"));
}

static alf_status stop_twice(alf_study_run *r)
{
    (void)r;
    raise(SIGTERM);
    raise(SIGTERM);
    _exit(99);
}

static void a_second_signal_ends_the_program(void **state)
{
    const file_fixture *f = *state;
    int                 how = 0;
    pid_t               child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(run(f, stop_twice, NULL, NULL, NULL));
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    assert_int_equal(WTERMSIG(how), SIGTERM);
}

/* A shell gives the words back, whatever is in them. */
static void the_command_of_a_report_can_be_pasted(void **state)
{
    const alf_study study = {.name = "study"};
    char *const     words[] = {"/path/to/study", "--count=3", "two words", "it's", "", "$HOME;*"};
    char           *command = alf_study_command(&study, 6, words);
    (void)state;
    assert_string_equal(command, "study --count=3 'two words' 'it'\\''s' '' '$HOME;*'");
    free(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(options_come_as_they_are_given),          FILE_TEST(the_last_of_two_counts),
        FILE_TEST(what_an_option_cannot_be_is_wrong_usage), FILE_TEST(large_arrays_stay_at_home),
        FILE_TEST(a_study_that_fails_exports_nothing),      FILE_TEST(outputs_have_plain_names),
        FILE_TEST(paths_last_as_long_as_the_run),           FILE_TEST(a_stopped_study_goes_on_where_it_was),
        FILE_TEST(a_second_signal_ends_the_program),        cmocka_unit_test(the_command_of_a_report_can_be_pasted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
