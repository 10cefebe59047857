/* Files and texts of reports. */
#include "report/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

alf_status alf_report_no_memory(alf_ctx *ctx, const char *what)
{
    return alf_fail(ctx, ALF_ERR_MEMORY, "no memory for %s", what);
}

/* --- reading -------------------------------------------------------------------------------------------------------- */

static alf_status read_all(alf_ctx *ctx, const char *path, FILE *from, char **data, size_t *size)
{
    size_t room = 1 << 16, got = 0;
    char  *bytes = malloc(room);
    while (bytes && (got += fread(bytes + got, 1, room - got - 1, from)) == room - 1) {
        char *more = room < SIZE_MAX / 2 ? realloc(bytes, room *= 2) : NULL;
        if (!more) free(bytes);
        bytes = more;
    }
    if (!bytes) return alf_report_no_memory(ctx, path);
    if (ferror(from)) {
        free(bytes);
        return alf_fail(ctx, ALF_ERR_IO, "cannot read '%s': %s", path, strerror(errno));
    }
    bytes[got] = '\0';
    *data = bytes;
    *size = got;
    return ALF_OK;
}

alf_status alf_report_read_if_there(alf_ctx *ctx, const char *path, char **data, size_t *size)
{
    FILE *from = fopen(path, "rb");
    if (!from && errno == ENOENT) {
        *data = NULL;
        *size = 0;
        return ALF_OK;
    }
    if (!from) return alf_fail(ctx, ALF_ERR_IO, "cannot open '%s': %s", path, strerror(errno));
    alf_status status = read_all(ctx, path, from, data, size);
    fclose(from);
    return status;
}

/* Where memory ends in the middle of a text, the parser may call that malformed. So what it refuses is parsed once more,
 * and held against whether there is memory. */
alf_status alf_report_parse(alf_ctx *ctx, const char *path, const char *text, size_t size, json_t **json)
{
    *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    if (!*json) *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    void      *room = *json ? NULL : malloc(size + 4096);
    const bool enough = *json || room;
    free(room);
    return enough ? ALF_OK : alf_report_no_memory(ctx, path);
}

alf_status alf_report_read(alf_ctx *ctx, const char *path, char **data, size_t *size)
{
    char      *bytes = NULL;
    size_t     count = 0;
    alf_status status = alf_report_read_if_there(ctx, path, &bytes, &count);
    if (status != ALF_OK) return status;
    if (!bytes) return alf_fail(ctx, ALF_ERR_IO, "cannot open '%s': %s", path, strerror(ENOENT));
    *data = bytes;
    *size = count;
    return ALF_OK;
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

alf_status alf_report_write_json(alf_ctx *ctx, const char *path, json_t *json, size_t flags)
{
    char *text = json ? json_dumps(json, flags) : NULL;
    json_decref(json);
    if (!text) return alf_report_no_memory(ctx, path);
    size_t length = strlen(text);
    text[length] = '\n'; /* in place of the zero: bytes are written, not a text */
    alf_status status = alf_data_write(ctx, path, length + 1, text);
    free(text);
    return status;
}

/* --- names ---------------------------------------------------------------------------------------------------------- */

alf_status alf_report_check_name(alf_ctx *ctx, const char *what, const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+";
    enum { MOST = 100 };

    size_t length = name ? strlen(name) : 0;
    if (length > 0 && length <= MOST && *name != '.' && strspn(name, allowed) == length) return ALF_OK;
    return alf_fail(
        ctx, ALF_ERR_ARGUMENT,
        "%s is called '%.*s': expected up to %d letters, digits, '-', '_', '+' and '.', which is not the first", what,
        MOST, name ? name : "", MOST);
}

char *alf_report_path(alf_ctx *ctx, const char *folder, const char *name, const char *end)
{
    size_t size = strlen(folder) + strlen(name) + strlen(end) + 2;
    char  *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s%s", folder, name, end);
    else
        alf_report_no_memory(ctx, "a path");
    return path;
}

/* --- texts ---------------------------------------------------------------------------------------------------------- */

alf_status alf_report_text_open(alf_ctx *ctx, alf_report_text *text)
{
    *text = (alf_report_text){.to = NULL};
    text->to = open_memstream(&text->text, &text->size);
    return text->to ? ALF_OK : alf_report_no_memory(ctx, "a text");
}

alf_status alf_report_text_close(alf_ctx *ctx, alf_report_text *text, char **out)
{
    int failed = ferror(text->to);
    failed |= fclose(text->to);
    char *whole = text->text;
    *text = (alf_report_text){.to = NULL};
    if (!failed)
        *out = whole;
    else
        free(whole);
    return failed ? alf_report_no_memory(ctx, "a text") : ALF_OK;
}

alf_status alf_report_text_save(alf_ctx *ctx, alf_report_text *text, const char *folder, const char *name,
                                const char *end)
{
    char      *whole = NULL, *path = alf_report_path(ctx, folder, name, end);
    alf_status status = alf_report_text_close(ctx, text, &whole);
    if (status == ALF_OK) status = path ? alf_text_write(ctx, path, whole) : alf_ctx_status(ctx);
    free(whole);
    free(path);
    return status;
}
