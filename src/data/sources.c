/* Opening the sources of a data set, and finding their labels. */
#include "data/sources.h"

#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "data/dataset_internal.h"

/* --- sub-folders as classes ----------------------------------------------------------------------------------------- */

static size_t top_length(const char *name)
{
    const char *slash = strchr(name, '/');

    return slash ? (size_t)(slash - name) : 0;
}

static alf_status fail_without_folder(const alf_sources *s, const alf_source *source, int64_t file)
{
    char *label = alf_file_set_label(source->files, file);

    if (label)
        alf_fail(s->ctx, ALF_ERR_FORMAT,
                 "'%s' has no label: there is no %s, and it lies in no sub-folder that would be its class", label,
                 ALF_LABELS_FILE);
    alf_mem_free(label);
    return alf_ctx_status(s->ctx);
}

static alf_status add_class(alf_sources *s, const char *name, size_t length)
{
    if ((s->named_classes & (s->named_classes - 1)) == 0) { /* room for 1, 2, 4, 8 ... names */
        size_t room = s->named_classes ? 2 * (size_t)s->named_classes : 1;
        char **names = alf_mem_realloc(s->ctx, s->class_names, room, sizeof *names);
        if (!names) return alf_ctx_status(s->ctx);
        s->class_names = names;
    }
    s->class_names[s->named_classes] = alf_mem_printf(s->ctx, "%.*s", (int)length, name);
    if (!s->class_names[s->named_classes]) return alf_ctx_status(s->ctx);
    s->named_classes++;
    return ALF_OK;
}

/* 00000/img00000000.png: folders that only keep a set's pictures apart, by thousands. */
static bool is_of_set_layout(const char *name)
{
    const char *digits = "0123456789";

    return strlen(name) == 21 && strspn(name, digits) == 5 && strncmp(name + 5, "/img", 4) == 0 &&
           strspn(name + 9, digits) == 8 && strcmp(name + 17, ".png") == 0;
}

static alf_status refuse_set_layout(const alf_sources *s, const alf_source *source, const char *path)
{
    for (int64_t i = 0; i < source->count; i++)
        if (!is_of_set_layout(alf_file_set_name(source->files, source->pictures[i]))) return ALF_OK;
    return alf_fail(s->ctx, ALF_ERR_FORMAT,
                    "'%s' is a data set without %s, which would have the labels: its folders such as '%.5s' are no "
                    "classes",
                    path, ALF_LABELS_FILE, alf_file_set_name(source->files, source->pictures[0]));
}

