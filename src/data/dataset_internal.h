/* An open data set. */
#ifndef ALF_DATA_DATASET_INTERNAL_H
#define ALF_DATA_DATASET_INTERNAL_H

#include "aliasfree/dataset.h"
#include "data/labels.h"

struct alf_dataset {
    alf_ctx      *ctx;
    char         *path, *name;
    alf_file_set *files;
    int64_t      *pictures; /* numbers of files, rising */
    int64_t       count;    /* of them; twice as many items with mirror */
    bool          mirror;
    int64_t       resolution;
    int           channels;
    alf_labels    labels; /* by file; dim 0: none */

    /* the permutation of one run through the items, made when it is first asked for */
    int64_t *order;
    uint64_t order_seed;
    int64_t  order_run; /* -1: none yet */
};

/* The pictures among the files, in order; an error when there are none. *pictures is freed with alf_mem_free(). */
ALF_NODISCARD alf_status alf_list_pictures(alf_ctx *ctx, const alf_file_set *files, const char *path,
                                           int64_t **pictures, int64_t *count);
/* A random permutation of 0 .. count-1 (Fisher-Yates), from values of the stream from `first` on. */
void alf_permutation(uint64_t seed, uint64_t stream, int64_t first, int64_t count, int64_t out[]);

#endif
