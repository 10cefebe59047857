/* Support for tests: contexts, comparisons that demand finite values, golden files, temporary folders. */
#include "golden.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- contexts ------------------------------------------------------------------------------------------------------- */

alf_ctx *test_ctx(alf_backend_kind backend, alf_isa isa)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;
    char            message[512] = "";

    options.backend = backend;
    options.isa = isa;
    if (alf_ctx_create(&options, message, sizeof message, &ctx)) fail_msg("no context: %s", message);
    return ctx;
}

int test_ctx_set_up(void **state)
{
    *state = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    return 0;
}

int test_ctx_tear_down(void **state)
{
    alf_ctx_destroy(*state);
    return 0;
}

void test_ok(const alf_ctx *ctx, alf_status status)
{
    if (status) fail_msg("%s: %s", alf_status_text(status), alf_ctx_message(ctx));
}

/* --- comparisons ---------------------------------------------------------------------------------------------------- */

static double largest(int64_t count, const double *values)
{
    double result = 0.0;

    for (int64_t i = 0; i < count; i++) result = fmax(result, fabs(values[i]));
    return result;
}

/* The largest |got - expected|; fails when it exceeds `limit` or anything is not finite. */
static double compare(const char *what, int64_t count, const double *got, const double *expected, double limit)
{
    double worst = 0.0;

    for (int64_t i = 0; i < count; i++) {
        double error = fabs(got[i] - expected[i]);
        if (!isfinite(got[i]) || !isfinite(expected[i]) || !(error <= limit))
            fail_msg("%s: value %lld of %lld is %.17g, expected %.17g: off by %.3g, allowed %.3g", what, (long long)i,
                     (long long)count, got[i], expected[i], error, limit);
        worst = fmax(worst, error);
    }
    return worst;
}

double assert_allclose(const char *what, int64_t count, const double *got, const double *expected, double tolerance)
{
    double scale = largest(count, expected);
    double worst = compare(what, count, got, expected, tolerance * scale);

    return scale > 0.0 ? worst / scale : 0.0;
}

double assert_allclose_absolute(const char *what, int64_t count, const double *got, const double *expected,
                                double tolerance)
{
    return compare(what, count, got, expected, tolerance);
}

/* --- golden files --------------------------------------------------------------------------------------------------- */

const char *golden_dir(void)
{
    const char *folder = getenv("ALIASFREE_GOLDEN_DIR");

    return folder && *folder ? folder : GOLDEN_DIR_DEFAULT;
}

static bool matches(const char *name, const char *prefix, const char *suffix)
{
    size_t length = strlen(name), tail = strlen(suffix);
    bool   expectation = strstr(name, ".expected.") != NULL;

    if (strncmp(name, prefix, strlen(prefix)) != 0 || length < tail || strcmp(name + length - tail, suffix) != 0)
        return false;
    return !expectation || strstr(suffix, ".expected.") != NULL;
}

static void run_file(const char *name, const char *label, golden_fn fn, void *user)
{
    golden_report report = {.file = name};
    int           length = snprintf(report.path, sizeof report.path, "%s/%s", golden_dir(), name);

    assert_in_range(length, 1, sizeof report.path - 1);
    fn(&report, user);
    if (report.cases == 0) fail_msg("no case in %s", report.path);
    printf("golden %s cases=%d max_rel_error=%.3g backend=%s\n", name, report.cases, report.max_error, label);
    fflush(stdout);
}

void golden_run(const char *prefix, const char *suffix, const char *label, golden_fn fn, void *user)
{
    struct dirent **names = NULL;
    int             count = scandir(golden_dir(), &names, NULL, alphasort), files = 0;

    if (count < 0) fail_msg("cannot list the golden folder '%s'", golden_dir());
    for (int i = 0; i < count; i++)
        if (matches(names[i]->d_name, prefix, suffix)) {
            run_file(names[i]->d_name, label, fn, user);
            files++;
        }
    for (int i = 0; i < count; i++) free(names[i]);
    free(names);
    if (files == 0) fail_msg("no file %s*%s in '%s'", prefix, suffix, golden_dir());
}

void golden_each_case(golden_report *report, alf_ctx *ctx, golden_case_fn fn)
{
    alf_archive *archive = NULL;
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++)
        fn(report, ctx, archive, alf_archive_meta_key(archive, i));
    alf_archive_destroy(archive);
}

static double *values_of(const alf_array *array)
{
    double *values = malloc(((size_t)array->count + 1) * sizeof *values);

    assert_non_null(values);
    alf_array_read_f64(array, 0, array->count, values);
    return values;
}

double *golden_values(const alf_archive *archive, const char *name, const alf_array **array)
{
    const alf_array *found = alf_archive_find(archive, name);

    if (!found) fail_msg("%s has no array '%s'", alf_archive_path(archive), name);
    if (array) *array = found;
    return values_of(found);
}

double *golden_field(const alf_archive *archive, const char *case_name, const char *field, const alf_array **array)
{
    char             name[1024];
    const alf_array *found;

    snprintf(name, sizeof name, "%s.%s", case_name, field);
    found = alf_archive_find(archive, name);
    if (!found) return NULL;
    if (array) *array = found;
    return values_of(found);
}

int golden_count(const alf_archive *archive, const char *prefix)
{
    int count = 0;
    for (int64_t i = 0; i < alf_archive_count(archive); i++)
        count += strncmp(alf_archive_at(archive, i)->name, prefix, strlen(prefix)) == 0;
    return count;
}

void golden_check(golden_report *report, const alf_archive *archive, const char *case_name, const char *field,
                  int64_t count, const double *got, double tolerance)
{
    char             what[2048];
    const alf_array *array = NULL;
    double          *expected = golden_field(archive, case_name, field, &array);

    snprintf(what, sizeof what, "%s %s.%s", report->file, case_name, field);
    if (!expected) fail_msg("%s is missing", what);
    if (array->count != count)
        fail_msg("%s has %lld values, computed are %lld", what, (long long)array->count, (long long)count);
    report->max_error = fmax(report->max_error, assert_allclose(what, count, got, expected, tolerance));
    free(expected);
}

/* --- temporary folders ------------------------------------------------------------------------------------------------ */

static char *join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char  *path = malloc(size);

    assert_non_null(path);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

char *test_temp_folder(void)
{
    const char *base = getenv("TMPDIR");
    char       *folder = join(base && *base ? base : "/tmp", "aliasfree-test-XXXXXX");

    if (!mkdtemp(folder)) fail_msg("cannot make a temporary folder '%s'", folder);
    return folder;
}

static void remove_tree(const char *path)
{
    struct stat     info;
    struct dirent **names = NULL;
    int             count = 0;

    if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode)) count = scandir(path, &names, NULL, NULL);
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i]->d_name, ".") != 0 && strcmp(names[i]->d_name, "..") != 0) {
            char *child = join(path, names[i]->d_name);
            remove_tree(child);
            free(child);
        }
        free(names[i]);
    }
    free(names);
    remove(path);
}

void test_remove_folder(char *folder)
{
    if (folder) remove_tree(folder);
    free(folder);
}

char *test_write_file(const char *folder, const char *name, const void *bytes, size_t size)
{
    char *path = join(folder, name);
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file)) fail_msg("cannot write '%s'", path);
    return path;
}
