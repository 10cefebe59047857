/* Where the pictures of a set are from, and under which licence, when the recipe does not say. */
#ifndef ALF_DATA_ORIGIN_H
#define ALF_DATA_ORIGIN_H

#include "data/sources.h"

typedef struct {
    char *source;  /* what the sources' own data sheets say, else their names without folders, joined by ", " */
    char *licence; /* what the sheets say, joined; NULL: not every source has one                              */
} alf_origin;

/* A dataset.json that cannot be read counts as none. */
ALF_NODISCARD alf_status alf_origin_find(const alf_sources *sources, const char *const paths[], alf_origin *out);
void                     alf_origin_release(alf_origin *origin);

#endif
