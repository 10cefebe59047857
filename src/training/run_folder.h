/* The folder of a run: its number and name, which one is continued, and that only one process works in it. */
#ifndef ALF_TRAINING_RUN_FOLDER_H
#define ALF_TRAINING_RUN_FOLDER_H

#include <jansson.h>

#include "aliasfree/training.h"

/* Calls fn for each name in the folder, in any order, until it fails; a folder that does not exist has none. */
typedef alf_status (*alf_run_name_fn)(void *user, const char *name);
ALF_NODISCARD alf_status alf_run_folder_each(alf_ctx *ctx, const char *folder, alf_run_name_fn fn, void *user);

/* "-stylegan3-t-NAME-gpus1-batch32-gamma6.6", and "-DESC" where there is one: what follows the number. NULL with the
 * error recorded; release with alf_mem_free(). */
char *alf_run_folder_suffix(alf_ctx *ctx, const alf_training_options *training, const alf_dataset *data, int ranks,
                            const alf_run_options *options);

/* Looks for a run in outdir that can be continued: the one of the highest number that has the same options and is not
 * finished, or that was made by the same command, which then got no further. *other_data is
 * the newest unfinished one whose options are the same but for the digest of the data. NULL where there is none; release
 * both with alf_mem_free(). */
ALF_NODISCARD alf_status alf_run_folder_find(alf_ctx *ctx, const char *outdir, const char *suffix,
                                             const json_t *options, char **folder, char **other_data);
/* Makes outdir, and in it a folder with the next number. */
ALF_NODISCARD alf_status alf_run_folder_make(alf_ctx *ctx, const char *outdir, const char *suffix, char **folder);

/* Keeps other processes out until the lock is given back or the process ends, however it does: a lock of the kernel on the
 * file ".lock". *lock is its descriptor. */
ALF_NODISCARD alf_status alf_run_folder_lock(alf_ctx *ctx, const char *folder, int *lock);
/* Gives the lock back; its empty file stays, since a name that comes and goes would lock nobody out. -1 is no lock. */
void alf_run_folder_unlock(int lock);

/* Removes what a process left behind that was killed while it wrote a file. */
ALF_NODISCARD alf_status alf_run_folder_sweep(alf_ctx *ctx, const char *folder);

#endif
