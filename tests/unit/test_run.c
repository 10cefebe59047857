/* Runs: what stands in the folder, how they stop and go on, and that going on changes nothing. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runs.h"

typedef struct {
    alf_ctx *ctx;
    char    *folder;
    test_run run;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    test_run_prepare(f->ctx, f->folder, &f->run);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    test_run_clear(&f->run);
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void assert_exists(const char *folder, const char *name)
{
    char *path = test_path(folder, name);

    if (access(path, F_OK)) fail_msg("'%s' is not there", path);
    free(path);
}

static void assert_absent(const char *folder, const char *name)
{
    char *path = test_path(folder, name);

    if (access(path, F_OK) == 0) fail_msg("'%s' is there", path);
    free(path);
}

static const char *last_part(const char *folder)
{
    return strrchr(folder, '/') + 1;
}

static void assert_said(const test_run *r, const char *text)
{
    if (!strstr(r->log, text)) fail_msg("the log does not say '%s':\n%s", text, r->log);
}

/* The same settings in another folder for runs. */
static void move_to(test_run *r, const char *folder, const char *name)
{
    free(r->outdir);
    r->outdir = test_path(folder, name);
    r->options.outdir = r->outdir;
}

/* A run from beginning to end, elsewhere. */
static alf_run_summary uninterrupted(fixture *f)
{
    alf_run_summary whole;

    move_to(&f->run, f->folder, "whole");
    whole = test_run_done(&f->run);
    assert_true(whole.finished && !whole.resumed);
    move_to(&f->run, f->folder, "runs");
    return whole;
}

/* --- what there is --------------------------------------------------------------------------------------------------- */

static void a_finished_run_has_the_files_of_the_original(void **state)
{
    static const char *const names[] = {"training_options.json",
                                        "log.txt",
                                        "stats.jsonl",
                                        "metric-swd8.jsonl",
                                        "reals.png",
                                        "fakes_init.png",
                                        "fakes000000.png",
                                        "network-snapshot-000000.safetensors",
                                        "training-state.safetensors",
                                        ".lock"};
    fixture                 *f = *state;
    alf_run_summary          summary = test_run_done(&f->run);

    assert_string_equal(last_part(summary.folder), "00000-stylegan2-data-gpus1-batch8-gamma0.0064");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) assert_exists(summary.folder, names[i]);
    assert_int_equal(test_count_files(summary.folder), sizeof names / sizeof names[0]);
    assert_true(summary.finished && !summary.resumed && summary.kimg == 0.080);
    assert_true(summary.seconds > 0 && summary.images_per_second > 0);
}

/* Ticks of 2 iterations of 8 images, the first of one: 8, 24, 40, 56, 72, 80; snapshots at 0, 2, 4 and the end. */
static void ticks_end_where_those_of_the_original_do(void **state)
{
    static const double kimg[] = {0.008, 0.024, 0.040, 0.056, 0.072, 0.080};
    fixture            *f = *state;
    alf_run_summary     summary = test_run_done(&f->run);
    json_t             *stats = test_read_lines(summary.folder, "stats.jsonl"),
           *swd = test_read_lines(summary.folder, "metric-swd8.jsonl");

    assert_int_equal(json_array_size(stats), 6);
    assert_int_equal(json_array_size(swd), 4);
    for (size_t i = 0; i < 6; i++) {
        json_t *line = json_array_get(stats, i), *progress = json_object_get(line, "Progress/kimg");
        assert_true(json_number_value(json_object_get(progress, "mean")) == kimg[i]);
        assert_int_equal(json_integer_value(json_object_get(progress, "num")), 1);
        assert_true(json_is_number(json_object_get(json_object_get(line, "Loss/G/loss"), "std")));
        assert_true(json_is_number(json_object_get(json_object_get(line, "Resources/cpu_mem_gb"), "mean")));
        assert_true(json_is_number(json_object_get(line, "timestamp")));
    }
    json_decref(stats);
    json_decref(swd);
    assert_said(&f->run, "tick 0     kimg 0.0      time ");
    assert_said(&f->run, "tick 5     kimg 0.1      time ");
    assert_said(&f->run, "finished 0.1 kimg in ");
}

static void a_metric_has_the_line_of_the_original(void **state)
{
    fixture        *f = *state;
    alf_run_summary summary = test_run_done(&f->run);
    json_t         *lines = test_read_lines(summary.folder, "metric-swd8.jsonl"), *last = json_array_get(lines, 3);

    assert_true(json_number_value(json_object_get(json_object_get(last, "results"), "swd8")) > 0);
    assert_string_equal(json_string_value(json_object_get(last, "metric")), "swd8");
    assert_string_equal(json_string_value(json_object_get(last, "snapshot_pkl")),
                        "network-snapshot-000000.safetensors");
    assert_int_equal(json_integer_value(json_object_get(last, "num_gpus")), 1);
    assert_true(json_is_string(json_object_get(last, "total_time_str")));
    assert_true(json_is_number(json_object_get(last, "total_time")));
    assert_true(json_is_number(json_object_get(last, "timestamp")));
    json_decref(lines);
}

