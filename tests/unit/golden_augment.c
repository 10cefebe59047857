/* Golden augmentation: every transformation at fixed percentiles, gradients, and the filters, on both backends. Expected
 * values are floats that were computed in double. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "training/augment_stages.h"

typedef struct {
    alf_backend_kind backend;
    double           tolerance;
} setting;

static void check_array(golden_report *report, const alf_archive *archive, const char *name, int64_t count,
                        const double *got, double tolerance)
{
    const alf_array *array;
    double          *expected = golden_values(archive, name, &array);
    if (array->count != count)
        fail_msg("%s has %lld values, computed are %lld", name, (long long)array->count, (long long)count);
    const double error = assert_allclose(name, count, got, expected, tolerance);
    if (error > report->max_error) report->max_error = error;
    report->cases++;
    free(expected);
}

static void check_tensor(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name,
                         alf_tensor *x, double tolerance)
{
    double *values = malloc((size_t)alf_tensor_count(x) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    check_array(report, archive, name, alf_tensor_count(x), values, tolerance);
    free(values);
}

/* The multipliers that the metadata gives a case. */
static alf_augment_config config_of(alf_ctx *ctx, const alf_archive *archive, const char *name)
{
    alf_augment_config config = {0};
    const char        *text = alf_archive_meta(archive, name), *key;
    json_t            *multipliers = text ? json_loads(text, 0, NULL) : NULL, *value;
    if (!json_is_object(multipliers)) fail_msg("no multipliers for '%s'", name);
    json_object_foreach(multipliers, key, value)
        test_ok(ctx, alf_augment_set(ctx, &config, key, json_number_value(value)));
    json_decref(multipliers);
    return config;
}

/* An array "<case>@<percentile>" and, where they are, its ".dy" and ".dx". */
static void check_output(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name,
                         const char *at, double tolerance)
{
    char                     gradient[256], dx[264], dy[264], key[256];
    const int                length = (int)(at - name);
    const double             q = strtod(at + 1, NULL);
    alf_tensor              *images, *y, *grad;
    const alf_augment_config config = (snprintf(key, sizeof key, "%.*s", length, name), config_of(ctx, archive, key));
    snprintf(gradient, sizeof gradient, "%s", name);
    snprintf(dx, sizeof dx, "%s.dx", gradient);
    snprintf(dy, sizeof dy, "%s.dy", gradient);

    alf_scope *scope = alf_scope_open(ctx);
    images = alf_variable(ctx, alf_tensor_from_array(ctx, alf_archive_find(archive, "img")));
    y = alf_augment_percentile(ctx, &config, images, q);
    check_tensor(report, ctx, archive, name, y, tolerance);
    if (alf_archive_find(archive, dx)) {
        alf_tensor *toward = alf_tensor_from_array(ctx, alf_archive_find(archive, dy));
        test_ok(ctx, alf_grad(ctx, 1, &y, &toward, 1, &images, false, &grad));
        check_tensor(report, ctx, archive, dx, grad, tolerance);
        report->cases++; /* what went in: dy */
    }
    alf_scope_close(scope, NULL);
}

static void check_filters(golden_report *report, alf_ctx *ctx, const alf_archive *archive)
{
    double taps[ALF_AUGMENT_GEOMETRY_TAPS], bank[ALF_AUGMENT_BANDS][ALF_AUGMENT_BAND_TAPS];
    test_ok(ctx, alf_augment_geometry_taps(ctx, taps));
    check_array(report, archive, "buf.Hz_geom", ALF_AUGMENT_GEOMETRY_TAPS, taps, 1e-7);
    test_ok(ctx, alf_augment_filter_bank(ctx, bank));
    check_array(report, archive, "buf.Hz_fbank", ALF_AUGMENT_BANDS * ALF_AUGMENT_BAND_TAPS, bank[0], 1e-7);
}

static void run_file(golden_report *report, void *user)
{
    const setting *s = user;
    alf_ctx       *ctx = test_ctx(s->backend, ALF_ISA_AUTO);
    alf_archive   *archive;
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    check_filters(report, ctx, archive);
    for (int64_t i = 0; i < alf_archive_count(archive); i++) {
        const char *name = alf_archive_at(archive, i)->name, *at = strchr(name, '@');
        if (at && !strstr(at, ".d")) check_output(report, ctx, archive, name, at, s->tolerance);
    }
    const int64_t all = alf_archive_count(archive) - 1; /* but for the images */
    if (report->cases != all)
        fail_msg("%s: %d arrays were compared, the file has %lld", report->file, report->cases, (long long)all);
    alf_archive_destroy(archive);
    alf_ctx_destroy(ctx);
}

static void augmentation_gives_the_golden_images_on_cpu(void **state)
{
    (void)state;
    golden_run("augment", ".safetensors", "cpu", run_file, &(setting){ALF_BACKEND_CPU, 2e-6});
}

static void augmentation_gives_the_golden_images_on_reference(void **state)
{
    (void)state;
    golden_run("augment", ".safetensors", "reference", run_file, &(setting){ALF_BACKEND_REFERENCE, 1e-7});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(augmentation_gives_the_golden_images_on_cpu),
        cmocka_unit_test(augmentation_gives_the_golden_images_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
