/* Notebooks, cell by cell. Nothing in them depends on when or where they are written. */
#include "report/notebook.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/base64.h"
#include "report/files.h"
#include "report/values.h"

struct alf_notebook {
    json_t *cells;
};

/* --- cells ---------------------------------------------------------------------------------------------------------- */

/* A text as notebooks hold it: an array of lines with their line ends. */
static json_t *as_lines(const char *text)
{
    json_t *lines = json_array(), *whole = alf_json_text(text);
    int     failed = !lines || !whole;
    for (const char *line = json_string_value(whole); line && *line && !failed;) {
        size_t length = strcspn(line, "\n");
        length += line[length] == '\n';
        failed = json_array_append_new(lines, json_stringn(line, length));
        line += length;
    }
    json_decref(whole);
    if (!failed) return lines;
    json_decref(lines);
    return NULL;
}

/* Appends a cell of this kind; `attachments` (NULL: none) is given away. */
static alf_status append(alf_ctx *ctx, alf_notebook *notebook, const char *kind, const char *source,
                         json_t *attachments)
{
    char    id[32];
    json_t *cell;
    snprintf(id, sizeof id, "cell-%zu", json_array_size(notebook->cells) + 1);
    if (strcmp(kind, "code") == 0)
        cell = json_pack("{s:s, s:s, s:{}, s:o, s:n, s:[]}", "cell_type", kind, "id", id, "metadata", "source",
                         as_lines(source), "execution_count", "outputs");
    else
        cell = json_pack("{s:s, s:s, s:{}, s:o}", "cell_type", kind, "id", id, "metadata", "source", as_lines(source));
    int failed = !cell;
    if (attachments) failed |= json_object_set_new(cell, "attachments", attachments);
    if (!failed && json_array_append(notebook->cells, cell) == 0) {
        json_decref(cell);
        return ALF_OK;
    }
    json_decref(cell);
    return alf_report_no_memory(ctx, "a notebook");
}

/* Text that is printed as its cell is made. */
static alf_status append_text(alf_ctx *ctx, alf_notebook *notebook, alf_report_text *text, json_t *attachments)
{
    char      *source;
    alf_status status = alf_report_text_close(ctx, text, &source);
    if (status != ALF_OK) {
        json_decref(attachments);
        return status;
    }
    status = append(ctx, notebook, "markdown", source, attachments);
    free(source);
    return status;
}

alf_status alf_notebook_markdown(alf_ctx *ctx, alf_notebook *notebook, const char *text)
{
    return append(ctx, notebook, "markdown", text, NULL);
}

alf_status alf_notebook_code(alf_ctx *ctx, alf_notebook *notebook, const char *source)
{
    return append(ctx, notebook, "code", source, NULL);
}

alf_status alf_notebook_table(alf_ctx *ctx, alf_notebook *notebook, const alf_table *table)
{
    char      *markdown;
    alf_status status = alf_table_markdown(ctx, table, &markdown);
    if (status != ALF_OK) return status;
    status = append(ctx, notebook, "markdown", markdown, NULL);
    free(markdown);
    return status;
}

/* --- pictures ------------------------------------------------------------------------------------------------------- */

/* The file's name without its folder, in letters that need no escape in a link. */
static void name_attachment(const char *path, char name[100])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const char       *slash = strrchr(path, '/');
    snprintf(name, 100, "%s", slash ? slash + 1 : path);
    for (char *c = name; *c; c++)
        if (!strchr(plain, *c)) *c = '_';
}

/* {"NAME": {"image/png": BASE64}} */
static alf_status attach_png(alf_ctx *ctx, const char *path, const char *name, json_t **out)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    enum { SIGNATURE = sizeof signature - 1 };

    char      *data, *text;
    size_t     size;
    alf_status status = alf_report_read(ctx, path, &data, &size);
    if (status != ALF_OK) return status;
    if (size < SIGNATURE || memcmp(data, signature, SIGNATURE) != 0) {
        free(data);
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is no PNG picture", path);
    }
    text = alf_base64(data, size);
    free(data);
    *out = text ? json_pack("{s:{s:s}}", name, "image/png", text) : NULL;
    free(text);
    return *out ? ALF_OK : alf_report_no_memory(ctx, "a picture in a notebook");
}

alf_status alf_notebook_picture(alf_ctx *ctx, alf_notebook *notebook, const char *png, const char *caption)
{
    char            name[100];
    alf_report_text text;
    json_t         *attachments;
    name_attachment(png, name);
    alf_status status = attach_png(ctx, png, name, &attachments);
    if (status != ALF_OK) return status;
    status = alf_report_text_open(ctx, &text);
    if (status != ALF_OK) {
        json_decref(attachments);
        return status;
    }
    fprintf(text.to, "![%s](attachment:%s)", name, name);
    if (caption && *caption) fprintf(text.to, "\n\n%s", caption);
    return append_text(ctx, notebook, &text, attachments);
}

/* --- notebooks ------------------------------------------------------------------------------------------------------ */

static alf_status put_head(alf_ctx *ctx, alf_notebook *notebook, const char *title, const char *command)
{
    char            versions[200];
    alf_report_text text;
    alf_status      status = alf_report_text_open(ctx, &text);
    if (status != ALF_OK) return status;
    alf_machine_versions(versions, sizeof versions);
    fprintf(text.to, "# %s\n\nMade by\n\n    %s\n\nwith %s.", title, command, versions);
    return append_text(ctx, notebook, &text, NULL);
}

alf_status alf_notebook_create(alf_ctx *ctx, const char *title, const char *command, alf_notebook **out)
{
    alf_notebook *notebook = calloc(1, sizeof *notebook);
    if (notebook) notebook->cells = json_array();
    alf_status status =
        notebook && notebook->cells ? put_head(ctx, notebook, title, command) : alf_report_no_memory(ctx, "a notebook");
    if (status == ALF_OK)
        *out = notebook;
    else
        alf_notebook_destroy(notebook);
    return status;
}

/* As Jupyter itself writes: sorted, by one space, with a line end. */
alf_status alf_notebook_write(alf_ctx *ctx, const alf_notebook *notebook, const char *path)
{
    json_t *whole = json_pack("{s:O, s:{s:{s:s, s:s, s:s}, s:{s:s}}, s:i, s:i}", "cells", notebook->cells, "metadata",
                              "kernelspec", "display_name", "Python 3", "language", "python", "name", "python3",
                              "language_info", "name", "python", "nbformat", 4, "nbformat_minor", 5);
    return alf_report_write_json(ctx, path, whole, JSON_INDENT(1) | JSON_SORT_KEYS);
}

void alf_notebook_destroy(alf_notebook *notebook)
{
    if (!notebook) return;
    json_decref(notebook->cells);
    free(notebook);
}
