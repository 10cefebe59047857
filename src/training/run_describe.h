/* The options of a run as the original's training_options.json tells them. */
#ifndef ALF_TRAINING_RUN_DESCRIBE_H
#define ALF_TRAINING_RUN_DESCRIBE_H

#include "aliasfree/training.h"
#include "io/json_load.h"

#define ALF_RUN_OPTIONS_FILE "training_options.json"
#define ALF_RUN_MAX_OPTIONS (1 << 20) /* bytes of it; ours have some thousands */

/* Everything that decides what a run does, in the original's nested form, but for run_dir, which only the folder knows.
 * NULL with the error recorded; release with json_decref(). */
json_t *alf_run_describe(alf_ctx *ctx, const alf_training_options *training, alf_dataset *data, int ranks,
                         const alf_run_options *options);

/* The JSON text of options for a person, with run_dir; release with alf_mem_free(). NULL with the error recorded. */
char *alf_run_options_text(alf_ctx *ctx, const json_t *options, const char *folder);
/* Reads a folder's training_options.json, an object, to be released; nothing where there is none that may be read, or one
 * that no run wrote. *missing: there is nothing of that name. Fails where the system cannot tell. */
ALF_NODISCARD alf_status alf_run_options_read(alf_ctx *ctx, const char *folder, alf_json *out, bool *missing);

#endif
