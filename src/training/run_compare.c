/* Descriptions of runs held against each other. */
#include "training/run_compare.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"

/* What the folder and its processes decide, not the run. */
static const char *const of_the_place[] = {"run_dir", "num_gpus"};

/* What only the pictures decide. */
static const char DIGEST[] = "digest";

typedef enum { WHOLE, WITHOUT_DIGEST, WITHOUT_PATHS } part;

/* The options that count, keys sorted, on one line; to be freed with free(). */
static char *canonical(const json_t *options, part wanted)
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
    return text;
}

static bool same(const json_t *a, const json_t *b, part wanted)
{
    char *of_a = canonical(a, wanted), *of_b = canonical(b, wanted);
    bool  equal = of_a && of_b && strcmp(of_a, of_b) == 0;

    free(of_a);
    free(of_b);
    return equal;
}

alf_run_likeness alf_run_compare(const json_t *a, const json_t *b)
{
    if (same(a, b, WHOLE)) return ALF_RUN_SAME;
    return same(a, b, WITHOUT_DIGEST) ? ALF_RUN_OTHER_DATA : ALF_RUN_OTHER;
}

alf_run_fingerprint alf_run_fingerprint_of(const json_t *options)
{
    alf_run_fingerprint fingerprint = {""};
    char               *text = canonical(options, WITHOUT_PATHS);
    alf_digest          digest = alf_digest_start();

    alf_digest_text(&digest, text ? text : "");
    alf_digest_show(&digest, fingerprint.text, sizeof fingerprint.text);
    free(text);
    return fingerprint;
}
