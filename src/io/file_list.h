/* A growing list of names with a number each: what a folder or an archive holds. */
#ifndef ALF_IO_FILE_LIST_H
#define ALF_IO_FILE_LIST_H

#include "io/bytes.h"

#define ALF_MAX_FILES (1 << 22) /* more than the largest data sets have */

typedef struct {
    const char *name;
    uint64_t    number; /* of the entry in its archive */
} alf_listed_file;

typedef struct {
    alf_ctx         *ctx;
    alf_listed_file *files; /* once sorted */
    size_t           count;
    alf_bytes        text; /* number and name of each file, one after another */
} alf_file_list;

/* ALF_ERR_UNSUPPORTED beyond ALF_MAX_FILES. */
ALF_NODISCARD alf_status alf_file_list_add(alf_file_list *list, const char *name, uint64_t number);
/* Sorts by the bytes of the names, after which nothing can be added. Two equal names are ALF_ERR_FORMAT. */
ALF_NODISCARD alf_status alf_file_list_sort(alf_file_list *list, const char *path);
int64_t                  alf_file_list_find(const alf_file_list *list, const char *name); /* -1: not there */
void                     alf_file_list_release(alf_file_list *list);

/* Does a part of the path start with '.'? */
bool alf_name_is_hidden(const char *name);

/* Lists the regular files below a folder; links are followed unless they lead back to a folder above. What cannot be
 * examined is listed too, and a folder that may not be opened, with '/' at the end of its name: reading them fails. */
ALF_NODISCARD alf_status alf_folder_list(const char *path, alf_file_list *list);

#endif
