/* Training with several ranks, here threads of one process that talk over pipes: the number of them changes no bit. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trainers.h"

enum { MOST_RANKS = 4 };

/* --- ranks that are threads --------------------------------------------------------------------------------------------------- */

typedef struct {
    int pipes[MOST_RANKS][MOST_RANKS][2]; /* from, to, ends */
} wires;

typedef struct {
    wires *all;
    int    rank, size;
} seat;

static alf_status send_bytes(void *user, alf_ctx *ctx, int to, const void *data, size_t bytes)
{
    const seat *s = user;
    for (size_t done = 0; done < bytes;) {
        ssize_t count = write(s->all->pipes[s->rank][to][1], (const char *)data + done, bytes - done);
        if (count <= 0) return alf_fail(ctx, ALF_ERR_IO, "rank %d cannot send to rank %d", s->rank, to);
        done += (size_t)count;
    }
    return ALF_OK;
}

static alf_status receive_bytes(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    const seat *s = user;
    for (size_t done = 0; done < bytes;) {
        ssize_t count = read(s->all->pipes[from][s->rank][0], (char *)data + done, bytes - done);
        if (count <= 0) return alf_fail(ctx, ALF_ERR_IO, "rank %d has lost rank %d", s->rank, from);
        done += (size_t)count;
    }
    return ALF_OK;
}

static alf_status broadcast_bytes(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    const seat *s = user;
    alf_status  status = ALF_OK;
    if (s->rank != from) return receive_bytes(user, ctx, from, data, bytes);
    for (int to = 0; to < s->size && status == ALF_OK; to++)
        if (to != from) status = send_bytes(user, ctx, to, data, bytes);
    return status;
}

static alf_comm comm_of(seat *s)
{
    return (alf_comm){.rank = s->rank,
                      .size = s->size,
                      .user = s,
                      .send = send_bytes,
                      .receive = receive_bytes,
                      .broadcast = broadcast_bytes};
}

static void lay_wires(wires *w)
{
    for (int i = 0; i < MOST_RANKS; i++)
        for (int j = 0; j < MOST_RANKS; j++) assert_int_equal(pipe(w->pipes[i][j]), 0);
}

static void cut_wires(wires *w)
{
    for (int i = 0; i < MOST_RANKS * MOST_RANKS * 2; i++) close((&w->pipes[0][0][0])[i]);
}

/* --- a training on K ranks ------------------------------------------------------------------------------------------------------ */

typedef struct {
    seat                 seat;
    const char          *folder;
    alf_training_options options;
    int                  iterations;
    alf_ctx             *ctx;
    alf_dataset         *data;
    alf_trainer         *trainer;
    alf_archive         *archive;
    alf_status           status;
} rank;

/* No assertions here: cmocka wants them in the main thread. */
static void *train(void *object)
{
    rank               *r = object;
    const alf_comm      comm = comm_of(&r->seat);
    alf_dataset_options options = alf_dataset_options_default();
    r->status = alf_dataset_open(r->ctx, r->folder, &options, &r->data);
    if (!r->status) r->status = alf_trainer_create(r->ctx, &r->options, r->data, &comm, &r->trainer);
    for (int i = 0; i < r->iterations && !r->status; i++) r->status = alf_trainer_iterate(r->trainer);
    if (!r->status) r->status = alf_archive_create(r->ctx, &r->archive);
    if (!r->status) r->status = alf_trainer_state_to_archive(r->trainer, r->archive);
    return NULL;
}

static rank ranks[MOST_RANKS];

