/* Whether two runs, as alf_run_describe() tells them, do the same. */
#ifndef ALF_TRAINING_RUN_COMPARE_H
#define ALF_TRAINING_RUN_COMPARE_H

#include <jansson.h>

#include "aliasfree/base.h"

/* Where the run is and how many processes work on it make no difference. */
typedef enum { ALF_RUN_OTHER = 0, ALF_RUN_OTHER_DATA, ALF_RUN_SAME } alf_run_likeness;
ALF_NODISCARD alf_status alf_run_compare(alf_ctx *ctx, const json_t *a, const json_t *b, alf_run_likeness *out);

/* A digest of the options without any path: what a state is held against. */
typedef struct {
    char text[24];
} alf_run_fingerprint;
ALF_NODISCARD alf_status alf_run_fingerprint_of(alf_ctx *ctx, const json_t *options, alf_run_fingerprint *out);

#endif
