/* The files of a run that grow: appending, measuring, cutting back. */
#include "training/run_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/descriptor.h"
#include "io/file_map.h"
#include "io/json_load.h"
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

/* The end of a file, without its last line break. */
static alf_status read_tail(alf_ctx *ctx, const char *path, int fd, char tail[], size_t most)
{
    struct stat info;
    size_t      got;
    int         error;

    if (fstat(fd, &info) || (info.st_size > (off_t)most && lseek(fd, -(off_t)most, SEEK_END) < 0))
        return alf_fail_errno(ctx, "examine", path, errno);
    error = alf_read_all(fd, tail, most, &got);
    if (error) return alf_fail_errno(ctx, "read", path, error);
    while (got > 0 && tail[got - 1] == '\n') got--;
    tail[got] = '\0';
    return ALF_OK;
}

static alf_status read_last(alf_ctx *ctx, const char *path, int fd, const char *key, double fallback, double *out)
{
    enum { TAIL = 65536 }; /* no line is as long */
    char        *tail = alf_mem_alloc(ctx, TAIL + 1, 1), *line;
    alf_status   status = tail ? read_tail(ctx, path, fd, tail, TAIL) : alf_ctx_status(ctx);
    alf_json     json = {.root = NULL};
    json_error_t error;

    if (!status) {
        line = strrchr(tail, '\n');
        line = line ? line + 1 : tail;
        status = alf_json_parse(ctx, line, strlen(line), &json, &error);
    }
    if (!status) *out = number_under(json.root, key, fallback);
    alf_json_release(&json);
    alf_mem_free(tail);
    return status;
}

alf_status alf_run_journal_last(alf_ctx *ctx, const char *folder, const char *name, const char *key, double fallback,
                                double *out)
{
    char      *path = alf_mem_printf(ctx, "%s/%s", folder, name);
    int        fd = path ? alf_open(path, O_RDONLY | O_NONBLOCK) : -1;
    alf_status status = ALF_OK;

    if (!path)
        status = alf_ctx_status(ctx);
    else if (fd >= 0)
        status = read_last(ctx, path, fd, key, fallback, out);
    else if (errno == ENOENT)
        *out = fallback;
    else
        status = alf_fail_errno(ctx, "open", path, errno);
    if (fd >= 0) close(fd);
    alf_mem_free(path);
    return status;
}
