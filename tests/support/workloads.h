/* What people do with the library, small: each is done over and over by tests that let calls of the system fail. */
#ifndef TEST_WORKLOADS_H
#define TEST_WORKLOADS_H

#include "aliasfree/training.h"
#include "files.h"

/* Where they work: a network and data sets in `inputs`; what they make goes to `outputs`. */
typedef struct {
    char                *inputs, *outputs;
    alf_training_options training; /* of a trainer on inputs/set */
    uint64_t             result;   /* digest of what was computed, where that is no file */
} test_site;

void test_site_prepare(alf_ctx *ctx, const char *folder, test_site *out);
void test_site_clear(test_site *site);

typedef struct {
    const char *name;
    alf_status (*work)(alf_ctx *ctx, test_site *site);
    bool        writes; /* files; else it computes or reads */
    const char *vacant; /* of the outputs, which must not be there before; NULL: what is there is replaced */
} test_workload;

extern const test_workload test_workloads[]; /* ends with a name of NULL */

/* Removes what must not be there before. */
void test_make_room(const test_site *site, const test_workload *workload);

#endif
