/* The experiment on non-aligned training: what its files share. */
#ifndef NONALIGNED_TRAINING_H
#define NONALIGNED_TRAINING_H

#include "common/network_sheet.h"
#include "common/training_study.h"

enum { PLACEMENTS = 2, MOST_RUNS = RUNGS * PLACEMENTS }; /* aligned, non-aligned */

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
    alf_study_run  *run;
    training_budget budget;           /* with what the options changed */
    training_set    data[PLACEMENTS]; /* non-aligned, aligned */
    int             count;
    course          courses[MOST_RUNS];
} experiment;

alf_status report_table(const experiment *e);
alf_status report_curves(const experiment *e);
alf_status report_sheets(const experiment *e);

#endif
