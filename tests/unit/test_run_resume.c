/* Runs that stop and go on: which changes nothing. And what goes wrong, which loses nothing. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "data_sets.h"
#include "runs.h"

/* --- going on -------------------------------------------------------------------------------------------------------- */

/* Stops after every `step` iterations until all are done. */
static void check_stops(run_fixture *f, int step)
{
    alf_run_summary whole = test_run_uninterrupted(f), part;
    int             parts = 0;

    f->run.stop_after = step;
    do {
        part = test_run_done(&f->run);
        assert_true(part.resumed == (parts > 0));
        if (!part.finished) assert_said(&f->run, "kimg; the same command goes on from here");
        if (part.resumed) assert_said(&f->run, "resuming 00000-stylegan2-data-gpus1-batch8-gamma0.0064 at 0.");
        parts++;
    } while (!part.finished);
    assert_int_equal(parts, (10 + step - 1) / step);
    assert_same_run(whole.folder, part.folder);
}

static void a_run_that_stops_after_each_iteration_comes_to_the_same(void **state)
{
    check_stops(*state, 1);
}

static void a_run_that_stops_within_ticks_comes_to_the_same(void **state)
{
    check_stops(*state, 4);
}

/* Labels come with the grid's reals and the training's. */
static void a_conditional_run_that_stops_comes_to_the_same(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary whole, part;

    free(f->run.data);
    f->run.data = test_path(f->folder, "labelled");
    test_put_set(f->ctx, f->run.data, 4, 16, 3,
                 "{\"labels\": [[\"00000/img00000000.png\", 0], [\"00000/img00000001.png\", 2], "
                 "[\"00000/img00000002.png\", 1], [\"00000/img00000003.png\", 2]]}");
    f->run.options.data_options.labels = true;
    f->run.options.data_options.mirror = true;
    f->run.training.generator.c_dim = f->run.training.discriminator.c_dim = 3;
    whole = test_run_uninterrupted(f);
    f->run.stop_after = 5;
    (void)test_run_done(&f->run);
    part = test_run_done(&f->run);
    assert_true(part.finished || test_run_done(&f->run).finished);
    assert_same_run(whole.folder, part.folder);
}

static void the_log_tells_of_every_resumption(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary summary;
    char           *path, *log;

    f->run.stop_after = 4;
    (void)test_run_done(&f->run);
    (void)test_run_done(&f->run);
    summary = test_run_done(&f->run);
    path = test_path(summary.folder, "log.txt");
    log = test_read_file(path, NULL);
    assert_non_null(strstr(log, "at 0.032 kimg\n"));
    assert_non_null(strstr(log, "at 0.064 kimg\n"));
    assert_non_null(strstr(log, "stopped at 0.064 kimg; the same command goes on from here\n"));
    free(log);
    free(path);
}

/* What a process leaves that is killed as it writes: half a line, a temporary file, a later snapshot. */
static void what_a_killed_process_left_is_cleared_away(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary whole = test_run_uninterrupted(f), part;
    char           *path;
    FILE           *log;

    f->run.stop_after = 5;
    part = test_run_done(&f->run);
    free(test_write_file(part.folder, ".aliasfree-1-2-3.tmp", "half", 4));
    free(test_write_file(part.folder, "training-state.next.safetensors", "half", 4));
    free(test_write_file(part.folder, "fakes000000.png", "of later", 8));
    path = test_path(part.folder, "stats.jsonl");
    log = fopen(path, "a");
    assert_true(log && fputs("{\"Progress/tick\": {\"num\"", log) > 0 && fclose(log) == 0);
    free(path);
    f->run.stop_after = 0;
    part = test_run_done(&f->run);
    assert_true(part.resumed);
    assert_same_run(whole.folder, part.folder);
}

static void a_folder_without_a_state_is_begun_again(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary whole = test_run_uninterrupted(f), part;
    char           *newest;

    f->run.stop_after = 1;
    part = test_run_done(&f->run);
    newest = test_path(part.folder, "training-state.safetensors");
    assert_int_equal(unlink(newest), 0);
    free(newest);
    newest = test_path(part.folder, "training-state.previous.safetensors"); /* of the end of tick 0 */
    (void)unlink(newest);
    free(newest);
    f->run.stop_after = 0;
    part = test_run_done(&f->run);
    assert_int_equal(strncmp(test_last_part(part.folder), "00000-", 6), 0);
    assert_false(part.resumed);
    assert_same_run(whole.folder, part.folder);
}

static void a_folder_without_options_is_taken_over(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary part;
    char           *folder = test_path(f->run.outdir, "00000-stylegan2-data-gpus1-batch8-gamma0.0064");

    test_ok(f->ctx, alf_make_folder(f->ctx, folder));
    part = test_run_done(&f->run);
    assert_string_equal(part.folder, folder);
    assert_true(part.finished);
    free(folder);
}

static void damage_of_the_newest_state_costs_what_came_after_the_previous_one(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary whole = test_run_uninterrupted(f), part;
    char           *newest, *bytes;
    size_t          size;

    f->run.stop_after = 6;
    part = test_run_done(&f->run);
    newest = test_path(part.folder, "training-state.safetensors");
    bytes = test_read_file(newest, &size);
    bytes[size / 2] ^= 0x10;
    free(newest);
    newest = test_write_file(part.folder, "training-state.safetensors", bytes, size);
    free(bytes);
    free(newest);
    f->run.stop_after = 0;
    part = test_run_done(&f->run);
    assert_true(part.resumed);
    assert_said(&f->run, "is damaged: its digest is ");
    assert_said(&f->run, "; the state before it is whole");
    assert_same_run(whole.folder, part.folder);
}

