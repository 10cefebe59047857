/* Support for tests: cmocka, comparisons that demand finite values, and the golden files. */
#ifndef TEST_GOLDEN_H
#define TEST_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "aliasfree/archive.h"
#include "aliasfree/base.h"

/* A context on a backend and instruction set with the default number of threads; the test fails when there is none. */
alf_ctx *test_ctx(alf_backend_kind backend, alf_isa isa);
/* A test whose state is a context on the cpu. */
int test_ctx_set_up(void **state);
int test_ctx_tear_down(void **state);
#define CTX_TEST(name) cmocka_unit_test_setup_teardown(name, test_ctx_set_up, test_ctx_tear_down)

/* Fails the test, with the context's message, unless status is ALF_OK. */
void test_ok(const alf_ctx *ctx, alf_status status);

/* Fails unless every |got - expected| <= tolerance * max |expected| and all are finite (tolerance absolute when
 * `absolute`); returns the largest relative (or absolute) error. `what` names the case in the message. */
double assert_allclose(const char *what, int64_t count, const double *got, const double *expected, double tolerance);
double assert_allclose_absolute(const char *what, int64_t count, const double *got, const double *expected,
                                double tolerance);

/* What one golden file showed. */
typedef struct {
    const char *file; /* name within the golden folder */
    char        path[4096];
    int         cases;
    double      max_error; /* relative to the largest expected value of the case */
} golden_report;

/* $ALIASFREE_GOLDEN_DIR, else tests/golden. */
const char *golden_dir(void);

/* Calls fn for every file of the golden folder whose name starts with `prefix` and ends with `suffix`, in order of
 * names, then prints "golden FILE cases=N max_rel_error=E backend=LABEL". Fails when there is no such file or when one
 * gives no case. fn counts cases in the report. Files "*.expected.*" are passed over unless the suffix asks for them. */
typedef void (*golden_fn)(golden_report *report, void *user);
void golden_run(const char *prefix, const char *suffix, const char *label, golden_fn fn, void *user);

/* Opens the report's file and calls fn for every case that its metadata names. */
typedef void (*golden_case_fn)(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name);
void golden_each_case(golden_report *report, alf_ctx *ctx, golden_case_fn fn);

/* The array `name` as doubles, to be freed with free(); the test fails when it is missing. */
double *golden_values(const alf_archive *archive, const char *name, const alf_array **array);
/* The same for "<case>.<field>"; returns NULL when it is missing. */
double *golden_field(const alf_archive *archive, const char *case_name, const char *field, const alf_array **array);

/* How many arrays of the archive have a name that starts so: what a test must have looked at. */
int golden_count(const alf_archive *archive, const char *prefix);

/* Compares with "<case>.<field>" and widens the report's error. */
void golden_check(golden_report *report, const alf_archive *archive, const char *case_name, const char *field,
                  int64_t count, const double *got, double tolerance);

/* A temporary folder for the test, removed with all that is in it by test_remove_folder(). Caller frees. */
char *test_temp_folder(void);
void  test_remove_folder(char *folder);
/* Writes bytes to folder/name and returns the path (caller frees). */
char *test_write_file(const char *folder, const char *name, const void *bytes, size_t size);

#endif
