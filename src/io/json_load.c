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

alf_status alf_json_load(alf_ctx *ctx, const char *text, size_t size, const char *what, size_t offset, alf_json *out)
{
    alf_json     json = {.booked = alf_mem_alloc(ctx, parsed_size(text, size), 1)};
    json_error_t error;

    if (!json.booked) return alf_ctx_status(ctx);
    json.root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (json.root) {
        *out = json;
        return ALF_OK;
    }
    alf_mem_free(json.booked);
    if (json_error_code(&error) == json_error_out_of_memory)
        return alf_fail(ctx, ALF_ERR_MEMORY, "%s: no memory for %zu bytes of JSON", what, size);
    return alf_fail(ctx, ALF_ERR_FORMAT, "%s is not valid JSON: %s (byte %zu)", what, alf_escape(error.text).text,
                    offset + (size_t)error.position);
}

void alf_json_release(alf_json *json)
{
    json_decref(json->root);
    alf_mem_free(json->booked);
    *json = (alf_json){.root = NULL};
}
