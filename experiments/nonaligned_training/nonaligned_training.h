/* The experiment on non-aligned training: what its files share. */
#ifndef NONALIGNED_TRAINING_H
#define NONALIGNED_TRAINING_H

#include "common/figures.h"
#include "common/network_sheet.h"
#include "common/rungs.h"

enum { PLACEMENTS = 2, MOST_RUNS = RUNGS * PLACEMENTS }; /* aligned, non-aligned */

typedef struct {
    const char      *rungs; /* unless others are asked for */
    int              resolution;
    int64_t          channel_base, channel_max;
    double           kimg, tick;
    int              snap;
    int              batch;
    int64_t          pictures; /* of a procedural set              */
    int              copies;   /* of each picture of a source      */
    int              columns;  /* of sheets                        */
    measuring_effort effort;
} budget;

/* A network on one of the data sets, from fresh on. */
typedef struct {
    int              place;
    bool             aligned;
    char             label[32]; /* "T-aligned"                              */
    const char      *network;   /* path of the last snapshot                */
    int              count;     /* of points: fresh, and each snapshot      */
    double          *kimg;      /* [count]                                  */
    network_figures *figures;   /* [count]                                  */
} course;

typedef struct {
    alf_study_run *run;
    budget         budget;           /* with what the options changed */
    training_set   data[PLACEMENTS]; /* non-aligned, aligned */
    int            count;
    course         courses[MOST_RUNS];
} experiment;

alf_status report_table(const experiment *e);
alf_status report_curves(const experiment *e);
alf_status report_sheets(const experiment *e);

#endif
