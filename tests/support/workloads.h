/* What people do with the library, small: each is done over and over by tests that let calls of the system fail. */
#ifndef TEST_WORKLOADS_H
#define TEST_WORKLOADS_H

#include "runs.h"

/* Where they work: networks and data sets in `inputs`; what they make goes to `outputs`, runs to a folder of their own. */
typedef struct {
    char                *inputs, *outputs;
    alf_training_options training; /* of a trainer on inputs/set */
    test_run             run;
    uint64_t             result; /* digest of what was computed, where that is no file */
} test_site;

void test_site_prepare(alf_ctx *ctx, const char *folder, test_site *out);
void test_site_clear(test_site *site);

typedef struct {
    const char *name;
    alf_status (*work)(alf_ctx *ctx, test_site *site);
    bool        writes; /* files; else it computes or reads */
    const char *vacant; /* of the outputs, which must not be there before; NULL: what is there is replaced */
    /* Of runs, which when they failed are gone on with: how far they are before. NULL: this is none. */
    void (*prepare)(test_site *site);
} test_workload;

extern const test_workload test_workloads[]; /* ends with a name of NULL */

/* Puts things as they are before the work: what must not be there is removed. */
void test_make_room(test_site *site, const test_workload *workload);
/* What came of work that is done. */
uint64_t test_result(const test_site *site, const test_workload *workload);
/* Work that failed is tried again; true: it need not, or comes to that result. */
bool test_goes_on(alf_ctx *ctx, test_site *site, const test_workload *workload, uint64_t result);

#endif
