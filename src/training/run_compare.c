/* Descriptions of runs held against each other. */
#include "training/run_compare.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/digest.h"

/* What the folder and its processes decide, not the run. */
static const char *const of_the_place[] = {"run_dir", "num_gpus"};

/* What only the pictures decide. */
static const char DIGEST[] = "digest";

typedef enum { WHOLE, WITHOUT_DIGEST, WITHOUT_PATHS } part;

/* The options that count, keys sorted, on one line; to be freed with free(). NULL with the error recorded. */
static char *canonical(alf_ctx *ctx, const json_t *options, part wanted)
{
    json_t *copy = json_deep_copy(options), *set = json_object_get(copy, "training_set_kwargs");
    char   *text;

    for (size_t i = 0; i < sizeof of_the_place / sizeof of_the_place[0]; i++) json_object_del(copy, of_the_place[i]);
    if (wanted == WITHOUT_DIGEST) json_object_del(set, DIGEST);
    if (wanted == WITHOUT_PATHS) {
        json_object_del(copy, "resume_pkl");
        json_object_del(set, "path");
    }
    text = copy ? json_dumps(copy, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(copy);
    if (!text) (void)alf_fail(ctx, ALF_ERR_MEMORY, "run: no memory to compare its options");
    return text;
}

static alf_status same(alf_ctx *ctx, const json_t *a, const json_t *b, part wanted, bool *out)
{
    char *of_a = canonical(ctx, a, wanted), *of_b = of_a ? canonical(ctx, b, wanted) : NULL;

    if (of_b) *out = strcmp(of_a, of_b) == 0;
    free(of_a);
    free(of_b);
    return of_b ? ALF_OK : alf_ctx_status(ctx);
}

alf_status alf_run_compare(alf_ctx *ctx, const json_t *a, const json_t *b, alf_run_likeness *out)
{
    bool       equal = false, but_for_data = false;
    alf_status status = same(ctx, a, b, WHOLE, &equal);

    if (!status && !equal) status = same(ctx, a, b, WITHOUT_DIGEST, &but_for_data);
    if (!status) *out = equal ? ALF_RUN_SAME : but_for_data ? ALF_RUN_OTHER_DATA : ALF_RUN_OTHER;
    return status;
}

alf_status alf_run_fingerprint_of(alf_ctx *ctx, const json_t *options, alf_run_fingerprint *out)
{
    char      *text = canonical(ctx, options, WITHOUT_PATHS);
    alf_digest digest = alf_digest_start();

    if (!text) return alf_ctx_status(ctx);
    alf_digest_text(&digest, text);
    alf_digest_show(&digest, out->text, sizeof out->text);
    free(text);
    return ALF_OK;
}
