/* Little trainings for tests: 16-pixel networks of a few channels on a data set of a dozen pictures. */
#ifndef TEST_TRAINERS_H
#define TEST_TRAINERS_H

#include "files.h"
#include "training/trainer.h"

/* Settings of a named configuration, cut down to 16 pixels and batches of 8; with `labels`, of two classes. */
alf_training_options test_training_options(alf_ctx *ctx, const char *cfg, bool labels);

/* Writes the data set that goes with them into the folder. */
void test_training_data(alf_ctx *ctx, const char *folder);

/* A trainer on that data set, with its own handle of it. */
typedef struct {
    alf_dataset *data;
    alf_trainer *trainer;
} test_training;
test_training test_training_create(alf_ctx *ctx, const char *folder, const alf_training_options *options,
                                   const alf_comm *comm);
void          test_training_destroy(test_training *training);

void test_iterate(alf_ctx *ctx, test_training *training, int iterations);

/* A context and a folder with that data set. */
typedef struct {
    alf_ctx *ctx;
    char    *folder;
} trainer_fixture;

int trainer_fixture_set_up(void **state);
int trainer_fixture_tear_down(void **state);
#define TRAINER_TEST(name) cmocka_unit_test_setup_teardown(name, trainer_fixture_set_up, trainer_fixture_tear_down)

/* The statistic of this name; none: its name is NULL. */
alf_statistic test_statistic(const alf_trainer *t, const char *name);

/* Everything that training changes, in memory; the caller destroys it. */
alf_archive *test_state(alf_ctx *ctx, const test_training *training);
/* Fails unless both have the same arrays, to the bit; returns their number. Destroys both. */
int64_t assert_same_state(alf_archive *a, alf_archive *b);

/* The tensor of a network by its name; the test fails when there is none. */
alf_tensor *test_tensor(const alf_params *network, const char *name);
/* The elements of a tensor, to be freed with free(). */
double *test_values(alf_ctx *ctx, const alf_tensor *x);
/* Sets every element, in place. */
void test_set(alf_ctx *ctx, alf_tensor *x, double value);

#endif
