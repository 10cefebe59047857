/* upfirdn2d and its adjoint against the golden cases, on every engine; double engines against the naive loops too, since
 * the golden values are rounded to float. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engines.h"
#include "golden.h"

typedef struct {
    const engine *engine;
    alf_ctx      *ctx;
    double        naive_error; /* the largest of a double engine against the naive loops */
} upfirdn_test;

static double tolerance_of(const engine *e)
{
    return e->kind == ENGINE_F32 ? 2e-6 : 2e-7; /* expectations are rounded to float32 */
}

static void read_settings(const golden_report *report, const char *name, const char *text, alf_upfirdn_spec *spec)
{
    json_t *json = json_loads(text, 0, NULL);
    int    *p = spec->padding, flip = 0;

    if (json_unpack(json, "{s:i, s:i, s:[i, i, i, i], s:b, s:F}", "up", &spec->up, "down", &spec->down, "padding",
                    &p[0], &p[1], &p[2], &p[3], "flip_filter", &flip, "gain", &spec->gain) != 0)
        fail_msg("%s: the metadata of %s is not a case", report->file, name);
    spec->flip = flip != 0;
    json_decref(json);
}

/* y is the result of a double engine. */
static void check_against_naive(upfirdn_test *test, const char *name, const alf_upfirdn *plan, int64_t planes,
                                const double *x, int64_t count, const double *y)
{
    static const engine naive = {"reference", ALF_ISA_SCALAR, ENGINE_NAIVE};
    double             *expected = calloc((size_t)count, sizeof *expected);

    test_ok(test->ctx, engine_upfirdn(&naive, test->ctx, plan, planes, x, expected));
    test->naive_error = fmax(test->naive_error, assert_allclose(name, count, y, expected, 1e-12));
    free(expected);
}

static void check_plan(golden_report *report, upfirdn_test *test, const alf_archive *archive, const char *name,
                       const alf_upfirdn *plan, const char *from, const char *to)
{
    const alf_array *in_array = NULL;
    double          *x = golden_field(archive, name, from, &in_array);
    int64_t          out_h, out_w, planes = in_array->shape[0] * in_array->shape[1];

    alf_upfirdn_output_size(plan, &out_h, &out_w);
    int64_t count = planes * out_h * out_w;
    double *y = calloc((size_t)count, sizeof *y);

    test_ok(test->ctx, engine_upfirdn(test->engine, test->ctx, plan, planes, x, y));
    golden_check(report, archive, name, to, count, y, tolerance_of(test->engine));
    if (test->engine->kind == ENGINE_F64) check_against_naive(test, name, plan, planes, x, count, y);
    free(x);
    free(y);
}

static void check_case(golden_report *report, upfirdn_test *test, const alf_archive *archive, const char *name)
{
    const alf_array *x_array = NULL, *f_array = NULL;
    double          *x = golden_field(archive, name, "x", &x_array), *f = golden_field(archive, name, "f", &f_array);
    alf_upfirdn     *plan = NULL, *adjoint = NULL;
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();

    if (!x) fail_msg("%s: %s has no x", report->file, name);
    spec.in_h = x_array->shape[2];
    spec.in_w = x_array->shape[3];
    if (f)
        spec.filter = (alf_taps){f_array->ndim, (int)f_array->shape[f_array->ndim - 1],
                                 f_array->ndim == 2 ? (int)f_array->shape[0] : 1, f};
    read_settings(report, name, alf_archive_meta(archive, name), &spec);
    test_ok(test->ctx, alf_upfirdn_create(test->ctx, &spec, &plan));
    test_ok(test->ctx, alf_upfirdn_create_adjoint(test->ctx, plan, &adjoint));
    check_plan(report, test, archive, name, plan, "x", "y");
    check_plan(report, test, archive, name, adjoint, "dy", "dx");
    report->cases++;
    alf_upfirdn_destroy(plan);
    alf_upfirdn_destroy(adjoint);
    free(x);
    free(f);
}

static void check_file(golden_report *report, void *user)
{
    upfirdn_test *test = user;
    alf_archive  *archive = NULL;

    test_ok(test->ctx, alf_archive_open(test->ctx, report->path, &archive));
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++)
        check_case(report, test, archive, alf_archive_meta_key(archive, i));
    alf_archive_destroy(archive);
}

static void upfirdn2d_and_its_adjoint_equal_the_golden_values(void **state)
{
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);

    (void)state;
    for (int i = 0; i < count; i++) {
        upfirdn_test test = {.engine = &engines[i], .ctx = engine_ctx(&engines[i])};

        golden_run("upfirdn2d", ".safetensors", engines[i].label, check_file, &test);
        if (engines[i].kind == ENGINE_F64)
            printf("%s: %.2g from the naive loops\n", engines[i].label, test.naive_error);
        alf_ctx_destroy(test.ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(upfirdn2d_and_its_adjoint_equal_the_golden_values)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
