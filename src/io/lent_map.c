/* Counted references to a mapped file. */
#include "io/lent_map.h"

#include <sys/mman.h>

#include "core/core.h"
#include "io/archive_internal.h"

alf_lent_map *alf_lent_map_create(alf_ctx *ctx, alf_file_map *map)
{
    alf_lent_map *lent = alf_mem_alloc(ctx, 1, sizeof *lent);

    if (!lent) {
        alf_file_map_close(map);
        return NULL;
    }
    *lent = (alf_lent_map){1, *map};
    return lent;
}

void alf_lent_map_release(void *owner)
{
    alf_lent_map *lent = owner;

    if (!lent || --lent->refs > 0) return;
    alf_file_map_close(&lent->map);
    alf_mem_free(lent);
}

void *alf_archive_lend(const alf_archive *archive, const alf_array *array, alf_lent_map **owner)
{
    alf_lent_map   *lent = archive->lent;
    const uintptr_t at = (uintptr_t)array->data;

    if (!lent || lent->map.size == 0 || at < (uintptr_t)lent->map.data ||
        at >= (uintptr_t)lent->map.data + lent->map.size || at % alf_dtype_size(array->dtype) != 0)
        return NULL;
    /* the map is private: what is written to stays with this process */
    if (mprotect((void *)(uintptr_t)lent->map.data, lent->map.size, PROT_READ | PROT_WRITE)) return NULL;
    lent->refs++;
    *owner = lent;
    return (void *)at;
}
