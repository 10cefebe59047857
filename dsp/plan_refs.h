/* Shared ownership of plans, private to the library: whoever retains a plan destroys it too, and the last one to do so
 * releases it. From any thread; the context that made the plan must outlive all. */
#ifndef ALF_DSP_PLAN_REFS_H
#define ALF_DSP_PLAN_REFS_H

#include "aliasfree/resample.h"

alf_upfirdn *alf_upfirdn_retain(const alf_upfirdn *plan);
alf_flrelu  *alf_flrelu_retain(const alf_flrelu *plan);

#endif
