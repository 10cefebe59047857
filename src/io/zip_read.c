/* Zip archives in. What an entry claims is held against what is stored of it, and that against the archive, before
 * memory is taken. */
#include "io/zip_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "core/core.h"
#include "io/descriptor.h"
#include "io/escape.h"
#include "io/file_map.h"
#include "io/zip_error.h"

#define SPARE_BYTES ((uint64_t)1 << 20)
#define MAX_EXPANSION 64
#define BYTES_PER_ENTRY 384 /* about what libzip takes for one of the directory */

struct alf_zip_reader {
    alf_ctx    *ctx;
    const char *path; /* the caller's */
    uint64_t    size; /* of the archive */
    zip_t      *zip;
    size_t      booked; /* for its directory */
};

/* --- opening and closing ------------------------------------------------------------------------------------------------ */

/* Takes the stream over in any case: it goes with the source, and that with the archive. */
static zip_t *zip_of(FILE *stream, zip_error_t *error)
{
    zip_source_t *source = zip_source_filep_create(stream, 0, -1, error);
    zip_t        *zip = source ? zip_open_from_source(source, ZIP_RDONLY, error) : NULL;

    if (!source)
        (void)fclose(stream);
    else if (!zip)
        zip_source_free(source);
    return zip;
}

static alf_status open_zip(alf_zip_reader *reader, FILE *stream)
{
    zip_error_t error;
    alf_status  status = ALF_OK;

    zip_error_init(&error);
    reader->zip = zip_of(stream, &error);
    if (!reader->zip)
        status = alf_fail(reader->ctx, alf_zip_status(&error), "cannot read '%s' as a zip archive: %s; truncated?",
                          reader->path, zip_error_strerror(&error));
    zip_error_fini(&error);
    return status;
}

static alf_status check_file(alf_zip_reader *reader, int fd)
{
    struct stat info;

    if (fstat(fd, &info)) return alf_fail_errno(reader->ctx, "examine", reader->path, errno);
    if (!S_ISREG(info.st_mode))
        return alf_fail(reader->ctx, ALF_ERR_FORMAT, "'%s' is no regular file, expected a zip archive", reader->path);
    reader->size = (uint64_t)info.st_size;
    return ALF_OK;
}

/* One look at the name, so that all is said of one file. A pipe must not make us wait. The stream is ours, since the one
 * that zip_fdopen() makes (libzip 1.7.3) would be open in programs started from here. */
static alf_status open_archive(alf_zip_reader *reader)
{
    int        fd = alf_open(reader->path, O_RDONLY | O_NONBLOCK);
    alf_status status;
    FILE      *stream;

    if (fd < 0) return alf_fail_errno(reader->ctx, "open", reader->path, errno);
    status = check_file(reader, fd);
    stream = status ? NULL : fdopen(fd, "rb");
    if (stream) return open_zip(reader, stream);
    if (!status) status = alf_fail_errno(reader->ctx, "open", reader->path, errno);
    close(fd);
    return status;
}

/* libzip has its directory by now, which has taken no more than eight times the file. */
static alf_status count_entries(alf_zip_reader *reader)
{
    const zip_int64_t count = zip_get_num_entries(reader->zip, 0);
    const size_t      bytes = (size_t)count * BYTES_PER_ENTRY;
    alf_status        status;

    if (count > ALF_MAX_FILES)
        return alf_fail(reader->ctx, ALF_ERR_UNSUPPORTED, "'%s' has %lld entries, expected at most %d", reader->path,
                        (long long)count, ALF_MAX_FILES);
    status = alf_mem_book(reader->ctx, bytes);
    if (!status) reader->booked = bytes;
    return status;
}

alf_status alf_zip_open(alf_ctx *ctx, const char *path, alf_zip_reader **out)
{
    alf_zip_reader *reader = alf_mem_zalloc(ctx, 1, sizeof *reader);
    alf_status      status;

    if (!reader) return alf_ctx_status(ctx);
    *reader = (alf_zip_reader){.ctx = ctx, .path = path};
    status = open_archive(reader);
    if (!status) status = count_entries(reader);
    if (status)
        alf_zip_close(reader);
    else
        *out = reader;
    return status;
}

void alf_zip_close(alf_zip_reader *zip)
{
    if (!zip) return;
    if (zip->zip) zip_discard(zip->zip);
    alf_mem_unbook(zip->ctx, zip->booked);
    alf_mem_free(zip);
}

/* --- the directory ------------------------------------------------------------------------------------------------------ */

/* `name` is NULL or empty. */
static alf_status fail_without_name(alf_zip_reader *zip, zip_int64_t number, const char *name)
{
    const alf_status status = name ? ALF_ERR_FORMAT : alf_zip_status(zip_get_error(zip->zip));

    return alf_fail(zip->ctx, status, "'%s': entry %lld has no name%s", zip->path, (long long)number,
                    status == ALF_ERR_MEMORY ? ", for want of memory" : "");
}

alf_status alf_zip_list(alf_zip_reader *zip, alf_file_list *list)
{
    zip_int64_t count = zip_get_num_entries(zip->zip, 0);
    alf_status  status = ALF_OK;

    for (zip_int64_t i = 0; i < count && !status; i++) {
        const char *name = zip_get_name(zip->zip, (zip_uint64_t)i, 0);
        size_t      length = name ? strlen(name) : 0;
        if (length == 0)
            status = fail_without_name(zip, i, name);
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

/* --- content ------------------------------------------------------------------------------------------------------------ */

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
static alf_status fail_read(alf_zip_reader *zip, const char *label, zip_error_t *error, zip_int64_t got, uint64_t size)
{
    const bool       told = zip_error_code_zip(error) != ZIP_ER_OK;
    const alf_status status = told ? alf_zip_status(error) : ALF_ERR_FORMAT;
    char             text[64];

    if (got < (zip_int64_t)size)
        alf_format(text, sizeof text, "%lld of %llu bytes", (long long)got, (unsigned long long)size);
    else
        alf_format(text, sizeof text, "more than %llu bytes", (unsigned long long)size);
    return alf_fail(zip->ctx, status, "'%s' %s: %s", label,
                    status == ALF_ERR_FORMAT ? "is damaged in its zip archive" : "cannot be read from its zip archive",
                    alf_escape(told ? zip_error_strerror(error) : text).text);
}

/* Reading to the end makes libzip check the sum. */
static alf_status read_whole(alf_zip_reader *zip, uint64_t number, const char *label, uint8_t *bytes, uint64_t size)
{
    zip_file_t *file = zip_fopen_index(zip->zip, number, 0);
    zip_int64_t got = file ? zip_fread(file, bytes, size) : -1;
    uint8_t     beyond;
    alf_status  status = ALF_OK;

    if (got != (zip_int64_t)size || zip_fread(file, &beyond, 1) != 0)
        status = fail_read(zip, label, file ? zip_file_get_error(file) : zip_get_error(zip->zip), got, size);
    if (file) zip_fclose(file);
    return status;
}

alf_status alf_zip_unpack(alf_zip_reader *zip, uint64_t number, const char *label, uint8_t **bytes, size_t *size)
{
    zip_stat_t info;
    uint8_t   *data;
    alf_status status;

    if (check_size(zip, number, label, &info)) return alf_ctx_status(zip->ctx);
    data = alf_mem_alloc(zip->ctx, (size_t)info.size, 1);
    if (!data) return alf_ctx_status(zip->ctx);
    status = read_whole(zip, number, label, data, info.size);
    if (status) {
        alf_mem_free(data);
        return status;
    }
    *bytes = data;
    *size = (size_t)info.size;
    return ALF_OK;
}
