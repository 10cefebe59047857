/* Zip archives out. */
#include "io/zip_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "core/core.h"
#include "io/descriptor.h"
#include "io/file_map.h"

/* The first day that zip can tell, and what anybody may read. */
#define FIRST_DAY ((0 << 9) | (1 << 5) | 1)
#define RIGHTS ((zip_uint32_t)0100644 << 16)

#define SIZE_BYTES sizeof(uint64_t)
#define STEPS 1000 /* of progress */

typedef struct {
    alf_ctx    *ctx;
    const char *shown;
    zip_t      *zip;
} writing;

alf_status alf_zip_parts_add(alf_zip_parts *parts, const char *name, uint64_t size)
{
    alf_status status = alf_bytes_put(&parts->names, &size, SIZE_BYTES);

    if (!status) status = alf_bytes_put(&parts->names, name, strlen(name) + 1);
    if (!status) parts->count++;
    return status;
}

void alf_zip_parts_release(alf_zip_parts *parts)
{
    alf_mem_free(parts->names.data);
    *parts = (alf_zip_parts){.names.ctx = parts->names.ctx};
}

static alf_status fail(writing *w)
{
    zip_error_t *error = zip_get_error(w->zip);

    if (zip_error_system_type(error) == ZIP_ET_SYS)
        return alf_fail_errno(w->ctx, "write", w->shown, zip_error_code_system(error));
    return alf_fail(w->ctx, ALF_ERR_IO, "cannot write '%s': %s", w->shown, zip_error_strerror(error));
}

/* --- entries -------------------------------------------------------------------------------------------------------- */

static alf_status add_part(writing *w, const char *spool, const char *name, uint64_t offset, uint64_t size)
{
    zip_source_t *source = zip_source_file(w->zip, spool, offset, (zip_int64_t)size);
    zip_int64_t   index = source ? zip_file_add(w->zip, name, source, 0) : -1;
    zip_uint64_t  at = (zip_uint64_t)index;

    if (index < 0) {
        zip_source_free(source);
        return fail(w);
    }
    if (zip_set_file_compression(w->zip, at, ZIP_CM_STORE, 0) || zip_file_set_dostime(w->zip, at, 0, FIRST_DAY, 0) ||
        zip_file_set_external_attributes(w->zip, at, 0, ZIP_OPSYS_UNIX, RIGHTS))
        return fail(w);
    return ALF_OK;
}

static alf_status add_parts(writing *w, const alf_zip_parts *parts, const char *spool)
{
    const char *at = (const char *)parts->names.data;
    uint64_t    offset = 0, size;
    alf_status  status = ALF_OK;

    for (int64_t i = 0; i < parts->count && !status; i++) {
        const char *name = at + SIZE_BYTES;
        memcpy(&size, at, SIZE_BYTES);
        status = add_part(w, spool, name, offset, size);
        offset += size;
        at = name + strlen(name) + 1;
    }
    return status;
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

static void report(zip_t *zip, double part, void *user)
{
    writing *w = user;

    (void)zip;
    if (!alf_ctx_status(w->ctx)) (void)!alf_progress(w->ctx, "packing", (int64_t)(part * STEPS), STEPS);
}

static int is_cancelled(zip_t *zip, void *user)
{
    const writing *w = user;

    (void)zip;
    return alf_ctx_status(w->ctx) != ALF_OK;
}

static alf_status close_zip(writing *w)
{
    zip_register_progress_callback_with_state(w->zip, 1.0 / STEPS, report, NULL, w);
    zip_register_cancel_callback_with_state(w->zip, is_cancelled, NULL, w);
    if (zip_close(w->zip)) return alf_ctx_status(w->ctx) ? alf_ctx_status(w->ctx) : fail(w);
    w->zip = NULL;
    return alf_ctx_status(w->ctx);
}

static alf_status sync_file(const writing *w, const char *path)
{
    int        fd = alf_open(path, O_RDWR);
    alf_status status = ALF_OK;

    if (fd < 0 || alf_sync_failed(fd)) status = alf_fail_errno(w->ctx, "bring to disk", w->shown, errno);
    if (fd >= 0) close(fd);
    return status;
}

alf_status alf_zip_write(const alf_zip_parts *parts, const char *spool, const char *archive, const char *shown)
{
    writing    w = {.ctx = parts->names.ctx, .shown = shown};
    int        code = 0;
    alf_status status;

    w.zip = zip_open(archive, ZIP_CREATE | ZIP_EXCL, &code);
    if (!w.zip) return alf_fail(w.ctx, ALF_ERR_IO, "cannot write '%s': libzip's error %d", shown, code);
    status = add_parts(&w, parts, spool);
    if (!status) status = close_zip(&w);
    if (w.zip) zip_discard(w.zip);
    return status ? status : sync_file(&w, archive);
}
