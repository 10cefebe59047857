/* The files of a run that grow: appending, measuring, cutting back. */
#include "training/run_journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/file_map.h"
#include "training/run_folder.h"

/* --- appending --------------------------------------------------------------------------------------------------------- */

alf_status alf_run_journal_line(alf_ctx *ctx, const char *folder, const char *name, const char *line)
{
    char      *path = alf_mem_printf(ctx, "%s/%s", folder, name);
    alf_status status = path ? alf_text_append_line(ctx, path, line) : alf_ctx_status(ctx);

    alf_mem_free(path);
    return status;
}

alf_status alf_run_journal_json(alf_ctx *ctx, const char *folder, const char *name, json_t *json, char **text)
{
    char      *line = json ? json_dumps(json, JSON_REAL_PRECISION(17)) : NULL, *copy = NULL;
    alf_status status = ALF_OK;

    if (line && text) copy = alf_mem_strdup(ctx, line);
    if (!line || (text && !copy))
        status = alf_fail(ctx, ALF_ERR_MEMORY, "'%s/%s': no memory for a line of JSON", folder, name);
    else
        status = alf_run_journal_line(ctx, folder, name, line);
    if (status)
        alf_mem_free(copy);
    else if (text)
        *text = copy;
    free(line);
    json_decref(json);
    return status;
}

/* --- lengths ----------------------------------------------------------------------------------------------------------- */

void alf_run_metric_file(const char *metric, char name[ALF_RUN_JOURNAL_NAME])
{
    alf_format(name, ALF_RUN_JOURNAL_NAME, "metric-%s.jsonl", metric);
}

/* Does `step` with each of the run's files, by name. */
typedef struct {
    alf_ctx      *ctx;
    json_t       *measured; /* lengths found     */
    const json_t *lengths;  /* lengths to cut to */
} walk;

static alf_status each(alf_ctx *ctx, const char *folder, const alf_run_options *options, walk *w,
                       alf_status (*step)(walk *, const char *name, const char *path))
{
    const char *const own[] = {ALF_RUN_LOG, ALF_RUN_STATS};
    alf_status        status = ALF_OK;

    for (int i = 0; i < 2 + options->num_metrics && !status; i++) {
        char name[ALF_RUN_JOURNAL_NAME], *path;

        if (i < 2)
            alf_format(name, sizeof name, "%s", own[i]);
        else
            alf_run_metric_file(options->metrics[i - 2], name);
        path = alf_mem_printf(ctx, "%s/%s", folder, name);
        status = path ? step(w, name, path) : alf_ctx_status(ctx);
        alf_mem_free(path);
    }
    return status;
}

static alf_status measure_one(walk *w, const char *name, const char *path)
{
    struct stat info;

    if (stat(path, &info)) return errno == ENOENT ? ALF_OK : alf_fail_errno(w->ctx, "examine", path, errno);
    if (!json_object_set_new(w->measured, name, json_integer((json_int_t)info.st_size))) return ALF_OK;
    return alf_fail(w->ctx, ALF_ERR_MEMORY, "'%s': no memory for its length", path);
}

json_t *alf_run_journal_no_lengths(alf_ctx *ctx)
{
    json_t *none = json_object();

    if (!none) (void)alf_fail(ctx, ALF_ERR_MEMORY, "run: no memory for the lengths of its logs");
    return none;
}

json_t *alf_run_journal_lengths(alf_ctx *ctx, const char *folder, const alf_run_options *options)
{
    walk w = {.ctx = ctx, .measured = alf_run_journal_no_lengths(ctx)};

    if (!w.measured || !each(ctx, folder, options, &w, measure_one)) return w.measured;
    json_decref(w.measured);
    return NULL;
}

/* --- cutting ----------------------------------------------------------------------------------------------------------- */

static alf_status cut_one(walk *w, const char *name, const char *path)
{
    const json_t *length = json_object_get(w->lengths, name);
    struct stat   info;

    if (!length) return unlink(path) && errno != ENOENT ? alf_fail_errno(w->ctx, "remove", path, errno) : ALF_OK;
    if (stat(path, &info)) return errno == ENOENT ? ALF_OK : alf_fail_errno(w->ctx, "examine", path, errno);
    if (info.st_size > json_integer_value(length) && truncate(path, (off_t)json_integer_value(length)))
        return alf_fail_errno(w->ctx, "cut back", path, errno);
    return ALF_OK;
}

alf_status alf_run_journal_cut(alf_ctx *ctx, const char *folder, const alf_run_options *options, const json_t *lengths)
{
    walk w = {.ctx = ctx, .lengths = lengths};

    return each(ctx, folder, options, &w, cut_one);
}

/* --- reading back ------------------------------------------------------------------------------------------------------ */

/* {"key": 1.5} or the original's {"key": {"num": 1, "mean": 1.5, "std": 0}}. */
static double number_under(const json_t *line, const char *key, double fallback)
{
    const json_t *value = json_object_get(line, key), *mean = json_object_get(value, "mean");

    if (json_is_number(mean)) return json_number_value(mean);
    return json_is_number(value) ? json_number_value(value) : fallback;
}

double alf_run_journal_last(alf_ctx *ctx, const char *folder, const char *name, const char *key, double fallback)
{
    enum { TAIL = 65536 }; /* no line is as long */
    char  *path = alf_mem_printf(ctx, "%s/%s", folder, name), *tail = alf_mem_zalloc(ctx, TAIL + 1, 1);
    FILE  *file = path && tail ? fopen(path, "rb") : NULL;
    double value = fallback;

    if (file) {
        size_t size;
        if (fseek(file, -TAIL, SEEK_END)) rewind(file);
        size = fread(tail, 1, TAIL, file);
        while (size > 0 && tail[size - 1] == '\n') tail[--size] = '\0';
        char   *line = strrchr(tail, '\n');
        json_t *json = json_loads(line ? line + 1 : tail, 0, NULL);
        value = number_under(json, key, fallback);
        json_decref(json);
        fclose(file);
    }
    alf_mem_free(tail);
    alf_mem_free(path);
    return value;
}
