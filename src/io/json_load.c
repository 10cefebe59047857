/* JSON texts from files. */
#include "io/json_load.h"

#include "core/core.h"
#include "io/escape.h"

/* An upper estimate of what the library takes for a text. */
static size_t parsed_size(const char *text, size_t size)
{
    size_t bytes = size + 4096;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '{') bytes += 320;
        if (text[i] == '[') bytes += 192;
        if (text[i] == '"') bytes += 80;
        if (text[i] == ',') bytes += 64;
    }
    return bytes;
}

/* Where memory ends in the middle of a text, the library may call that malformed. So what it refuses is parsed once more,
 * and held against whether there is memory for it. */
alf_status alf_json_parse(alf_ctx *ctx, const char *text, size_t size, json_t **out, json_error_t *error)
{
    void *room;

    for (int attempt = 0; attempt < 2; attempt++) {
        *out = json_loadb(text, size, JSON_REJECT_DUPLICATES, error);
        if (*out) return ALF_OK;
    }
    room = alf_mem_alloc(ctx, parsed_size(text, size), 1);
    if (!room) return alf_ctx_status(ctx);
    alf_mem_free(room);
    return ALF_OK;
}

alf_status alf_json_load(alf_ctx *ctx, const char *text, size_t size, const char *what, size_t offset, alf_json *out)
{
    alf_json     json = {.booked = alf_mem_alloc(ctx, parsed_size(text, size), 1)};
    json_error_t error;
    alf_status   status = json.booked ? alf_json_parse(ctx, text, size, &json.root, &error) : alf_ctx_status(ctx);

    if (!status && json.root) {
        *out = json;
        return ALF_OK;
    }
    alf_mem_free(json.booked);
    if (status) return status;
    return alf_fail(ctx, ALF_ERR_FORMAT, "%s is not valid JSON: %s (byte %zu)", what, alf_escape(error.text).text,
                    offset + (size_t)error.position);
}

void alf_json_release(alf_json *json)
{
    json_decref(json->root);
    alf_mem_free(json->booked);
    *json = (alf_json){.root = NULL};
}

json_t *alf_json_append(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) == 0) return list;
    json_decref(list);
    return NULL;
}
