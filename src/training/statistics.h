/* What the losses were: sums over images, by name. Private to the library. */
#ifndef ALF_TRAINING_STATISTICS_H
#define ALF_TRAINING_STATISTICS_H

#include "training/phases.h"

/* Values that the losses report, one for each image. */
typedef enum {
    ALF_SCORES_FAKE,
    ALF_SIGNS_FAKE,
    ALF_SCORES_REAL,
    ALF_SIGNS_REAL,
    ALF_G_LOSS,
    ALF_G_REG,
    ALF_PL_PENALTY,
    ALF_D_LOSS,
    ALF_D_REG,
    ALF_R1_PENALTY,
    ALF_LOSS_STATISTICS
} alf_loss_statistic;

/* All doubles, so that a row of them can be summed over ranks. */
typedef struct {
    double num, sum, squares;
} alf_moments;

typedef struct {
    alf_moments losses[ALF_LOSS_STATISTICS];
    alf_moments seconds[ALF_PHASE_KINDS]; /* how long phases took: not part of what is stored */
} alf_statistics;

const char *alf_loss_statistic_name(alf_loss_statistic statistic); /* "Loss/G/loss" */

void alf_moments_add(alf_moments *moments, double value);
void alf_moments_merge(alf_moments *moments, const alf_moments *other);

#endif
