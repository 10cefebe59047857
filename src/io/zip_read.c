/* Zip archives in. What an entry claims is held against what is stored of it, and that against the archive, before
 * memory is taken. */
#include "io/zip_read.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "core/core.h"
#include "io/escape.h"
#include "io/file_map.h"

#define SPARE_BYTES ((uint64_t)1 << 20)
#define MAX_EXPANSION 64

struct alf_zip_reader {
    alf_ctx    *ctx;
    const char *path; /* the caller's */
    uint64_t    size; /* of the archive */
    zip_t      *zip;
};

static alf_status status_of(zip_error_t *error)
{
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY) return ALF_ERR_MEMORY;
    return zip_error_system_type(error) == ZIP_ET_SYS ? ALF_ERR_IO : ALF_ERR_FORMAT;
}

static alf_status open_archive(alf_zip_reader *reader)
{
    struct stat info;
    zip_error_t error;
    int         code = 0;

    if (stat(reader->path, &info)) return alf_fail_errno(reader->ctx, "examine", reader->path, errno);
    reader->size = (uint64_t)info.st_size;
    reader->zip = zip_open(reader->path, ZIP_RDONLY, &code);
    if (reader->zip) return ALF_OK;
    zip_error_init_with_code(&error, code);
    alf_fail(reader->ctx, status_of(&error), "cannot read '%s' as a zip archive: %s; truncated?", reader->path,
             zip_error_strerror(&error));
    zip_error_fini(&error);
    return alf_ctx_status(reader->ctx);
}

alf_status alf_zip_open(alf_ctx *ctx, const char *path, alf_zip_reader **out)
{
    alf_zip_reader *reader = alf_mem_zalloc(ctx, 1, sizeof *reader);
    alf_status      status;

    if (!reader) return alf_ctx_status(ctx);
    *reader = (alf_zip_reader){.ctx = ctx, .path = path};
    status = open_archive(reader);
    if (status)
        alf_mem_free(reader);
    else
        *out = reader;
    return status;
}

void alf_zip_close(alf_zip_reader *zip)
{
    if (!zip) return;
    zip_discard(zip->zip);
    alf_mem_free(zip);
}

alf_status alf_zip_list(alf_zip_reader *zip, alf_file_list *list)
{
    zip_int64_t count = zip_get_num_entries(zip->zip, 0);
    alf_status  status = ALF_OK;

    for (zip_int64_t i = 0; i < count && !status; i++) {
        const char *name = zip_get_name(zip->zip, (zip_uint64_t)i, 0);
        size_t      length = name ? strlen(name) : 0;
        if (length == 0)
            status = alf_fail(zip->ctx, ALF_ERR_FORMAT, "'%s': entry %lld has no name", zip->path, (long long)i);
        else if (name[length - 1] != '/' && !alf_name_is_hidden(name))
            status = alf_file_list_add(list, name, (uint64_t)i);
    }
    return status;
}

alf_status alf_zip_stamp(alf_zip_reader *zip, uint64_t number, uint64_t *size, uint32_t *sum)
{
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_CRC;
    zip_stat_t         info;

    zip_stat_init(&info);
    if (zip_stat_index(zip->zip, number, 0, &info) || (info.valid & needed) != needed)
        return alf_fail(zip->ctx, ALF_ERR_FORMAT, "'%s': the directory tells no size and sum of entry %llu", zip->path,
                        (unsigned long long)number);
    *size = info.size;
    *sum = info.crc;
    return ALF_OK;
}

static alf_status check_size(alf_zip_reader *zip, uint64_t number, const char *label, zip_stat_t *info)
{
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;

    zip_stat_init(info);
    if (zip_stat_index(zip->zip, number, 0, info) || (info->valid & needed) != needed)
        return alf_fail(zip->ctx, ALF_ERR_FORMAT, "'%s': the zip archive does not tell its size", label);
    if (info->comp_size > zip->size)
        return alf_fail(zip->ctx, ALF_ERR_FORMAT, "'%s': the zip archive of %llu bytes claims to hold %llu of it",
                        label, (unsigned long long)zip->size, (unsigned long long)info->comp_size);
    if (info->size <= SPARE_BYTES || (info->size - SPARE_BYTES) / MAX_EXPANSION <= info->comp_size) return ALF_OK;
    return alf_fail(zip->ctx, ALF_ERR_UNSUPPORTED,
                    "'%s' would unpack to %llu bytes from %llu, expected at most 1 MB plus %d times as many", label,
                    (unsigned long long)info->size, (unsigned long long)info->comp_size, MAX_EXPANSION);
}

/* An entry that ends early, or does not end where it should, is no error to libzip. */
static alf_escaped reason_of(alf_zip_reader *zip, zip_file_t *file, zip_int64_t got, uint64_t size)
{
    char text[64];

    if (!file) return alf_escape(zip_strerror(zip->zip));
    if (zip_error_code_zip(zip_file_get_error(file)) != ZIP_ER_OK) return alf_escape(zip_file_strerror(file));
    if (got < (zip_int64_t)size)
        alf_format(text, sizeof text, "%lld of %llu bytes", (long long)got, (unsigned long long)size);
    else
        alf_format(text, sizeof text, "more than %llu bytes", (unsigned long long)size);
    return alf_escape(text);
}

/* Reading to the end makes libzip check the sum. */
static bool read_whole(alf_zip_reader *zip, uint64_t number, uint8_t *bytes, uint64_t size, alf_escaped *reason)
{
    zip_file_t *file = zip_fopen_index(zip->zip, number, 0);
    zip_int64_t got = file ? zip_fread(file, bytes, size) : -1;
    uint8_t     beyond;
    bool        whole = got == (zip_int64_t)size && zip_fread(file, &beyond, 1) == 0;

    if (!whole) *reason = reason_of(zip, file, got, size);
    if (file) zip_fclose(file);
    return whole;
}

alf_status alf_zip_unpack(alf_zip_reader *zip, uint64_t number, const char *label, uint8_t **bytes, size_t *size)
{
    zip_stat_t  info;
    alf_escaped reason;
    uint8_t    *data;

    if (check_size(zip, number, label, &info)) return alf_ctx_status(zip->ctx);
    data = alf_mem_alloc(zip->ctx, (size_t)info.size, 1);
    if (!data) return alf_ctx_status(zip->ctx);
    if (!read_whole(zip, number, data, info.size, &reason)) {
        alf_mem_free(data);
        return alf_fail(zip->ctx, ALF_ERR_FORMAT, "'%s' is damaged in its zip archive: %s", label, reason.text);
    }
    *bytes = data;
    *size = (size_t)info.size;
    return ALF_OK;
}
