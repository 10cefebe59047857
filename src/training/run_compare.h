/* Whether two runs, as alf_run_describe() tells them, do the same. */
#ifndef ALF_TRAINING_RUN_COMPARE_H
#define ALF_TRAINING_RUN_COMPARE_H

#include <jansson.h>
#include <stdbool.h>

/* The same options but for where the run is and how many processes work on it? */
bool alf_run_same_options(const json_t *a, const json_t *b);

/* A digest of the options without any path: what a state is held against. */
typedef struct {
    char text[24];
} alf_run_fingerprint;
alf_run_fingerprint alf_run_fingerprint_of(const json_t *options);

#endif
