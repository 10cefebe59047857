/* Writing a file whole or not at all: the bytes go to a temporary file in the same folder, which is brought to disk and
 * then renamed. When anything fails the temporary file is removed and what was there before is untouched.
 *
 * A link is followed, so that its target is replaced; one that leads nowhere is refused, and so is a file that may not
 * be written. Character devices and pipes that somebody reads (/dev/stdout) have nothing to preserve and are written
 * directly; anything else is refused. A context in error writes nothing. */
#ifndef ALF_IO_ATOMIC_H
#define ALF_IO_ATOMIC_H

#include "aliasfree/base.h"

typedef struct alf_atomic_file alf_atomic_file;

/* Appends bytes; an error is recorded in the context and fails the whole. */
ALF_NODISCARD alf_status alf_atomic_write(alf_atomic_file *file, const void *data, size_t size);

/* Produces the content with alf_atomic_write; a status other than ALF_OK gives the file up. */
typedef alf_status (*alf_atomic_writer)(alf_atomic_file *file, const void *user);

ALF_NODISCARD alf_status alf_atomic_save(alf_ctx *ctx, const char *path, alf_atomic_writer produce, const void *user);

/* The path behind links; one that leads to nothing yet stays as it is. And the folder that a path lies in: "a/b" gives
 * "a", "/b" gives "/", "b" gives ".". NULL with the error recorded; freed with alf_mem_free(). */
char *alf_path_resolve(alf_ctx *ctx, const char *path);
char *alf_path_folder(alf_ctx *ctx, const char *path);

/* What a rename would replace without a word. Nothing is found at the path, for the reason `error`: refuses a link, which
 * leads nowhere or to itself. A file is there: refuses one that may not be written. */
ALF_NODISCARD alf_status alf_check_vacant(alf_ctx *ctx, const char *path, int error);
ALF_NODISCARD alf_status alf_check_replaceable(alf_ctx *ctx, const char *path);

/* Brings the names in a folder to disk. */
ALF_NODISCARD alf_status alf_sync_folder(alf_ctx *ctx, const char *folder);

#endif
