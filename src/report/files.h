/* Files and texts of reports: whole ones in memory, JSON to disk, names that are safe to be made files of. */
#ifndef ALF_REPORT_FILES_H
#define ALF_REPORT_FILES_H

#include <jansson.h>

#include "aliasfree/aliasfree.h"

/* The whole file with a zero behind it; free with free(). */
ALF_NODISCARD alf_status alf_report_read(alf_ctx *ctx, const char *path, char **data, size_t *size);
/* The same, but *data is NULL when there is no such file. */
ALF_NODISCARD alf_status alf_report_read_if_there(alf_ctx *ctx, const char *path, char **data, size_t *size);

/* *json: what the text says; NULL where it is no JSON. An error only without memory, which names the path. */
ALF_NODISCARD alf_status alf_report_parse(alf_ctx *ctx, const char *path, const char *text, size_t size, json_t **json);

/* Writes a JSON text with flags of jansson and a line end, atomically, and gives `json` back; NULL (what jansson returns
 * without memory) is an error. */
ALF_NODISCARD alf_status alf_report_write_json(alf_ctx *ctx, const char *path, json_t *json, size_t flags);

/* What names a file within a folder: letters, digits, '-', '_', '.', '+', not '.' in front, up to 100. Else an error,
 * which says of what it is the name. */
ALF_NODISCARD alf_status alf_report_check_name(alf_ctx *ctx, const char *what, const char *name);

/* "a/b" plus end, such as ".csv"; NULL with the error recorded. Free with free(). */
char *alf_report_path(alf_ctx *ctx, const char *folder, const char *name, const char *end);
/* Records that memory is short. */
alf_status alf_report_no_memory(alf_ctx *ctx, const char *what);

/* A text that is printed piece by piece. */
typedef struct {
    FILE  *to; /* NULL: no memory */
    char  *text;
    size_t size;
} alf_report_text;

ALF_NODISCARD alf_status alf_report_text_open(alf_ctx *ctx, alf_report_text *text);
/* The whole of it, to be freed with free(); nothing is left in *text. */
ALF_NODISCARD alf_status alf_report_text_close(alf_ctx *ctx, alf_report_text *text, char **out);
/* Closes it and writes it to the file that alf_report_path() names. */
ALF_NODISCARD alf_status alf_report_text_save(alf_ctx *ctx, alf_report_text *text, const char *folder, const char *name,
                                              const char *end);

#endif
