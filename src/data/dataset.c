/* Opening a data set: which files are its pictures, of what size, with which labels. */
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/core.h"
#include "data/dataset_internal.h"
#include "io/picture_codec.h"

alf_dataset_options alf_dataset_options_default(void)
{
    return (alf_dataset_options){.labels = false};
}

/* --- pictures ------------------------------------------------------------------------------------------------------- */

/* A folder that may not be opened, whose name ends in '/', may hold some, so it is not passed over in silence. */
static bool may_be_picture(const char *name)
{
    return alf_picture_known_suffix(name) || alf_ends_with(name, "/");
}

alf_status alf_list_pictures(alf_ctx *ctx, const alf_file_set *files, const char *path, int64_t **pictures,
                             int64_t *count)
{
    int64_t  total = alf_file_set_count(files), found = 0;
    int64_t *list = alf_mem_alloc(ctx, (size_t)total, sizeof *list);

    if (!list) return alf_ctx_status(ctx);
    for (int64_t i = 0; i < total; i++)
        if (may_be_picture(alf_file_set_name(files, i))) list[found++] = i;
    if (found == 0) {
        alf_mem_free(list);
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' holds no pictures, expected names that end in .png%s%s", path,
                        alf_picture_known_suffix("x.jpg") ? ", .jpg, .jpeg" : "",
                        alf_picture_known_suffix("x.webp") ? ", .webp" : "");
    }
    *pictures = list;
    *count = found;
    return ALF_OK;
}

