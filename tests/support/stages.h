/* Every stage of the library at a small size, from signal processing to training and making data sets: for tests of what
 * must not change a result, like the number of threads, another context at work, an instruction set. A stage asserts
 * nothing, so any thread may run it; it stands on the public headers. */
#ifndef TEST_STAGES_H
#define TEST_STAGES_H

#include "aliasfree/base.h"
#include "aliasfree/dataset.h"
#include "aliasfree/tensor.h"
#include "core/digest.h"

/* What a stage gave. */
typedef struct {
    double    *values; /* numbers that may differ by rounding between instruction sets */
    int64_t    count, room;
    int64_t    ends[64]; /* where each group of them ends; errors are relative to the largest of a group */
    int        groups;
    alf_digest bytes; /* of these numbers and of all that cannot differ by rounding: masks, files */
} stage_result;

typedef struct {
    const char     *name;
    double          bound; /* of the relative error by which an instruction set may differ from scalar */
    alf_conv_method conv;  /* how it is to be computed                                                */
    /* Works in the folder, which is empty. On failure the error is recorded. */
    alf_status (*run)(alf_ctx *ctx, const char *folder, stage_result *out);
} stage;

extern const stage STAGES[];
extern const int   STAGE_COUNT;

/* Runs a stage in a context of its own, with a sub-folder of `parent` of that name. On failure `message` says why. */
alf_status stage_run(const stage *s, alf_isa isa, int threads, const char *parent, const char *name, char message[512],
                     stage_result *out);
void       stage_release(stage_result *result);

/* The largest error of a group relative to its largest value; infinity where the shapes differ or are not finite. */
double stage_error(const stage_result *got, const stage_result *expected);

/* --- for the stages ------------------------------------------------------------------------------------------------- */

alf_status stage_values(alf_ctx *ctx, stage_result *out, int64_t count, const double values[]);
alf_status stage_floats(alf_ctx *ctx, stage_result *out, int64_t count, const float values[]);
alf_status stage_tensor(alf_ctx *ctx, stage_result *out, const alf_tensor *x);
void       stage_bytes(stage_result *out, size_t size, const void *bytes);
/* A whole file. */
alf_status stage_file(alf_ctx *ctx, stage_result *out, const char *path);
/* folder/name, for as long as the stage runs; the error is recorded when there is no room. */
const char *stage_path(alf_ctx *ctx, char path[4200], const char *folder, const char *name);

/* Makes a data set of coloured shapes. */
alf_status stage_synthesize(alf_ctx *ctx, const char *path, int64_t images, int64_t size);
/* Makes one as folder/data.zip and opens it. */
alf_status stage_open_data(alf_ctx *ctx, const char *folder, int64_t images, int64_t size, alf_dataset **out);

alf_status stage_upfirdn(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_flrelu(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_convolution(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_generator_2(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_generator_t(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_generator_r(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_discriminator(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_training(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_equivariance(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_sticking(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_swd(alf_ctx *ctx, const char *folder, stage_result *out);
alf_status stage_data_set(alf_ctx *ctx, const char *folder, stage_result *out);

#endif
