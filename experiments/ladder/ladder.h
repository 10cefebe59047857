/* The experiment on the ladder: what its files share. */
#ifndef LADDER_LADDER_H
#define LADDER_LADDER_H

#include "common/network_sheet.h"
#include "common/training_study.h"
#include "order.h"

/* --- the paper's table ---------------------------------------------------------------------------------------------- */

typedef struct {
    const char *step;             /* what it adds to the rung above                           */
    double      fid;              /* FFHQ-U, 256x256, 25 million images; another one than SWD */
    double      eq[ALF_EQ_KINDS]; /* dB; NaN: none                                            */
} paper_row;

const paper_row *paper_of(int place);

/* --- the experiment ------------------------------------------------------------------------------------------------- */

typedef struct {
    int             place;
    network_figures fresh, trained;
    const char     *network; /* path of the trained one */
} rung;

typedef struct {
    alf_study_run  *run;
    training_budget budget; /* with what the options changed */
    training_set    data;
    int             count;
    rung            rungs[RUNGS];
} experiment;

const char *eq_name(alf_metric_kind k); /* "EQ-T" */

alf_status report_table(const experiment *e);
alf_status report_plots(const experiment *e);
alf_status report_order(const experiment *e);
alf_status report_sheet(const experiment *e);

#endif
