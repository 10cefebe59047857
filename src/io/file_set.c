/* Folders, zip archives and single files as one kind of thing. */
#include "io/file_set.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/core.h"
#include "io/escape.h"
#include "io/file_list.h"
#include "io/picture_codec.h"
#include "io/sniff.h"
#include "io/zip_read.h"

struct alf_file_set {
    alf_ctx        *ctx;
    char           *path;
    alf_set_kind    kind;
    alf_zip_reader *zip; /* of a zip archive */
    alf_file_list   list;
};

/* --- opening -------------------------------------------------------------------------------------------------------- */

/* Of what is no folder. */
static alf_status find_file_kind(alf_file_set *set)
{
    alf_file_map map;
    alf_status   status = alf_file_map_open(set->ctx, set->path, &map);

    if (status) return status;
    set->kind = map.size >= 4 && map.data[0] == 'P' && map.data[1] == 'K' ? ALF_SET_ZIP : ALF_SET_FILE;
    if (set->kind == ALF_SET_FILE && alf_ends_with(set->path, ".zip"))
        status = alf_fail(set->ctx, ALF_ERR_FORMAT, "'%s' is %s, expected a zip archive", set->path,
                          alf_sniff(map.data, map.size));
    alf_file_map_close(&map);
    return status;
}

static alf_status find_kind(alf_file_set *set)
{
    struct stat info;

    if (stat(set->path, &info)) return alf_fail_errno(set->ctx, "open", set->path, errno);
    return S_ISDIR(info.st_mode) ? ALF_OK : find_file_kind(set);
}

static alf_status list_files(alf_file_set *set)
{
    alf_status status;

    if (set->kind == ALF_SET_FOLDER) return alf_folder_list(set->path, &set->list);
    if (set->kind == ALF_SET_FILE) return alf_file_list_add(&set->list, alf_last_part(set->path, NULL), 0);
    status = alf_zip_open(set->ctx, set->path, &set->zip);
    return status ? status : alf_zip_list(set->zip, &set->list);
}

alf_status alf_file_set_open(alf_ctx *ctx, const char *path, alf_file_set **out)
{
    alf_file_set *set = alf_mem_zalloc(ctx, 1, sizeof *set);
    alf_status    status;

    if (!set) return alf_ctx_status(ctx);
    *set = (alf_file_set){.ctx = ctx, .path = alf_mem_strdup(ctx, path), .list = {.ctx = ctx, .text.ctx = ctx}};
    status = set->path ? find_kind(set) : alf_ctx_status(ctx);
    if (!status) status = list_files(set);
    if (!status) status = alf_file_list_sort(&set->list, set->path);
    if (status)
        alf_file_set_close(set);
    else
        *out = set;
    return status;
}

void alf_file_set_close(alf_file_set *set)
{
    if (!set) return;
    alf_zip_close(set->zip);
    alf_file_list_release(&set->list);
    alf_mem_free(set->path);
    alf_mem_free(set);
}

/* --- names ---------------------------------------------------------------------------------------------------------- */

alf_set_kind alf_file_set_kind(const alf_file_set *set)
{
    return set->kind;
}

int64_t alf_file_set_count(const alf_file_set *set)
{
    return (int64_t)set->list.count;
}

const char *alf_file_set_name(const alf_file_set *set, int64_t index)
{
    return set->list.files[index].name;
}

int64_t alf_file_set_find(const alf_file_set *set, const char *name)
{
    return alf_file_list_find(&set->list, name);
}

char *alf_file_set_label(const alf_file_set *set, int64_t index)
{
    if (set->kind == ALF_SET_FILE) return alf_mem_strdup(set->ctx, set->path);
    return alf_mem_printf(set->ctx, "%s/%s", set->path, alf_escape(alf_file_set_name(set, index)).text);
}

/* --- content -------------------------------------------------------------------------------------------------------- */

static alf_status map_file(alf_file_set *set, const char *path, alf_file_bytes *out)
{
    if (alf_file_map_open(set->ctx, path, &out->map)) return alf_ctx_status(set->ctx);
    out->data = out->map.data;
    out->size = out->map.size;
    return ALF_OK;
}

/* A name that ends in '/' is a folder that we may not open. */
static alf_status map_in_folder(alf_file_set *set, const char *name, alf_file_bytes *out)
{
    char      *path = alf_mem_printf(set->ctx, "%s/%s", set->path, name);
    alf_status status = alf_ctx_status(set->ctx);

    if (path && alf_ends_with(name, "/"))
        status = alf_fail_errno(set->ctx, "open the folder", path, EACCES);
    else if (path)
        status = map_file(set, path, out);
    alf_mem_free(path);
    return status;
}

static alf_status unpack(alf_file_set *set, int64_t index, alf_file_bytes *out)
{
    char      *label = alf_file_set_label(set, index);
    alf_status status = alf_ctx_status(set->ctx);

    if (label) status = alf_zip_unpack(set->zip, set->list.files[index].number, label, &out->owned, &out->size);
    out->data = out->owned;
    alf_mem_free(label);
    return status;
}

alf_status alf_file_set_read(alf_file_set *set, int64_t index, alf_file_bytes *out)
{
    *out = (alf_file_bytes){.data = NULL};
    if (set->kind == ALF_SET_ZIP) return unpack(set, index, out);
    if (set->kind == ALF_SET_FILE) return map_file(set, set->path, out);
    return map_in_folder(set, alf_file_set_name(set, index), out);
}

void alf_file_bytes_release(alf_file_bytes *bytes)
{
    alf_file_map_close(&bytes->map);
    alf_mem_free(bytes->owned);
    *bytes = (alf_file_bytes){.data = NULL};
}

static alf_status measure(alf_file_set *set, const char *path, alf_file_stamp *out)
{
    struct stat info;

    if (stat(path, &info)) return alf_fail_errno(set->ctx, "examine", path, errno);
    *out = (alf_file_stamp){.size = (uint64_t)info.st_size};
    return ALF_OK;
}

alf_status alf_file_set_stamp(alf_file_set *set, int64_t index, alf_file_stamp *out)
{
    char      *path;
    alf_status status;

    if (set->kind == ALF_SET_FILE) return measure(set, set->path, out);
    if (set->kind == ALF_SET_ZIP) return alf_zip_stamp(set->zip, set->list.files[index].number, &out->size, &out->sum);
    path = alf_mem_printf(set->ctx, "%s/%s", set->path, alf_file_set_name(set, index));
    status = path ? measure(set, path, out) : alf_ctx_status(set->ctx);
    alf_mem_free(path);
    return status;
}

alf_status alf_file_set_picture(alf_file_set *set, int64_t index, alf_picture **out)
{
    char          *label = alf_file_set_label(set, index);
    alf_file_bytes bytes = {.data = NULL};
    alf_status     status = label ? alf_file_set_read(set, index, &bytes) : alf_ctx_status(set->ctx);

    if (!status) status = alf_picture_decode(set->ctx, bytes.data, bytes.size, label, out);
    alf_file_bytes_release(&bytes);
    alf_mem_free(label);
    return status;
}
