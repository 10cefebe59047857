/* Contact sheets of what networks and data sets hold: a row for each, pictures in columns. */
#ifndef EXPERIMENTS_NETWORK_SHEET_H
#define EXPERIMENTS_NETWORK_SHEET_H

#include "common/trained.h"

typedef struct {
    const char         *label;
    const char         *network; /* path of its file; NULL: a data set's row */
    const training_set *data;
} sheet_row;

typedef struct {
    const char      *name, *title, *caption;
    int              columns; /* the seeds from that of the run on; pictures of a set in shuffled order */
    int              rows;    /* at most SHEET_ROWS, all networks or all sets, with images of one size   */
    const sheet_row *row;
} sheet;

enum { SHEET_ROWS = 16, SHEET_COLUMNS = 16 };

ALF_NODISCARD alf_status sheet_show(alf_study_run *run, const sheet *s);

#endif
