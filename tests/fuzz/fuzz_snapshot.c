/* Training states that are whole but for some arrays and texts, taken back by a little trainer; and what a run's state
 * says of where it stands. */
#include <string.h>

#include "archives.h"
#include "trainers.h"
#include "training/run_state.h"

/* One trainer for all runs, with the state that it began with; they live as long as the process. */
typedef struct {
    alf_ctx      *ctx;
    test_training training;
    alf_archive  *start;
    int64_t       memory;
} bench;

static bench *the_bench(void)
{
    static bench b;

    if (b.ctx) return &b;
    alf_training_options options;
    b.ctx = fuzz_open(0);
    fuzz_make_folder("pictures");
    test_training_data(b.ctx, fuzz_path("pictures"));
    options = test_training_options(b.ctx, "stylegan3-t", false);
    options.generator.num_layers = 3;
    options.generator.channel_max = options.discriminator.channel_max = 2;
    options.generator.z_dim = options.generator.w_dim = 4;
    b.training = test_training_create(b.ctx, fuzz_path("pictures"), &options, NULL);
    b.start = test_state(b.ctx, &b.training);
    fuzz_check(alf_archive_set_meta(b.start, "run",
                                    "{\"isa\": \"avx2\", \"options\": \"abc\", \"tick\": 1, \"tick_start\": 0, "
                                    "\"images\": 8, \"finished\": false, \"lengths\": {\"log.txt\": 3}}") == ALF_OK,
               "no metadata");
    b.memory = alf_ctx_memory_used(b.ctx);
    return &b;
}

/* Whether every array of x is in y to the bit; y may have others, which are none of a state. */
static bool has_all_of(const alf_archive *y, const alf_archive *x)
{
    for (int64_t i = 0; i < alf_archive_count(x); i++) {
        const alf_array *a = alf_archive_at(x, i), *b = alf_archive_find(y, a->name);
        if (!b || b->dtype != a->dtype || b->count != a->count ||
            memcmp(a->data, b->data, (size_t)a->count * alf_dtype_size(a->dtype)) != 0)
            return false;
    }
    return true;
}

static bool take_back(const alf_archive *archive)
{
    bench       *b = the_bench();
    alf_archive *after;

    const bool taken = fuzz_took(b->ctx, alf_trainer_restore(b->training.trainer, archive), NULL);
    after = test_state(b->ctx, &b->training);
    fuzz_check(has_all_of(taken ? archive : b->start, after),
               taken ? "the state taken back is another one" : "a state that is refused has changed something");
    alf_archive_destroy(after);
    if (taken) fuzz_check(alf_trainer_restore(b->training.trainer, b->start) == ALF_OK, "no way back");
    fuzz_check(alf_ctx_memory_used(b->ctx) <= b->memory, "memory grew from %lld to %lld", (long long)b->memory,
               (long long)alf_ctx_memory_used(b->ctx));
    return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes          b = {data, size};
    bench              *all = the_bench();
    alf_ctx            *ctx = fuzz_open((int64_t)32 << 20);
    int                 edits;
    alf_archive        *archive = fuzz_edited(ctx, all->start, &b, &edits);
    alf_run_fingerprint options = {"abc"};
    alf_run_position    position = {.lengths = NULL};

    if (archive) {
        fuzz_check(take_back(archive) || edits > 0, "a whole state is refused");
        alf_status status = alf_run_state_position(ctx, archive, &options, &position);
        (void)fuzz_took(ctx, status, &position.lengths); /* fuzz_resume.c looks closer */
        alf_run_position_clear(&position);
    }
    alf_archive_destroy(archive);
    fuzz_close(ctx);
    return 0;
}
