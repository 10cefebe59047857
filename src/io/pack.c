/* Folders and archives in the making. An archive's files go to one spool file first, since libzip writes all of them at
 * its end and memory would not hold them. */
#include "io/pack.h"

#include <dirent.h>
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
#include "io/staging.h"
#include "io/zip_write.h"

#define SPOOL "spool"
#define ARCHIVE "archive.zip"

struct alf_pack {
    alf_ctx      *ctx;
    alf_staging   staging;
    bool          zip;
    int           spool; /* of an archive */
    alf_zip_parts parts; /* of the spool  */
};

bool alf_pack_is_zip(const char *path)
{
    return alf_ends_with(path, ".zip");
}

/* --- opening -------------------------------------------------------------------------------------------------------- */

static bool is_empty(const char *path)
{
    DIR           *stream = opendir(path);
    struct dirent *entry;
    bool           empty = stream != NULL;

    while (stream && empty && (entry = readdir(stream)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (stream) closedir(stream);
    return empty;
}

static alf_status check_place(alf_ctx *ctx, const char *path, bool zip)
{
    struct stat info;

    if (stat(path, &info))
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? alf_check_vacant(ctx, path, errno)
                                                                     : alf_fail_errno(ctx, "write", path, errno);
    if (zip && S_ISREG(info.st_mode)) return alf_check_replaceable(ctx, path);
    if (zip) return alf_fail(ctx, ALF_ERR_IO, "cannot write '%s': it is there and no file", path);
    if (!S_ISDIR(info.st_mode))
        return alf_fail(ctx, ALF_ERR_IO,
                        "cannot write '%s': it is there and no folder (an archive's name ends in .zip)", path);
    if (is_empty(path)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_IO, "cannot write '%s': the folder is not empty, expected a new or an empty one",
                    path);
}

/* The folder above a destination with a slash at its end is not the destination. */
static char *without_slashes(alf_ctx *ctx, const char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/') length--;
    return alf_mem_printf(ctx, "%.*s", (int)length, path);
}

static alf_status open_spool(alf_pack *pack)
{
    char *path = alf_staging_path(&pack->staging, SPOOL);

    if (!path) return alf_ctx_status(pack->ctx);
    pack->spool = alf_open(path, O_WRONLY | O_CREAT | O_EXCL);
    if (pack->spool < 0) alf_fail_errno(pack->ctx, "make", path, errno);
    alf_mem_free(path);
    return alf_ctx_status(pack->ctx);
}

static alf_status open_staging(alf_pack *pack, const char *path)
{
    char      *place = without_slashes(pack->ctx, path);
    alf_status status = place ? check_place(pack->ctx, place, pack->zip) : alf_ctx_status(pack->ctx);

    if (!status) status = alf_staging_open(pack->ctx, place, &pack->staging);
    alf_mem_free(place);
    return status;
}

alf_status alf_pack_open(alf_ctx *ctx, const char *path, bool zip, alf_pack **out)
{
    alf_pack  *pack = alf_mem_zalloc(ctx, 1, sizeof *pack);
    alf_status status;

    if (!pack) return alf_ctx_status(ctx);
    *pack = (alf_pack){.ctx = ctx, .zip = zip, .spool = -1, .parts.names.ctx = ctx};
    status = open_staging(pack, path);
    if (!status && pack->zip) status = open_spool(pack);
    if (status)
        alf_pack_destroy(pack);
    else
        *out = pack;
    return status;
}

void alf_pack_destroy(alf_pack *pack)
{
    if (!pack) return;
    if (pack->spool >= 0) close(pack->spool);
    alf_staging_close(&pack->staging);
    alf_zip_parts_release(&pack->parts);
    alf_mem_free(pack);
}

/* --- adding --------------------------------------------------------------------------------------------------------- */

static alf_status add_to_spool(alf_pack *pack, const char *name, const void *bytes, size_t size)
{
    int error = alf_write_all(pack->spool, bytes, size, NULL);

    if (error) return alf_fail_errno(pack->ctx, "write", pack->staging.path, error);
    return alf_zip_parts_add(&pack->parts, name, size);
}

static alf_status write_file(alf_pack *pack, const char *path, const void *bytes, size_t size)
{
    int fd = alf_open(path, O_WRONLY | O_CREAT | O_EXCL), error;

    if (fd < 0) return alf_fail_errno(pack->ctx, "write", pack->staging.path, errno);
    error = alf_write_all(fd, bytes, size, NULL);
    if (!error && alf_sync_failed(fd)) error = errno;
    if (alf_close_failed(fd) && !error) error = errno;
    return error ? alf_fail_errno(pack->ctx, "write", pack->staging.path, error) : ALF_OK;
}

static alf_status add_to_folder(alf_pack *pack, const char *name, const void *bytes, size_t size)
{
    char      *path = alf_staging_path(&pack->staging, name), *folder = path ? alf_path_folder(pack->ctx, path) : NULL;
    alf_status status = folder ? alf_make_folder(pack->ctx, folder) : alf_ctx_status(pack->ctx);

    if (!status) status = write_file(pack, path, bytes, size);
    alf_mem_free(folder);
    alf_mem_free(path);
    return status;
}

alf_status alf_pack_add(alf_pack *pack, const char *name, const void *bytes, size_t size)
{
    return pack->zip ? add_to_spool(pack, name, bytes, size) : add_to_folder(pack, name, bytes, size);
}

/* --- finishing ------------------------------------------------------------------------------------------------------ */

static alf_status finish_zip(alf_pack *pack)
{
    char      *spool = alf_staging_path(&pack->staging, SPOOL), *archive = alf_staging_path(&pack->staging, ARCHIVE);
    alf_status status = spool && archive ? ALF_OK : alf_ctx_status(pack->ctx);
    int        fd = pack->spool;

    pack->spool = -1;
    if (alf_close_failed(fd) && !status) status = alf_fail_errno(pack->ctx, "write", pack->staging.path, errno);
    if (!status) status = alf_zip_write(&pack->parts, spool, archive, pack->staging.path);
    if (!status) status = alf_staging_publish(&pack->staging, ARCHIVE);
    alf_mem_free(archive);
    alf_mem_free(spool);
    return status;
}

alf_status alf_pack_finish(alf_pack *pack)
{
    return pack->zip ? finish_zip(pack) : alf_staging_publish(&pack->staging, NULL);
}
