/* Phases: the updates that an iteration consists of. Private to the library. */
#ifndef ALF_TRAINING_PHASES_H
#define ALF_TRAINING_PHASES_H

#include "aliasfree/training.h"

/* Gboth: the main loss and the regulariser in one update. */
typedef enum { ALF_GMAIN, ALF_GREG, ALF_GBOTH, ALF_DMAIN, ALF_DREG, ALF_PHASE_KINDS } alf_phase_kind;

#define ALF_MOST_PHASES 4

typedef struct {
    alf_phase_kind kind;
    int            interval; /* it runs when the iteration is a multiple of this, its loss multiplied by it */
} alf_phase;

static inline bool alf_phase_trains_generator(alf_phase_kind kind)
{
    return kind == ALF_GMAIN || kind == ALF_GREG || kind == ALF_GBOTH;
}

static inline const char *alf_phase_name(alf_phase_kind kind)
{
    static const char *const names[ALF_PHASE_KINDS] = {
        [ALF_GMAIN] = "Gmain", [ALF_GREG] = "Greg", [ALF_GBOTH] = "Gboth", [ALF_DMAIN] = "Dmain", [ALF_DREG] = "Dreg"};
    return names[kind];
}

#endif