static void a_snapshot_is_a_network_file(void **state)
{
    fixture        *f = *state;
    alf_run_summary summary = test_run_done(&f->run);
    char           *path = test_path(summary.folder, "network-snapshot-000000.safetensors");
    alf_generator  *g = NULL;

    test_ok(f->ctx, alf_generator_load(f->ctx, path, NULL, &g));
    assert_int_equal(alf_generator_plan(g)->config.img_resolution, 16);
    alf_generator_destroy(g);
    free(path);
}

static void pictures_are_left_out_on_demand(void **state)
{
    fixture        *f = *state;
    alf_run_summary summary;

    f->run.options.grid[0] = f->run.options.grid[1] = -1;
    summary = test_run_done(&f->run);
    assert_absent(summary.folder, "reals.png");
    assert_absent(summary.folder, "fakes_init.png");
    assert_absent(summary.folder, "fakes000000.png");
    assert_exists(summary.folder, "network-snapshot-000000.safetensors");
}

static void snapshots_are_written_only_at_the_end_on_demand(void **state)
{
    fixture        *f = *state;
    alf_run_summary summary;
    json_t         *lines;

    f->run.options.snap = 0;
    summary = test_run_done(&f->run);
    lines = test_read_lines(summary.folder, "metric-swd8.jsonl");
    assert_int_equal(json_array_size(lines), 1);
    json_decref(lines);
}

static void equivariance_is_left_out_without_a_transform(void **state)
{
    static const char *const metrics[] = {"eqt8_int", "swd8"};
    fixture                 *f = *state;
    alf_run_summary          summary;

    f->run.options.num_metrics = 2;
    f->run.options.metrics = metrics;
    summary = test_run_done(&f->run);
    assert_said(&f->run, "metric eqt8_int is left out: stylegan2 has no input transform");
    assert_absent(summary.folder, "metric-eqt8_int.jsonl");
    assert_exists(summary.folder, "metric-swd8.jsonl");
}

static void equivariance_is_measured_with_one(void **state)
{
    static const char *const metrics[] = {"eqt8_int", "eqr8"};
    fixture                 *f = *state;
    alf_run_summary          summary;
    json_t                  *lines;

    test_ok(f->ctx, alf_training_options_named(f->ctx, "stylegan3-t", 16, 8, 64, 4, &f->run.training));
    f->run.training.batch_gpu = 4;
    f->run.training.generator.z_dim = f->run.training.generator.w_dim = 8;
    f->run.training.generator.num_layers = 3;
    f->run.options.cfg = "stylegan3-t";
    f->run.options.kimg = 0.016;
    f->run.options.num_metrics = 2;
    f->run.options.metrics = metrics;
    summary = test_run_done(&f->run);
    lines = test_read_lines(summary.folder, "metric-eqr8.jsonl");
    assert_true(json_array_size(lines) > 0);
    assert_true(json_is_number(json_object_get(json_object_get(json_array_get(lines, 0), "results"), "eqr8")));
    json_decref(lines);
}

static void a_run_gives_its_memory_back(void **state)
{
    fixture        *f = *state;
    alf_run_summary summary;
    int64_t         used;

    f->run.stop_after = 5;
    test_ok(f->ctx, test_run_go(f->ctx, &f->run, &summary));
    used = alf_ctx_memory_used(f->ctx); /* scratch stays the context's */
    f->run.stop_after = 0;
    test_ok(f->ctx, test_run_go(f->ctx, &f->run, &summary));
    assert_true(summary.resumed && summary.finished);
    assert_int_equal(alf_ctx_memory_used(f->ctx), used);
}

/* --- which folder ---------------------------------------------------------------------------------------------------- */

static void a_finished_run_is_not_continued(void **state)
{
    fixture        *f = *state;
    alf_run_summary first = test_run_done(&f->run), second = test_run_done(&f->run);

    assert_string_equal(last_part(second.folder), "00001-stylegan2-data-gpus1-batch8-gamma0.0064");
    assert_false(second.resumed);
    assert_same_run(first.folder, second.folder);
}

static void other_options_are_another_run(void **state)
{
    fixture        *f = *state;
    alf_run_summary first, second, third;

    f->run.stop_after = 3;
    first = test_run_done(&f->run);
    f->run.options.kimg = 0.088;
    second = test_run_done(&f->run);
    assert_false(second.resumed);
    f->run.options.kimg = 0.080;
    f->run.training.d_lr = 0.001;
    third = test_run_done(&f->run);
    assert_false(third.resumed);
    assert_int_equal(strncmp(last_part(third.folder), "00002-", 6), 0);
    f->run.training.d_lr = 0.002;
    f->run.stop_after = 0;
    third = test_run_done(&f->run);
    assert_true(third.resumed);
    assert_string_equal(third.folder, first.folder);
}