/* --- what goes wrong ------------------------------------------------------------------------------------------------- */

static void two_damaged_states_are_an_error(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary part, none;

    f->run.stop_after = 6;
    part = test_run_done(&f->run);
    free(test_write_file(part.folder, "training-state.safetensors", "torn", 4));
    free(test_write_file(part.folder, "training-state.previous.safetensors", "torn", 4));
    assert_fails(f->ctx, test_run_go(f->ctx, &f->run, &none), ALF_ERR_FORMAT, "training-state.previous.safetensors",
                 NULL);
}

/* A limit on the size of files makes writing fail half way, as a full disk would: the smaller it is, the earlier. */
static alf_status go_on_with_little_room(run_fixture *f, rlim_t bytes)
{
    struct rlimit   before, small;
    alf_run_summary none;
    alf_status      status;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status = test_run_go(f->ctx, &f->run, &none);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    return status;
}

static void check_little_room(run_fixture *f, rlim_t bytes, const char *file)
{
    alf_status status = go_on_with_little_room(f, bytes);

    if (!strstr(alf_ctx_message(f->ctx), "from which the same command goes on"))
        fail_msg("'%s' does not say how to go on", alf_ctx_message(f->ctx));
    assert_fails(f->ctx, status, ALF_ERR_IO, "cannot ", file);
}

/* After tick 0 the next thing written is a line of statistics; in tick 2 there is a snapshot. */
static void a_full_disk_leaves_the_last_state(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary whole = test_run_uninterrupted(f), part;

    signal(SIGXFSZ, SIG_IGN);
    f->run.stop_after = 1;
    (void)test_run_done(&f->run);
    f->run.stop_after = 0;
    check_little_room(f, 2500, "stats.jsonl");
    f->run.stop_after = 2;
    (void)test_run_done(&f->run);
    f->run.stop_after = 0;
    check_little_room(f, 2500, "fakes000000.png");
    check_little_room(f, 20000, "network-snapshot-000000.safetensors");
    check_little_room(f, 60000, "training-state.");
    part = test_run_done(&f->run);
    assert_true(part.resumed);
    assert_same_run(whole.folder, part.folder);
}

static void a_loss_that_is_not_finite_names_the_state(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary none;

    f->run.training.g_lr = f->run.training.d_lr = 100;
    f->run.training.generator.conv_clamp = f->run.training.discriminator.conv_clamp = INFINITY;
    f->run.options.kimg = 100;
    f->run.options.num_metrics = 0;
    f->run.stop_after = 200;
    assert_fails(f->ctx, test_run_go(f->ctx, &f->run, &none), ALF_ERR_RANGE, "expected a number",
                 "kimg, but what went wrong would do so again");
}

static void bad_options_are_refused_by_name(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary none;
    alf_run_options good = f->run.options;

#define REFUSES(change, status, part)                                                                                  \
    do {                                                                                                               \
        change;                                                                                                        \
        assert_fails(f->ctx, test_run_go(f->ctx, &f->run, &none), status, part, NULL);                                 \
        f->run.options = good;                                                                                         \
    } while (0)
    REFUSES(f->run.options.kimg = 0, ALF_ERR_RANGE, "kimg is 0");
    REFUSES(f->run.options.tick = -1, ALF_ERR_RANGE, "tick is -1");
    REFUSES(f->run.options.snap = -1, ALF_ERR_RANGE, "snap is -1");
    REFUSES(f->run.options.grid[1] = 0, ALF_ERR_RANGE, "grid is 3x0");
    REFUSES(f->run.options.cfg = "a/b", ALF_ERR_ARGUMENT, "cfg is 'a/b'");
    REFUSES(f->run.options.desc = "", ALF_ERR_ARGUMENT, "desc is empty");
    REFUSES(f->run.options.outdir = NULL, ALF_ERR_ARGUMENT, "outdir");
    REFUSES(f->run.options.num_metrics = -1, ALF_ERR_ARGUMENT, "num_metrics is -1");
    REFUSES(f->run.options.metrics = (const char *const[]){"fid50k"}, ALF_ERR_ARGUMENT, "fid50k");
#undef REFUSES
    assert_absent(f->folder, "runs"); /* nothing was made */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(a_run_that_stops_after_each_iteration_comes_to_the_same),
        RUN_TEST(a_run_that_stops_within_ticks_comes_to_the_same),
        RUN_TEST(a_conditional_run_that_stops_comes_to_the_same),
        RUN_TEST(the_log_tells_of_every_resumption),
        RUN_TEST(what_a_killed_process_left_is_cleared_away),
        RUN_TEST(a_folder_without_a_state_is_begun_again),
        RUN_TEST(a_folder_without_options_is_taken_over),
        RUN_TEST(damage_of_the_newest_state_costs_what_came_after_the_previous_one),
        RUN_TEST(two_damaged_states_are_an_error),
        RUN_TEST(a_full_disk_leaves_the_last_state),
        RUN_TEST(a_loss_that_is_not_finite_names_the_state),
        RUN_TEST(bad_options_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
