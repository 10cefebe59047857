/* NumPy's .npz: a zip archive of .npy files. */
#include <string.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/escape.h"
#include "io/file_map.h"
#include "io/npy_internal.h"
#include "io/pack.h"
#include "io/sniff.h"
#include "io/zip_read.h"

#define MEMBER_SUFFIX ".npy"

/* --- writing -------------------------------------------------------------------------------------------------------- */

/* One array as the bytes of its .npy. */
static alf_status add_array(alf_ctx *ctx, alf_pack *pack, const char *member, const alf_npz_array *array)
{
    alf_npy_header header;
    uint8_t       *bytes;
    alf_status status = alf_npy_make_header(ctx, member, array->dtype, array->ndim, array->shape, array->data, &header);

    if (status) return status;
    if (header.data_size > SIZE_MAX - header.size)
        return alf_fail(ctx, ALF_ERR_RANGE, "'%s' has too many bytes for memory", member);
    bytes = alf_mem_alloc(ctx, header.size + header.data_size, 1);
    if (!bytes) return alf_ctx_status(ctx);
    memcpy(bytes, header.text, header.size);
    if (header.data_size) memcpy(bytes + header.size, array->data, header.data_size);
    status = alf_pack_add(pack, member, bytes, header.size + header.data_size);
    alf_mem_free(bytes);
    return status;
}

static alf_status check_name(alf_ctx *ctx, const char *path, const alf_npz_array *array)
{
    const char *name = array->name;

    if (name && *name && *name != '.' && !strchr(name, '/') && !alf_has_control(name)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_ARGUMENT, "cannot write '%s': '%s' is no name for an array", path,
                    name ? alf_escape(name).text : "");
}

static alf_status add_arrays(alf_ctx *ctx, alf_pack *pack, const char *path, int count, const alf_npz_array arrays[])
{
    alf_status status = ALF_OK;

    for (int i = 0; i < count && !status; i++) {
        char *member;
        status = check_name(ctx, path, &arrays[i]);
        if (status) break;
        member = alf_mem_printf(ctx, "%s" MEMBER_SUFFIX, arrays[i].name);
        status = member ? add_array(ctx, pack, member, &arrays[i]) : alf_ctx_status(ctx);
        alf_mem_free(member);
    }
    return status;
}

alf_status alf_npz_write(alf_ctx *ctx, const char *path, int count, const alf_npz_array arrays[])
{
    alf_pack  *pack = NULL;
    alf_status status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || count < 1 || !arrays)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_npz_write: path or arrays is NULL, or there are none");
    if (alf_ctx_status(ctx)) return alf_ctx_status(ctx);
    status = alf_pack_open(ctx, path, true, &pack);
    if (!status) status = add_arrays(ctx, pack, path, count, arrays);
    if (!status) status = alf_pack_finish(pack);
    alf_pack_destroy(pack);
    return status;
}

/* --- reading -------------------------------------------------------------------------------------------------------- */

/* libzip says little about what is no archive. */
static alf_status check_archive(alf_ctx *ctx, const char *path)
{
    alf_file_map map;
    alf_status   status = alf_file_map_open(ctx, path, &map);

    if (status) return status;
    if (map.size < 4 || map.data[0] != 'P' || map.data[1] != 'K')
        status = alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is %s, expected a NumPy .npz archive", path,
                          alf_sniff(map.data, map.size));
    alf_file_map_close(&map);
    return status;
}

/* The number of the array's entry in the archive. */
static alf_status find_member(alf_ctx *ctx, alf_zip_reader *zip, const char *path, const char *member, uint64_t *number)
{
    alf_file_list list = {.ctx = ctx, .text.ctx = ctx};
    alf_status    status = alf_zip_list(zip, &list);
    int64_t       at;

    if (!status) status = alf_file_list_sort(&list, path);
    at = status ? -1 : alf_file_list_find(&list, member);
    if (!status && at < 0)
        status = alf_fail(ctx, ALF_ERR_FORMAT, "'%s' has no array '%.*s' among its %zu entries", path,
                          (int)(strlen(member) - strlen(MEMBER_SUFFIX)), member, list.count);
    if (!status) *number = list.files[at].number;
    alf_file_list_release(&list);
    return status;
}

static alf_status read_member(alf_ctx *ctx, alf_zip_reader *zip, const char *path, const char *member, int *ndim,
                              int64_t shape[], double **data)
{
    char      *label = alf_mem_printf(ctx, "%s:%s", path, member);
    uint8_t   *bytes = NULL;
    uint64_t   number = 0;
    size_t     size = 0;
    alf_status status = label ? find_member(ctx, zip, path, member, &number) : alf_ctx_status(ctx);

    if (!status) status = alf_zip_unpack(zip, number, label, &bytes, &size);
    if (!status) status = alf_npy_decode(ctx, label, bytes, size, ndim, shape, data);
    alf_mem_free(bytes);
    alf_mem_free(label);
    return status;
}

alf_status alf_npz_read(alf_ctx *ctx, const char *path, const char *name, int *ndim, int64_t shape[], double **data)
{
    alf_zip_reader *zip = NULL;
    char           *member;
    alf_status      status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !name || !ndim || !shape || !data)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_npz_read: an argument is NULL");
    member = alf_mem_printf(ctx, "%s" MEMBER_SUFFIX, name);
    status = member ? check_archive(ctx, path) : alf_ctx_status(ctx);
    if (!status) status = alf_zip_open(ctx, path, &zip);
    if (!status) status = read_member(ctx, zip, path, member, ndim, shape, data);
    alf_zip_close(zip);
    alf_mem_free(member);
    return status;
}
