/* Writing a file whole or not at all. */
#define _XOPEN_SOURCE 700 /* realpath */

#include "io/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/core.h"
#include "io/descriptor.h"
#include "io/file_map.h"

struct alf_atomic_file {
    alf_ctx *ctx;
    char    *path;      /* where the content shall stand, links resolved */
    char    *folder;    /* of path                                       */
    char    *temporary; /* NULL when written directly                    */
    mode_t   mode;      /* of the file that is replaced; 0: a new file   */
    int      fd;        /* -1: not open                                  */
};

/* --- writing -------------------------------------------------------------------------------------------------------- */

alf_status alf_atomic_write(alf_atomic_file *file, const void *data, size_t size)
{
    int error = alf_write_all(file->fd, data, size, NULL);

    return error ? alf_fail_errno(file->ctx, "write", file->path, error) : ALF_OK;
}

/* --- where ----------------------------------------------------------------------------------------------------------- */

/* Is there nothing at a path for this reason? Of EACCES the making of a file beside it will tell. What else goes wrong with
 * looking may hide something that must not be replaced. */
static bool is_nothing(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES;
}

char *alf_path_resolve(alf_ctx *ctx, const char *path)
{
    char *resolved = realpath(path, NULL), *copy;

    if (!resolved && !is_nothing(errno)) {
        (void)alf_fail_errno(ctx, "examine", path, errno);
        return NULL;
    }
    copy = alf_mem_strdup(ctx, resolved ? resolved : path);
    free(resolved);
    return copy;
}

char *alf_path_folder(alf_ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) return alf_mem_strdup(ctx, ".");
    if (slash == path) return alf_mem_strdup(ctx, "/");
    return alf_mem_printf(ctx, "%.*s", (int)(slash - path), path);
}

/* --- opening --------------------------------------------------------------------------------------------------------- */

static alf_status open_directly(alf_atomic_file *file, mode_t type)
{
    if (!S_ISCHR(type) && !S_ISFIFO(type))
        return alf_fail(file->ctx, ALF_ERR_IO,
                        "cannot write '%s': it is neither a file, nor a character device, nor a pipe", file->path);
    file->fd = alf_open_to_write(file->path, 0);
    if (file->fd >= 0) return ALF_OK;
    if (errno == ENXIO && S_ISFIFO(type))
        return alf_fail(file->ctx, ALF_ERR_IO, "cannot write '%s': nobody reads from this pipe", file->path);
    return alf_fail_errno(file->ctx, "open", file->path, errno);
}

/* A name that nobody else uses: process, time and attempt; O_EXCL makes sure. */
static alf_status open_temporary(alf_atomic_file *file)
{
    int error = EEXIST;

    for (int attempt = 0; attempt < 100 && error == EEXIST; attempt++) {
        struct timespec now = {0};
        clock_gettime(CLOCK_REALTIME, &now);
        alf_mem_free(file->temporary);
        file->temporary = alf_mem_printf(file->ctx, "%s/.aliasfree-%ld-%ld-%d.tmp", file->folder, (long)getpid(),
                                         now.tv_nsec, attempt);
        if (!file->temporary) return alf_ctx_status(file->ctx);
        file->fd = alf_open(file->temporary, O_WRONLY | O_CREAT | O_EXCL);
        if (file->fd >= 0) break;
        error = errno;
    }
    if (file->fd >= 0) {
        if (file->mode) (void)fchmod(file->fd, file->mode); /* best effort: who may write may not own */
        return ALF_OK;
    }
    alf_mem_free(file->temporary); /* not made by us, so not ours to remove */
    file->temporary = NULL;
    return alf_fail_errno(file->ctx, "make a temporary file for", file->path, error);
}

alf_status alf_check_vacant(alf_ctx *ctx, const char *path, int error)
{
    struct stat info;

    if (lstat(path, &info)) return is_nothing(errno) ? ALF_OK : alf_fail_errno(ctx, "examine", path, errno);
    if (!S_ISLNK(info.st_mode)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_IO, "cannot write '%s': it is a link that leads %s", path,
                    error == ELOOP ? "to itself" : "nowhere");
}

/* A rename would replace it all the same, but whoever protected it did not want that. */
alf_status alf_check_replaceable(alf_ctx *ctx, const char *path)
{
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ? alf_fail_errno(ctx, "write", path, errno) : ALF_OK;
}

static alf_status open_new(alf_atomic_file *file, int error)
{
    alf_status status = alf_check_vacant(file->ctx, file->path, error);

    return status ? status : open_temporary(file);
}

static alf_status open_file(alf_atomic_file *file)
{
    struct stat info;

    if (stat(file->path, &info)) {
        const int error = errno;
        return is_nothing(error) ? open_new(file, error) : alf_fail_errno(file->ctx, "examine", file->path, error);
    }
    if (S_ISDIR(info.st_mode)) return alf_fail(file->ctx, ALF_ERR_IO, "cannot write '%s': it is a folder", file->path);
    if (!S_ISREG(info.st_mode)) return open_directly(file, info.st_mode);
    if (alf_check_replaceable(file->ctx, file->path)) return alf_ctx_status(file->ctx);
    file->mode = info.st_mode & 0777;
    return open_temporary(file);
}

/* --- closing --------------------------------------------------------------------------------------------------------- */

alf_status alf_sync_folder(alf_ctx *ctx, const char *folder)
{
    int        fd = alf_open(folder, O_RDONLY);
    alf_status status = ALF_OK;

    if (fd < 0 && errno == EACCES) return ALF_OK; /* a folder may be writable without being readable */
    if (fd < 0) return alf_fail_errno(ctx, "open", folder, errno);
    if (alf_sync_failed(fd)) status = alf_fail_errno(ctx, "bring to disk", folder, errno);
    close(fd);
    return status;
}

static alf_status finish(alf_atomic_file *file)
{
    int fd = file->fd;

    if (alf_sync_failed(fd)) return alf_fail_errno(file->ctx, "bring to disk", file->path, errno);
    file->fd = -1;
    if (alf_close_failed(fd)) return alf_fail_errno(file->ctx, "close", file->path, errno);
    if (!file->temporary) return ALF_OK;
    if (rename(file->temporary, file->path)) return alf_fail_errno(file->ctx, "replace", file->path, errno);
    alf_mem_free(file->temporary);
    file->temporary = NULL;
    return alf_sync_folder(file->ctx, file->folder); /* the new name must survive a power failure too */
}

static void release(alf_atomic_file *file)
{
    if (file->fd >= 0) close(file->fd);
    if (file->temporary) unlink(file->temporary);
    alf_mem_free(file->temporary);
    alf_mem_free(file->folder);
    alf_mem_free(file->path);
}

alf_status alf_atomic_save(alf_ctx *ctx, const char *path, alf_atomic_writer produce, const void *user)
{
    alf_atomic_file file = {.ctx = ctx, .fd = -1};
    alf_status      status = alf_ctx_status(ctx);

    if (status) return status;
    file.path = alf_path_resolve(ctx, path);
    if (file.path) file.folder = alf_path_folder(ctx, file.path);
    status = file.folder ? open_file(&file) : alf_ctx_status(ctx);
    if (!status) status = produce(&file, user);
    if (!status) status = finish(&file);
    release(&file);
    return status;
}
