/* Private maps of single arrays of a file. */
#include "io/lent_map.h"

#include <sys/mman.h>
#include <unistd.h>

#include "core/core.h"
#include "io/archive_internal.h"

typedef struct {
    void  *at;
    size_t size;
} lent_map;

void alf_lent_map_release(void *owner)
{
    lent_map *lent = owner;

    if (!lent) return;
    munmap(lent->at, lent->size);
    alf_mem_free(lent);
}

alf_status alf_archive_still_whole(alf_ctx *ctx, const alf_archive *archive)
{
    if (archive->fd < 0) return ALF_OK;
    return alf_file_map_check(ctx, alf_archive_label(archive), &archive->map, archive->fd);
}

/* Does the array lie in the mapped file, so that it can be used there? */
static bool can_be_lent(const alf_archive *archive, const alf_array *array)
{
    const uintptr_t at = (uintptr_t)array->data, file = (uintptr_t)archive->map.data;

    return archive->fd >= 0 && array->count > 0 && at >= file && at - file < archive->map.size &&
           at % alf_dtype_size(array->dtype) == 0;
}

void *alf_archive_lend(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, void **owner)
{
    const long page = sysconf(_SC_PAGESIZE);
    lent_map  *lent;
    size_t     first, size, before;

    if (page <= 0 || !can_be_lent(archive, array) || !(lent = alf_mem_alloc(ctx, 1, sizeof *lent))) return NULL;
    first = (size_t)((uintptr_t)array->data - (uintptr_t)archive->map.data);
    before = first % (size_t)page;
    size = before + (size_t)array->count * alf_dtype_size(array->dtype);
    *lent =
        (lent_map){mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, archive->fd, (off_t)(first - before)), size};
    if (lent->at == MAP_FAILED) {
        alf_mem_free(lent);
        return NULL;
    }
    *owner = lent;
    return (char *)lent->at + before;
}
