/* Statistics of the losses under the original's names. */
#include "training/statistics.h"

#include <math.h>

#include "training/trainer.h"

const char *alf_loss_statistic_name(alf_loss_statistic statistic)
{
    static const char *const names[ALF_LOSS_STATISTICS] = {[ALF_SCORES_FAKE] = "Loss/scores/fake",
                                                           [ALF_SIGNS_FAKE] = "Loss/signs/fake",
                                                           [ALF_SCORES_REAL] = "Loss/scores/real",
                                                           [ALF_SIGNS_REAL] = "Loss/signs/real",
                                                           [ALF_G_LOSS] = "Loss/G/loss",
                                                           [ALF_G_REG] = "Loss/G/reg",
                                                           [ALF_PL_PENALTY] = "Loss/pl_penalty",
                                                           [ALF_D_LOSS] = "Loss/D/loss",
                                                           [ALF_D_REG] = "Loss/D/reg",
                                                           [ALF_R1_PENALTY] = "Loss/r1_penalty"};
    return names[statistic];
}

static const char *seconds_name(alf_phase_kind kind)
{
    static const char *const names[ALF_PHASE_KINDS] = {[ALF_GMAIN] = "Timing/Gmain",
                                                       [ALF_GREG] = "Timing/Greg",
                                                       [ALF_GBOTH] = "Timing/Gboth",
                                                       [ALF_DMAIN] = "Timing/Dmain",
                                                       [ALF_DREG] = "Timing/Dreg"};
    return names[kind];
}

void alf_moments_add(alf_moments *moments, double value)
{
    moments->num++;
    moments->sum += value;
    moments->squares += value * value;
}

void alf_moments_merge(alf_moments *moments, const alf_moments *other)
{
    moments->num += other->num;
    moments->sum += other->sum;
    moments->squares += other->squares;
}

/* --- what others see ---------------------------------------------------------------------------------------------------- */

/* The moments of place `place`, losses first, then seconds; and their name. */
static const alf_moments *at(const alf_statistics *statistics, int place, const char **name)
{
    if (place < ALF_LOSS_STATISTICS) {
        *name = alf_loss_statistic_name((alf_loss_statistic)place);
        return &statistics->losses[place];
    }
    *name = seconds_name((alf_phase_kind)(place - ALF_LOSS_STATISTICS));
    return &statistics->seconds[place - ALF_LOSS_STATISTICS];
}

enum { PLACES = ALF_LOSS_STATISTICS + ALF_PHASE_KINDS };

int alf_trainer_num_statistics(const alf_trainer *t)
{
    int         count = 0;
    const char *name;
    for (int i = 0; i < PLACES; i++) count += at(&t->statistics, i, &name)->num > 0;
    return count;
}

alf_statistic alf_trainer_statistic(const alf_trainer *t, int index)
{
    for (int i = 0; i < PLACES; i++) {
        const char        *name;
        const alf_moments *m = at(&t->statistics, i, &name);
        if (m->num > 0 && index-- == 0) {
            const double mean = m->sum / m->num;
            return (alf_statistic){.name = name,
                                   .num = (int64_t)m->num,
                                   .mean = mean,
                                   .std = sqrt(fmax(m->squares / m->num - mean * mean, 0))};
        }
    }
    return (alf_statistic){.name = NULL};
}

void alf_trainer_clear_statistics(alf_trainer *t)
{
    t->statistics = (alf_statistics){.losses = {{0}}};
}
