/* Writing dataset.json. */
#include "data/sheet.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "data/recipe.h"
#include "io/escape.h"

/* --- pieces of JSON --------------------------------------------------------------------------------------------------- */

static alf_status put(alf_bytes *to, const char *text)
{
    return alf_bytes_put(to, text, strlen(text));
}

/* As a JSON string; bytes that are not UTF-8 become question marks. */
static json_t *text_value(const char *text)
{
    json_t *value = json_string(text);
    char   *copy = value || alf_is_utf8(text, strlen(text)) ? NULL : strdup(text);

    for (char *at = copy; at && *at; at++)
        if ((unsigned char)*at >= 0x80) *at = '?';
    if (copy) value = json_string(copy);
    free(copy);
    return value;
}

static alf_status put_text(alf_bytes *to, const char *text)
{
    json_t    *value = text ? text_value(text) : json_null();
    char      *json = json_dumps(value, JSON_ENCODE_ANY);
    alf_status status = json ? put(to, json) : alf_fail(to->ctx, ALF_ERR_MEMORY, "no memory for a text of JSON");

    free(json);
    json_decref(value);
    return status;
}

/* The comma between rows, and the line's beginning. */
static alf_status begin_row(alf_bytes *rows)
{
    return put(rows, rows->size > 0 ? ",\n  " : "\n  ");
}

/* --- rows ------------------------------------------------------------------------------------------------------------- */

static alf_status put_numbers(alf_bytes *to, int64_t count, const double values[])
{
    alf_status status = put(to, "[");

    for (int64_t i = 0; i < count && !status; i++) status = alf_bytes_print(to, "%s%.17g", i ? ", " : "", values[i]);
    return status ? status : put(to, "]");
}

alf_status alf_sheet_add_label(alf_sheet *sheet, const char *name, const alf_labels *labels, int64_t file)
{
    const double *values = labels->values + file * labels->width;
    alf_status    status = begin_row(&sheet->labels);

    if (!status) status = alf_bytes_print(&sheet->labels, "[\"%s\", ", name);
    if (!status)
        status = labels->classes ? alf_bytes_print(&sheet->labels, "%lld", (long long)*values)
                                 : put_numbers(&sheet->labels, labels->dim, values);
    return status ? status : put(&sheet->labels, "]");
}

alf_status alf_sheet_add_placement(alf_sheet *sheet, const char *name, const alf_placement *p)
{
    alf_status status = begin_row(&sheet->placements);

    if (status) return status;
    return alf_bytes_print(&sheet->placements,
                           "[\"%s\", {\"x\": %.17g, \"y\": %.17g, \"degrees\": %.17g, \"scale\": %.17g}]", name, p->x,
                           p->y, p->degrees, p->scale);
}

alf_status alf_sheet_add_skipped(alf_sheet *sheet, const char *name)
{
    alf_status status = begin_row(&sheet->skipped);

    return status ? status : put_text(&sheet->skipped, name);
}

/* --- the data sheet --------------------------------------------------------------------------------------------------- */

static alf_status put_class_names(alf_bytes *to, const alf_sources *sources)
{
    alf_status status = put(to, ", \"classes\": [");

    for (int64_t i = 0; i < sources->named_classes && !status; i++) {
        if (i > 0) status = put(to, ", ");
        if (!status) status = put_text(to, sources->class_names[i]);
    }
    return status ? status : put(to, "]");
}

static alf_status put_origin(alf_bytes *to, const alf_sheet_facts *f)
{
    alf_status status = put(to, "{\"source\": ");

    if (!status) status = put_text(to, f->recipe->source_note);
    if (!status) status = put(to, ", \"licence\": ");
    if (!status) status = put_text(to, f->recipe->licence);
    if (!status && f->synthetic) status = alf_bytes_print(to, ", \"synthetic\": \"%s\"", f->synthetic);
    if (!status && f->sources && f->sources->named_classes) status = put_class_names(to, f->sources);
    return status;
}

static alf_status put_transform(alf_bytes *to, const alf_sheet_facts *f)
{
    const alf_dataset_recipe *r = f->recipe;
    alf_status                status = alf_bytes_print(
                       to, ",\n  \"count\": %lld, \"resolution\": %lld, \"channels\": %d,\n  \"transform\": \"%s\"",
                       (long long)f->made.written, (long long)f->made.resolution, f->made.channels, alf_fit_name(r->fit));

    if (!status && r->width != r->height) /* letterboxed */
        status = alf_bytes_print(to, ", \"width\": %lld, \"height\": %lld", (long long)r->width, (long long)r->height);
    if (!status && !f->synthetic) status = alf_bytes_print(to, ", \"resize\": \"%s\"", alf_resize_name(r->resize));
    if (!status && r->fit == ALF_FIT_NONALIGNED)
        status = alf_bytes_print(to, ", \"shift\": %.17g, \"rotation\": %.17g", r->shift, r->rotation);
    if (!status && (r->fit == ALF_FIT_NONALIGNED || f->synthetic))
        status = alf_bytes_print(to, ", \"scale\": [%.17g, %.17g]", r->scale_low, r->scale_high);
    return status;
}

static alf_status put_sheet(const alf_sheet *sheet, const alf_sheet_facts *f, alf_bytes *to)
{
    const alf_dataset_recipe *r = f->recipe;
    alf_status                status = put_origin(to, f);

    if (!status) status = put_transform(to, f);
    if (!status && r->keep_alpha) status = put(to, ",\n  \"background\": \"keep\"");
    if (!status && !r->keep_alpha)
        status = alf_bytes_print(to, ",\n  \"background\": \"%02x%02x%02x\"", r->background[0], r->background[1],
                                 r->background[2]);
    if (!status)
        status = alf_bytes_print(to, ", \"seed\": %llu, \"version\": \"%s\",\n  \"skipped\": [",
                                 (unsigned long long)r->seed, alf_version());
    if (!status) status = alf_bytes_put(to, sheet->skipped.data, sheet->skipped.size);
    return status ? status : put(to, "]}");
}

/* --- the whole -------------------------------------------------------------------------------------------------------- */

static alf_status put_rows(alf_bytes *to, const alf_bytes *rows)
{
    alf_status status = put(to, "[");

    if (!status) status = alf_bytes_put(to, rows->data, rows->size);
    return status ? status : put(to, "]");
}

alf_status alf_sheet_pack(const alf_sheet *sheet, const alf_sheet_facts *facts, alf_pack *pack)
{
    alf_bytes  text = {.ctx = sheet->ctx};
    alf_status status = put(&text, "{\"labels\": ");

    if (!status) status = sheet->labels.size > 0 ? put_rows(&text, &sheet->labels) : put(&text, "null");
    if (!status) status = put(&text, ",\n\"sheet\": ");
    if (!status) status = put_sheet(sheet, facts, &text);
    if (!status && sheet->placements.size > 0) {
        status = put(&text, ",\n\"placements\": ");
        if (!status) status = put_rows(&text, &sheet->placements);
    }
    if (!status) status = put(&text, "}\n");
    if (!status) status = alf_pack_add(pack, ALF_LABELS_FILE, text.data, text.size);
    alf_mem_free(text.data);
    return status;
}

void alf_sheet_release(alf_sheet *sheet)
{
    alf_mem_free(sheet->labels.data);
    alf_mem_free(sheet->placements.data);
    alf_mem_free(sheet->skipped.data);
    *sheet = (alf_sheet){.ctx = NULL};
}
