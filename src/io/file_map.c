/* Files mapped read-only. */
#include "io/file_map.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

alf_status alf_fail_errno(alf_ctx *ctx, const char *action, const char *path, int error)
{
    char reason[256];

    if (strerror_r(error, reason, sizeof reason)) return alf_fail(ctx, ALF_ERR_IO, "cannot %s '%s'", action, path);
    return alf_fail(ctx, ALF_ERR_IO, "cannot %s '%s': %s", action, path, reason);
}

static alf_status map_descriptor(alf_ctx *ctx, const char *path, int fd, alf_file_map *out)
{
    static const uint8_t nothing[1] = {0};
    struct stat          info;
    void                *data;

    if (fstat(fd, &info)) return alf_fail_errno(ctx, "examine", path, errno);
    if (S_ISDIR(info.st_mode)) return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is a folder, expected a file", path);
    if (!S_ISREG(info.st_mode))
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is a device or a pipe, expected a regular file", path);
    if (info.st_size == 0) { /* nothing to map, which mmap would refuse */
        *out = (alf_file_map){nothing, 0};
        return ALF_OK;
    }
    data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) return alf_fail_errno(ctx, "map", path, errno);
    *out = (alf_file_map){data, (size_t)info.st_size};
    return ALF_OK;
}

alf_status alf_file_map_open_for_more(alf_ctx *ctx, const char *path, alf_file_map *out, int *fd)
{
    alf_status status;

    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* non-blocking: a pipe must not make us wait */
    if (*fd < 0) return alf_fail_errno(ctx, "open", path, errno);
    status = map_descriptor(ctx, path, *fd, out);
    if (status) close(*fd);
    return status;
}

alf_status alf_file_map_open(alf_ctx *ctx, const char *path, alf_file_map *out)
{
    int        fd;
    alf_status status = alf_file_map_open_for_more(ctx, path, out, &fd);

    if (!status) close(fd);
    return status;
}

void alf_file_map_close(alf_file_map *map)
{
    if (map->size) munmap((void *)(uintptr_t)map->data, map->size);
    *map = (alf_file_map){NULL, 0};
}
