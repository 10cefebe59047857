/* The options of a run as the original's training_options.json tells them, and whether two runs have the same. */
#ifndef ALF_TRAINING_RUN_OPTIONS_H
#define ALF_TRAINING_RUN_OPTIONS_H

#include <jansson.h>

#include "aliasfree/training.h"

/* Refuses what makes no sense, by the name of the field. */
ALF_NODISCARD alf_status alf_run_options_check(alf_ctx *ctx, const alf_run_options *options);

/* Everything that decides what a run does, in the original's nested form, but for run_dir, which only the folder knows.
 * NULL with the error recorded; release with json_decref(). */
json_t *alf_run_describe(alf_ctx *ctx, const alf_training_options *training, alf_dataset *data, int ranks,
                         const alf_run_options *options);

/* The same options but for where the run is and how many processes work on it? */
bool alf_run_same_options(const json_t *a, const json_t *b);

/* A digest of the options without any path: what a state is held against. */
typedef struct {
    char text[24];
} alf_run_fingerprint;
alf_run_fingerprint alf_run_fingerprint_of(const json_t *options);

/* The JSON text of options for a person, with run_dir; release with alf_mem_free(). NULL with the error recorded. */
char *alf_run_options_text(alf_ctx *ctx, const json_t *options, const char *folder);
/* Reads a folder's training_options.json; NULL, without any error, where there is none that can be read. */
json_t *alf_run_options_read(alf_ctx *ctx, const char *folder);

#define ALF_RUN_OPTIONS_FILE "training_options.json"

#endif
