/* Runs whose process is killed at any moment, also as it writes: started again until they are done, they come to the same
 * files. 3 kills, or 100 with ALIASFREE_LONG_TESTS=1 in the environment; ALIASFREE_TEST_SEED repeats a sequence. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "aliasfree/machine.h"
#include "runs.h"

/* --- a process that trains --------------------------------------------------------------------------------------------- */

/* Runs in a child, which ends with 0 when the run is finished. One thread or two: that must not matter. */
static pid_t start(test_run *r, int threads)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        alf_ctx_options options = alf_ctx_options_default();
        alf_ctx        *ctx = NULL;
        alf_run_summary summary;
        options.threads = threads;
        if (alf_ctx_create(&options, NULL, 0, &ctx)) _exit(90);
        if (test_run_go(ctx, r, &summary)) {
            fprintf(stderr, "child: %s\n", alf_ctx_message(ctx));
            _exit(91);
        }
        _exit(summary.finished ? 0 : 92);
    }
    return child;
}

static void sleep_for(double seconds)
{
    struct timespec time = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};

    while (nanosleep(&time, &time)) continue;
}

/* True when the child was killed before it was done. */
static bool kill_after(pid_t child, double seconds)
{
    int state = 0;

    sleep_for(seconds);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &state, 0), child);
    if (WIFEXITED(state) && WEXITSTATUS(state) != 0) fail_msg("the child failed: %d", WEXITSTATUS(state));
    return WIFSIGNALED(state);
}

/* --- kills --------------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx *ctx;
    char    *folder;
    test_run run;
    char     reference[4096]; /* folder of the uninterrupted run    */
    double   seconds;         /* it took, from start to end         */
    unsigned seed;            /* of the moments                     */
    int      kills;
} fixture;

static void set_place(fixture *f, const char *name)
{
    free(f->run.outdir);
    f->run.outdir = test_path(f->folder, name);
    f->run.options.outdir = f->run.outdir;
}

static void make_reference(fixture *f)
{
    double          start_time = alf_machine_seconds();
    alf_run_summary summary;

    set_place(f, "whole");
    summary = test_run_done(&f->run);
    assert_true(summary.finished);
    snprintf(f->reference, sizeof f->reference, "%s", summary.folder);
    f->seconds = alf_machine_seconds() - start_time;
}

static double random_moment(fixture *f)
{
    f->seed = f->seed * 1664525u + 1013904223u;
    return f->seconds * (double)(f->seed >> 8) / (double)(1u << 24);
}

/* One run to its end, killed as often as it happens. On a machine that has more to do meanwhile than when the time was
 * taken, attempts must become longer for the run to get on. */
static void run_through_kills(fixture *f, const char *name)
{
    char *found;

    set_place(f, name);
    for (int i = 0; kill_after(start(&f->run, 1 + i % 2), random_moment(f) * (1 + 0.1 * i)); i++) {
        f->kills++;
        if (i == 200) fail_msg("no end after 200 kills (seed of the test is printed above)");
    }
    found = test_path(f->run.outdir, strrchr(f->reference, '/') + 1);
    assert_int_equal(test_count_files(f->run.outdir), 1); /* it was one run all the time */
    assert_same_run(f->reference, found);
    free(found);
}

static void stay_with_stylegan2(fixture *f)
{
    (void)f;
}

static void change_to_stylegan3(fixture *f)
{
    test_ok(f->ctx, alf_training_options_named(f->ctx, "stylegan3-r", 16, 8, 64, 4, &f->run.training));
    f->run.training.generator.z_dim = f->run.training.generator.w_dim = 8;
    f->run.training.generator.num_layers = 3;
    f->run.training.batch_gpu = 4;
    f->run.options.cfg = "stylegan3-r";
}

static void check_kills(unsigned seed, int kills, void (*configure)(fixture *))
{
    fixture f = {.ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO), .folder = test_temp_folder(), .seed = seed};
    char    name[32];

    test_run_prepare(f.ctx, f.folder, &f.run);
    configure(&f);
    make_reference(&f);
    for (int i = 0; f.kills < kills; i++) {
        snprintf(name, sizeof name, "killed-%d", i);
        run_through_kills(&f, name);
    }
    printf("%d kills survived, seed %u\n", f.kills, seed);
    test_run_clear(&f.run);
    alf_ctx_destroy(f.ctx);
    test_remove_folder(f.folder);
}

static bool is_long(void)
{
    const char *text = getenv("ALIASFREE_LONG_TESTS");

    return text && strcmp(text, "1") == 0;
}

static unsigned test_seed(void)
{
    const char *text = getenv("ALIASFREE_TEST_SEED");
    unsigned    seed = text ? (unsigned)strtoul(text, NULL, 10) : (unsigned)time(NULL);

    printf("ALIASFREE_TEST_SEED=%u\n", seed);
    return seed;
}

static void a_killed_run_of_stylegan2_comes_to_the_same(void **state)
{
    (void)state;
    check_kills(test_seed(), is_long() ? 50 : 2, stay_with_stylegan2);
}

static void a_killed_run_of_stylegan3_comes_to_the_same(void **state)
{
    (void)state;
    check_kills(test_seed() + 1, is_long() ? 50 : 1, change_to_stylegan3);
}

/* --- two processes ------------------------------------------------------------------------------------------------------- */

static int told[2]; /* a pipe */

/* Says that the run has begun, and then does nothing until it is killed. */
static void tell_and_wait(void *user, const char *line)
{
    (void)user;
    (void)line;
    if (write(told[1], "!", 1) != 1) _exit(93);
    for (;;) pause();
}

static void a_folder_belongs_to_one_process(void **state)
{
    alf_ctx        *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    char           *folder = test_temp_folder(), byte;
    test_run        run;
    alf_run_summary summary;
    pid_t           child;

    (void)state;
    test_run_prepare(ctx, folder, &run);
    assert_int_equal(pipe(told), 0);
    void (*log)(void *, const char *) = run.options.log;
    run.options.log = tell_and_wait;
    child = start(&run, 1);
    run.options.log = log;
    assert_int_equal(read(told[0], &byte, 1), 1);
    assert_fails(ctx, test_run_go(ctx, &run, &summary), ALF_ERR_IO, "another process trains in this folder",
                 "00000-stylegan2-data-");
    assert_true(kill_after(child, 0));
    summary = test_run_done(&run); /* the kernel has given the lock back */
    assert_true(summary.finished);
    assert_int_equal(test_count_files(run.outdir), 1);
    close(told[0]);
    close(told[1]);
    test_run_clear(&run);
    alf_ctx_destroy(ctx);
    test_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_run_of_stylegan2_comes_to_the_same),
        cmocka_unit_test(a_killed_run_of_stylegan3_comes_to_the_same),
        cmocka_unit_test(a_folder_belongs_to_one_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
