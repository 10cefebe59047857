/* The file behind an archive, mapped, that outlives the archive while somebody uses its arrays where they are. */
#ifndef ALF_IO_LENT_MAP_H
#define ALF_IO_LENT_MAP_H

#include "aliasfree/archive.h"
#include "io/file_map.h"

typedef struct {
    int          refs;
    alf_file_map map;
} alf_lent_map;

/* Takes the map over, also on failure: NULL with the error recorded. One reference is the caller's. */
alf_lent_map *alf_lent_map_create(alf_ctx *ctx, alf_file_map *map);
void          alf_lent_map_release(void *lent); /* NULL is allowed */

/* The array's elements where the file is mapped, which may be written to (the file never changes) until the caller
 * gives *owner to alf_lent_map_release(). NULL: they do not lie in a mapped file, aligned as their type asks for. */
void *alf_archive_lend(const alf_archive *archive, const alf_array *array, alf_lent_map **owner);

#endif