/* Trains on `size` ranks; what each of them has then stands in `ranks`. */
static void train_on(int size, const char *folder, const alf_training_options *options, int iterations)
{
    wires     w;
    pthread_t threads[MOST_RANKS];
    lay_wires(&w);
    for (int i = 0; i < size; i++) {
        ranks[i] = (rank){.seat = {&w, i, size}, .folder = folder, .options = *options, .iterations = iterations};
        ranks[i].ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    }
    for (int i = 0; i < size; i++) assert_int_equal(pthread_create(&threads[i], NULL, train, &ranks[i]), 0);
    for (int i = 0; i < size; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    cut_wires(&w);
}

/* Gives back everything of a rank but its archive. */
static void dismiss(rank *r)
{
    alf_trainer_destroy(r->trainer);
    alf_dataset_destroy(r->data);
    r->trainer = NULL;
    r->data = NULL;
}

static char *data_folder(void)
{
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    char    *folder = test_temp_folder();
    test_training_data(ctx, folder);
    alf_ctx_destroy(ctx);
    return folder;
}

static void check_ranks(const char *cfg, int batch, int size)
{
    char                *folder = data_folder();
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_training_options options = test_training_options(ctx, cfg, false);
    options.batch = batch;
    test_training alone = test_training_create(ctx, folder, &options, NULL);
    test_iterate(ctx, &alone, 3);
    train_on(size, folder, &options, 3);
    for (int i = 0; i < size; i++) {
        test_ok(ranks[i].ctx, ranks[i].status);
        assert_int_equal(alf_trainer_statistic(ranks[i].trainer, 0).num, alf_trainer_statistic(alone.trainer, 0).num);
        dismiss(&ranks[i]);
        assert_same_state(test_state(ctx, &alone), ranks[i].archive);
        alf_ctx_destroy(ranks[i].ctx);
    }
    test_training_destroy(&alone);
    alf_ctx_destroy(ctx);
    test_remove_folder(folder);
}

static void two_ranks_end_with_the_bits_of_one(void **state)
{
    (void)state;
    check_ranks("stylegan2", 8, 2);
    check_ranks("stylegan3-t", 8, 2);
    check_ranks("stylegan3-r", 8, 2);
}

static void several_micro_batches_on_each_of_several_ranks_change_no_bit(void **state)
{
    (void)state;
    check_ranks("stylegan2", 16, 2);
    check_ranks("stylegan3-t", 16, 4);
}

static void a_loss_that_is_no_number_ends_all_ranks_alike(void **state)
{
    (void)state;
    char                *folder = data_folder();
    alf_ctx             *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_training_options options = test_training_options(ctx, "stylegan3-t", false);
    options.d_lr = 1000; /* as large as it may be */
    options.generator.conv_clamp = INFINITY;
    options.discriminator.conv_clamp = INFINITY;
    options.g_lr = 1000;
    train_on(2, folder, &options, 8);
    for (int i = 0; i < 2; i++) assert_int_equal(ranks[i].status, ALF_ERR_RANGE);
    assert_non_null(strstr(alf_ctx_message(ranks[0].ctx), "the loss of phase"));
    assert_string_equal(alf_ctx_message(ranks[0].ctx), alf_ctx_message(ranks[1].ctx));
    for (int i = 0; i < 2; i++) {
        dismiss(&ranks[i]);
        alf_ctx_destroy(ranks[i].ctx);
    }
    alf_ctx_destroy(ctx);
    test_remove_folder(folder);
}

static void micro_batches_must_divide_among_the_ranks(void **state)
{
    (void)state;
    char                      *folder = data_folder();
    alf_ctx                   *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    const alf_training_options options = test_training_options(ctx, "stylegan3-t", false);
    seat                       s = {.rank = 1, .size = 3};
    alf_comm                   comm = comm_of(&s);
    alf_dataset_options        data_options = alf_dataset_options_default();
    alf_dataset               *data;
    alf_trainer               *trainer = NULL;
    test_ok(ctx, alf_dataset_open(ctx, folder, &data_options, &data));
    assert_fails(ctx, alf_trainer_create(ctx, &options, data, &comm, &trainer), ALF_ERR_RANGE, "2 of them", "3 ranks");
    comm.rank = 3;
    assert_fails(ctx, alf_trainer_create(ctx, &options, data, &comm, &trainer), ALF_ERR_ARGUMENT, "rank 3 of 3", NULL);
    assert_null(trainer);
    alf_dataset_destroy(data);
    alf_ctx_destroy(ctx);
    test_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_ranks_end_with_the_bits_of_one),
        cmocka_unit_test(several_micro_batches_on_each_of_several_ranks_change_no_bit),
        cmocka_unit_test(a_loss_that_is_no_number_ends_all_ranks_alike),
        cmocka_unit_test(micro_batches_must_divide_among_the_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
