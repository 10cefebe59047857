/* The container: named arrays and texts, sorted, owned by a context. */
#include <string.h>
#include <unistd.h>

#include "core/core.h"
#include "io/archive_internal.h"
#include "io/escape.h"

/* --- life --------------------------------------------------------------------------------------------------------- */

alf_status alf_archive_create(alf_ctx *ctx, alf_archive **out)
{
    alf_archive *archive;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_archive_create: out is NULL");
    archive = alf_mem_zalloc(ctx, 1, sizeof *archive);
    if (!archive) return alf_ctx_status(ctx);
    archive->ctx = ctx;
    archive->fd = -1;
    archive->format = "memory";
    *out = archive;
    return ALF_OK;
}

alf_status alf_archive_set_source(alf_archive *archive, const char *path, const char *format)
{
    char *copy = alf_mem_strdup(archive->ctx, path);

    if (!copy) return alf_ctx_status(archive->ctx);
    alf_mem_free(archive->path);
    archive->path = copy;
    archive->format = format;
    return ALF_OK;
}

static void destroy_entry(alf_archive_entry *entry)
{
    alf_mem_free((void *)(uintptr_t)entry->array.name);
    alf_mem_free(entry->owned);
    alf_mem_free(entry);
}

void alf_archive_destroy(alf_archive *archive)
{
    if (!archive) return;
    for (int64_t i = 0; i < archive->count; i++) destroy_entry(archive->entries[i]);
    for (int64_t i = 0; i < archive->meta_count; i++) {
        alf_mem_free(archive->meta[i].key);
        alf_mem_free(archive->meta[i].value);
    }
    alf_mem_free(archive->entries);
    alf_mem_free(archive->meta);
    alf_mem_free(archive->path);
    alf_file_map_close(&archive->map);
    if (archive->fd >= 0) close(archive->fd);
    alf_mem_free(archive);
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

typedef const char *(*name_fn)(const alf_archive *archive, int64_t index);

static const char *array_name(const alf_archive *archive, int64_t index)
{
    return archive->entries[index]->array.name;
}

static const char *text_key(const alf_archive *archive, int64_t index)
{
    return archive->meta[index].key;
}

/* The place of `name` among sorted names, or where it would go. */
static int64_t place_of(const alf_archive *archive, int64_t count, name_fn name_at, const char *name, bool *found)
{
    int64_t low = 0, high = count;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (strcmp(name_at(archive, middle), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < count && strcmp(name_at(archive, low), name) == 0;
    return low;
}

int64_t alf_archive_count(const alf_archive *archive)
{
    return archive ? archive->count : 0;
}

const alf_array *alf_archive_at(const alf_archive *archive, int64_t index)
{
    return archive && index >= 0 && index < archive->count ? &archive->entries[index]->array : NULL;
}

const alf_array *alf_archive_find(const alf_archive *archive, const char *name)
{
    bool    found;
    int64_t place;

    if (!archive || !name) return NULL;
    place = place_of(archive, archive->count, array_name, name, &found);
    return found ? &archive->entries[place]->array : NULL;
}

int64_t alf_archive_meta_count(const alf_archive *archive)
{
    return archive ? archive->meta_count : 0;
}

const char *alf_archive_meta_key(const alf_archive *archive, int64_t index)
{
    return archive && index >= 0 && index < archive->meta_count ? archive->meta[index].key : NULL;
}

const char *alf_archive_meta(const alf_archive *archive, const char *key)
{
    bool    found;
    int64_t place;

    if (!archive || !key) return NULL;
    place = place_of(archive, archive->meta_count, text_key, key, &found);
    return found ? archive->meta[place].value : NULL;
}

const char *alf_archive_path(const alf_archive *archive)
{
    return archive && archive->path ? archive->path : "";
}

const char *alf_archive_format(const alf_archive *archive)
{
    return archive ? archive->format : "";
}

const char *alf_archive_label(const alf_archive *archive)
{
    return archive->path ? archive->path : "archive in memory";
}

/* --- filling ------------------------------------------------------------------------------------------------------ */

/* Makes room for one more item of `size` bytes in a list. */
static alf_status grow(alf_archive *archive, void **list, int64_t count, int64_t *capacity, size_t size,
                       const char *what)
{
    int64_t wanted = *capacity ? *capacity * 2 : 16;
    void   *grown;

    if (count < *capacity) return ALF_OK;
    if (count >= ALF_MAX_ARRAYS)
        return alf_fail(archive->ctx, ALF_ERR_FORMAT, "'%s': more than %d %s", alf_archive_label(archive),
                        ALF_MAX_ARRAYS, what);
    grown = alf_mem_realloc(archive->ctx, *list, (size_t)wanted, size);
    if (!grown) return alf_ctx_status(archive->ctx);
    *list = grown;
    *capacity = wanted;
    return ALF_OK;
}

alf_status alf_archive_check_name(const alf_archive *archive, const char *name, alf_status refusal)
{
    if (!alf_has_control(name)) return ALF_OK;
    return alf_fail(archive->ctx, refusal, "'%s': the name '%s' contains control characters",
                    alf_archive_label(archive), alf_escape(name).text);
}

/* Counts the elements; refuses what does not fit into 63 bits of bytes. */
static alf_status count_elements(alf_archive *archive, const char *name, alf_dtype dtype, int ndim,
                                 const int64_t shape[], int64_t *count)
{
    int64_t bytes;

    if (ndim < 0 || ndim > ALF_MAX_DIMS || (ndim && !shape))
        return alf_fail(archive->ctx, ALF_ERR_UNSUPPORTED, "'%s': array '%s' has %d dimensions, expected 0 to %d",
                        alf_archive_label(archive), name, ndim, ALF_MAX_DIMS);
    if (alf_shape_bytes(dtype, ndim, shape, count, &bytes)) return ALF_OK;
    return alf_fail(archive->ctx, ALF_ERR_FORMAT,
                    "'%s': array '%s' has a shape with a size below 0 or of more than 2^63 bytes",
                    alf_archive_label(archive), name);
}

static alf_status make_entry(alf_archive *archive, const char *name, alf_dtype dtype, int ndim, const int64_t shape[],
                             const void *data, alf_archive_entry **out)
{
    alf_ctx           *ctx = archive->ctx;
    alf_archive_entry *entry;
    int64_t            count = 0;
    alf_status         status = count_elements(archive, name, dtype, ndim, shape, &count);

    if (status) return status;
    if (count && !data)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "'%s': array '%s' has no data", alf_archive_label(archive), name);
    entry = alf_mem_zalloc(ctx, 1, sizeof *entry);
    if (!entry) return alf_ctx_status(ctx);
    entry->array = (alf_array){.dtype = dtype, .ndim = ndim, .count = count, .data = data ? data : entry};
    for (int i = 0; i < ndim; i++) entry->array.shape[i] = shape[i];
    entry->array.name = alf_mem_strdup(ctx, name);
    if (!entry->array.name) {
        destroy_entry(entry);
        return alf_ctx_status(ctx);
    }
    *out = entry;
    return ALF_OK;
}

alf_status alf_archive_add_view(alf_archive *archive, const char *name, alf_dtype dtype, int ndim,
                                const int64_t shape[], const void *data)
{
    alf_archive_entry *entry = NULL;
    void              *list = archive->entries;
    bool               found;
    int64_t            place = place_of(archive, archive->count, array_name, name, &found);
    alf_status         status;

    if (found)
        return alf_fail(archive->ctx, ALF_ERR_FORMAT, "'%s': two arrays are named '%s'", alf_archive_label(archive),
                        name);
    status = grow(archive, &list, archive->count, &archive->capacity, sizeof *archive->entries, "arrays");
    archive->entries = list;
    if (status) return status;
    status = make_entry(archive, name, dtype, ndim, shape, data, &entry);
    if (status) return status;
    memmove(archive->entries + place + 1, archive->entries + place,
            (size_t)(archive->count - place) * sizeof *archive->entries);
    archive->entries[place] = entry;
    archive->count++;
    return ALF_OK;
}

/* Swaps the caller's data for a copy of it. */
static alf_status own_data(alf_archive *archive, const char *name, const void *data)
{
    bool               found;
    alf_archive_entry *entry = archive->entries[place_of(archive, archive->count, array_name, name, &found)];
    size_t             size = alf_dtype_size(entry->array.dtype);
    void              *copy = alf_mem_alloc(archive->ctx, (size_t)entry->array.count, size);

    if (!copy) return alf_ctx_status(archive->ctx);
    if (entry->array.count) memcpy(copy, data, (size_t)entry->array.count * size);
    entry->owned = copy;
    entry->array.data = copy;
    return ALF_OK;
}

static void remove_array(alf_archive *archive, const char *name)
{
    bool    found;
    int64_t place = place_of(archive, archive->count, array_name, name, &found);

    destroy_entry(archive->entries[place]);
    archive->count--;
    memmove(archive->entries + place, archive->entries + place + 1,
            (size_t)(archive->count - place) * sizeof *archive->entries);
}

alf_status alf_archive_add(alf_archive *archive, const char *name, alf_dtype dtype, int ndim, const int64_t shape[],
                           const void *data)
{
    alf_status status;

    if (!archive) return ALF_ERR_ARGUMENT;
    if (!name || strcmp(name, "__metadata__") == 0)
        return alf_fail(archive->ctx, ALF_ERR_ARGUMENT, "'%s': an array cannot be named '%s'",
                        alf_archive_label(archive), name ? name : "NULL");
    if (!alf_dtype_size(dtype))
        return alf_fail(archive->ctx, ALF_ERR_ARGUMENT, "'%s': array '%s' has the unknown type %d",
                        alf_archive_label(archive), name, (int)dtype);
    status = alf_archive_check_name(archive, name, ALF_ERR_ARGUMENT);
    if (!status) status = alf_archive_add_view(archive, name, dtype, ndim, shape, data);
    if (status) return status;
    status = own_data(archive, name, data);
    if (status) remove_array(archive, name);
    return status;
}

static alf_status check_meta(alf_archive *archive, const char *key, size_t bytes)
{
    if (bytes <= ALF_MAX_META - archive->meta_bytes) return ALF_OK;
    return alf_fail(archive->ctx, ALF_ERR_FORMAT, "'%s': with '%s' its metadata would be more than %d bytes",
                    alf_archive_label(archive), alf_escape(key).text, ALF_MAX_META);
}

alf_status alf_archive_set_meta(alf_archive *archive, const char *key, const char *value)
{
    alf_archive_text text;
    void            *list;
    bool             found;
    int64_t          place;
    size_t           bytes;
    alf_status       status;

    if (!archive) return ALF_ERR_ARGUMENT;
    if (!key || !value)
        return alf_fail(archive->ctx, ALF_ERR_ARGUMENT, "'%s': metadata needs a key and a value",
                        alf_archive_label(archive));
    status = alf_archive_check_name(archive, key, ALF_ERR_ARGUMENT);
    if (status) return status;
    place = place_of(archive, archive->meta_count, text_key, key, &found);
    if (found)
        return alf_fail(archive->ctx, ALF_ERR_ARGUMENT, "'%s': metadata '%s' is there already",
                        alf_archive_label(archive), key);
    bytes = strlen(key) + strlen(value);
    status = check_meta(archive, key, bytes);
    if (status) return status;
    list = archive->meta;
    status = grow(archive, &list, archive->meta_count, &archive->meta_capacity, sizeof text, "metadata texts");
    archive->meta = list;
    if (status) return status;
    text.key = alf_mem_strdup(archive->ctx, key);
    text.value = alf_mem_strdup(archive->ctx, value);
    if (!text.key || !text.value) {
        alf_mem_free(text.key);
        alf_mem_free(text.value);
        return alf_ctx_status(archive->ctx);
    }
    memmove(archive->meta + place + 1, archive->meta + place, (size_t)(archive->meta_count - place) * sizeof text);
    archive->meta[place] = text;
    archive->meta_count++;
    archive->meta_bytes += bytes;
    return ALF_OK;
}
