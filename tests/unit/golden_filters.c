/* Designed low-pass filters against the golden taps. */
#include "aliasfree/fir.h"
#include "golden.h"

static void check_case(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name)
{
    json_t *settings = json_loads(alf_archive_meta(archive, name), 0, NULL);
    if (!settings) fail_msg("%s: the metadata of %s is not JSON", report->file, name);
    alf_fir_spec spec = alf_fir_spec_default();
    alf_fir     *fir = NULL;
    int          radial = 0;
    if (json_unpack(settings, "{s:i, s:F, s:F, s:F, s:b}", "numtaps", &spec.numtaps, "cutoff", &spec.cutoff, "width",
                    &spec.width, "fs", &spec.fs, "radial", &radial) != 0)
        fail_msg("%s: the metadata of %s lacks a field", report->file, name);
    spec.radial = radial != 0;
    json_decref(settings);

    test_ok(ctx, alf_fir_design(ctx, &spec, &fir));
    alf_taps taps = alf_fir_taps(fir);
    assert_int_equal(taps.rank, spec.radial ? 2 : 1);
    /* relative to the largest tap, which is below 1: stricter than 1e-12 absolute */
    golden_check(report, archive, "f64", name, (int64_t)taps.width * taps.height, taps.values, 1e-12);
    report->cases++;
    alf_fir_destroy(fir);
}

static void check_file(golden_report *report, void *user)
{
    golden_each_case(report, user, check_case);
}

static void filters_equal_the_golden_taps(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    golden_run("filters", ".safetensors", "f64", check_file, ctx);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(filters_equal_the_golden_taps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
