/* What a study leaves behind: tables, plots, contact sheets, arrays, the notebook, the export. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/files.h"
#include "report/study_internal.h"

/* --- names of files ------------------------------------------------------------------------------------------------- */

/* Adds a name unless it is there; false: no memory. */
static bool add_file(alf_study_files *files, const char *name)
{
    for (int i = 0; i < files->count; i++)
        if (strcmp(files->names[i], name) == 0) return true;
    char **names = realloc(files->names, ((size_t)files->count + 1) * sizeof *names);
    char  *copy = names ? strdup(name) : NULL;
    if (names) files->names = names;
    if (copy) names[files->count++] = copy;
    return copy != NULL;
}

void alf_study_files_free(alf_study_files *files)
{
    for (int i = 0; i < files->count; i++) free(files->names[i]);
    free(files->names);
    *files = (alf_study_files){.names = NULL};
}

alf_status alf_study_file(alf_study_run *run, const char *name)
{
    alf_status status = alf_report_check_name(run->ctx, "a file", name);
    if (status == ALF_OK && !add_file(&run->state->shown, name)) status = alf_report_no_memory(run->ctx, "a report");
    return status;
}

/* NAME with this end is a file of the report. */
static alf_status show(alf_study_run *run, const char *name, const char *end)
{
    char file[128];
    snprintf(file, sizeof file, "%s%s", name, end);
    return alf_study_file(run, file);
}

/* OUTDIR/NAME with this end, for as long as the run lasts. */
static const char *path_with(alf_study_run *run, const char *name, const char *end)
{
    alf_study_files *paths = &run->state->paths;
    char            *path = alf_report_path(run->ctx, run->outdir, name, end);
    const char      *kept = NULL;
    if (path && !add_file(paths, path)) alf_report_no_memory(run->ctx, "a path");
    for (int i = 0; path && i < paths->count && !kept; i++)
        if (strcmp(paths->names[i], path) == 0) kept = paths->names[i];
    free(path);
    return kept;
}

const char *alf_study_path(alf_study_run *run, const char *name)
{
    return path_with(run, name, "");
}

/* --- parts of the report -------------------------------------------------------------------------------------------- */

alf_status alf_study_markdown(alf_study_run *run, const char *format, ...)
{
    alf_report_text text;
    char           *markdown;
    va_list         args;
    alf_status      status = alf_report_text_open(run->ctx, &text);
    if (status != ALF_OK) return status;
    va_start(args, format);
    vfprintf(text.to, format, args);
    va_end(args);
    status = alf_report_text_close(run->ctx, &text, &markdown);
    if (status != ALF_OK) return status;
    status = alf_notebook_markdown(run->ctx, run->notebook, markdown);
    free(markdown);
    return status;
}

alf_status alf_study_long_table(alf_study_run *run, const char *name, const alf_table *table)
{
    alf_status  status = alf_report_check_name(run->ctx, "a table", name);
    const char *csv = status == ALF_OK ? path_with(run, name, ".csv") : NULL;
    const char *json = csv ? path_with(run, name, ".json") : NULL;
    if (!json) return alf_ctx_status(run->ctx);
    status = alf_table_write_csv(run->ctx, table, csv);
    if (status == ALF_OK) status = alf_table_write_json(run->ctx, table, json);
    if (status == ALF_OK) status = show(run, name, ".csv");
    return status == ALF_OK ? show(run, name, ".json") : status;
}

alf_status alf_study_table(alf_study_run *run, const char *name, const alf_table *table)
{
    alf_status status = alf_study_long_table(run, name, table);
    if (status == ALF_OK) status = alf_notebook_table(run->ctx, run->notebook, table);
    if (status != ALF_OK) return status;
    printf("\n%s\n", name);
    alf_table_print(table, stdout);
    fflush(stdout);
    return ALF_OK;
}

static alf_status show_picture(alf_study_run *run, const char *name, const char *caption)
{
    const char *png = path_with(run, name, ".png");
    alf_status  status = png ? show(run, name, ".png") : alf_ctx_status(run->ctx);
    if (status == ALF_OK && caption) status = alf_notebook_picture(run->ctx, run->notebook, png, caption);
    return status;
}

/* A plot has been written; without gnuplot there is no picture of it, but what draws it is exported. */
static alf_status show_plot(alf_study_run *run, const char *name, bool drawn, const char *caption)
{
    if (drawn) return show_picture(run, name, caption);
    alf_study_say(run, "%s: not drawn, since there is no gnuplot; its numbers and script are in %s", name, run->outdir);
    alf_status status = show(run, name, ".dat");
    if (status == ALF_OK) status = show(run, name, ".gp");
    if (status != ALF_OK || !caption) return status;
    return alf_study_markdown(run, "*Not drawn, since there was no gnuplot: `%s.gp` draws it.*\n\n%s", name, caption);
}

alf_status alf_study_plot(alf_study_run *run, const char *name, const alf_plot *plot, const char *caption)
{
    bool       drawn = false;
    alf_status status = alf_report_check_name(run->ctx, "a plot", name);
    if (status == ALF_OK) status = alf_plot_write(run->ctx, run->outdir, name, plot, &drawn);
    return status == ALF_OK ? show_plot(run, name, drawn, caption) : status;
}

