/* Data sets and networks that an experiment makes: a job of training is a row of settings, its run folder is in
 * OUTDIR/runs/LABEL-DIGEST, and `aliasfree train` goes on in it by itself where it was stopped. */
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

/* One that is made. */
typedef struct {
    char path[4096];
    char digest[20]; /* of its pictures: what finished parts were made with */
} training_set;

/* How subjects stand in non-aligned sets: their size, the standard deviation of their place in both directions (both in
 * canvas widths), their largest angle in degrees. Those of aligned sets have the same size, and stand in the middle. */
#define TRAINING_SCALE 0.55
#define TRAINING_SHIFT 0.12
#define TRAINING_ROTATION 180.0

ALF_NODISCARD alf_status training_data_make(alf_study_run *run, const training_data *data, training_set *out);

typedef struct {
    char                label[32]; /* of the folder and of parts: "E", "T-nonaligned" */
    const char         *cfg;       /* configuration or rung of the ladder             */
    const training_set *data;
    double              kimg, tick;
    int                 snap; /* ticks between snapshots; 0: only at the end     */
    int                 batch;
    int64_t             channel_base, channel_max;
    int                 z_dim;
    double              gamma, rate; /* of R1; of learning, both networks              */
    double              blur_fade;   /* in kimg, of a configuration that has a blur; 0: it has none */
} training_job;

typedef struct {
    double kimg; /* whole thousands; of the last one, all that was trained */
    char   path[4096];
} training_snapshot;

typedef struct {
    int                count;
    training_snapshot *list; /* in order of kimg; the last is where training ended */
} training_result;

/* Trains what is not trained yet, one job after the other, and tells how long the rest takes. results [count], to be given
 * back by training_results_free() whatever the outcome. */
ALF_NODISCARD alf_status training_jobs_run(alf_study_run *run, int count, const training_job jobs[],
                                           training_result results[]);
void                     training_results_free(int count, training_result results[]);

/* The run folder of the highest number in `outdir`, where training goes on or has ended; false: there is none. */
bool training_newest_run(const char *outdir, char *folder, size_t size);

#endif
