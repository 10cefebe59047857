/* The files of a run that grow: log.txt, stats.jsonl, and metric-*.jsonl of the metrics that it measures (others in the
 * folder are somebody else's). What a state knows of them is their length, so that lines of work that is done again are
 * cut off first. */
#ifndef ALF_TRAINING_RUN_JOURNAL_H
#define ALF_TRAINING_RUN_JOURNAL_H

#include <jansson.h>

#include "aliasfree/training.h"

#define ALF_RUN_LOG "log.txt"
#define ALF_RUN_STATS "stats.jsonl"
#define ALF_RUN_JOURNAL_NAME 128

/* The name of a metric's file. */
void alf_run_metric_file(const char *metric, char name[ALF_RUN_JOURNAL_NAME]);

/* Appends a line and brings it to disk. */
ALF_NODISCARD alf_status alf_run_journal_line(alf_ctx *ctx, const char *folder, const char *name, const char *line);
/* The same with JSON on one line; releases `json`. NULL, which jansson gives when memory is short, is an error. A copy
 * of the text goes to *text (release with alf_mem_free(); NULL: nobody wants it). */
ALF_NODISCARD alf_status alf_run_journal_json(alf_ctx *ctx, const char *folder, const char *name, json_t *json,
                                              char **text);

/* Lengths of no file; of each such file, in bytes. NULL with the error recorded. */
json_t *alf_run_journal_no_lengths(alf_ctx *ctx);
json_t *alf_run_journal_lengths(alf_ctx *ctx, const char *folder, const alf_run_options *options);
/* Cuts each such file back to its length; one that `lengths` (NULL: all) does not name is removed. A file that is shorter
 * stays: lines were lost, but the run itself is whole. */
ALF_NODISCARD alf_status alf_run_journal_cut(alf_ctx *ctx, const char *folder, const alf_run_options *options,
                                             const json_t *lengths);

/* The number under `key` in the last line of a file of JSON lines; `fallback` where there is none, or no file. */
ALF_NODISCARD alf_status alf_run_journal_last(alf_ctx *ctx, const char *folder, const char *name, const char *key,
                                              double fallback, double *out);

#endif
