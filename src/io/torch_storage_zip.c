/* The zip form of a torch storage, read by libzip from the bytes in memory. */
#include <string.h>

#include "core/core.h"
#include "io/escape.h"
#include "io/pickle_vm.h"
#include "io/torch_storage.h"
#include "io/zip_error.h"

#define MAX_ENTRIES 64             /* torch writes half a dozen                    */
#define MAX_PICKLE_BYTES (1 << 16) /* of data.pkl, which holds one persistent id */
#define MAX_ENTRY_NAME 256

typedef struct {
    alf_pkl_reader *reader;
    zip_t          *zip;
    char            folder[MAX_ENTRY_NAME]; /* NAME of NAME/data.pkl */
} torch_zip;

/* Of an entry, for messages. */
static alf_escaped label_of(const torch_zip *z, const char *entry)
{
    char text[2 * MAX_ENTRY_NAME];

    alf_format(text, sizeof text, "%s/%s", z->folder, entry);
    return alf_escape(text);
}

static alf_status missing(torch_zip *z, const char *entry)
{
    return alf_pkl_fail(z->reader, ALF_ERR_FORMAT, "the zip archive of a torch storage has no entry '%s'",
                        label_of(z, entry).text);
}

/* Damage, unless libzip says otherwise. */
static alf_status unreadable(torch_zip *z, const zip_error_t *error, const char *what)
{
    const alf_status status = alf_zip_status(error);

    return alf_pkl_fail(z->reader, status, "%s in the zip archive of a torch storage %s", what,
                        status == ALF_ERR_MEMORY ? "does not fit into memory" : "is damaged");
}

/* Finds the folder by the entry that every such archive has. */
static alf_status find_folder(torch_zip *z)
{
    static const char tail[] = "/data.pkl";
    zip_int64_t       count = zip_get_num_entries(z->zip, 0);

    if (count > MAX_ENTRIES)
        return alf_pkl_fail(z->reader, ALF_ERR_FORMAT, "the zip archive of a torch storage has %lld entries",
                            (long long)count);
    for (zip_int64_t i = 0; i < count; i++) {
        const char  *name = zip_get_name(z->zip, (zip_uint64_t)i, 0);
        const size_t length = name ? strlen(name) : 0;
        if (!name) return unreadable(z, zip_get_error(z->zip), "a name");
        if (length < sizeof tail || length >= sizeof z->folder) continue;
        if (strcmp(name + length - (sizeof tail - 1), tail) != 0) continue;
        memcpy(z->folder, name, length - (sizeof tail - 1));
        return ALF_OK;
    }
    return missing(z, "data.pkl");
}

static alf_status find_entry(torch_zip *z, const char *entry, zip_stat_t *info)
{
    char name[2 * MAX_ENTRY_NAME];

    alf_format(name, sizeof name, "%s/%s", z->folder, entry);
    zip_stat_init(info);
    if (zip_stat(z->zip, name, 0, info) == 0 && info->valid & ZIP_STAT_SIZE && info->valid & ZIP_STAT_INDEX)
        return ALF_OK;
    return missing(z, entry);
}

/* Unpacks an entry into the arena; reading to its end makes libzip check the sum. */
static alf_status unpack(torch_zip *z, const char *entry, const zip_stat_t *info, uint8_t **out)
{
    zip_file_t *file;
    uint8_t    *bytes, beyond;
    bool        whole;
    alf_status  status = ALF_OK;

    if (alf_pkl_charge_bytes(z->reader, (int64_t)info->size)) return z->reader->status;
    bytes = alf_pkl_alloc(z->reader, (int64_t)info->size, 1);
    if (!bytes) return z->reader->status;
    file = zip_fopen_index(z->zip, info->index, 0);
    if (!file) return unreadable(z, zip_get_error(z->zip), label_of(z, entry).text);
    whole = zip_fread(file, bytes, info->size) == (zip_int64_t)info->size && zip_fread(file, &beyond, 1) == 0;
    if (!whole) status = unreadable(z, zip_file_get_error(file), label_of(z, entry).text);
    zip_fclose(file);
    if (!status) *out = bytes;
    return status;
}

