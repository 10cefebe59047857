/* Safetensors in: 8 bytes of header length, a JSON header, raw data. Nothing in the header is believed: every type,
 * shape and offset is checked against the others and against the size of the file. */
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "io/archive_internal.h"
#include "io/escape.h"
#include "io/json_load.h"
#include "io/safetensors_internal.h"

/* One tensor as the header describes it, its strings owned by the parsed JSON. */
typedef struct {
    const char *name;
    alf_dtype   dtype;
    int         ndim;
    int64_t     shape[ALF_MAX_DIMS];
    int64_t     begin, end; /* bytes after the header */
} description;

typedef struct {
    alf_archive *archive;
    alf_ctx     *ctx;
    const char  *path;
    int64_t      header_size, data_size;
    alf_json     json;
    json_t      *root;
    description *tensors;
    int64_t      count;
} reading;

/* --- types ---------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    alf_dtype   dtype;
} dtypes[] = {
    {"F32", ALF_F32}, {"F64", ALF_F64}, {"F16", ALF_F16}, {"BF16", ALF_BF16}, {"U8", ALF_U8},
    {"I8", ALF_I8},   {"I32", ALF_I32}, {"I64", ALF_I64}, {"BOOL", ALF_BOOL},
};

#define DTYPES ((int)(sizeof dtypes / sizeof dtypes[0]))

const char *alf_dtype_name(alf_dtype dtype)
{
    for (int i = 0; i < DTYPES; i++)
        if (dtypes[i].dtype == dtype) return dtypes[i].name;
    return "unknown";
}

static bool dtype_from_name(const char *name, alf_dtype *out)
{
    for (int i = 0; i < DTYPES; i++)
        if (strcmp(dtypes[i].name, name) == 0) {
            *out = dtypes[i].dtype;
            return true;
        }
    return false;
}

/* --- the header as JSON ----------------------------------------------------------------------------------------------- */

static alf_status measure_header(reading *r)
{
    const alf_file_map *map = &r->archive->map;
    uint64_t            size = 0;

    if (map->size < 8)
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': %zu bytes are too few for the length of a header (8 bytes)",
                        r->path, map->size);
    for (int i = 7; i >= 0; i--) size = size << 8 | map->data[i];
    if (size > ALF_SAFETENSORS_MAX_HEADER)
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': the header claims %llu bytes, expected at most %d", r->path,
                        (unsigned long long)size, ALF_SAFETENSORS_MAX_HEADER);
    if (size > map->size - 8)
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': the header claims %llu bytes but only %zu follow; truncated?",
                        r->path, (unsigned long long)size, map->size - 8);
    if (size == 0 || map->data[8] != '{')
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': the header does not start with '{'", r->path);
    r->header_size = (int64_t)size;
    r->data_size = (int64_t)(map->size - 8 - (size_t)size);
    return ALF_OK;
}

static alf_status parse_header(reading *r)
{
    char      *what = alf_mem_printf(r->ctx, "'%s': the header", r->path);
    alf_status status = alf_ctx_status(r->ctx);

    if (what)
        status =
            alf_json_load(r->ctx, (const char *)r->archive->map.data + 8, (size_t)r->header_size, what, 8, &r->json);
    alf_mem_free(what);
    r->root = r->json.root;
    return status;
}

/* --- the header as descriptions ----------------------------------------------------------------------------------------- */

static alf_status read_dtype(reading *r, description *t, const json_t *entry)
{
    const json_t *dtype = json_object_get(entry, "dtype");

    if (!json_is_string(dtype))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': tensor '%s' has no text \"dtype\"", r->path, t->name);
    if (dtype_from_name(json_string_value(dtype), &t->dtype)) return ALF_OK;
    return alf_fail(r->ctx, ALF_ERR_UNSUPPORTED,
                    "'%s': tensor '%s' has dtype \"%s\", expected F64, F32, F16, BF16, I64, I32, I8, U8 or BOOL",
                    r->path, t->name, alf_escape(json_string_value(dtype)).text);
}

static alf_status read_shape(reading *r, description *t, const json_t *entry)
{
    const json_t *shape = json_object_get(entry, "shape");

    if (!json_is_array(shape))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': tensor '%s' has no list \"shape\"", r->path, t->name);
    if (json_array_size(shape) > ALF_MAX_DIMS)
        return alf_fail(r->ctx, ALF_ERR_UNSUPPORTED, "'%s': tensor '%s' has %zu dimensions, expected at most %d",
                        r->path, t->name, json_array_size(shape), ALF_MAX_DIMS);
    t->ndim = (int)json_array_size(shape);
    for (int i = 0; i < t->ndim; i++) {
        const json_t *size = json_array_get(shape, (size_t)i);
        if (!json_is_integer(size) || json_integer_value(size) < 0)
            return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': tensor '%s': shape[%d] is not a whole number of at least 0",
                            r->path, t->name, i);
        t->shape[i] = json_integer_value(size);
    }
    return ALF_OK;
}

static alf_status read_offsets(reading *r, description *t, const json_t *entry)
{
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);

    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': tensor '%s' has no \"data_offsets\" of two whole numbers",
                        r->path, t->name);
    t->begin = json_integer_value(begin);
    t->end = json_integer_value(end);
    if (t->begin < 0 || t->begin > t->end || t->end > r->data_size)
        return alf_fail(r->ctx, ALF_ERR_FORMAT,
                        "'%s': tensor '%s' has data_offsets [%lld, %lld], expected within the %lld bytes of data",
                        r->path, t->name, (long long)t->begin, (long long)t->end, (long long)r->data_size);
    return ALF_OK;
}

