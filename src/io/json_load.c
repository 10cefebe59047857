/* JSON texts that come from outside. */
#include "io/json_load.h"

#include <string.h>

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

static bool same_error(const json_error_t *a, const json_error_t *b)
{
    return a->position == b->position && strcmp(a->text, b->text) == 0;
}

/* Where memory ends in the middle of a text, the library gives up without a text, or calls that malformed. So what it
 * refuses is parsed once more. */
static json_t *parse(const char *text, size_t size, json_error_t *error, bool *malformed)
{
    json_error_t before;
    json_t      *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &before);

    if (!root) root = json_loadb(text, size, JSON_REJECT_DUPLICATES, error);
    *malformed = !root && *error->text && same_error(&before, error);
    return root;
}

/* Is there memory for what a text takes? What is there for a moment only, and fails twice at the same place, this takes for
 * a text that is malformed. */
static alf_status check_room(alf_ctx *ctx, size_t bytes, bool malformed)
{
    void *room = alf_mem_alloc(ctx, bytes, 1);

    alf_mem_free(room);
    if (!room) return alf_ctx_status(ctx);
    return malformed ? ALF_OK : alf_fail(ctx, ALF_ERR_MEMORY, "the system refused memory for JSON of %zu bytes", bytes);
}

alf_status alf_json_parse(alf_ctx *ctx, const char *text, size_t size, alf_json *out, json_error_t *error)
{
    const size_t bytes = parsed_size(text, size);
    alf_status   status = alf_mem_book(ctx, bytes);
    json_t      *root;
    bool         malformed;

    if (status) return status;
    root = parse(text, size, error, &malformed);
    if (root) {
        *out = (alf_json){root, ctx, bytes};
        return ALF_OK;
    }
    alf_mem_unbook(ctx, bytes);
    status = check_room(ctx, bytes, malformed);
    if (!status) *out = (alf_json){.root = NULL};
    return status;
}

alf_status alf_json_load(alf_ctx *ctx, const char *text, size_t size, const char *what, size_t offset, alf_json *out)
{
    alf_json     json;
    json_error_t error;
    alf_status   status = alf_json_parse(ctx, text, size, &json, &error);

    if (status) return status;
    if (!json.root)
        return alf_fail(ctx, ALF_ERR_FORMAT, "%s is not valid JSON: %s (byte %zu)", what, alf_escape(error.text).text,
                        offset + (size_t)error.position);
    *out = json;
    return ALF_OK;
}

void alf_json_release(alf_json *json)
{
    json_decref(json->root);
    if (json->ctx) alf_mem_unbook(json->ctx, json->booked);
    *json = (alf_json){.root = NULL};
}

json_t *alf_json_append(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) == 0) return list;
    json_decref(list);
    return NULL;
}
