/* A run on several threads, so small that the thread sanitizer runs it too: data are read, networks trained, measured and
 * stored; stopped and gone on with, it has the files of one that a single thread made without a stop. */
#include <stdlib.h>

#include "runs.h"

enum { ITERATIONS = 2, BATCH = 4 };

static void shrink(test_run *r)
{
    r->training.batch = r->training.batch_gpu = BATCH;
    r->training.g_reg_interval = 1;
    r->training.d_reg_interval = 2;
    r->options.kimg = ITERATIONS * BATCH * 0.001;
    r->options.tick = BATCH * 0.001;
    r->options.snap = 1;
    r->options.grid[0] = r->options.grid[1] = 1;
    r->training.augment_p = 0.5;
}

static alf_run_summary run_on(test_run *r, int threads, int stop_after)
{
    alf_run_summary summary;
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx;
    options.threads = threads;
    r->stop_after = stop_after;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    test_ok(ctx, test_run_go(ctx, r, &summary));
    alf_ctx_destroy(ctx);
    return summary;
}

static void a_run_stopped_on_two_threads_ends_as_one_on_one_thread(void **state)
{
    run_fixture *f = *state;
    shrink(&f->run);
    const alf_run_summary stopped = run_on(&f->run, 2, 1);
    assert_false(stopped.finished);
    const alf_run_summary resumed = run_on(&f->run, 2, 0);
    assert_true(resumed.resumed && resumed.finished);
    test_run_move(&f->run, f->folder, "whole");
    const alf_run_summary whole = run_on(&f->run, 1, 0);
    assert_true(whole.finished && !whole.resumed);
    assert_exists(whole.folder, "network-snapshot-000000.safetensors");
    assert_same_run(whole.folder, resumed.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {RUN_TEST(a_run_stopped_on_two_threads_ends_as_one_on_one_thread)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
