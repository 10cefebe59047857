/* What experiments have in common that train rungs of the ladder alike: how much is done, options of their own, and the
 * data sets, jobs and figures that follow from both. */
#ifndef EXPERIMENTS_TRAINING_STUDY_H
#define EXPERIMENTS_TRAINING_STUDY_H

#include "common/figures.h"
#include "common/rungs.h"

typedef struct {
    const char      *rungs; /* unless others are asked for */
    int              resolution;
    int64_t          channel_base, channel_max;
    double           kimg, tick;
    int              snap; /* ticks between snapshots; 0: only at the end */
    int              batch;
    int64_t          pictures; /* of a procedural set         */
    int              copies;   /* of each picture of a source */
    int              columns;  /* of sheets                   */
    measuring_effort effort;
} training_budget;

/* The part of a training over which R's blur fades. */
#define TRAINING_BLUR 0.2

/* Options, for tables; training_budget_choose() and the others below read them. */
#define TRAINING_SOURCE_OPTION                                                                                         \
    {                                                                                                                  \
        .name = "source", .value = "PICTURES", .kind = ALF_STUDY_TEXT,                                                 \
        .help = "folder or zip of pictures to train on (default: procedural shapes)"                                   \
    }
#define TRAINING_KIMG_OPTION(text)                                                                                     \
    {                                                                                                                  \
        .name = "kimg", .value = "N", .help = text, .kind = ALF_STUDY_REAL, .low = 0.032, .high = 100000               \
    }
#define TRAINING_GAMMA_OPTION                                                                                          \
    {                                                                                                                  \
        .name = "gamma", .value = "F", .fallback = "0.1", .help = "weight of the R1 penalty", .kind = ALF_STUDY_REAL,  \
        .high = 1e9                                                                                                    \
    }

/* The budget of the run's scale with what --kimg says in place of its own; and the places of the rungs that the option
 * of that name asks for. */
ALF_NODISCARD alf_status training_budget_choose(alf_study_run *run, const training_budget budgets[ALF_SCALES],
                                                const char *option, training_budget *out, int places[RUNGS],
                                                int *count);

ALF_NODISCARD alf_status training_budget_data(alf_study_run *run, const training_budget *b, const char *label,
                                              bool aligned, training_set *out);
/* What the pictures are, for a report. */
const char *training_source_name(const alf_study_run *run);

training_job training_budget_job(const alf_study_run *run, const training_budget *b, const char *label, int place,
                                 const training_set *data);

/* Figures of a network: a file, or the name of a rung, which is then made fresh as it is trained. */
ALF_NODISCARD alf_status training_budget_figures(alf_study_run *run, const training_budget *b, const char *part,
                                                 const char *network, const training_set *data, network_figures *out);

#endif
