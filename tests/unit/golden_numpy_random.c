/* The NumPy-legacy stream against numbers that NumPy made: exact, bit for bit. Every entry is freshly seeded. The name of
 * a field says what to draw and which of it is stored: randn_first8, randn512_sum, randint_100, permutation_10. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "golden.h"

static void check_exact(const char *what, const json_t *expected, const double *got)
{
    for (size_t i = 0; i < json_array_size(expected); i++) {
        double value = json_number_value(json_array_get(expected, i));
        if (got[i] != value) fail_msg("%s[%zu] is %.17g, expected %.17g", what, i, got[i], value);
    }
}

/* To the rounding of another order of addition: relative to the sum, or to its terms where they cancel. */
static void check_sum(golden_report *report, const char *what, double expected, int count, const double *values)
{
    double sum = 0.0, scale = 0.0;

    for (int i = 0; i < count; i++) sum += values[i];
    for (int i = 0; i < count; i++) scale += fabs(values[i]);
    if (!(fabs(sum - expected) <= 1e-12 * fmax(fabs(expected), 1e-3 * scale)))
        fail_msg("%s: the sum is %.17g, expected %.17g", what, sum, expected);
    report->max_error = fmax(report->max_error, fabs(sum - expected) / fmax(fabs(expected), 1e-3 * scale));
}

/* Draws what the field's name says; the caller frees. */
static double *draw(const char *field, uint32_t seed, int count)
{
    alf_numpy_random rng;
    double          *values = calloc((size_t)count + 1, sizeof *values);
    int64_t         *whole = calloc((size_t)count + 1, sizeof *whole);
    int              limit = 0;

    assert_non_null(values);
    assert_non_null(whole);
    alf_numpy_seed(&rng, seed);
    if (strncmp(field, "randn", 5) == 0)
        alf_numpy_randn(&rng, count, values);
    else if (strncmp(field, "rand_", 5) == 0)
        alf_numpy_rand(&rng, count, values);
    else if (sscanf(field, "randint_%d", &limit) == 1)
        alf_numpy_randint(&rng, 0, limit, count, whole);
    else if (sscanf(field, "permutation_%d", &limit) == 1)
        alf_numpy_permutation(&rng, count, whole);
    else
        fail_msg("do not know how to draw '%s'", field);
    for (int i = 0; i < count && limit; i++) values[i] = (double)whole[i];
    free(whole);
    return values;
}

static void check_field(golden_report *report, const char *seed, const char *field, const json_t *expected)
{
    char    what[128], statistic[32] = "";
    int     count = json_is_array(expected) ? (int)json_array_size(expected) : 0;
    double *values;

    snprintf(what, sizeof what, "seed %s %s", seed, field);
    if (count == 0) assert_int_equal(sscanf(field, "randn%d_%31s", &count, statistic), 2);
    values = draw(field, (uint32_t)strtoul(seed, NULL, 10), count);
    if (json_is_array(expected))
        check_exact(what, expected, values);
    else if (strcmp(statistic, "sum") == 0)
        check_sum(report, what, json_number_value(expected), count, values);
    else if (strcmp(statistic, "last") == 0 && values[count - 1] != json_number_value(expected))
        fail_msg("%s is %.17g, expected %.17g", what, values[count - 1], json_number_value(expected));
    else if (strcmp(statistic, "last") != 0)
        fail_msg("do not know the statistic of '%s'", what);
    free(values);
    report->cases++;
}

static void check_file(golden_report *report, void *user)
{
    json_error_t error;
    json_t      *root = json_load_file(report->path, JSON_REJECT_DUPLICATES, &error), *fields, *expected;
    const char  *seed, *field;

    (void)user;
    if (!root) fail_msg("%s: %s", report->path, error.text);
    json_object_foreach(root, seed, fields)
    {
        json_object_foreach(fields, field, expected) check_field(report, seed, field, expected);
    }
    json_decref(root);
}

static void draws_what_numpy_draws(void **state)
{
    (void)state;
    golden_run("numpy_random", ".json", "any", check_file, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(draws_what_numpy_draws)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
