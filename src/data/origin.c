/* Data sheets of sources, looked into for what a new sheet takes over. */
#include "data/origin.h"

#include <string.h>

#include "core/core.h"
#include "io/bytes.h"
#include "io/json_load.h"

/* Texts joined, and the last of them: many pictures may be from one place, which is named once. */
typedef struct {
    alf_bytes text;
    size_t    last; /* where it starts */
} joined;

/* What is found out, source by source. */
typedef struct {
    alf_ctx *ctx;
    joined   source, licence;
    bool     licensed; /* all of them */
} finding;

/* --- joining ---------------------------------------------------------------------------------------------------------- */

static alf_status join(joined *to, const char *text, size_t length)
{
    const size_t size = to->text.size;
    alf_status   status = ALF_OK;

    if (size > 0 && size - to->last == length && memcmp(to->text.data + to->last, text, length) == 0) return ALF_OK;
    if (size > 0) status = alf_bytes_put(&to->text, ", ", 2);
    to->last = to->text.size;
    return status ? status : alf_bytes_put(&to->text, text, length);
}

/* --- one source ----------------------------------------------------------------------------------------------------------- */

static alf_status load(alf_ctx *ctx, alf_file_set *files, int64_t index, alf_json *out)
{
    alf_file_bytes bytes = {.data = NULL};
    alf_status     status = alf_file_set_read(files, index, &bytes);

    if (!status) status = alf_json_load(ctx, (const char *)bytes.data, bytes.size, ALF_LABELS_FILE, 0, out);
    alf_file_bytes_release(&bytes);
    if (!status || status == ALF_ERR_MEMORY) return status;
    alf_ctx_clear_error(ctx); /* it is not needed */
    return ALF_OK;
}

static alf_status look_into(finding *f, alf_file_set *files, const char *path)
{
    int64_t       index = alf_file_set_find(files, ALF_LABELS_FILE);
    alf_json      json = {.root = NULL};
    alf_status    status = index < 0 ? ALF_OK : load(f->ctx, files, index, &json);
    const json_t *sheet = json_object_get(json.root, "sheet");
    const char   *source = json_string_value(json_object_get(sheet, "source"));
    size_t        length = 0;
    const char   *name = alf_last_part(path, &length);
    const char   *licence = json_string_value(json_object_get(sheet, "licence"));

    if (!status) status = join(&f->source, source ? source : name, source ? strlen(source) : length);
    if (!status && licence) status = join(&f->licence, licence, strlen(licence));
    f->licensed = f->licensed && licence;
    alf_json_release(&json);
    return status;
}

/* --- all sources ---------------------------------------------------------------------------------------------------------- */

alf_status alf_origin_find(const alf_sources *sources, const char *const paths[], alf_origin *out)
{
    finding    f = {.ctx = sources->ctx, .licensed = true};
    alf_status status = ALF_OK;

    f.source.text.ctx = f.licence.text.ctx = sources->ctx;
    for (int i = 0; i < sources->count && !status; i++) status = look_into(&f, sources->items[i].files, paths[i]);
    if (!status) status = alf_bytes_put(&f.source.text, "", 1);
    if (!status) status = alf_bytes_put(&f.licence.text, "", 1);
    if (status || !f.licensed) {
        alf_mem_free(f.licence.text.data);
        f.licence.text.data = NULL;
    }
    if (status)
        alf_mem_free(f.source.text.data);
    else
        *out = (alf_origin){(char *)f.source.text.data, (char *)f.licence.text.data};
    return status;
}

void alf_origin_release(alf_origin *origin)
{
    alf_mem_free(origin->source);
    alf_mem_free(origin->licence);
    *origin = (alf_origin){.source = NULL};
}
