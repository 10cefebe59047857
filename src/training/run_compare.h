/* Whether two runs, as alf_run_describe() tells them, do the same. */
#ifndef ALF_TRAINING_RUN_COMPARE_H
#define ALF_TRAINING_RUN_COMPARE_H

#include <jansson.h>

/* Where the run is and how many processes work on it make no difference. */
typedef enum { ALF_RUN_OTHER = 0, ALF_RUN_OTHER_DATA, ALF_RUN_SAME } alf_run_likeness;
alf_run_likeness alf_run_compare(const json_t *a, const json_t *b);

/* A digest of the options without any path: what a state is held against. */
typedef struct {
    char text[24];
} alf_run_fingerprint;
alf_run_fingerprint alf_run_fingerprint_of(const json_t *options);

#endif