/* Names are sorted, so a folder's pictures follow one another. */
static alf_status collect_classes(alf_sources *s, const alf_source *source)
{
    const char *last = "";
    size_t      length = 0;
    alf_status  status = ALF_OK;

    for (int64_t i = 0; i < source->count && !status; i++) {
        const char *name = alf_file_set_name(source->files, source->pictures[i]);
        size_t      here = top_length(name);
        if (here == 0) return fail_without_folder(s, source, source->pictures[i]);
        if (here == length && memcmp(name, last, here) == 0) continue;
        last = name;
        length = here;
        status = add_class(s, name, here);
    }
    return status;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Sorts the names and drops those that several sources have. */
static void unite_classes(alf_sources *s)
{
    int64_t kept = 0;

    if (s->named_classes == 0) return; /* there may be no list at all */
    qsort(s->class_names, (size_t)s->named_classes, sizeof *s->class_names, by_text);
    for (int64_t i = 0; i < s->named_classes; i++) {
        if (kept > 0 && strcmp(s->class_names[kept - 1], s->class_names[i]) == 0)
            alf_mem_free(s->class_names[i]);
        else
            s->class_names[kept++] = s->class_names[i];
    }
    s->named_classes = kept;
}

static alf_status find_class(alf_sources *s, const char *name, double *out)
{
    char  *key = alf_mem_printf(s->ctx, "%.*s", (int)top_length(name), name);
    char **found = NULL;

    if (!key) return alf_ctx_status(s->ctx);
    found = bsearch(&key, s->class_names, (size_t)s->named_classes, sizeof key, by_text);
    *out = (double)(found - s->class_names);
    alf_mem_free(key);
    return ALF_OK;
}

static alf_status label_by_folder(alf_sources *s, alf_source *source)
{
    double    *values = alf_mem_alloc(s->ctx, (size_t)alf_file_set_count(source->files), sizeof *values);
    alf_status status = ALF_OK;

    if (!values) return alf_ctx_status(s->ctx);
    source->labels = (alf_labels){.classes = true, .dim = s->named_classes, .width = 1, .values = values};
    for (int64_t i = 0; i < source->count && !status; i++)
        status = find_class(s, alf_file_set_name(source->files, source->pictures[i]), &values[source->pictures[i]]);
    return status;
}

static alf_status label_by_folders(alf_sources *s, const char *const paths[])
{
    alf_status status = ALF_OK;

    for (int i = 0; i < s->count && !status; i++) {
        status = refuse_set_layout(s, &s->items[i], paths[i]);
        if (!status) status = collect_classes(s, &s->items[i]);
    }
    if (status) return status;
    unite_classes(s);
    s->classes = s->named_classes;
    for (int i = 0; i < s->count && !status; i++) status = label_by_folder(s, &s->items[i]);
    return status;
}

/* --- labels from files -------------------------------------------------------------------------------------------------- */

static alf_status check_kinds(const alf_sources *s, int index, const char *const paths[])
{
    const alf_labels *a = &s->items[0].labels, *b = &s->items[index].labels;

    if (a->classes == b->classes && a->width == b->width) return ALF_OK;
    return alf_fail(s->ctx, ALF_ERR_FORMAT, "the labels of '%s' are of another kind than those of '%s'", paths[index],
                    paths[0]);
}

static alf_status label_by_files(alf_sources *s, const char *const paths[])
{
    alf_status status = ALF_OK;

    for (int i = 0; i < s->count && !status; i++) {
        alf_labels *labels = &s->items[i].labels;
        status = alf_labels_read(s->ctx, s->items[i].files, paths[i], labels);
        if (!status) status = check_kinds(s, i, paths);
        if (!status && labels->classes && labels->dim > s->classes) s->classes = labels->dim;
    }
    return status;
}

static alf_status find_labels(alf_sources *s, const char *const paths[])
{
    for (int i = 0; i < s->count; i++)
        if (alf_file_set_find(s->items[i].files, ALF_LABELS_FILE) >= 0) return label_by_files(s, paths);
    return label_by_folders(s, paths);
}

/* --- opening -------------------------------------------------------------------------------------------------------- */

static alf_status open_source(alf_sources *s, const char *path)
{
    alf_source *source = &s->items[s->count++];
    alf_status  status = alf_file_set_open(s->ctx, path, &source->files);

    if (!status) status = alf_list_pictures(s->ctx, source->files, path, &source->pictures, &source->count);
    s->pictures += source->count;
    return status;
}

alf_status alf_sources_open(alf_ctx *ctx, int count, const char *const paths[], bool labels, alf_sources *out)
{
    alf_sources s = {.ctx = ctx, .items = alf_mem_zalloc(ctx, (size_t)count, sizeof *s.items)};
    alf_status  status = s.items ? ALF_OK : alf_ctx_status(ctx);

    for (int i = 0; i < count && !status; i++) status = open_source(&s, paths[i]);
    if (!status && labels) status = find_labels(&s, paths);
    if (status)
        alf_sources_close(&s);
    else
        *out = s;
    return status;
}

void alf_sources_close(alf_sources *sources)
{
    for (int i = 0; i < sources->count; i++) {
        alf_file_set_close(sources->items[i].files);
        alf_mem_free(sources->items[i].pictures);
        alf_labels_release(&sources->items[i].labels);
    }
    for (int64_t i = 0; i < sources->named_classes; i++) alf_mem_free(sources->class_names[i]);
    alf_mem_free(sources->class_names);
    alf_mem_free(sources->items);
    *sources = (alf_sources){.items = NULL};
}
