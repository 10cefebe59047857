/* Data sets and networks that an experiment makes: a job of training is a row of settings, its run folder is in
 * OUTDIR/runs/LABEL, and `aliasfree train` goes on in it by itself where it was stopped. */
#ifndef EXPERIMENTS_TRAINED_H
#define EXPERIMENTS_TRAINED_H

#include "report/study.h"

/* A data set of pictures placed alike; made once, in OUTDIR/data/LABEL.zip. */
typedef struct {
    const char *label;   /* of its file                                                          */
    const char *source;  /* pictures, as `aliasfree dataset --source` takes them; NULL: procedural */
    int64_t     count;   /* of procedural pictures                                               */
    int         copies;  /* how often each picture of the source is placed                       */
    bool        aligned; /* in the middle and upright, else at random places and angles           */
    int         resolution;
} training_data;

ALF_NODISCARD alf_status training_data_make(alf_study_run *run, const training_data *data, const char **path);

typedef struct {
    const char *label; /* of the folder and of parts: "E", "T-nonaligned"      */
    const char *cfg;   /* configuration or rung of the ladder                  */
    const char *data;  /* path of the data set                                 */
    double      kimg, tick;
    int         snap; /* ticks between snapshots; 0: only at the end          */
    int         batch;
    int64_t     channel_base, channel_max;
    int         z_dim;
    double      gamma, rate; /* of R1; of learning, both networks              */
} training_job;

typedef struct {
    double kimg;
    char   path[4096];
} training_snapshot;

/* Trains what is not trained yet. The network files of the run in order of kimg; free *out with free(). */
ALF_NODISCARD alf_status training_job_run(alf_study_run *run, const training_job *job, int *count,
                                          training_snapshot **out);

#endif
