/* Folders compared. */
#include "trees.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/digest.h"
#include "files.h"

static void add(test_tree *tree, const char *folder, const char *name)
{
    test_tree_file *file = tree->files + tree->count++;
    char           *path = test_path(folder, name);
    alf_digest      digest = alf_digest_start();

    if (tree->count > TEST_TREE_FILES) fail_msg("'%s' has more than %d files", folder, TEST_TREE_FILES);
    if (snprintf(file->name, sizeof file->name, "%s", name) >= (int)sizeof file->name)
        fail_msg("'%s' is too long", name);
    if (name[strlen(name) - 1] != '/') {
        char *bytes = test_read_file(path, &file->size);
        alf_digest_bytes(&digest, bytes, file->size);
        free(bytes);
    }
    file->digest = alf_digest_value(&digest);
    free(path);
}

static void walk(test_tree *tree, const char *folder, const char *below)
{
    char          *path = test_path(folder, below);
    DIR           *stream = opendir(path);
    struct dirent *entry;

    if (!stream) fail_msg("cannot open '%s'", path);
    while ((entry = readdir(stream))) {
        char        name[512], *full;
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(name, sizeof name, "%s%s", below, entry->d_name);
        full = test_path(folder, name);
        assert_int_equal(lstat(full, &info), 0);
        if (S_ISDIR(info.st_mode)) strcat(name, "/");
        add(tree, folder, name);
        if (S_ISDIR(info.st_mode)) walk(tree, folder, name);
        free(full);
    }
    closedir(stream);
    free(path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const test_tree_file *)a)->name, ((const test_tree_file *)b)->name);
}

test_tree test_tree_of(const char *folder)
{
    test_tree tree = {.count = 0};

    walk(&tree, folder, "");
    qsort(tree.files, (size_t)tree.count, sizeof *tree.files, by_name);
    return tree;
}

static const test_tree_file *find(const test_tree *tree, const char *name)
{
    for (int i = 0; i < tree->count; i++)
        if (strcmp(tree->files[i].name, name) == 0) return tree->files + i;
    return NULL;
}

static bool has(const test_tree *tree, const test_tree_file *file)
{
    const test_tree_file *own = find(tree, file->name);

    return own && own->size == file->size && own->digest == file->digest;
}

bool test_tree_equal(const test_tree *a, const test_tree *b)
{
    for (int i = 0; i < a->count; i++)
        if (!has(b, a->files + i)) return false;
    return a->count == b->count;
}

bool test_tree_between(const test_tree *found, const test_tree *before, const test_tree *after)
{
    for (int i = 0; i < found->count; i++)
        if (!has(before, found->files + i) && !has(after, found->files + i)) return false;
    for (int i = 0; i < before->count; i++)
        if (!find(found, before->files[i].name) && find(after, before->files[i].name)) return false;
    return true;
}