static int rising(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Keeps `wanted` pictures that the seed chooses, in their old order. */
static alf_status choose(alf_dataset *set, int64_t wanted, uint64_t seed)
{
    int64_t *order;

    if (wanted == 0 || wanted >= set->count) return ALF_OK;
    order = alf_mem_alloc(set->ctx, (size_t)set->count, sizeof *order);
    if (!order) return alf_ctx_status(set->ctx);
    alf_permutation(seed, alf_random_stream(ALF_FOR_DATA_CHOICE, 0), 0, set->count, order);
    qsort(order, (size_t)wanted, sizeof *order, rising);
    for (int64_t i = 0; i < wanted; i++) set->pictures[i] = set->pictures[order[i]]; /* order[i] >= i */
    alf_mem_free(order);
    set->count = wanted;
    return ALF_OK;
}

/* --- labels ----------------------------------------------------------------------------------------------------------- */

static alf_status check_labels(alf_dataset *set)
{
    for (int64_t i = 0; i < set->count; i++) {
        char *label;
        if (alf_labels_has(&set->labels, set->pictures[i])) continue;
        label = alf_file_set_label(set->files, set->pictures[i]);
        if (label) alf_fail(set->ctx, ALF_ERR_FORMAT, "'%s' has no label in %s", label, ALF_LABELS_FILE);
        alf_mem_free(label);
        return alf_ctx_status(set->ctx);
    }
    return ALF_OK;
}

static alf_status read_labels(alf_dataset *set)
{
    alf_status status = alf_labels_read(set->ctx, set->files, set->path, &set->labels);

    return status ? status : check_labels(set);
}

/* --- opening ---------------------------------------------------------------------------------------------------------- */

/* "a/b/faces.zip" gives "faces", "a/b/faces/" too. */
static char *name_of(alf_ctx *ctx, const char *path, bool zip)
{
    size_t      end = strlen(path);
    const char *start, *dot = NULL;

    while (end > 1 && path[end - 1] == '/') end--;
    for (start = path + end; start > path && start[-1] != '/'; start--)
        if (zip && !dot && start[-1] == '.') dot = start - 1;
    if (dot && dot > start) end = (size_t)(dot - path);
    return alf_mem_printf(ctx, "%.*s", (int)(path + end - start), start);
}

static alf_status open_files(alf_dataset *set)
{
    alf_status status = alf_file_set_open(set->ctx, set->path, &set->files);

    if (status) return status;
    if (alf_file_set_kind(set->files) == ALF_SET_FILE)
        return alf_fail(set->ctx, ALF_ERR_FORMAT, "'%s' is one file, expected a folder or a zip archive of pictures",
                        set->path);
    set->name = name_of(set->ctx, set->path, alf_file_set_kind(set->files) == ALF_SET_ZIP);
    if (!set->name) return alf_ctx_status(set->ctx);
    return alf_list_pictures(set->ctx, set->files, set->path, &set->pictures, &set->count);
}

static alf_status fail_first(alf_dataset *set, const alf_picture *picture)
{
    char *label = alf_file_set_label(set->files, set->pictures[0]);

    if (label && picture->channels == 4)
        alf_fail(set->ctx, ALF_ERR_UNSUPPORTED,
                 "'%s' has transparency (4 channels), expected grey or RGB; make a set without it by "
                 "'aliasfree dataset --background=RRGGBB'",
                 label);
    else if (label)
        alf_fail(set->ctx, ALF_ERR_FORMAT, "'%s' has %lld x %lld pixels, expected a square", label,
                 (long long)picture->width, (long long)picture->height);
    alf_mem_free(label);
    return alf_ctx_status(set->ctx);
}

static alf_status read_first(alf_dataset *set)
{
    alf_picture *picture = NULL;
    alf_status   status = alf_file_set_picture(set->files, set->pictures[0], &picture);

    if (!status && (picture->width != picture->height || picture->channels == 4)) status = fail_first(set, picture);
    if (!status) {
        set->resolution = picture->width;
        set->channels = picture->channels;
    }
    alf_picture_destroy(picture);
    return status;
}

alf_status alf_dataset_open(alf_ctx *ctx, const char *path, const alf_dataset_options *options, alf_dataset **out)
{
    alf_dataset_options chosen = options ? *options : alf_dataset_options_default();
    alf_dataset        *set;
    alf_status          status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_dataset_open: %s is NULL", path ? "out" : "path");
    if (chosen.max_items < 0)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_dataset_open: max_items is %lld, expected at least 0",
                        (long long)chosen.max_items);
    set = alf_mem_zalloc(ctx, 1, sizeof *set);
    if (!set) return alf_ctx_status(ctx);
    *set = (alf_dataset){.ctx = ctx, .path = alf_mem_strdup(ctx, path), .mirror = chosen.mirror, .order_run = -1};
    status = set->path ? open_files(set) : alf_ctx_status(ctx);
    if (!status && chosen.labels) status = read_labels(set);
    if (!status) status = choose(set, chosen.max_items, chosen.seed);
    if (!status) status = read_first(set);
    if (status)
        alf_dataset_destroy(set);
    else
        *out = set;
    return status;
}

void alf_dataset_destroy(alf_dataset *set)
{
    if (!set) return;
    alf_mem_free(set->order);
    alf_labels_release(&set->labels);
    alf_mem_free(set->pictures);
    alf_file_set_close(set->files);
    alf_mem_free(set->name);
    alf_mem_free(set->path);
    alf_mem_free(set);
}

/* --- figures ---------------------------------------------------------------------------------------------------------- */

const char *alf_dataset_name(const alf_dataset *set)
{
    return set->name;
}

const char *alf_dataset_path(const alf_dataset *set)
{
    return set->path;
}

int64_t alf_dataset_count(const alf_dataset *set)
{
    return set->mirror ? 2 * set->count : set->count;
}

int64_t alf_dataset_resolution(const alf_dataset *set)
{
    return set->resolution;
}

int alf_dataset_channels(const alf_dataset *set)
{
    return set->channels;
}

int64_t alf_dataset_label_dim(const alf_dataset *set)
{
    return set->labels.dim;
}

const char *alf_dataset_item_name(const alf_dataset *set, int64_t index)
{
    if (index < 0 || index >= alf_dataset_count(set)) return NULL;
    return alf_file_set_name(set->files, set->pictures[index % set->count]);
}
