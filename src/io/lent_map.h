/* Arrays of a file in memory that can be written to and costs nothing until it is: mapped for each user once more, so
 * that neither the archive nor another user sees what is written, and each lives as long as it likes. */
#ifndef ALF_IO_LENT_MAP_H
#define ALF_IO_LENT_MAP_H

#include "aliasfree/archive.h"

/* The array's elements, until the caller gives *owner, of context `ctx`, to alf_lent_map_release(). NULL: they are no
 * part of a file, or not aligned as their type asks for, or the system refuses; with the error recorded if there is no
 * memory for the owner, when there is none for a copy either. */
void *alf_archive_lend(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, void **owner);
void  alf_lent_map_release(void *owner); /* NULL is allowed */

/* ALF_ERR_IO when the archive's file became shorter since it was mapped, in which case arrays must not be touched. */
ALF_NODISCARD alf_status alf_archive_still_whole(alf_ctx *ctx, const alf_archive *archive);

#endif
