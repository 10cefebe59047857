/* Little runs of training for tests: 16 pixels, a dozen pictures, a few channels; and whether two runs came to the same. */
#ifndef TEST_RUNS_H
#define TEST_RUNS_H

#include "aliasfree/training.h"
#include "files.h"

typedef struct {
    char                *data, *outdir;
    alf_training_options training;
    alf_run_options      options;
    int                  stop_after; /* iterations of one call of test_run_go(); 0: all */
    int                  asked;      /* iterations so far: counted by the stop callback */
    char                 log[16384]; /* what was logged, line by line                   */
} test_run;

/* Makes a data set in folder/data, and settings for a run in folder/runs: StyleGAN2 with everything that a state must
 * hold (path lengths, R1, adaptive augmentation), 10 iterations in ticks of 2, snapshots every other tick. */
void test_run_prepare(alf_ctx *ctx, const char *folder, test_run *out);
void test_run_clear(test_run *r);

/* Opens the data set and runs; stops after r->stop_after iterations. */
alf_status test_run_go(alf_ctx *ctx, test_run *r, alf_run_summary *summary);
/* The same, which must succeed, in a context of its own. */
alf_run_summary test_run_done(test_run *r);

/* Fails unless both run folders hold the same names, the same bytes of networks, states and pictures, the same options
 * (but for the folder), and the same statistics and metrics (but for times, memory and the number of processes). */
void assert_same_run(const char *folder, const char *other);

/* A digest of all that stands below a folder of runs, but for log.txt and for the times in the lines of JSON. */
uint64_t test_run_digest(const char *outdir);

/* Fails unless both files have the same bytes. */
void assert_same_bytes(const char *folder, const char *name, const char *other, const char *other_name);

/* The lines of a file of JSON lines, to be released with json_decref(). */
json_t *test_read_lines(const char *folder, const char *name);

/* A context, a folder, and a prepared run in it. */
typedef struct {
    alf_ctx *ctx;
    char    *folder;
    test_run run;
} run_fixture;

int run_fixture_set_up(void **state);
int run_fixture_tear_down(void **state);
#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, run_fixture_set_up, run_fixture_tear_down)

/* Lets r write its runs to folder/name. */
void test_run_move(test_run *r, const char *folder, const char *name);
/* A run from beginning to end in a place of its own. */
alf_run_summary test_run_uninterrupted(run_fixture *f);

void assert_exists(const char *folder, const char *name);
void assert_absent(const char *folder, const char *name);
/* The log of the last test_run_go() has the text. */
void assert_said(const test_run *r, const char *text);
/* The name of a folder without its path. */
const char *test_last_part(const char *folder);

#endif
