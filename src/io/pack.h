/* Many files written as one, whole or not at all: a zip archive, uncompressed and with fixed times, so that the same files
 * give the same bytes; or a folder. */
#ifndef ALF_IO_PACK_H
#define ALF_IO_PACK_H

#include "aliasfree/base.h"

typedef struct alf_pack alf_pack;

bool alf_pack_is_zip(const char *path); /* by its name, which ends in ".zip" */

/* A folder must be new or empty, and what is written lies beside it until the end; an archive replaces what was there,
 * unless that may not be written. A link that leads nowhere is refused. */
ALF_NODISCARD alf_status alf_pack_open(alf_ctx *ctx, const char *path, bool zip, alf_pack **out);
/* Adds a file under a relative name with '/' of at least one byte. Names come from us, never from a file. */
ALF_NODISCARD alf_status alf_pack_add(alf_pack *pack, const char *name, const void *bytes, size_t size);
/* Puts it in its place. */
ALF_NODISCARD alf_status alf_pack_finish(alf_pack *pack);
/* Gives up what is not finished. NULL is allowed. */
void alf_pack_destroy(alf_pack *pack);

#endif
