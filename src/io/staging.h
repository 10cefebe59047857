/* Something that is made beside its place and put there at the end, whole or not at all: a file that a library writes by
 * its name, or a whole folder. It is made in a temporary folder next to the destination. */
#ifndef ALF_IO_STAGING_H
#define ALF_IO_STAGING_H

#include "aliasfree/base.h"

typedef struct {
    alf_ctx *ctx;
    char    *path;   /* the destination, links resolved         */
    char    *parent; /* the folder that it lies in               */
    char    *folder; /* the temporary one; NULL once it is gone  */
} alf_staging;

/* A context in error makes nothing. The parent must exist. */
ALF_NODISCARD alf_status alf_staging_open(alf_ctx *ctx, const char *path, alf_staging *out);
/* The path of a name in the temporary folder; NULL with the error recorded. Freed with alf_mem_free(). */
char *alf_staging_path(const alf_staging *staging, const char *name);
/* Renames what has this name in the temporary folder, or that folder itself (NULL), to the destination. A folder takes
 * the place of an empty one only. */
ALF_NODISCARD alf_status alf_staging_publish(alf_staging *staging, const char *name);
/* Removes what is left. A zeroed one is allowed. */
void alf_staging_close(alf_staging *staging);

#endif
