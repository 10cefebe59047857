/* Texts, log lines and folders. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/atomic.h"
#include "io/descriptor.h"
#include "io/file_map.h"

/* --- texts ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    const void *data;
    size_t      size;
} bytes;

static alf_status write_bytes(alf_atomic_file *file, const void *user)
{
    const bytes *b = user;
    return alf_atomic_write(file, b->data, b->size);
}

alf_status alf_data_write(alf_ctx *ctx, const char *path, size_t size, const void *data)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !data) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_data_write: %s is NULL", path ? "data" : "path");
    return alf_atomic_save(ctx, path, write_bytes, &(bytes){data, size});
}

alf_status alf_text_write(alf_ctx *ctx, const char *path, const char *text)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !text) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_text_write: %s is NULL", path ? "text" : "path");
    return alf_data_write(ctx, path, strlen(text), text);
}

/* --- lines ---------------------------------------------------------------------------------------------------------- */

/* Takes back the piece that was written last, unless another process has written behind it. */
static bool take_back(int fd, size_t written)
{
    const off_t end = lseek(fd, 0, SEEK_CUR); /* of the piece: appending moves there */
    struct stat now;

    return end >= (off_t)written && fstat(fd, &now) == 0 && now.st_size == end && !ftruncate(fd, end - (off_t)written);
}

/* A line that did not get in whole is taken back, so that a log does not end in half a line. */
static alf_status append(alf_ctx *ctx, const char *path, int fd, const char *line, size_t size)
{
    struct stat info;
    size_t      written = 0;
    const int   error = alf_write_all(fd, line, size, &written);

    if (error && written > 0 && (fstat(fd, &info) || (S_ISREG(info.st_mode) && !take_back(fd, written))))
        return alf_fail_errno(ctx, "append a line, of which a part stays, to", path, error);
    if (error) return alf_fail_errno(ctx, "append to", path, error);
    if (alf_sync_failed(fd)) return alf_fail_errno(ctx, "bring to disk", path, errno);
    return ALF_OK;
}

alf_status alf_text_append_line(alf_ctx *ctx, const char *path, const char *line)
{
    alf_status status;
    char      *text;
    int        fd;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !line)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_text_append_line: %s is NULL", path ? "line" : "path");
    if (strchr(line, '\n'))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "cannot append to '%s': the line contains a line break", path);
    if (alf_ctx_status(ctx)) return alf_ctx_status(ctx);
    text = alf_mem_printf(ctx, "%s\n", line); /* one write, so that lines of two processes do not mix */
    if (!text) return alf_ctx_status(ctx);
    fd = alf_open_to_write(path, O_CREAT | O_APPEND);
    status = fd < 0 ? alf_fail_errno(ctx, "open", path, errno) : append(ctx, path, fd, text, strlen(text));
    if (fd >= 0 && alf_close_failed(fd) && !status) status = alf_fail_errno(ctx, "close", path, errno);
    alf_mem_free(text);
    return status;
}

/* --- folders -------------------------------------------------------------------------------------------------------- */

static alf_status make_one(alf_ctx *ctx, const char *path)
{
    struct stat info;
    int         error;

    if (mkdir(path, 0777) == 0) return ALF_OK;
    error = errno; /* EROFS or EACCES may come first for a folder that exists, so look */
    if (stat(path, &info)) return alf_fail_errno(ctx, "make the folder", path, error == EEXIST ? errno : error);
    if (S_ISDIR(info.st_mode)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_IO, "cannot make the folder '%s': there is a file of that name", path);
}

/* Makes the parents by ending the path at each of its slashes in turn. */
static alf_status make_parents(alf_ctx *ctx, char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        alf_status status;
        *slash = '\0';
        status = make_one(ctx, path);
        *slash = '/';
        if (status) return status;
    }
    return ALF_OK;
}

alf_status alf_make_folder(alf_ctx *ctx, const char *path)
{
    alf_status status;
    char      *copy;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !*path) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_make_folder: path is %s", path ? "empty" : "NULL");
    if (alf_ctx_status(ctx)) return alf_ctx_status(ctx);
    copy = alf_mem_strdup(ctx, path);
    if (!copy) return alf_ctx_status(ctx);
    status = make_parents(ctx, copy);
    if (!status) status = make_one(ctx, path);
    alf_mem_free(copy);
    return status;
}
