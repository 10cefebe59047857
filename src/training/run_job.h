/* One run in progress: what its parts share. */
#ifndef ALF_TRAINING_RUN_JOB_H
#define ALF_TRAINING_RUN_JOB_H

#include "aliasfree/training.h"
#include "training/run_state.h"

/* Monotonic seconds and the images shown then. */
typedef struct {
    double  before;       /* seconds that earlier processes worked on this run */
    double  started;      /* this process                                      */
    int64_t first;        /* images when it started                            */
    double  tick_started; /* this process worked on the tick from here on      */
    int64_t tick_first;
    double  maintenance; /* seconds between the tick before and this one */
    double  shown;       /* the live line; 0: never                      */
} alf_run_clock;

/* The grid of pictures: which reals stand in it, and what their labels are. */
typedef struct {
    int64_t  columns, rows; /* 0: no pictures            */
    int64_t *items;         /* of the data set           */
    double  *labels;        /* [columns * rows, c_dim]; NULL: none */
} alf_run_grid;

typedef struct {
    alf_ctx                    *ctx;
    const alf_training_options *training;
    const alf_run_options      *options;
    alf_dataset                *data;
    const alf_comm             *comm; /* never NULL */
    alf_trainer                *trainer;
    json_t                     *described;
    alf_run_fingerprint         fingerprint;
    alf_run_position            position;
    alf_run_clock               clock;
    bool                        resumed;
    int64_t                     saved;       /* images of the newest state in the folder; -1: none   */
    int                         transferred; /* tensors taken from the file to start from; -1: not yet */

    /* rank 0 */
    char        *folder;     /* all ranks know it                                       */
    char        *other_data; /* a run that is not continued for its data; NULL: none     */
    int          lock;       /* -1: none          */
    alf_run_grid grid;
} alf_run_job;

static inline bool alf_run_leads(const alf_run_job *job)
{
    return job->comm->rank == 0;
}

/* Rank 0: a line for log.txt and whoever listens; control characters become '?'. */
ALF_NODISCARD alf_status alf_run_say(const alf_run_job *job, const char *format, ...) ALF_PRINTF(2, 3);
/* The same in two steps, for a line that is true only once what follows is done. */
ALF_NODISCARD alf_status alf_run_note(const alf_run_job *job, const char *line);
void                     alf_run_tell(const alf_run_job *job, const char *line);

/* The path of a file in the folder; NULL with the error recorded. Release with alf_mem_free(). */
char *alf_run_path(const alf_run_job *job, const char *name);

#endif
