/* Labels of the files of a set, from its dataset.json. */
#ifndef ALF_DATA_LABELS_H
#define ALF_DATA_LABELS_H

#include "io/file_set.h"

#define ALF_LABELS_FILE "dataset.json"

typedef struct {
    bool    classes; /* whole numbers, one-hot for the network; else lists of numbers      */
    int64_t dim;     /* classes: the largest + 1; lists: their length                      */
    int64_t width;   /* of the values below: 1 for classes, else dim                       */
    double *values;  /* [files, width]; NaN in front: this file has none                   */
} alf_labels;

/* ALF_ERR_FORMAT when the set has no dataset.json, or that has no labels. Labels of files that are not there are passed
 * over. */
ALF_NODISCARD alf_status alf_labels_read(alf_ctx *ctx, alf_file_set *files, const char *path, alf_labels *out);
void                     alf_labels_release(alf_labels *labels);
bool                     alf_labels_has(const alf_labels *labels, int64_t file);
/* The label as the network gets it: dim values. */
void alf_labels_put(const alf_labels *labels, int64_t file, double out[]);

#endif