static alf_status read_id(torch_zip *z, alf_torch_storage_id *id)
{
    zip_stat_t     info;
    uint8_t       *bytes = NULL;
    alf_pkl_value *value = NULL;
    alf_status     status = find_entry(z, "data.pkl", &info);

    if (status) return status;
    if (info.size > MAX_PICKLE_BYTES)
        return alf_pkl_fail(z->reader, ALF_ERR_FORMAT,
                            "data.pkl of a torch storage has %llu bytes, expected at most %d",
                            (unsigned long long)info.size, MAX_PICKLE_BYTES);
    status = unpack(z, "data.pkl", &info, &bytes);
    if (!status) status = alf_pkl_run_whole(z->reader, ALF_PKL_IN_TORCH, bytes, info.size, &value);
    return status ? status : alf_torch_read_id(z->reader, value, id);
}

/* Archives of torch 2.1 and later say which byte order they have; earlier ones are little-endian. */
static alf_status check_byte_order(torch_zip *z)
{
    static const char little[] = "little";
    char              name[2 * MAX_ENTRY_NAME];
    zip_stat_t        info;
    uint8_t          *bytes = NULL;
    alf_status        status;

    alf_format(name, sizeof name, "%s/byteorder", z->folder);
    if (zip_name_locate(z->zip, name, 0) < 0) return ALF_OK;
    status = find_entry(z, "byteorder", &info);
    if (status) return status;
    if (info.size == sizeof little - 1) {
        status = unpack(z, "byteorder", &info, &bytes);
        if (status) return status;
        if (memcmp(bytes, little, sizeof little - 1) == 0) return ALF_OK;
    }
    return alf_pkl_fail(z->reader, ALF_ERR_UNSUPPORTED, "a torch storage of another byte order than little-endian");
}

static alf_status read_elements(torch_zip *z, const alf_torch_storage_id *id, uint8_t **out)
{
    char          entry[MAX_ENTRY_NAME];
    alf_pkl_label key = alf_pkl_printable(id->key->at, id->key->size);
    zip_stat_t    info;
    alf_status    status;

    alf_format(entry, sizeof entry, "data/%s", key.text);
    status = find_entry(z, entry, &info);
    if (status) return status;
    if (info.size != (zip_uint64_t)id->bytes)
        return alf_pkl_fail(z->reader, ALF_ERR_FORMAT, "entry '%s' has %llu bytes, expected %lld",
                            label_of(z, entry).text, (unsigned long long)info.size, (long long)id->bytes);
    return unpack(z, entry, &info, out);
}

static alf_status read_archive(torch_zip *z, alf_pkl_storage *out)
{
    alf_torch_storage_id id;
    uint8_t             *elements;
    alf_status           status = find_folder(z);

    if (!status) status = check_byte_order(z);
    if (!status) status = read_id(z, &id);
    if (!status) status = read_elements(z, &id, &elements);
    if (!status) *out = (alf_pkl_storage){id.dtype, id.count, elements, false};
    return status;
}

alf_status alf_torch_storage_zip(alf_pkl_reader *reader, const uint8_t *data, size_t size, alf_pkl_storage *out)
{
    torch_zip     z = {.reader = reader};
    zip_error_t   error;
    zip_source_t *source;
    alf_status    status;

    zip_error_init(&error);
    source = zip_source_buffer_create(data, size, 0, &error);
    z.zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (z.zip) {
        status = read_archive(&z, out);
        zip_discard(z.zip); /* and the source with it */
    } else {
        zip_source_free(source);
        status = alf_pkl_fail(reader, alf_zip_status(&error), "the zip archive of a torch storage cannot be read: %s",
                              zip_error_strerror(&error));
    }
    zip_error_fini(&error);
    return status;
}
