/* Training with too little memory: an error wherever it runs out, nothing stays behind, and no harm is done.
 * A few budgets, or many with ALIASFREE_LONG_TESTS=1 in the environment. */
#include <stdlib.h>
#include <string.h>

#include "core/context_internal.h"
#include "runs.h"
#include "trainers.h"

static int number_of_budgets(void)
{
    const char *text = getenv("ALIASFREE_LONG_TESTS");
    return text && strcmp(text, "1") == 0 ? 300 : 12;
}

/* Calls `work` with budgets that grow evenly from nothing to what it needs, in a context whose scratch stays. The last
 * one is enough. */
static void with_every_budget(alf_ctx *ctx, alf_status (*work)(alf_ctx *ctx, void *user), void *user)
{
    const int budgets = number_of_budgets();
    int       failures = 0;
    for (int i = 0; i < 2; i++) test_ok(ctx, work(ctx, user)); /* scratch grows to what it keeps */
    const int64_t base = alf_ctx_memory_used(ctx), room = alf_ctx_memory_peak(ctx) - base;
    for (int i = 0; i <= budgets; i++) {
        ctx->options.max_memory = base + 1 + (room - 1) * i / budgets;
        const alf_status status = work(ctx, user);
        if (alf_ctx_memory_used(ctx) != base || (status != ALF_OK && status != ALF_ERR_MEMORY))
            fail_msg("budget %d of %d: '%s', %lld bytes stay behind", i, budgets, alf_ctx_message(ctx),
                     (long long)(alf_ctx_memory_used(ctx) - base));
        failures += status != ALF_OK;
        alf_ctx_clear_error(ctx);
    }
    ctx->options.max_memory = 0;
    if (failures < budgets / 2 || failures > budgets) fail_msg("%d of %d budgets failed", failures, budgets + 1);
}

/* --- a trainer ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char          *folder;
    alf_training_options options;
} training_case;

/* Makes a trainer, trains all phases, stores the state and takes it back. */
static alf_status train_and_restore(alf_ctx *ctx, void *user)
{
    const training_case      *c = user;
    const alf_dataset_options data_options = {.labels = true};
    alf_scope                *scope = alf_scope_open(ctx);
    alf_dataset              *data = NULL;
    alf_trainer              *trainer = NULL;
    alf_archive              *archive = NULL;
    alf_status                status = alf_dataset_open(ctx, c->folder, &data_options, &data);
    if (!status) status = alf_trainer_create(ctx, &c->options, data, NULL, &trainer);
    if (!status) status = alf_trainer_iterate(trainer);
    if (!status) status = alf_archive_create(ctx, &archive);
    if (!status) status = alf_trainer_state_to_archive(trainer, archive);
    if (!status) status = alf_trainer_restore(trainer, archive);
    alf_archive_destroy(archive);
    alf_trainer_destroy(trainer);
    alf_dataset_destroy(data);
    alf_scope_close(scope, NULL);
    return status;
}

static void a_trainer_gives_everything_back_wherever_memory_ends(void **state)
{
    static const char *const cfgs[] = {"stylegan2", "stylegan3-r"};
    const trainer_fixture   *f = *state;
    for (int i = 0; i < 2; i++) {
        alf_ctx      *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
        training_case c = {f->folder, test_training_options(ctx, cfgs[i], true)};
        with_every_budget(ctx, train_and_restore, &c);
        alf_ctx_destroy(ctx);
    }
}

/* --- a run ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    test_run       *run;
    alf_run_summary last; /* of those that succeeded */
} run_case;

static alf_status run_to_the_end(alf_ctx *ctx, void *user)
{
    run_case *c = user;
    return test_run_go(ctx, c->run, &c->last);
}

/* A run that memory ended is gone on with, so the last budget ends one that many have worked on. */
static void a_run_gives_everything_back_wherever_memory_ends(void **state)
{
    run_fixture    *f = *state;
    run_case        c = {.run = &f->run};
    alf_run_summary whole;
    f->run.options.kimg = 0.024;
    whole = test_run_uninterrupted(f);
    with_every_budget(f->ctx, run_to_the_end, &c);
    assert_true(c.last.finished);
    assert_same_run(whole.folder, c.last.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAINER_TEST(a_trainer_gives_everything_back_wherever_memory_ends),
        RUN_TEST(a_run_gives_everything_back_wherever_memory_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
