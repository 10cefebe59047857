/* A small context and a folder for hostile pickles, and the checks that hold for each of them. */
#ifndef TEST_PICKLE_HOSTILE_H
#define TEST_PICKLE_HOSTILE_H

#include "golden.h"
#include "pickle_bytes.h"

/* A context with a budget of 64 MiB; pickles of a test may use less than half of it. */
typedef struct {
    alf_ctx *ctx;
    char    *folder;
    char     proof[200];   /* a file that is there if something was executed */
    char     command[256]; /* makes that file                                */
} hostile_fixture;

int hostile_setup(void **state);
int hostile_teardown(void **state);

#define HOSTILE_TEST(name) cmocka_unit_test_setup_teardown(name, hostile_setup, hostile_teardown)

/* The status of opening the file, after checks that hold for every one: memory is given back, an error names the file
 * (unless memory ran out), the output is untouched, nothing was executed. */
alf_status hostile_open(hostile_fixture *f, const char *path);

/* Fails unless the assembled file, which is freed, is refused with this status and a text that contains `words`. */
void assert_refused(hostile_fixture *f, pkl_bytes *p, alf_status expected, const char *words);

/* Pushes module.name(argument). */
void push_call(pkl_bytes *p, const char *module, const char *name, const char *argument);

#endif