static void a_fresh_run_is_made_on_demand(void **state)
{
    fixture        *f = *state;
    alf_run_summary second;

    f->run.stop_after = 3;
    (void)test_run_done(&f->run);
    f->run.options.fresh = true;
    second = test_run_done(&f->run);
    assert_false(second.resumed);
    assert_int_equal(strncmp(last_part(second.folder), "00001-", 6), 0);
    f->run.options.fresh = false;
    second = test_run_done(&f->run); /* the newest of the two */
    assert_true(second.resumed);
    assert_int_equal(strncmp(last_part(second.folder), "00001-", 6), 0);
}

/* --- going on -------------------------------------------------------------------------------------------------------- */

/* Stops after every `step` iterations until all are done. */
static void check_stops(fixture *f, int step)
{
    alf_run_summary whole = uninterrupted(f), part;
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

static void the_log_tells_of_every_resumption(void **state)
{
    fixture        *f = *state;
    alf_run_summary summary;
    char           *path, *log;

    f->run.stop_after = 4;
    (void)test_run_done(&f->run);
    (void)test_run_done(&f->run);
    summary = test_run_done(&f->run);
    path = test_path(summary.folder, "log.txt");
    log = test_read_file(path, NULL);
    assert_non_null(strstr(log, "at 0.0 kimg\n")); /* 0.032 */
    assert_non_null(strstr(log, "at 0.1 kimg\n")); /* 0.064 */
    assert_non_null(strstr(log, "stopped at 0.1 kimg; the same command goes on from here\n"));
    free(log);
    free(path);
}

/* What a process leaves that is killed as it writes: half a line, a temporary file, a later snapshot. */
static void what_a_killed_process_left_is_cleared_away(void **state)
{
    fixture        *f = *state;
    alf_run_summary whole = uninterrupted(f), part;
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
    fixture        *f = *state;
    alf_run_summary whole = uninterrupted(f), part;
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
    assert_int_equal(strncmp(last_part(part.folder), "00000-", 6), 0);
    assert_false(part.resumed);
    assert_same_run(whole.folder, part.folder);
}

static void a_folder_without_options_is_taken_over(void **state)
{
    fixture        *f = *state;
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
    fixture        *f = *state;
    alf_run_summary whole = uninterrupted(f), part;
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
    fixture        *f = *state;
    alf_run_summary part, none;

    f->run.stop_after = 6;
    part = test_run_done(&f->run);
    free(test_write_file(part.folder, "training-state.safetensors", "torn", 4));
    free(test_write_file(part.folder, "training-state.previous.safetensors", "torn", 4));
    assert_fails(f->ctx, test_run_go(f->ctx, &f->run, &none), ALF_ERR_FORMAT, "training-state.previous.safetensors",
                 NULL);
}

/* A limit on the size of files makes writing fail half way, as a full disk would: here in the state, the largest file. */
static void a_full_disk_leaves_the_last_state(void **state)
{
    fixture        *f = *state;
    alf_run_summary whole = uninterrupted(f), part, none;
    struct rlimit   before, small;
    alf_status      status;

    f->run.stop_after = 3;
    part = test_run_done(&f->run);
    f->run.stop_after = 0;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 20000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status = test_run_go(f->ctx, &f->run, &none);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_fails(f->ctx, status, ALF_ERR_IO, "cannot write", "has the state of 0.0 kimg, from which the same");
    part = test_run_done(&f->run);
    assert_true(part.resumed);
    assert_same_run(whole.folder, part.folder);
}

static void a_loss_that_is_not_finite_names_the_state(void **state)
{
    fixture        *f = *state;
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
    fixture        *f = *state;
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
        TEST(a_finished_run_has_the_files_of_the_original),
        TEST(ticks_end_where_those_of_the_original_do),
        TEST(a_metric_has_the_line_of_the_original),
        TEST(a_snapshot_is_a_network_file),
        TEST(pictures_are_left_out_on_demand),
        TEST(snapshots_are_written_only_at_the_end_on_demand),
        TEST(equivariance_is_left_out_without_a_transform),
        TEST(equivariance_is_measured_with_one),
        TEST(a_run_gives_its_memory_back),
        TEST(a_finished_run_is_not_continued),
        TEST(other_options_are_another_run),
        TEST(a_fresh_run_is_made_on_demand),
        TEST(a_run_that_stops_after_each_iteration_comes_to_the_same),
        TEST(a_run_that_stops_within_ticks_comes_to_the_same),
        TEST(the_log_tells_of_every_resumption),
        TEST(what_a_killed_process_left_is_cleared_away),
        TEST(a_folder_without_a_state_is_begun_again),
        TEST(a_folder_without_options_is_taken_over),
        TEST(damage_of_the_newest_state_costs_what_came_after_the_previous_one),
        TEST(two_damaged_states_are_an_error),
        TEST(a_full_disk_leaves_the_last_state),
        TEST(a_loss_that_is_not_finite_names_the_state),
        TEST(bad_options_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