alf_status alf_study_map(alf_study_run *run, const char *name, const alf_plot_map *map, const char *caption)
{
    bool       drawn = false;
    alf_status status = alf_report_check_name(run->ctx, "a plot", name);
    if (status == ALF_OK) status = alf_plot_map_write(run->ctx, run->outdir, name, map, &drawn);
    return status == ALF_OK ? show_plot(run, name, drawn, caption) : status;
}

alf_status alf_study_sheet(alf_study_run *run, const char *name, const alf_contact_sheet *sheet, const char *caption)
{
    alf_status  status = alf_report_check_name(run->ctx, "a contact sheet", name);
    const char *png = status == ALF_OK ? path_with(run, name, ".png") : NULL;
    if (!png) return alf_ctx_status(run->ctx);
    status = alf_contact_sheet_write(run->ctx, sheet, png);
    return status == ALF_OK ? show_picture(run, name, caption) : status;
}

alf_status alf_study_array(alf_study_run *run, const char *name, int ndim, const int64_t shape[], const double *values)
{
    alf_status  status = alf_report_check_name(run->ctx, "an array", name);
    const char *path = status == ALF_OK ? path_with(run, name, ".npy") : NULL;
    if (!path) return alf_ctx_status(run->ctx);
    status = alf_npy_write(run->ctx, path, ALF_F64, ndim, shape, values);
    if (status == ALF_OK && !add_file(&run->state->arrays, name)) status = alf_report_no_memory(run->ctx, "a report");
    return status;
}

/* --- the end of the report ------------------------------------------------------------------------------------------ */

enum { EXPORTED_ARRAY = 1 << 20 }; /* bytes; larger ones would swell the repository that exports are committed to */

/* Looks beside the notebook, where all of them are in OUTDIR and the smaller ones in an export. */
static alf_status add_array_cell(alf_study_run *run)
{
    const alf_study_files *arrays = &run->state->arrays;
    alf_report_text        text;
    char                  *source;
    if (arrays->count == 0) return ALF_OK;
    alf_status status = alf_report_text_open(run->ctx, &text);
    if (status != ALF_OK) return status;
    fputs("# The raw arrays, beside this notebook. Those of more than 1 MB are in the folder of the run alone "
          "(--outdir).\n"
          "from pathlib import Path\n\nimport numpy as np\n\nnames = [",
          text.to);
    for (int i = 0; i < arrays->count; i++) fprintf(text.to, "%s\"%s\"", i > 0 ? ", " : "", arrays->names[i]);
    fputs("]\narrays = {name: np.load(f\"{name}.npy\") for name in names if Path(f\"{name}.npy\").exists()}\n"
          "for name, array in arrays.items():\n    print(name, array.shape)",
          text.to);
    status = alf_report_text_close(run->ctx, &text, &source);
    if (status != ALF_OK) return status;
    status = alf_notebook_code(run->ctx, run->notebook, source);
    free(source);
    return status;
}

/* FROM/NAME with this end to TO/NAME, unless it has more than `most` bytes (negative: any size). */
static alf_status copy_file(alf_ctx *ctx, const char *from, const char *to, const char *name, const char *end,
                            int64_t most)
{
    char       *source = alf_report_path(ctx, from, name, end), *target = alf_report_path(ctx, to, name, end);
    char       *data = NULL;
    size_t      size = 0;
    struct stat info;
    alf_status  status = alf_ctx_status(ctx);
    if (status == ALF_OK && (most < 0 || (stat(source, &info) == 0 && info.st_size <= most))) {
        status = alf_report_read(ctx, source, &data, &size);
        if (status == ALF_OK) status = alf_data_write(ctx, target, size, data);
    }
    free(data);
    free(source);
    free(target);
    return status;
}

/* Everything that the notebook shows, and itself last: what is there when something fails still fits together. */
static alf_status export_report(alf_study_run *run, const char *to)
{
    const alf_study_state *state = run->state;
    char                  *folder = alf_report_path(run->ctx, to, run->study->name, "");
    alf_status             status = folder ? alf_make_folder(run->ctx, folder) : alf_ctx_status(run->ctx);
    for (int i = 0; i < state->shown.count && status == ALF_OK; i++)
        status = copy_file(run->ctx, run->outdir, folder, state->shown.names[i], "", -1);
    for (int i = 0; i < state->arrays.count && status == ALF_OK; i++)
        status = copy_file(run->ctx, run->outdir, folder, state->arrays.names[i], ".npy", EXPORTED_ARRAY);
    if (status == ALF_OK) status = copy_file(run->ctx, run->outdir, folder, run->study->name, ".ipynb", -1);
    if (status == ALF_OK) printf("  %s/%s.ipynb\n", folder, run->study->name);
    free(folder);
    return status;
}

alf_status alf_study_finish_report(alf_study_run *run)
{
    const char *to = alf_study_text(run, "export"), *path = path_with(run, run->study->name, ".ipynb");
    alf_status  status = path ? add_array_cell(run) : alf_ctx_status(run->ctx);
    if (status == ALF_OK) status = alf_notebook_write(run->ctx, run->notebook, path);
    if (status != ALF_OK) return status;
    printf("\nOpen:\n  %s\n", path);
    return to ? export_report(run, to) : ALF_OK;
}
