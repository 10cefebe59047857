/* Descriptions of runs held against each other. */
#include "training/run_compare.h"

#include <stdlib.h>
#include <string.h>

#include "training/run_digest.h"

/* What the folder and its processes decide, not the run. */
static const char *const of_the_place[] = {"run_dir", "num_gpus"};

/* The options that count, keys sorted, on one line; to be freed with free(). */
static char *canonical(const json_t *options, bool paths)
{
    json_t *copy = json_deep_copy(options), *set = json_object_get(copy, "training_set_kwargs");
    char   *text;

    for (size_t i = 0; i < sizeof of_the_place / sizeof of_the_place[0]; i++) json_object_del(copy, of_the_place[i]);
    if (!paths) {
        json_object_del(copy, "resume_pkl");
        json_object_del(set, "path");
    }
    text = copy ? json_dumps(copy, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(copy);
    return text;
}

bool alf_run_same_options(const json_t *a, const json_t *b)
{
    char *of_a = canonical(a, true), *of_b = canonical(b, true);
    bool  same = of_a && of_b && strcmp(of_a, of_b) == 0;

    free(of_a);
    free(of_b);
    return same;
}

alf_run_fingerprint alf_run_fingerprint_of(const json_t *options)
{
    alf_run_fingerprint fingerprint = {""};
    char               *text = canonical(options, false);
    alf_run_digest      digest = alf_run_digest_start();

    alf_run_digest_text(&digest, text ? text : "");
    alf_run_digest_show(&digest, fingerprint.text, sizeof fingerprint.text);
    free(text);
    return fingerprint;
}
