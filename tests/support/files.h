/* Support for tests of readers and writers: contexts with a budget, expected failures, whole files in memory. */
#ifndef TEST_FILES_H
#define TEST_FILES_H

#include "golden.h"

/* A context and an empty folder; after the test all memory of the context must be back. */
typedef struct {
    alf_ctx *ctx;
    char    *folder;
} file_fixture;

int file_fixture_set_up(void **state);
int file_fixture_tear_down(void **state);
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, file_fixture_set_up, file_fixture_tear_down)
alf_ctx *file_fixture_ctx(void **state);

/* A context whose objects may take at most `max_memory` bytes together. */
alf_ctx *test_ctx_with_budget(int64_t max_memory);

/* Fails unless `status` is the expected one and the context's text contains both parts (NULL: any); clears the error. */
void assert_fails(alf_ctx *ctx, alf_status status, alf_status expected, const char *part, const char *other_part);

/* folder/name; the caller frees. */
char *test_path(const char *folder, const char *name);
/* The whole file with a zero behind it; the caller frees. The test fails when it cannot be read. */
char *test_read_file(const char *path, size_t *size);
/* All of a folder, folders within it too, in place of what stands at `to`. */
void test_copy_folder(const char *from, const char *to);
/* How many entries the folder has. */
int test_count_files(const char *folder);

/* How many files this process has open, and how many of them programs that it starts would have too. */
typedef struct {
    int open, inherited;
} test_descriptors;
test_descriptors test_descriptors_now(void);

#endif
