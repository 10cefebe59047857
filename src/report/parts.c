/* Parts of a long experiment that are finished, as files. */
#include "report/parts.h"

#include <stdlib.h>
#include <string.h>

#include "report/files.h"
#include "report/values.h"

/* FOLDER/parts/NAME.json; NULL with the error recorded. Free with free(). */
static char *path_of(alf_ctx *ctx, const char *folder, const char *name)
{
    if (alf_report_check_name(ctx, "a part", name) != ALF_OK) return NULL;
    char *parts = alf_report_path(ctx, folder, "parts", "");
    char *path = parts ? alf_report_path(ctx, parts, name, ".json") : NULL;
    free(parts);
    return path;
}

/* The result in a part, unless it was made with other settings or by another version; else NULL. */
static json_t *fitting_result(const json_t *part, const json_t *settings)
{
    const char   *version = json_string_value(json_object_get(part, "version"));
    json_t       *result = json_object_get(part, "result");
    const json_t *made_with = json_object_get(part, "settings");
    const bool    fits = version && strcmp(version, alf_version()) == 0 && json_equal(made_with, settings);
    return fits ? json_incref(result) : NULL;
}

alf_status alf_part_find(alf_ctx *ctx, const char *folder, const char *name, const json_t *settings, json_t **out)
{
    char      *text = NULL, *path = path_of(ctx, folder, name);
    size_t     size;
    json_t    *part = NULL;
    alf_status status = path ? alf_report_read_if_there(ctx, path, &text, &size) : alf_ctx_status(ctx);
    if (status == ALF_OK && text) status = alf_report_parse(ctx, path, text, size, &part);
    if (status == ALF_OK) *out = fitting_result(part, settings);
    json_decref(part);
    free(text);
    free(path);
    return status;
}

static alf_status make_parts_folder(alf_ctx *ctx, const char *folder)
{
    char      *parts = alf_report_path(ctx, folder, "parts", "");
    alf_status status = parts ? alf_make_folder(ctx, parts) : alf_ctx_status(ctx);
    free(parts);
    return status;
}

alf_status alf_part_store(alf_ctx *ctx, const char *folder, const char *name, const json_t *settings,
                          const json_t *result)
{
    if (!settings || !result) return alf_report_no_memory(ctx, "a part's settings and result");
    char      *path = path_of(ctx, folder, name);
    alf_status status = path ? make_parts_folder(ctx, folder) : alf_ctx_status(ctx);
    if (status == ALF_OK) {
        json_t *part = json_pack("{s:s, s:O, s:O}", "version", alf_version(), "settings", settings, "result", result);
        status = alf_report_write_json(ctx, path, part, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
    }
    free(path);
    return status;
}

json_t *alf_part_numbers(int64_t count, const double values[])
{
    json_t *array = json_array();
    int     failed = !array;
    for (int64_t i = 0; i < count && !failed; i++) failed = json_array_append_new(array, alf_json_number(values[i]));
    if (!failed) return array;
    json_decref(array);
    return NULL;
}

alf_status alf_part_read(alf_ctx *ctx, const json_t *result, const char *key, int64_t count, double values[])
{
    const json_t *array = json_object_get(result, key);
    if (!json_is_array(array) || json_array_size(array) != (size_t)count)
        return alf_fail(ctx, ALF_ERR_FORMAT, "a finished part: '%s' is %s of %zu: expected an array of %lld numbers",
                        key, json_is_array(array) ? "an array" : "no array", json_array_size(array), (long long)count);
    for (int64_t i = 0; i < count; i++)
        if (!alf_json_read_number(json_array_get(array, (size_t)i), &values[i]))
            return alf_fail(ctx, ALF_ERR_FORMAT, "a finished part: '%s' holds something else than numbers", key);
    return ALF_OK;
}
