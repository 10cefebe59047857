/* Files mapped read-only, or read. */
#include "io/file_map.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "io/descriptor.h"

alf_status alf_fail_errno(alf_ctx *ctx, const char *action, const char *path, int error)
{
    const alf_status status = error == ENOMEM ? ALF_ERR_MEMORY : ALF_ERR_IO;
    char             reason[256];

    if (strerror_r(error, reason, sizeof reason)) return alf_fail(ctx, status, "cannot %s '%s'", action, path);
    return alf_fail(ctx, status, "cannot %s '%s': %s", action, path, reason);
}

/* What can be mapped or read. */
static alf_status examine(alf_ctx *ctx, const char *path, int fd, struct stat *info)
{
    if (fstat(fd, info)) return alf_fail_errno(ctx, "examine", path, errno);
    if (S_ISDIR(info->st_mode)) return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is a folder, expected a file", path);
    if (S_ISREG(info->st_mode)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is a device or a pipe, expected a regular file", path);
}

static alf_status fail_shorter(alf_ctx *ctx, const char *path, size_t size)
{
    return alf_fail(ctx, ALF_ERR_IO, "cannot read '%s': it had %zu bytes and became shorter meanwhile", path, size);
}

alf_status alf_file_map_check(alf_ctx *ctx, const char *path, const alf_file_map *map, int fd)
{
    struct stat info;

    if (fstat(fd, &info)) return alf_fail_errno(ctx, "examine", path, errno);
    return (uint64_t)info.st_size < map->size ? fail_shorter(ctx, path, map->size) : ALF_OK;
}

static alf_status map_bytes(alf_ctx *ctx, const char *path, int fd, size_t size, alf_file_map *out)
{
    void      *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    alf_status status;

    if (data == MAP_FAILED) return alf_fail_errno(ctx, "map", path, errno);
    *out = (alf_file_map){.data = data, .size = size};
    status = alf_file_map_check(ctx, path, out, fd);
    if (status) alf_file_map_close(out);
    return status;
}

/* Half of what it was and half of what it became would be neither. Writes within one tick of the file system's clock, some
 * milliseconds, are not told apart. */
static alf_status check_unchanged(alf_ctx *ctx, const char *path, int fd, const struct stat *before)
{
    struct stat now;

    if (fstat(fd, &now)) return alf_fail_errno(ctx, "examine", path, errno);
    if (now.st_size == before->st_size && now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == before->st_mtim.tv_nsec)
        return ALF_OK;
    return alf_fail(ctx, ALF_ERR_IO, "cannot read '%s': it was rewritten meanwhile", path);
}

static alf_status read_into(alf_ctx *ctx, const char *path, int fd, const struct stat *info, uint8_t *bytes)
{
    const size_t size = (size_t)info->st_size;
    size_t       got = 0;
    const int    error = alf_read_all(fd, bytes, size, &got);

    if (error) return alf_fail_errno(ctx, "read", path, error);
    return got < size ? fail_shorter(ctx, path, size) : check_unchanged(ctx, path, fd, info);
}

static alf_status read_bytes(alf_ctx *ctx, const char *path, int fd, const struct stat *info, alf_file_map *out)
{
    uint8_t   *bytes = alf_mem_alloc(ctx, (size_t)info->st_size, 1);
    alf_status status = bytes ? read_into(ctx, path, fd, info, bytes) : alf_ctx_status(ctx);

    if (status)
        alf_mem_free(bytes);
    else
        *out = (alf_file_map){.data = bytes, .size = (size_t)info->st_size, .owned = bytes};
    return status;
}

alf_status alf_file_map_take(alf_ctx *ctx, const char *path, int fd, alf_file_map *out)
{
    static const uint8_t nothing[1] = {0};
    struct stat          info;
    alf_status           status = examine(ctx, path, fd, &info);

    if (status) return status;
    if (info.st_size == 0) { /* nothing to map, which mmap would refuse */
        *out = (alf_file_map){.data = nothing};
        return ALF_OK;
    }
    return alf_ctx_files(ctx) == ALF_FILES_READ ? read_bytes(ctx, path, fd, &info, out)
                                                : map_bytes(ctx, path, fd, (size_t)info.st_size, out);
}

alf_status alf_file_map_open_for_more(alf_ctx *ctx, const char *path, alf_file_map *out, int *fd)
{
    int        file = alf_open(path, O_RDONLY | O_NONBLOCK); /* non-blocking: a pipe must not make us wait */
    alf_status status;

    if (file < 0) return alf_fail_errno(ctx, "open", path, errno);
    status = alf_file_map_take(ctx, path, file, out);
    if (status || out->owned) {
        close(file);
        file = -1;
    }
    if (!status) *fd = file;
    return status;
}

alf_status alf_file_map_open(alf_ctx *ctx, const char *path, alf_file_map *out)
{
    int        fd = -1;
    alf_status status = alf_file_map_open_for_more(ctx, path, out, &fd);

    if (!status && fd >= 0) close(fd);
    return status;
}

void alf_file_map_close(alf_file_map *map)
{
    if (map->owned)
        alf_mem_free(map->owned);
    else if (map->size)
        munmap((void *)(uintptr_t)map->data, map->size);
    *map = (alf_file_map){.data = NULL};
}
