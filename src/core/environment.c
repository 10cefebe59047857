/* The table of environment variables: what parses them, what refuses them and what documents them reads it. */
#include "core/environment.h"

#include <stdlib.h>

#include "core/context_internal.h"

#define TEXT_OF(number) #number
#define MOST(number) TEXT_OF(number)

static const alf_env_variable variables[] = {
    [ALF_ENV_THREADS] = {"ALIASFREE_THREADS", "a number from 1 to " MOST(ALF_MAX_THREADS),
                         "threads; one per processor unless set"},
    [ALF_ENV_MAX_MEMORY] = {"ALIASFREE_MAX_MEMORY", "a positive number of bytes, with K, M or G if you like",
                            "most memory to use; no limit unless set"},
    [ALF_ENV_ISA] = {"ALIASFREE_ISA", "auto, scalar, avx2 or avx512", "instruction set; the best there is unless set"},
    [ALF_ENV_CONV] = {"ALIASFREE_CONV", "direct or fast", "method of 3x3 convolutions; by shape unless set"},
    [ALF_ENV_PRECISION] = {"ALIASFREE_PRECISION", "float32 or bf16",
                           "of what direct convolutions multiply, outside of training; float32 unless set"},
    [ALF_ENV_FILES] = {"ALIASFREE_FILES", "map or read",
                       "files are used where they lie, or copied first; mapped unless set"},
    {NULL, NULL, NULL}};

const alf_env_variable *alf_env_variables(void)
{
    return variables;
}

const char *alf_env_text(alf_env_id id)
{
    const char *text = getenv(variables[id].name);
    return text && *text ? text : NULL;
}
