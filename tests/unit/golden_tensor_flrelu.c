/* The filtered leaky ReLU as an operation on tensors: its result, its gradients and the gradient of its gradient
 * against the golden cases, on both backends. */
#include <math.h>
#include <stdlib.h>

#include "aliasfree/tensor.h"
#include "golden.h"

typedef struct {
    golden_report     *report;
    alf_ctx           *ctx;
    const alf_archive *archive;
    const char        *name;
    double             tolerance;
} golden_case;

typedef struct {
    alf_backend_kind backend;
    double           tolerance;
} setting;

static alf_tensor *field(const golden_case *c, const char *part)
{
    const alf_array *array = NULL;
    double          *values = golden_field(c->archive, c->name, part, &array);
    if (!values) fail_msg("%s: %s has no %s", c->report->file, c->name, part);
    alf_tensor *x = alf_tensor_from_f64(c->ctx, array->ndim, array->shape, values);
    free(values);
    return x;
}

static void check(const golden_case *c, const char *part, const alf_tensor *got)
{
    if (!got) fail_msg("%s: no gradient %s of %s", c->report->file, part, c->name);
    double *values = malloc((size_t)(alf_tensor_count(got) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(c->ctx, alf_tensor_read(c->ctx, got, values));
    golden_check(c->report, c->archive, c->name, part, alf_tensor_count(got), values, c->tolerance);
    free(values);
}

/* The filter's values are to be freed; without one it is the identity. */
static alf_taps filter_of(const golden_case *c, const char *part)
{
    const alf_array *array = NULL;
    double          *taps = golden_field(c->archive, c->name, part, &array);
    if (!taps) return (alf_taps){.width = 1, .height = 1};
    const int width = (int)array->shape[array->ndim - 1], height = array->ndim == 2 ? (int)array->shape[0] : 1;
    return (alf_taps){array->ndim, width, height, taps};
}

static alf_flrelu *plan_of(const golden_case *c, const alf_tensor *x)
{
    json_t         *json = json_loads(alf_archive_meta(c->archive, c->name), 0, NULL);
    const json_t   *clamp = json_object_get(json, "clamp");
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    alf_flrelu     *plan = NULL;
    int            *p = spec.padding, flip = 0;
    if (json_unpack(json, "{s:i, s:i, s:[i, i, i, i], s:F, s:F, s:b}", "up", &spec.up, "down", &spec.down, "padding",
                    &p[0], &p[1], &p[2], &p[3], "gain", &spec.gain, "slope", &spec.slope, "flip_filter", &flip) != 0)
        fail_msg("%s: the metadata of %s is not a case", c->report->file, c->name);
    spec.clamp = json_is_number(clamp) ? json_number_value(clamp) : (double)INFINITY;
    spec.flip = flip != 0;
    spec.in_h = alf_tensor_dim(x, 2);
    spec.in_w = alf_tensor_dim(x, 3);
    spec.up_filter = filter_of(c, "fu");
    spec.down_filter = filter_of(c, "fd");
    test_ok(c->ctx, alf_flrelu_create(c->ctx, &spec, &plan));
    free((void *)spec.up_filter.values);
    free((void *)spec.down_filter.values);
    json_decref(json);
    return plan;
}

/* dx and db are gradients of <y, dy>; ddy is the gradient of <dx, v> by dy. */
static void run_case(const golden_case *c)
{
    alf_tensor *x = alf_variable(c->ctx, field(c, "x")), *b = alf_variable(c->ctx, field(c, "b"));
    alf_tensor *dy = alf_variable(c->ctx, field(c, "dy")), *v = field(c, "v"), *first[2], *second[2];
    alf_flrelu *plan = plan_of(c, x);
    alf_tensor *y = alf_filtered_lrelu(c->ctx, x, b, plan);
    check(c, "y", y);
    test_ok(c->ctx, alf_grad(c->ctx, 1, &y, &dy, 2, (alf_tensor *[]){x, b}, true, first));
    check(c, "dx", first[0]);
    check(c, "db", first[1]);
    test_ok(c->ctx, alf_grad(c->ctx, 1, first, &v, 2, (alf_tensor *[]){dy, x}, false, second));
    check(c, "ddy", second[0]);
    assert_null(second[1]); /* between kinks the slope does not change with x */
    alf_flrelu_destroy(plan);
}

static void run_file(golden_report *report, void *user)
{
    const setting *s = user;
    alf_ctx       *ctx = test_ctx(s->backend, ALF_ISA_AUTO);
    alf_archive   *archive;
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++) {
        run_case(&(golden_case){report, ctx, archive, alf_archive_meta_key(archive, i), s->tolerance});
        report->cases++;
    }
    alf_archive_destroy(archive);
    alf_ctx_destroy(ctx);
}

static void the_operation_and_its_gradients_are_golden_on_cpu(void **state)
{
    (void)state;
    golden_run("filtered_lrelu", ".safetensors", "cpu", run_file, &(setting){ALF_BACKEND_CPU, 2e-6});
}

static void the_operation_and_its_gradients_are_golden_on_reference(void **state)
{
    (void)state;
    golden_run("filtered_lrelu", ".safetensors", "reference", run_file, &(setting){ALF_BACKEND_REFERENCE, 2e-7});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_operation_and_its_gradients_are_golden_on_cpu),
        cmocka_unit_test(the_operation_and_its_gradients_are_golden_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
