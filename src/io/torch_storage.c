/* The legacy stream: pickles of a magic number, a version, the system, the storage and its key; then the elements. */
#include "io/torch_storage.h"

#include <string.h>

#include "core/core.h"
#include "io/pickle_globals.h"
#include "io/pickle_vm.h"

#define PROTOCOL_VERSION 1001

/* 0x1950a86a20f9469cfc6c, little-endian as the pickle has it. */
static const uint8_t magic_number[10] = {0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

/* --- the persistent id ---------------------------------------------------------------------------------------------- */

static alf_status bad_id(alf_pkl_reader *reader, const char *reason)
{
    return alf_pkl_fail(reader, ALF_ERR_FORMAT, "the persistent id of a torch storage %s", reason);
}

alf_status alf_torch_read_id(alf_pkl_reader *reader, const alf_pkl_value *id, alf_torch_storage_id *out)
{
    alf_pkl_value *const *at = id->as.items.at;
    int64_t               count = id->kind == ALF_PKL_TUPLE ? id->as.items.count : 0;

    if (count < 5 || count > 6) return bad_id(reader, "is not a tuple of 5 or 6");
    if (!alf_pkl_is_text(at[0], "storage")) return bad_id(reader, "does not begin with 'storage'");
    if (at[1]->kind != ALF_PKL_GLOBAL) return bad_id(reader, "does not name a storage type");
    if (!alf_pkl_is_bytes(at[2])) return bad_id(reader, "has a key that is not a text");
    if (at[4]->kind != ALF_PKL_INT || at[4]->as.integer < 0) return bad_id(reader, "has no valid number of elements");
    if (count == 6 && at[5]->kind != ALF_PKL_NONE) return bad_id(reader, "describes a view of another storage");
    *out = (alf_torch_storage_id){at[1]->as.global->dtype, &at[2]->as.text, at[4]->as.integer, 0};
    if (!alf_mul_i64(out->count, (int64_t)alf_dtype_size(out->dtype), &out->bytes))
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a torch storage of %lld elements has more than 2^63 bytes",
                            (long long)out->count);
    return ALF_OK;
}

/* --- the legacy stream ---------------------------------------------------------------------------------------------- */

static alf_status check_magic(alf_pkl_reader *reader, const alf_pkl_value *value)
{
    const alf_pkl_text *text = &value->as.text;

    if (value->kind == ALF_PKL_BIG_INT && text->size == sizeof magic_number &&
        memcmp(text->at, magic_number, sizeof magic_number) == 0)
        return ALF_OK;
    return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a torch stream does not begin with torch's magic number");
}

static alf_status check_protocol(alf_pkl_reader *reader, const alf_pkl_value *value)
{
    if (value->kind == ALF_PKL_INT && value->as.integer == PROTOCOL_VERSION) return ALF_OK;
    return alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "a torch stream of another protocol than %d", PROTOCOL_VERSION);
}

static alf_status check_system(alf_pkl_reader *reader, const alf_pkl_value *value)
{
    const alf_pkl_value *little = NULL;

    if (value->kind == ALF_PKL_DICT && alf_pkl_get(reader, value, "little_endian", &little)) return reader->status;
    if (!little || little->kind != ALF_PKL_BOOL)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a torch stream does not say whether it is little-endian");
    if (!little->as.boolean) return alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "a torch stream is big-endian");
    return ALF_OK;
}

static alf_status check_keys(alf_pkl_reader *reader, const alf_pkl_value *keys, const alf_pkl_text *key)
{
    const alf_pkl_value *only = keys->kind == ALF_PKL_LIST && keys->as.items.count == 1 ? keys->as.items.at[0] : NULL;

    if (only && alf_pkl_is_bytes(only) && only->as.text.size == key->size &&
        memcmp(only->as.text.at, key->at, key->size) == 0)
        return ALF_OK;
    return alf_pkl_fail(reader, ALF_ERR_FORMAT, "the keys of a torch stream are not a list of the key of its storage");
}

static alf_status take_pickle(alf_pkl_scan *stream, alf_pkl_value **out)
{
    size_t     used;
    alf_status status =
        alf_pkl_run(stream->reader, ALF_PKL_IN_TORCH, stream->data + stream->at, stream->size - stream->at, &used, out);

    if (!status) stream->at += used;
    return status;
}

/* The count of elements, which must be that of the id, and the elements, which must be all that is left. */
static alf_status take_elements(alf_pkl_scan *stream, const alf_torch_storage_id *id, const uint8_t **out)
{
    uint64_t   count;
    alf_status status = alf_pkl_take_unsigned(stream, 8, &count);

    if (status) return status;
    if (count != (uint64_t)id->count || stream->size - stream->at != (uint64_t)id->bytes)
        return alf_pkl_fail(stream->reader, ALF_ERR_FORMAT,
                            "a torch storage of %lld elements comes with a count of %llu and %llu bytes, expected %lld",
                            (long long)id->count, (unsigned long long)count,
                            (unsigned long long)(stream->size - stream->at), (long long)id->bytes);
    return alf_pkl_take(stream, (uint64_t)id->bytes, out);
}

static alf_status read_legacy(alf_pkl_reader *reader, const uint8_t *data, size_t size, alf_pkl_storage *out)
{
    alf_pkl_scan         stream = {reader, data, size, 0};
    alf_torch_storage_id id;
    alf_pkl_value       *value;
    const uint8_t       *elements;

    if (take_pickle(&stream, &value) || check_magic(reader, value)) return reader->status;
    if (take_pickle(&stream, &value) || check_protocol(reader, value)) return reader->status;
    if (take_pickle(&stream, &value) || check_system(reader, value)) return reader->status;
    if (take_pickle(&stream, &value) || alf_torch_read_id(reader, value, &id)) return reader->status;
    if (take_pickle(&stream, &value) || check_keys(reader, value, id.key)) return reader->status;
    if (take_elements(&stream, &id, &elements)) return reader->status;
    *out = (alf_pkl_storage){id.dtype, id.count, elements, alf_pkl_is_mapped(reader, data)};
    return ALF_OK;
}

/* --- either form ---------------------------------------------------------------------------------------------------- */

static const alf_pkl_storage *read_storage(alf_pkl_reader *reader, const alf_pkl_text *bytes)
{
    alf_pkl_storage *storage = alf_pkl_alloc(reader, 1, sizeof *storage);
    bool             is_zip = bytes->size >= 4 && memcmp(bytes->at, "PK\003\004", 4) == 0;
    alf_status       status;

    if (!storage) return NULL;
    status = is_zip ? alf_torch_storage_zip(reader, bytes->at, bytes->size, storage)
                    : read_legacy(reader, bytes->at, bytes->size, storage);
    return status ? NULL : storage;
}

alf_pkl_value *alf_torch_storage(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    alf_pkl_text  *bytes;
    alf_pkl_value *value;

    if (args->count != 1 || !alf_pkl_is_bytes(args->at[0])) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a torch storage made of anything but bytes");
        return NULL;
    }
    bytes = &args->at[0]->as.text;
    if (!bytes->storage) bytes->storage = read_storage(reader, bytes);
    if (!bytes->storage) return NULL;
    value = alf_pkl_new(reader, ALF_PKL_STORAGE);
    if (value) value->as.storage = bytes->storage;
    return value;
}
