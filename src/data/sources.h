/* What a data set is made of: folders, archives and pictures, with their labels. */
#ifndef ALF_DATA_SOURCES_H
#define ALF_DATA_SOURCES_H

#include "data/labels.h"

typedef struct {
    alf_file_set *files;
    int64_t      *pictures; /* numbers of files */
    int64_t       count;
    alf_labels    labels; /* dim 0: none */
} alf_source;

typedef struct {
    alf_ctx    *ctx;
    alf_source *items;
    int         count;
    int64_t     pictures;    /* of all */
    char      **class_names; /* sub-folders that are classes, sorted */
    int64_t     named_classes;
    int64_t     classes; /* 0: no labels, or lists of numbers */
} alf_sources;

/* With `labels`: from each source's dataset.json; when none has one, the first folder of each picture's path is its
 * class, unless a source has the layout of a data set. */
ALF_NODISCARD alf_status alf_sources_open(alf_ctx *ctx, int count, const char *const paths[], bool labels,
                                          alf_sources *out);
void                     alf_sources_close(alf_sources *sources);

#endif
