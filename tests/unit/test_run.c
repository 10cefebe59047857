/* Runs: what stands in the folder, when, and in which folder. */
#include <stdlib.h>
#include <string.h>

#include "runs.h"

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
    run_fixture             *f = *state;
    alf_run_summary          summary = test_run_done(&f->run);

    assert_string_equal(test_last_part(summary.folder), "00000-stylegan2-data-gpus1-batch8-gamma0.0064");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) assert_exists(summary.folder, names[i]);
    assert_int_equal(test_count_files(summary.folder), sizeof names / sizeof names[0]);
    assert_true(summary.finished && !summary.resumed && summary.kimg == 0.080);
    assert_true(summary.seconds > 0 && summary.images_per_second > 0);
}

/* Ticks of 2 iterations of 8 images, the first of one: 8, 24, 40, 56, 72, 80; snapshots at 0, 2, 4 and the end. The
 * statistics are those of the tick's own images. */
static void ticks_end_where_those_of_the_original_do(void **state)
{
    static const double kimg[] = {0.008, 0.024, 0.040, 0.056, 0.072, 0.080};
    static const int    images[] = {8, 16, 16, 16, 16, 8};
    run_fixture        *f = *state;
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
        assert_int_equal(json_integer_value(json_object_get(json_object_get(line, "Loss/D/loss"), "num")), images[i]);
        assert_true(json_is_number(json_object_get(json_object_get(line, "Resources/cpu_mem_gb"), "mean")));
        assert_true(json_is_number(json_object_get(line, "timestamp")));
    }
    json_decref(stats);
    json_decref(swd);
    assert_said(&f->run, "tick 0     kimg 0.008    time ");
    assert_said(&f->run, "tick 5     kimg 0.080    time ");
    assert_said(&f->run, "finished 0.080 kimg in ");
}

static void a_metric_has_the_line_of_the_original(void **state)
{
    run_fixture    *f = *state;
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
    run_fixture    *f = *state;
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
    run_fixture    *f = *state;
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
    run_fixture    *f = *state;
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
    run_fixture             *f = *state;
    alf_run_summary          summary;

    f->run.options.num_metrics = 2;
    f->run.options.metrics = metrics;
    summary = test_run_done(&f->run);
    assert_said(&f->run, "metric eqt8_int is left out: stylegan2 has no input transform");
    assert_absent(summary.folder, "metric-eqt8_int.jsonl");
    assert_exists(summary.folder, "metric-swd8.jsonl");
}

/* A network whose equivariance can be measured, with these two metrics. */
static void take_stylegan3(run_fixture *f, const char *const metrics[2])
{
    test_ok(f->ctx, alf_training_options_named(f->ctx, "stylegan3-t", 16, 8, 64, 4, &f->run.training));
    f->run.training.batch_gpu = 4;
    f->run.training.generator.z_dim = f->run.training.generator.w_dim = 8;
    f->run.training.generator.num_layers = 3;
    f->run.options.cfg = "stylegan3-t";
    f->run.options.kimg = 0.016;
    f->run.options.num_metrics = 2;
    f->run.options.metrics = metrics;
}

/* The value of a metric at the first snapshot and at the last. */
static void read_first_and_last(const char *folder, const char *metric, double values[2])
{
    char    file[64];
    json_t *lines;

    snprintf(file, sizeof file, "metric-%s.jsonl", metric);
    lines = test_read_lines(folder, file);
    assert_true(json_array_size(lines) > 1);
    for (size_t i = 0; i < 2; i++) {
        json_t *line = json_array_get(lines, i * (json_array_size(lines) - 1));
        values[i] = json_number_value(json_object_get(json_object_get(line, "results"), metric));
        assert_true(values[i] != 0);
    }
    json_decref(lines);
}

static void equivariance_is_measured_with_one(void **state)
{
    static const char *const metrics[] = {"eqt8_int", "eqr8"};
    run_fixture             *f = *state;
    alf_run_summary          summary;
    double                   values[2];

    take_stylegan3(f, metrics);
    summary = test_run_done(&f->run);
    for (int i = 0; i < 2; i++) read_first_and_last(summary.folder, metrics[i], values);
}

/* While the generator learns, an average that stays where it is shows and measures the same at every snapshot. */
static void pictures_and_metrics_are_of_the_average(void **state)
{
    static const char *const metrics[] = {"swd8", "eqt8_int"};
    run_fixture             *f = *state;
    alf_run_summary          summary;
    double                   values[2];

    take_stylegan3(f, metrics);
    f->run.training.generator.magnitude_ema_beta = 1;
    f->run.training.ema_kimg = 1e9;
    f->run.training.ema_rampup = 0;
    f->run.training.g_lr = 0.02;
    summary = test_run_done(&f->run);
    assert_same_bytes(summary.folder, "fakes_init.png", summary.folder, "fakes000000.png");
    for (int i = 0; i < 2; i++) {
        read_first_and_last(summary.folder, metrics[i], values);
        assert_allclose(metrics[i], 1, &values[1], &values[0], 1e-5);
    }
}

static void a_run_gives_its_memory_back(void **state)
{
    run_fixture    *f = *state;
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
    run_fixture    *f = *state;
    alf_run_summary first = test_run_done(&f->run), second = test_run_done(&f->run);

    assert_string_equal(test_last_part(second.folder), "00001-stylegan2-data-gpus1-batch8-gamma0.0064");
    assert_false(second.resumed);
    assert_same_run(first.folder, second.folder);
}

static void other_options_are_another_run(void **state)
{
    run_fixture    *f = *state;
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
    assert_int_equal(strncmp(test_last_part(third.folder), "00002-", 6), 0);
    f->run.training.d_lr = 0.002;
    f->run.stop_after = 0;
    third = test_run_done(&f->run);
    assert_true(third.resumed);
    assert_string_equal(third.folder, first.folder);
}

static void a_fresh_run_is_made_on_demand(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary second;

    f->run.stop_after = 3;
    (void)test_run_done(&f->run);
    f->run.options.fresh = true;
    second = test_run_done(&f->run);
    assert_false(second.resumed);
    assert_int_equal(strncmp(test_last_part(second.folder), "00001-", 6), 0);
    f->run.options.fresh = false;
    second = test_run_done(&f->run); /* the newest of the two */
    assert_true(second.resumed);
    assert_int_equal(strncmp(test_last_part(second.folder), "00001-", 6), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(a_finished_run_has_the_files_of_the_original),
        RUN_TEST(ticks_end_where_those_of_the_original_do),
        RUN_TEST(a_metric_has_the_line_of_the_original),
        RUN_TEST(a_snapshot_is_a_network_file),
        RUN_TEST(pictures_are_left_out_on_demand),
        RUN_TEST(snapshots_are_written_only_at_the_end_on_demand),
        RUN_TEST(equivariance_is_left_out_without_a_transform),
        RUN_TEST(equivariance_is_measured_with_one),
        RUN_TEST(pictures_and_metrics_are_of_the_average),
        RUN_TEST(a_run_gives_its_memory_back),
        RUN_TEST(a_finished_run_is_not_continued),
        RUN_TEST(other_options_are_another_run),
        RUN_TEST(a_fresh_run_is_made_on_demand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
