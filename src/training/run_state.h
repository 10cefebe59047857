/* The state of a run on disk: everything of the trainer and where the run stands, in two generations.
 *
 * The newest is training-state.safetensors, the one before it training-state.previous.safetensors. A new one is written
 * whole under a name of its own before the names move on, so that at any moment one of the two is whole; a digest in it
 * tells whether it still is. There is neither a path nor a time in it. */
#ifndef ALF_TRAINING_RUN_STATE_H
#define ALF_TRAINING_RUN_STATE_H

#include "aliasfree/training.h"
#include "io/json_load.h"
#include "training/run_compare.h"

#define ALF_RUN_STATE "training-state.safetensors"
#define ALF_RUN_STATE_PREVIOUS "training-state.previous.safetensors"
#define ALF_RUN_STATE_NEXT "training-state.next.safetensors"

#define ALF_RUN_MAX_IMAGES ((int64_t)1 << 53) /* that double tells apart */

/* Where a run stands. */
typedef struct {
    int64_t  tick;       /* the one in progress                           */
    int64_t  tick_start; /* images when it began                          */
    int64_t  images;     /* shown so far                                  */
    bool     finished;   /* all are done                                  */
    json_t  *lengths;    /* bytes of the files that grow, by name; owned  */
    char     isa[16];    /* whose kernels made a state that was read      */
    alf_json read;       /* what was read, which `lengths` is part of     */
} alf_run_position;

void alf_run_position_clear(alf_run_position *position);

/* Writes the newest state; the newest so far becomes the previous one, or goes where the run is finished. */
ALF_NODISCARD alf_status alf_run_state_save(alf_ctx *ctx, const char *folder, const alf_trainer *trainer,
                                            const alf_run_fingerprint *options, const alf_run_position *position);

/* Opens the state in the file `name` of the folder. ALF_ERR_FORMAT where it is damaged. *archive is NULL where there is
 * no such file. */
ALF_NODISCARD alf_status alf_run_state_open(alf_ctx *ctx, const char *folder, const char *name, alf_archive **archive);
/* What it says beside the trainer's arrays; ALF_ERR_FORMAT where it is of other options, or where counts or lengths of
 * files are none. */
ALF_NODISCARD alf_status alf_run_state_position(alf_ctx *ctx, const alf_archive *archive,
                                                const alf_run_fingerprint *options, alf_run_position *out);

/* Makes the previous state the newest: the newest is damaged, or gone. */
ALF_NODISCARD alf_status alf_run_state_fall_back(alf_ctx *ctx, const char *folder);

/* Does the newest state say that the run is finished? False where there is none that can be read. */
ALF_NODISCARD alf_status alf_run_state_finished(alf_ctx *ctx, const char *folder, bool *out);

/* Is the failure that of a damaged file, not of the system? */
bool alf_run_state_damaged(alf_status status);

#endif
