/* The rungs of the ladder by their place on it, and lists of them. */
#ifndef EXPERIMENTS_RUNGS_H
#define EXPERIMENTS_RUNGS_H

#include "report/study.h"

enum { RUNGS = 10 };

const char *rung_name(int place); /* "A" to "H", "T", "R" */
/* Places, in the ladder's order, of the rungs that the option's value names between commas, or `fallback` where it has
 * none. */
ALF_NODISCARD alf_status rungs_choose(const alf_study_run *run, const char *option, const char *fallback,
                                      int places[RUNGS], int *count);

#endif
