/* Filtered leaky ReLU, its gradients and the gradient of its gradient against the golden cases, on every engine; double
 * engines against the naive loops too, since the golden values are rounded to float. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engines.h"
#include "golden.h"

typedef struct {
    golden_report     *report;
    const engine      *engine;
    alf_ctx           *ctx;
    const alf_archive *archive;
    const char        *name;
    const alf_flrelu  *plan;
    int64_t            n, c, in_pixels, out_pixels;
    uint8_t           *mask, *naive_mask;
    double             naive_error; /* the largest of a double engine against the naive loops */
} flrelu_test;

static double tolerance_of(const engine *e)
{
    return e->kind == ENGINE_F32 ? 2e-6 : 2e-7; /* expectations are rounded to float32 */
}

static double *field(const flrelu_test *t, const char *name, const alf_array **array)
{
    double *values = golden_field(t->archive, t->name, name, array);

    if (!values) fail_msg("%s: %s has no %s", t->report->file, t->name, name);
    return values;
}

static alf_taps filter_of(const flrelu_test *t, const char *name)
{
    const alf_array *array = NULL;
    double          *f = golden_field(t->archive, t->name, name, &array);

    if (!f) return (alf_taps){0};
    return (alf_taps){array->ndim, (int)array->shape[array->ndim - 1], array->ndim == 2 ? (int)array->shape[0] : 1, f};
}

static void read_settings(const flrelu_test *t, alf_flrelu_spec *spec)
{
    json_t       *json = json_loads(alf_archive_meta(t->archive, t->name), 0, NULL);
    const json_t *clamp = json_object_get(json, "clamp");
    int          *p = spec->padding, flip = 0;

    if (json_unpack(json, "{s:i, s:i, s:[i, i, i, i], s:F, s:F, s:b}", "up", &spec->up, "down", &spec->down, "padding",
                    &p[0], &p[1], &p[2], &p[3], "gain", &spec->gain, "slope", &spec->slope, "flip_filter", &flip) != 0)
        fail_msg("%s: the metadata of %s is not a case", t->report->file, t->name);
    spec->clamp = json_is_number(clamp) ? json_number_value(clamp) : (double)INFINITY;
    spec->flip = flip != 0;
    json_decref(json);
}

/* Compares the result y of a double engine. The naive loops use the mask of their own forward pass. */
static void check_against_naive(flrelu_test *t, alf_flrelu_mode mode, const double *x, const double *b, int64_t count,
                                const double *y)
{
    static const engine naive = {"reference", ALF_ISA_SCALAR, ENGINE_NAIVE};
    double             *expected = calloc((size_t)count, sizeof *expected);

    test_ok(t->ctx, engine_flrelu(&naive, t->ctx, t->plan, mode, t->n, t->c, x, b, t->naive_mask, expected));
    t->naive_error = fmax(t->naive_error, assert_allclose(t->name, count, y, expected, 1e-12));
    free(expected);
}

/* Runs one mode on the field `from` and compares the result with the field `to`; the result, to be freed. */
static double *check_mode(flrelu_test *t, alf_flrelu_mode mode, const char *from, const char *to)
{
    const alf_array *array = NULL;
    double          *x = field(t, from, &array);
    double          *b = mode == ALF_FLRELU_FORWARD ? field(t, "b", &array) : NULL;
    int64_t          count = t->n * t->c * (mode == ALF_FLRELU_ADJOINT ? t->in_pixels : t->out_pixels);
    double          *y = calloc((size_t)count, sizeof *y);

    test_ok(t->ctx, engine_flrelu(t->engine, t->ctx, t->plan, mode, t->n, t->c, x, b, t->mask, y));
    golden_check(t->report, t->archive, t->name, to, count, y, tolerance_of(t->engine));
    if (t->engine->kind == ENGINE_F64) check_against_naive(t, mode, x, b, count, y);
    free(x);
    free(b);
    return y;
}

/* The sum of dx over everything but channels. */
static void check_bias_gradient(flrelu_test *t, const double *dx)
{
    double *db = calloc((size_t)t->c, sizeof *db), *sums = calloc((size_t)t->c, sizeof *sums);

    engine_bias_gradient(t->engine, t->ctx, t->n, t->c, t->in_pixels, dx, db);
    golden_check(t->report, t->archive, t->name, "db", t->c, db, tolerance_of(t->engine));
    for (int64_t i = 0; i < t->n * t->c * t->in_pixels; i++) sums[i / t->in_pixels % t->c] += dx[i];
    if (t->engine->kind == ENGINE_F64)
        t->naive_error = fmax(t->naive_error, assert_allclose(t->name, t->c, db, sums, 1e-12));
    free(db);
    free(sums);
}

static void check_all_orders(flrelu_test *t)
{
    double *y = check_mode(t, ALF_FLRELU_FORWARD, "x", "y");
    double *dx = check_mode(t, ALF_FLRELU_ADJOINT, "dy", "dx");
    double *ddy = check_mode(t, ALF_FLRELU_MASKED, "v", "ddy");

    check_bias_gradient(t, dx);
    free(y);
    free(dx);
    free(ddy);
}

static void check_case(flrelu_test *t)
{
    const alf_array *array = NULL;
    double          *x = field(t, "x", &array);
    alf_flrelu_spec  spec = alf_flrelu_spec_default();
    alf_flrelu      *plan = NULL;
    int64_t          out_h, out_w;

    spec.in_h = array->shape[2];
    spec.in_w = array->shape[3];
    spec.up_filter = filter_of(t, "fu");
    spec.down_filter = filter_of(t, "fd");
    read_settings(t, &spec);
    test_ok(t->ctx, alf_flrelu_create(t->ctx, &spec, &plan));
    alf_flrelu_output_size(plan, &out_h, &out_w);
    t->plan = plan;
    t->n = array->shape[0];
    t->c = array->shape[1];
    t->in_pixels = spec.in_h * spec.in_w;
    t->out_pixels = out_h * out_w;
    t->mask = malloc(alf_flrelu_mask_bytes(plan, t->n * t->c));
    t->naive_mask = malloc(alf_flrelu_mask_bytes(plan, t->n * t->c));
    check_all_orders(t);
    t->report->cases++;
    alf_flrelu_destroy(plan);
    free(t->mask);
    free(t->naive_mask);
    free((void *)spec.up_filter.values);
    free((void *)spec.down_filter.values);
    free(x);
}

static void check_file(golden_report *report, void *user)
{
    flrelu_test *t = user;
    alf_archive *archive = NULL;

    test_ok(t->ctx, alf_archive_open(t->ctx, report->path, &archive));
    t->report = report;
    t->archive = archive;
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++) {
        t->name = alf_archive_meta_key(archive, i);
        check_case(t);
    }
    alf_archive_destroy(archive);
}

static void filtered_lrelu_and_its_gradients_equal_the_golden_values(void **state)
{
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);

    (void)state;
    for (int i = 0; i < count; i++) {
        flrelu_test test = {.engine = &engines[i], .ctx = engine_ctx(&engines[i])};

        golden_run("filtered_lrelu", ".safetensors", engines[i].label, check_file, &test);
        if (engines[i].kind == ENGINE_F64)
            printf("%s: %.2g from the naive loops\n", engines[i].label, test.naive_error);
        alf_ctx_destroy(test.ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(filtered_lrelu_and_its_gradients_equal_the_golden_values)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