/* The shape must ask for exactly the bytes between the offsets. */
static alf_status check_size(reading *r, const description *t)
{
    int64_t count, bytes;

    if (!alf_shape_bytes(t->dtype, t->ndim, t->shape, &count, &bytes))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': tensor '%s' has a shape of more than 2^63 bytes", r->path,
                        t->name);
    if (bytes == t->end - t->begin) return ALF_OK;
    return alf_fail(r->ctx, ALF_ERR_FORMAT,
                    "'%s': tensor '%s' has %lld bytes between its data_offsets, expected %lld for its shape and %s",
                    r->path, t->name, (long long)(t->end - t->begin), (long long)bytes, alf_dtype_name(t->dtype));
}

static alf_status read_tensor(reading *r, const char *name, const json_t *entry)
{
    description *t = &r->tensors[r->count];
    alf_status   status = alf_archive_check_name(r->archive, name, ALF_ERR_FORMAT);

    if (status) return status;
    if (!json_is_object(entry))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': the entry of tensor '%s' is not an object", r->path, name);
    t->name = name;
    status = read_dtype(r, t, entry);
    if (!status) status = read_shape(r, t, entry);
    if (!status) status = read_offsets(r, t, entry);
    if (!status) status = check_size(r, t);
    if (!status) r->count++;
    return status;
}

static alf_status read_metadata(reading *r, json_t *entry)
{
    const char *key;
    json_t     *value;

    if (!json_is_object(entry))
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': \"__metadata__\" is not an object", r->path);
    json_object_foreach(entry, key, value)
    {
        alf_status status = alf_archive_check_name(r->archive, key, ALF_ERR_FORMAT);
        if (status) return status;
        if (!json_is_string(value))
            return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': metadata '%s' is not a text", r->path, key);
        status = alf_archive_set_meta(r->archive, key, json_string_value(value));
        if (status) return status;
    }
    return ALF_OK;
}

static alf_status read_entries(reading *r)
{
    const bool   described = json_object_get(r->root, "__metadata__") != NULL;
    const size_t tensors = json_object_size(r->root) - described;
    const char  *name;
    json_t      *entry;

    if (tensors > ALF_MAX_ARRAYS)
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': %zu tensors, expected at most %d", r->path, tensors,
                        ALF_MAX_ARRAYS);
    r->tensors = alf_mem_zalloc(r->ctx, tensors, sizeof *r->tensors);
    if (!r->tensors) return alf_ctx_status(r->ctx);
    json_object_foreach(r->root, name, entry)
    {
        bool       metadata = strcmp(name, "__metadata__") == 0;
        alf_status status = metadata ? read_metadata(r, entry) : read_tensor(r, name, entry);
        if (status) return status;
    }
    return ALF_OK;
}

/* --- the data ---------------------------------------------------------------------------------------------------------- */

static int by_place(const void *left, const void *right)
{
    const description *a = left, *b = right;

    if (a->begin != b->begin) return a->begin < b->begin ? -1 : 1;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* The format wants every byte of the data to belong to exactly one tensor. */
static alf_status check_coverage(reading *r)
{
    int64_t covered = 0;

    if (r->count) qsort(r->tensors, (size_t)r->count, sizeof *r->tensors, by_place);
    for (int64_t i = 0; i < r->count; i++) {
        const description *t = &r->tensors[i];
        if (t->begin < covered)
            return alf_fail(r->ctx, ALF_ERR_FORMAT,
                            "'%s': tensor '%s' starts at byte %lld of the data and overlaps '%s', which ends at %lld",
                            r->path, t->name, (long long)t->begin, t[-1].name, (long long)covered);
        if (t->begin > covered)
            return alf_fail(r->ctx, ALF_ERR_FORMAT,
                            "'%s': bytes %lld to %lld of the data, before tensor '%s', belong to no tensor", r->path,
                            (long long)covered, (long long)t->begin, t->name);
        covered = t->end;
    }
    if (covered == r->data_size) return ALF_OK;
    return alf_fail(r->ctx, ALF_ERR_FORMAT, "'%s': %lld bytes follow the last tensor, expected none", r->path,
                    (long long)(r->data_size - covered));
}

static alf_status add_tensors(reading *r)
{
    const uint8_t *data = r->archive->map.data + 8 + r->header_size;

    for (int64_t i = 0; i < r->count; i++) {
        const description *t = &r->tensors[i];
        alf_status status = alf_archive_add_view(r->archive, t->name, t->dtype, t->ndim, t->shape, data + t->begin);
        if (status) return status;
    }
    return ALF_OK;
}

alf_status alf_safetensors_read(alf_archive *archive)
{
    reading    r = {.archive = archive, .ctx = archive->ctx, .path = alf_archive_label(archive)};
    alf_status status = measure_header(&r);

    if (!status) status = parse_header(&r);
    if (!status) status = read_entries(&r);
    if (!status) status = check_coverage(&r);
    if (!status) status = add_tensors(&r);
    alf_mem_free(r.tensors);
    alf_json_release(&r.json);
    return status;
}
