/* Average power spectra against the golden ones. */
#include <stdlib.h>

#include "aliasfree/spectrum.h"
#include "golden.h"

static void check_case(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name)
{
    json_t *settings = json_loads(alf_archive_meta(archive, name), 0, NULL);
    if (!settings) fail_msg("%s: the metadata is not JSON", report->file);
    alf_spectrum_spec spec = {0};
    int               size = 0;
    if (json_unpack(settings, "{s:i, s:i, s:F, s:F, s:F}", "image_size", &size, "interp", &spec.interp, "beta",
                    &spec.beta, "mean", &spec.mean, "std", &spec.std) != 0)
        fail_msg("%s: the metadata lacks a field", report->file);
    spec.size = size;
    json_decref(settings);

    const alf_array *array = NULL;
    double          *images = golden_values(archive, "images", &array);
    alf_spectrum    *spectrum = NULL;
    test_ok(ctx, alf_spectrum_create(ctx, &spec, &spectrum));
    test_ok(ctx, alf_spectrum_add(ctx, spectrum, array->shape[0] * array->shape[1], images));

    int64_t n = alf_spectrum_size(spectrum);
    double *power = malloc((size_t)(n * n) * sizeof *power);
    assert_non_null(power);
    alf_spectrum_read(spectrum, power);
    golden_check(report, archive, "f64", "spectrum", n * n, power, 1e-12);
    report->cases++;
    free(power);
    free(images);
    alf_spectrum_destroy(spectrum);
}

static void check_file(golden_report *report, void *user)
{
    golden_each_case(report, user, check_case);
}

static void spectra_equal_the_golden_ones(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    golden_run("spectra", ".safetensors", "f64", check_file, ctx);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(spectra_equal_the_golden_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
