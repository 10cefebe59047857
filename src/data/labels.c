/* Labels from dataset.json: {"labels": [["00000/img00000000.png", 3], ...]}, or lists of numbers in place of the 3. */
#include "data/labels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "io/escape.h"
#include "io/json_load.h"

#define MAX_DIM ((int64_t)1 << 20)

typedef struct {
    alf_ctx      *ctx;
    alf_file_set *files;
    char         *place; /* of the labels file, for messages */
    const json_t *list;
    alf_labels    labels;
} reading;

/* --- one label ------------------------------------------------------------------------------------------------------ */

static alf_status put_class(reading *r, size_t at, const json_t *label, double *value)
{
    json_int_t number = json_integer_value(label);

    if (!r->labels.classes || !json_is_integer(label))
        return alf_fail(r->ctx, ALF_ERR_FORMAT,
                        "'%s': labels[%zu]: the label is of another kind than the first, expected %s", r->place, at,
                        r->labels.classes ? "a whole number" : "a list of numbers");
    if (number < 0 || number >= MAX_DIM)
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': labels[%zu]: class %lld, expected 0 to %lld", r->place, at,
                        (long long)number, (long long)MAX_DIM - 1);
    *value = (double)number;
    if (number >= r->labels.dim) r->labels.dim = number + 1;
    return ALF_OK;
}

static alf_status put_list(reading *r, size_t at, const json_t *label, double *values)
{
    if (!json_is_array(label)) return put_class(r, at, label, values);
    if ((int64_t)json_array_size(label) != r->labels.dim)
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': labels[%zu]: %zu numbers, expected %lld as in the first",
                        r->place, at, json_array_size(label), (long long)r->labels.dim);
    for (int64_t i = 0; i < r->labels.dim; i++) {
        const json_t *number = json_array_get(label, (size_t)i);
        if (!json_is_number(number))
            return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': labels[%zu][1][%lld] is not a number", r->place, at,
                            (long long)i);
        values[i] = json_number_value(number);
        if (!(fabs(values[i]) <= (double)FLT_MAX)) /* networks compute in float */
            return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': labels[%zu][1][%lld] is %g, expected at most %g in size",
                            r->place, at, (long long)i, values[i], (double)FLT_MAX);
    }
    return ALF_OK;
}

static alf_status put_label(reading *r, size_t at)
{
    const json_t *pair = json_array_get(r->list, at), *name = json_array_get(pair, 0), *label = json_array_get(pair, 1);
    int64_t       file;
    double       *values;

    if (json_array_size(pair) != 2 || !json_is_string(name))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': labels[%zu] is not a pair of a file's name and its label",
                        r->place, at);
    file = alf_file_set_find(r->files, json_string_value(name));
    if (file < 0) return ALF_OK;
    values = r->labels.values + file * r->labels.width;
    if (alf_labels_has(&r->labels, file))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': labels[%zu]: '%s' has a label already", r->place, at,
                        alf_escape(json_string_value(name)).text);
    return r->labels.classes ? put_class(r, at, label, values) : put_list(r, at, label, values);
}

/* --- all labels ----------------------------------------------------------------------------------------------------- */

/* The first label decides the kind of all. */
static alf_status find_kind(reading *r)
{
    const json_t *first = json_array_get(json_array_get(r->list, 0), 1);

    r->labels.classes = json_is_integer(first);
    r->labels.dim = r->labels.classes ? 0 : (int64_t)json_array_size(first);
    r->labels.width = r->labels.classes ? 1 : r->labels.dim;
    if (r->labels.classes || (r->labels.dim >= 1 && r->labels.dim <= MAX_DIM)) return ALF_OK;
    return alf_fail(r->ctx, ALF_ERR_FORMAT,
                    "'%s': labels[0]: the label is neither a whole number nor a list of 1 to %lld numbers", r->place,
                    (long long)MAX_DIM);
}

static alf_status make_values(reading *r)
{
    int64_t count;

    if (!alf_mul_i64(alf_file_set_count(r->files), r->labels.width, &count))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': too many labels", r->place);
    r->labels.values = alf_mem_alloc(r->ctx, (size_t)count, sizeof *r->labels.values);
    if (!r->labels.values) return alf_ctx_status(r->ctx);
    for (int64_t i = 0; i < count; i++) r->labels.values[i] = (double)NAN;
    return ALF_OK;
}

static alf_status read_list(reading *r, const json_t *root)
{
    alf_status status;

    r->list = json_object_get(root, "labels");
    if (json_array_size(r->list) == 0)
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': \"labels\" is %s, expected a list of labels", r->place,
                        !r->list                 ? "not there"
                        : json_is_null(r->list)  ? "null"
                        : json_is_array(r->list) ? "empty"
                                                 : "not a list");
    status = find_kind(r);
    if (!status) status = make_values(r);
    for (size_t i = 0; i < json_array_size(r->list) && !status; i++) status = put_label(r, i);
    return status;
}

static alf_status read_json(reading *r, int64_t index)
{
    alf_file_bytes bytes = {.data = NULL};
    alf_json       json = {.root = NULL};
    char          *what = alf_mem_printf(r->ctx, "'%s'", r->place);
    alf_status     status = what ? alf_file_set_read(r->files, index, &bytes) : alf_ctx_status(r->ctx);

    if (!status) status = alf_json_load(r->ctx, (const char *)bytes.data, bytes.size, what, 0, &json);
    if (!status) status = read_list(r, json.root);
    alf_json_release(&json);
    alf_file_bytes_release(&bytes);
    alf_mem_free(what);
    return status;
}

alf_status alf_labels_read(alf_ctx *ctx, alf_file_set *files, const char *path, alf_labels *out)
{
    reading    r = {.ctx = ctx, .files = files};
    int64_t    index = alf_file_set_find(files, ALF_LABELS_FILE);
    alf_status status;

    if (index < 0)
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' has no %s, which would have the labels", path, ALF_LABELS_FILE);
    r.place = alf_file_set_label(files, index);
    status = r.place ? read_json(&r, index) : alf_ctx_status(ctx);
    alf_mem_free(r.place);
    if (status)
        alf_labels_release(&r.labels);
    else
        *out = r.labels;
    return status;
}

void alf_labels_release(alf_labels *labels)
{
    alf_mem_free(labels->values);
    *labels = (alf_labels){.values = NULL};
}

/* --- use ------------------------------------------------------------------------------------------------------------ */

bool alf_labels_has(const alf_labels *labels, int64_t file)
{
    return !isnan(labels->values[file * labels->width]);
}

void alf_labels_put(const alf_labels *labels, int64_t file, double out[])
{
    const double *values = labels->values + file * labels->width;

    if (!labels->classes) {
        memcpy(out, values, (size_t)labels->dim * sizeof *out);
        return;
    }
    for (int64_t i = 0; i < labels->dim; i++) out[i] = i == (int64_t)*values ? 1.0 : 0.0;
}
