/* Periodic cubic interpolation against the golden frames. */
#include <stdlib.h>
#include <string.h>

#include "aliasfree/interpolate.h"
#include "golden.h"

static void check_case(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name)
{
    json_t *settings = json_loads(alf_archive_meta(archive, name), 0, NULL);
    if (!settings) fail_msg("%s: the metadata is not JSON", report->file);
    const char *kind = "";
    int         wraps = 0, w_frames = 0;
    if (json_unpack(settings, "{s:s, s:i, s:i}", "kind", &kind, "wraps", &wraps, "w_frames", &w_frames) != 0)
        fail_msg("%s: the metadata lacks a field", report->file);
    if (strcmp(kind, "cubic") != 0) fail_msg("%s: kind is '%s', known is cubic", report->file, kind);
    json_decref(settings);

    const alf_array *array = NULL;
    double          *keyframes = golden_values(archive, "f64.keyframes", &array);
    int64_t          count = array->shape[0] * w_frames * array->shape[1];
    double          *frames = malloc((size_t)count * sizeof *frames);
    assert_non_null(frames);
    test_ok(ctx, alf_interpolate_cubic(ctx, array->shape[0], array->shape[1], wraps, w_frames, keyframes, frames));
    golden_check(report, archive, "f64", "frames", count, frames, 1e-12);
    report->cases++;
    free(frames);
    free(keyframes);
}

static void check_file(golden_report *report, void *user)
{
    golden_each_case(report, user, check_case);
}

static void frames_equal_the_golden_ones(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    golden_run("interpolation", ".safetensors", "f64", check_file, ctx);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(frames_equal_the_golden_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
