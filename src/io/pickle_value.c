/* The arena, the limits, and the values of a pickle. */
#include "io/pickle_value.h"

#include <string.h>

#include "core/core.h"
#include "io/pickle.h"

#define CHUNK_BYTES ((size_t)1 << 16)

/* Memory of the arena: `used` of `size` bytes behind this head are given out. */
struct alf_pkl_chunk {
    _Alignas(16) alf_pkl_chunk *next;
    size_t size, used;
};

/* --- the reader ----------------------------------------------------------------------------------------------------- */

void alf_pkl_release(alf_pkl_reader *reader)
{
    while (reader->chunks) {
        alf_pkl_chunk *next = reader->chunks->next;
        alf_mem_free(reader->chunks);
        reader->chunks = next;
    }
}

bool alf_pkl_is_mapped(const alf_pkl_reader *reader, const uint8_t *byte)
{
    uintptr_t start = (uintptr_t)reader->map.data, at = (uintptr_t)byte;

    return at >= start && at - start < reader->map.size;
}

/* The place in the file, as part of a message; nothing when the opcode stands in unpacked bytes. */
static void describe_place(const alf_pkl_reader *reader, char *buffer, size_t size)
{
    buffer[0] = '\0';
    if (alf_pkl_is_mapped(reader, reader->at))
        alf_format(buffer, size, " at byte %lld", (long long)(reader->at - reader->map.data));
}

alf_status alf_pkl_fail(alf_pkl_reader *reader, alf_status status, const char *format, ...)
{
    char    text[1024], place[64];
    va_list args;

    va_start(args, format);
    alf_vformat(text, sizeof text, format, args);
    va_end(args);
    describe_place(reader, place, sizeof place);
    if (!reader->status) reader->status = status;
    return alf_fail(reader->ctx, status, "'%s'%s: %s", reader->path, place, text);
}

static bool add_chunk(alf_pkl_reader *reader, size_t bytes)
{
    size_t         size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    alf_pkl_chunk *chunk = alf_mem_alloc(reader->ctx, sizeof *chunk + size, 1);

    if (!chunk) {
        reader->status = ALF_ERR_MEMORY;
        return false;
    }
    *chunk = (alf_pkl_chunk){.next = reader->chunks, .size = size};
    reader->chunks = chunk;
    return true;
}

void *alf_pkl_alloc(alf_pkl_reader *reader, int64_t count, size_t size)
{
    int64_t bytes;
    void   *block;

    if (count < 0 || !alf_mul_i64(count, (int64_t)size, &bytes) || !alf_add_i64(bytes, 15, &bytes)) {
        alf_pkl_fail(reader, ALF_ERR_MEMORY, "%lld elements of %lld bytes do not fit into memory", (long long)count,
                     (long long)size);
        return NULL;
    }
    bytes -= bytes % 16;
    if (!reader->chunks || reader->chunks->size - reader->chunks->used < (size_t)bytes)
        if (!add_chunk(reader, (size_t)bytes)) return NULL;
    block = (char *)(reader->chunks + 1) + reader->chunks->used;
    reader->chunks->used += (size_t)bytes;
    return block;
}

alf_status alf_pkl_charge(alf_pkl_reader *reader, int64_t steps)
{
    reader->steps += steps;
    if (reader->steps <= ALF_PICKLE_MAX_STEPS) return ALF_OK;
    return alf_pkl_fail(reader, ALF_ERR_FORMAT, "reading takes more than %d steps, far more than any network",
                        ALF_PICKLE_MAX_STEPS);
}

alf_status alf_pkl_charge_bytes(alf_pkl_reader *reader, int64_t bytes)
{
    int64_t total, limit;

    if (!alf_mul_i64((int64_t)reader->map.size, ALF_PICKLE_MAX_EXPANSION, &limit) ||
        !alf_add_i64(limit, ALF_PICKLE_SPARE_BYTES, &limit))
        limit = INT64_MAX;
    if (!alf_add_i64(reader->expanded, bytes, &total) || total > limit)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT,
                            "its arrays take more than %lld bytes: %d MB plus %d times its size", (long long)limit,
                            ALF_PICKLE_SPARE_BYTES >> 20, ALF_PICKLE_MAX_EXPANSION);
    reader->expanded = total;
    return ALF_OK;
}

static alf_status count_values(alf_pkl_reader *reader, int64_t count)
{
    reader->values += count;
    if (reader->values <= ALF_PICKLE_MAX_VALUES) return ALF_OK;
    return alf_pkl_fail(reader, ALF_ERR_FORMAT, "more than %d values, far more than any network has",
                        ALF_PICKLE_MAX_VALUES);
}

/* --- values --------------------------------------------------------------------------------------------------------- */

alf_pkl_value *alf_pkl_new(alf_pkl_reader *reader, alf_pkl_kind kind)
{
    alf_pkl_value *value;

    if (count_values(reader, 1)) return NULL;
    value = alf_pkl_alloc(reader, 1, sizeof *value);
    if (!value) return NULL;
    memset(value, 0, sizeof *value);
    value->kind = kind;
    return value;
}

alf_pkl_value *alf_pkl_new_bool(alf_pkl_reader *reader, bool boolean)
{
    alf_pkl_value *value = alf_pkl_new(reader, ALF_PKL_BOOL);

    if (value) value->as.boolean = boolean;
    return value;
}

