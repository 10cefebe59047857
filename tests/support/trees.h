/* What stands in a folder: every file below it, by name and bytes. */
#ifndef TEST_TREES_H
#define TEST_TREES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEST_TREE_FILES = 64 };

typedef struct {
    char     name[128]; /* inside of the folder; of a folder with '/' at its end */
    size_t   size;
    uint64_t digest;
} test_tree_file;

typedef struct {
    int            count;
    test_tree_file files[TEST_TREE_FILES];
} test_tree;

/* The test fails where there are too many, or names too long. */
test_tree test_tree_of(const char *folder);
/* Have both the same names with the same bytes? */
bool test_tree_equal(const test_tree *a, const test_tree *b);
/* Is each file one of `before` or of `after`, and none of both gone? */
bool test_tree_between(const test_tree *found, const test_tree *before, const test_tree *after);

#endif
