/* The image operators of the equivariance metrics against the golden images and masks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/equivariance.h"
#include "golden.h"

/* Expectations are rounded to float32, computed is double. */
#define TOLERANCE 2e-7

typedef struct {
    golden_report     *report;
    alf_ctx           *ctx;
    const alf_archive *archive;
    int64_t            planes, h, w;
    double            *image, *out, *mask;
} op_test;

/* Compares the mask with every plane of the golden one, which may have one channel or all. */
static void check_mask(op_test *t, const char *name)
{
    const alf_array *array = NULL;
    double          *expected = golden_field(t->archive, name, "mask", &array);
    int64_t          pixels = t->h * t->w;
    if (!expected) fail_msg("%s has no mask of %s", t->report->file, name);
    assert_int_equal(array->count % pixels, 0);
    for (int64_t i = 0; i < array->count; i++)
        if (expected[i] != t->mask[i % pixels])
            fail_msg("%s: mask of %s differs at pixel %lld", t->report->file, name, (long long)(i % pixels));
    free(expected);
}

static void check_result(op_test *t, const char *name, alf_status status)
{
    test_ok(t->ctx, status);
    golden_check(t->report, t->archive, name, "out", t->planes * t->h * t->w, t->out, TOLERANCE);
    check_mask(t, name);
    t->report->cases++;
}

static void check_shift(op_test *t, const char *name, const json_t *value)
{
    double tx = json_number_value(json_array_get(value, 0)), ty = json_number_value(json_array_get(value, 1));
    if (strncmp(name, "int", 3) == 0)
        check_result(t, name, alf_shift_whole(t->ctx, t->planes, t->h, t->w, t->image, tx, ty, t->out, t->mask));
    else
        check_result(t, name, alf_shift_fractional(t->ctx, t->planes, t->h, t->w, t->image, tx, ty, t->out, t->mask));
}

/* rotN and pseudoN share the angle that stands under rotN. */
static void check_rotation(op_test *t, const char *name, const json_t *value)
{
    char   pseudo[64];
    double angle = json_number_value(value);
    check_result(t, name, alf_rotate(t->ctx, t->planes, t->h, t->w, t->image, angle, t->out, t->mask));
    snprintf(pseudo, sizeof pseudo, "pseudo%s", name + strlen("rot"));
    check_result(t, pseudo, alf_pseudo_rotate(t->ctx, t->planes, t->h, t->w, t->image, angle, t->out, t->mask));
}

static void check_case(op_test *t, const char *name)
{
    json_t *value = json_loads(alf_archive_meta(t->archive, name), JSON_DECODE_ANY, NULL);
    if (json_array_size(value) == 2 && (strncmp(name, "int", 3) == 0 || strncmp(name, "frac", 4) == 0))
        check_shift(t, name, value);
    else if (json_is_number(value) && strncmp(name, "rot", 3) == 0)
        check_rotation(t, name, value);
    else
        fail_msg("%s: unknown case %s", t->report->file, name);
    json_decref(value);
}

/* The filter for an angle of 0.3, [12 up - 1, 12 up - 1]. */
static void check_filter(op_test *t)
{
    const alf_array *array = NULL;
    double          *expected = golden_values(t->archive, "affine_filter", &array);
    int              up = (int)(array->shape[0] + 1) / 12;
    double           c = cos(0.3), s = sin(0.3), matrix[4] = {c, s, -s, c};
    double          *taps = malloc((size_t)array->count * sizeof *taps);
    assert_non_null(taps);
    assert_int_equal(array->count, (12 * up - 1) * (12 * up - 1));
    test_ok(t->ctx, alf_affine_filter(t->ctx, matrix, up, taps));
    t->report->max_error =
        fmax(t->report->max_error, assert_allclose("affine_filter", array->count, taps, expected, TOLERANCE));
    t->report->cases++;
    free(taps);
    free(expected);
}

static void check_file(golden_report *report, void *user)
{
    alf_archive *archive = NULL;
    test_ok(user, alf_archive_open(user, report->path, &archive));
    const alf_array *array = NULL;
    op_test          t = {.report = report, .ctx = user, .archive = archive};
    t.image = golden_values(archive, "img", &array);
    t.planes = array->shape[0] * array->shape[1];
    t.h = array->shape[2];
    t.w = array->shape[3];
    t.out = malloc((size_t)array->count * sizeof *t.out);
    t.mask = malloc((size_t)(t.h * t.w) * sizeof *t.mask);
    assert_non_null(t.out);
    assert_non_null(t.mask);
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++) check_case(&t, alf_archive_meta_key(archive, i));
    check_filter(&t);
    free(t.image);
    free(t.out);
    free(t.mask);
    alf_archive_destroy(archive);
}

static void operators_equal_the_golden_images(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    golden_run("equivariance_ops", ".safetensors", "f64", check_file, ctx);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(operators_equal_the_golden_images)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
