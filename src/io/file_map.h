/* Files mapped read-only, or read where the context's option `files` says so, and the system's own words about what went
 * wrong with a file. */
#ifndef ALF_IO_FILE_MAP_H
#define ALF_IO_FILE_MAP_H

#include "aliasfree/base.h"

/* The bytes of a regular file. Another process that cuts the file while it is mapped ends this one by SIGBUS, so a
 * network file is replaced by renaming (as our writers do), never rewritten in place; or it is read. */
typedef struct {
    const uint8_t *data; /* never NULL once opened */
    size_t         size;
    void          *owned; /* the bytes when they were read; NULL: they are mapped */
} alf_file_map;

/* ALF_ERR_IO when the file cannot be opened, or becomes shorter meanwhile, or is rewritten while it is read; ALF_ERR_FORMAT
 * when it is a folder, a device or a pipe. */
ALF_NODISCARD alf_status alf_file_map_open(alf_ctx *ctx, const char *path, alf_file_map *out);
/* The same of a file that is open to read; fd remains the caller's. */
ALF_NODISCARD alf_status alf_file_map_take(alf_ctx *ctx, const char *path, int fd, alf_file_map *out);
/* The same, and *fd stays open, with which parts can be mapped once more; -1: it was read. */
ALF_NODISCARD alf_status alf_file_map_open_for_more(alf_ctx *ctx, const char *path, alf_file_map *out, int *fd);
void                     alf_file_map_close(alf_file_map *map); /* a zeroed map is allowed */
/* ALF_ERR_IO unless the open file still has as many bytes as when it was mapped. */
ALF_NODISCARD alf_status alf_file_map_check(alf_ctx *ctx, const char *path, const alf_file_map *map, int fd);

/* Records ALF_ERR_IO, or ALF_ERR_MEMORY for ENOMEM: "cannot <action> '<path>': <reason of `error`, an errno>". */
alf_status alf_fail_errno(alf_ctx *ctx, const char *action, const char *path, int error);

#endif
