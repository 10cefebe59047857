/* Safetensors out. The bytes follow from the archive alone: metadata by key, tensors by falling element size and then by
 * name, the header padded with spaces so that the data starts at a multiple of 8. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "io/archive_internal.h"
#include "io/atomic.h"
#include "io/escape.h"
#include "io/json_load.h"
#include "io/safetensors_internal.h"

typedef struct {
    const alf_archive *archive;
    alf_ctx           *ctx;
    const char        *path;
    const alf_array  **order; /* as written */
    char              *header;
    size_t             header_size; /* with padding */
} writing;

static size_t bytes_of(const alf_array *array)
{
    return (size_t)array->count * alf_dtype_size(array->dtype);
}

/* --- order ------------------------------------------------------------------------------------------------------------ */

static int by_size_and_name(const void *left, const void *right)
{
    const alf_array *a = *(const alf_array *const *)left, *b = *(const alf_array *const *)right;
    size_t           size_a = alf_dtype_size(a->dtype), size_b = alf_dtype_size(b->dtype);

    if (size_a != size_b) return size_a > size_b ? -1 : 1;
    return strcmp(a->name, b->name);
}

static alf_status make_order(writing *w)
{
    int64_t count = alf_archive_count(w->archive);

    w->order = alf_mem_alloc(w->ctx, (size_t)count, sizeof *w->order);
    if (!w->order) return alf_ctx_status(w->ctx);
    for (int64_t i = 0; i < count; i++) w->order[i] = alf_archive_at(w->archive, i);
    if (count) qsort(w->order, (size_t)count, sizeof *w->order, by_size_and_name);
    return ALF_OK;
}

/* --- header ----------------------------------------------------------------------------------------------------------- */

static alf_status put(writing *w, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) == 0) return ALF_OK;
    return alf_fail(w->ctx, ALF_ERR_MEMORY, "cannot write '%s': no memory for its header", w->path);
}

/* The values of metadata are texts too; those of arrays are not. */
static alf_status check_text(writing *w, const char *key, const char *text)
{
    if (alf_is_utf8(text, strlen(text))) return ALF_OK;
    return alf_fail(w->ctx, ALF_ERR_FORMAT, "cannot write '%s': '%s' or its value is not valid UTF-8", w->path,
                    alf_escape(key).text);
}

static json_t *describe(const alf_array *array, size_t begin)
{
    json_t *shape = json_array();

    for (int i = 0; i < array->ndim; i++) shape = alf_json_append(shape, json_integer(array->shape[i]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", alf_dtype_name(array->dtype), "shape", shape, "data_offsets",
                     (json_int_t)begin, (json_int_t)(begin + bytes_of(array)));
}

static alf_status put_metadata(writing *w, json_t *root)
{
    int64_t    count = alf_archive_meta_count(w->archive);
    json_t    *metadata;
    alf_status status;

    if (count == 0) return ALF_OK;
    metadata = json_object();
    status = put(w, root, "__metadata__", metadata);
    for (int64_t i = 0; i < count && !status; i++) {
        const char *key = alf_archive_meta_key(w->archive, i), *value = alf_archive_meta(w->archive, key);
        status = check_text(w, key, key);
        if (!status) status = check_text(w, key, value);
        if (!status) status = put(w, metadata, key, json_string(value));
    }
    return status;
}

static alf_status put_tensors(writing *w, json_t *root)
{
    int64_t    count = alf_archive_count(w->archive);
    size_t     begin = 0;
    alf_status status = ALF_OK;

    for (int64_t i = 0; i < count && !status; i++) {
        status = check_text(w, w->order[i]->name, w->order[i]->name);
        if (!status) status = put(w, root, w->order[i]->name, describe(w->order[i], begin));
        begin += bytes_of(w->order[i]);
    }
    return status;
}

static alf_status print_header(writing *w, const json_t *root)
{
    char  *text = json_dumps(root, JSON_COMPACT);
    size_t size = text ? strlen(text) : 0;

    w->header_size = (size + 7) / 8 * 8;
    if (text) w->header = alf_mem_alloc(w->ctx, w->header_size, 1);
    if (text && w->header) {
        memset(w->header, ' ', w->header_size);
        memcpy(w->header, text, size);
    }
    free(text);
    if (!text) return alf_fail(w->ctx, ALF_ERR_MEMORY, "cannot write '%s': no memory for its header", w->path);
    if (!w->header) return alf_ctx_status(w->ctx);
    if (w->header_size <= ALF_SAFETENSORS_MAX_HEADER) return ALF_OK;
    return alf_fail(w->ctx, ALF_ERR_RANGE, "cannot write '%s': its header takes %zu bytes, expected at most %d",
                    w->path, w->header_size, ALF_SAFETENSORS_MAX_HEADER);
}

static alf_status make_header(writing *w)
{
    json_t    *root = json_object();
    alf_status status = root ? put_metadata(w, root)
                             : alf_fail(w->ctx, ALF_ERR_MEMORY, "cannot write '%s': no memory for its header", w->path);

    if (!status) status = put_tensors(w, root);
    if (!status) status = print_header(w, root);
    json_decref(root);
    return status;
}

/* --- file ------------------------------------------------------------------------------------------------------------- */

static alf_status write_content(alf_atomic_file *file, const void *user)
{
    const writing *w = user;
    int64_t        count = alf_archive_count(w->archive);
    uint8_t        length[8];
    alf_status     status;

    for (int i = 0; i < 8; i++) length[i] = (uint8_t)((uint64_t)w->header_size >> (8 * i));
    status = alf_atomic_write(file, length, sizeof length);
    if (!status) status = alf_atomic_write(file, w->header, w->header_size);
    for (int64_t i = 0; i < count && !status; i++)
        status = alf_atomic_write(file, w->order[i]->data, bytes_of(w->order[i]));
    return status;
}

alf_status alf_archive_save(const alf_archive *archive, const char *path)
{
    writing    w = {.archive = archive, .path = path};
    alf_status status;

    if (!archive) return ALF_ERR_ARGUMENT;
    w.ctx = archive->ctx;
    if (!path) return alf_fail(w.ctx, ALF_ERR_ARGUMENT, "alf_archive_save: path is NULL");
    status = make_order(&w);
    if (!status) status = make_header(&w);
    if (!status) status = alf_atomic_save(w.ctx, path, write_content, &w);
    alf_mem_free((void *)w.order);
    alf_mem_free(w.header);
    return status;
}