alf_pkl_value *alf_pkl_new_int(alf_pkl_reader *reader, int64_t integer)
{
    alf_pkl_value *value = alf_pkl_new(reader, ALF_PKL_INT);

    if (value) value->as.integer = integer;
    return value;
}

alf_pkl_value *alf_pkl_new_float(alf_pkl_reader *reader, double real)
{
    alf_pkl_value *value = alf_pkl_new(reader, ALF_PKL_FLOAT);

    if (value) value->as.real = real;
    return value;
}

alf_pkl_value *alf_pkl_new_text(alf_pkl_reader *reader, alf_pkl_kind kind, const uint8_t *at, size_t size)
{
    alf_pkl_value *value = alf_pkl_new(reader, kind);

    if (value) value->as.text = (alf_pkl_text){at, size, NULL};
    return value;
}

/* The arena keeps the old list: doubling wastes no more than the list itself. */
static alf_status grow_items(alf_pkl_reader *reader, alf_pkl_items *items, int64_t count)
{
    int64_t         capacity = items->capacity ? items->capacity * 2 : 4;
    alf_pkl_value **grown;

    if (capacity < count) capacity = count;
    grown = alf_pkl_alloc(reader, capacity, sizeof(alf_pkl_value *));
    if (!grown) return reader->status;
    if (items->count) memcpy(grown, items->at, (size_t)items->count * sizeof *grown);
    items->at = grown;
    items->capacity = capacity;
    return ALF_OK;
}

alf_status alf_pkl_append(alf_pkl_reader *reader, alf_pkl_value *container, alf_pkl_value *const values[],
                          int64_t count)
{
    alf_pkl_items *items = &container->as.items;

    if (count == 0) return ALF_OK;
    if (count_values(reader, count)) return reader->status;
    if (items->count + count > items->capacity && grow_items(reader, items, items->count + count))
        return reader->status;
    memcpy(items->at + items->count, values, (size_t)count * sizeof *values);
    items->count += count;
    return ALF_OK;
}

alf_status alf_pkl_get(alf_pkl_reader *reader, const alf_pkl_value *dict, const char *key, const alf_pkl_value **out)
{
    const alf_pkl_items *items = &dict->as.items;

    if (alf_pkl_charge(reader, 1 + items->count / 2)) return reader->status;
    *out = NULL;
    for (int64_t i = items->count - 2; i >= 0 && !*out; i -= 2)
        if (alf_pkl_is_text(items->at[i], key)) *out = items->at[i + 1];
    return ALF_OK;
}

/* --- looking at values ---------------------------------------------------------------------------------------------- */

const char *alf_pkl_kind_text(const alf_pkl_value *value)
{
    switch (value->kind) {
    case ALF_PKL_NONE: return "None";
    case ALF_PKL_BOOL: return "a bool";
    case ALF_PKL_INT: return "an int";
    case ALF_PKL_BIG_INT: return "an int beyond 64 bits";
    case ALF_PKL_FLOAT: return "a float";
    case ALF_PKL_STRING: return "a text";
    case ALF_PKL_BYTES: return "bytes";
    case ALF_PKL_LIST: return "a list";
    case ALF_PKL_TUPLE: return "a tuple";
    case ALF_PKL_SET: return "a set";
    case ALF_PKL_DICT: return "a dict";
    case ALF_PKL_GLOBAL: return "a global";
    case ALF_PKL_OBJECT: return "a network";
    case ALF_PKL_STORAGE: return "a storage";
    case ALF_PKL_TENSOR: return "a tensor";
    case ALF_PKL_DTYPE: return "a dtype";
    case ALF_PKL_NDARRAY: return "a NumPy array";
    }
    return "unknown";
}

bool alf_pkl_is_bytes(const alf_pkl_value *value)
{
    return value->kind == ALF_PKL_STRING || value->kind == ALF_PKL_BYTES;
}

bool alf_pkl_is_text(const alf_pkl_value *value, const char *text)
{
    size_t size = strlen(text);

    return alf_pkl_is_bytes(value) && value->as.text.size == size && memcmp(value->as.text.at, text, size) == 0;
}

alf_pkl_label alf_pkl_printable(const uint8_t *at, size_t size)
{
    alf_pkl_label label;
    size_t        shown = size < 80 ? size : 80;

    for (size_t i = 0; i < shown; i++) label.text[i] = at[i] >= 0x20 && at[i] < 0x7f ? (char)at[i] : '?';
    memcpy(label.text + shown, "...", 4);
    if (shown == size) label.text[shown] = '\0';
    return label;
}

alf_status alf_pkl_read_ints(alf_pkl_reader *reader, const alf_pkl_value *tuple, const char *what, int limit,
                             int64_t out[], int *count)
{
    const alf_pkl_items *items = &tuple->as.items;

    if (tuple->kind != ALF_PKL_TUPLE && tuple->kind != ALF_PKL_LIST)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "%s is %s, expected a tuple of ints", what,
                            alf_pkl_kind_text(tuple));
    if (items->count > limit)
        return alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "%s has %lld dimensions, expected at most %d", what,
                            (long long)items->count, limit);
    for (int64_t i = 0; i < items->count; i++) {
        if (items->at[i]->kind != ALF_PKL_INT)
            return alf_pkl_fail(reader, ALF_ERR_FORMAT, "%s contains %s, expected ints", what,
                                alf_pkl_kind_text(items->at[i]));
        out[i] = items->at[i]->as.integer;
    }
    *count = (int)items->count;
    return ALF_OK;
}
