/* The environment variables that stand for options of a context. */
#ifndef ALF_CORE_ENVIRONMENT_H
#define ALF_CORE_ENVIRONMENT_H

#include "aliasfree/base.h"

/* Places in the table of alf_env_variables(). */
typedef enum {
    ALF_ENV_THREADS,
    ALF_ENV_MAX_MEMORY,
    ALF_ENV_ISA,
    ALF_ENV_CONV,
    ALF_ENV_PRECISION,
    ALF_ENV_FILES
} alf_env_id;

/* What the variable is set to; NULL when it is not set, or empty. */
const char *alf_env_text(alf_env_id id);

#endif
