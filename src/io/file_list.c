/* A list of names in one block of text, so that a million files are not a million allocations. */
#include "io/file_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "io/escape.h"

#define NUMBER_SIZE sizeof(uint64_t)

/* --- growing -------------------------------------------------------------------------------------------------------- */

alf_status alf_file_list_add(alf_file_list *list, const char *name, uint64_t number)
{
    if (list->count >= ALF_MAX_FILES)
        return alf_fail(list->ctx, ALF_ERR_UNSUPPORTED, "'%s' would be one of more than %d files",
                        alf_escape(name).text, ALF_MAX_FILES);
    if (alf_bytes_put(&list->text, &number, NUMBER_SIZE) || alf_bytes_put(&list->text, name, strlen(name) + 1))
        return alf_ctx_status(list->ctx);
    list->count++;
    return ALF_OK;
}

/* --- sorting -------------------------------------------------------------------------------------------------------- */

static int by_name(const void *left, const void *right)
{
    const alf_listed_file *a = left, *b = right;

    return strcmp(a->name, b->name);
}

static void fill_files(alf_file_list *list)
{
    const char *at = (const char *)list->text.data;

    for (size_t i = 0; i < list->count; i++) {
        memcpy(&list->files[i].number, at, NUMBER_SIZE);
        list->files[i].name = at + NUMBER_SIZE;
        at = list->files[i].name + strlen(list->files[i].name) + 1;
    }
}

alf_status alf_file_list_sort(alf_file_list *list, const char *path)
{
    list->files = alf_mem_alloc(list->ctx, list->count, sizeof *list->files);
    if (!list->files) return alf_ctx_status(list->ctx);
    fill_files(list);
    if (list->count) qsort(list->files, list->count, sizeof *list->files, by_name);
    for (size_t i = 1; i < list->count; i++)
        if (strcmp(list->files[i - 1].name, list->files[i].name) == 0)
            return alf_fail(list->ctx, ALF_ERR_FORMAT, "'%s' has two entries '%s', expected names that differ", path,
                            alf_escape(list->files[i].name).text);
    return ALF_OK;
}

int64_t alf_file_list_find(const alf_file_list *list, const char *name)
{
    const alf_listed_file  key = {name, 0};
    const alf_listed_file *found = NULL;

    if (list->count) found = bsearch(&key, list->files, list->count, sizeof key, by_name);
    return found ? (int64_t)(found - list->files) : -1;
}

void alf_file_list_release(alf_file_list *list)
{
    alf_mem_free(list->files);
    alf_mem_free(list->text.data);
    *list = (alf_file_list){.ctx = NULL};
}

bool alf_name_is_hidden(const char *name)
{
    for (const char *part = name; part; part = strchr(part, '/')) {
        if (*part == '/') part++;
        if (*part == '.') return true;
    }
    return false;
}
