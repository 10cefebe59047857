/* Golden modulated convolutions of both generations and their gradients, on both backends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/tensor.h"
#include "golden.h"

typedef struct {
    alf_backend_kind backend;
    double           tolerance;
} setting;

static alf_tensor *field(alf_ctx *ctx, const alf_archive *archive, const char *name, const char *part)
{
    char key[128];
    snprintf(key, sizeof key, "%s.%s", name, part);
    const alf_array *array = alf_archive_find(archive, key);
    return array ? alf_tensor_from_array(ctx, array) : NULL;
}

/* StyleGAN3: zero padding, normalised weights and styles where it demodulates, an input gain. */
static alf_tensor *run_stylegan3(alf_ctx *ctx, const json_t *p, alf_tensor *x, alf_tensor *w, alf_tensor *s)
{
    const json_t  *gain = json_object_get(p, "input_gain");
    bool           demod = json_is_true(json_object_get(p, "demodulate"));
    alf_modulation spec = {.conv = alf_conv_spec_default(), .demodulate = demod, .normalize = demod};
    alf_tensor    *scalar = NULL;
    spec.conv.padding = (int)json_integer_value(json_object_get(p, "padding"));
    if (json_is_number(gain)) scalar = alf_tensor_full(ctx, 1, (int64_t[]){1}, json_number_value(gain));
    return alf_modulated_conv2d(ctx, x, w, s, scalar, &spec);
}

/* The filter [1, 3, 3, 1] and its like as an outer product that sums to 1. */
static int filter_taps(const json_t *list, double taps[64])
{
    int    count = (int)json_array_size(list);
    double sum = 0;
    for (int i = 0; i < count; i++) sum += json_number_value(json_array_get(list, (size_t)i));
    for (int i = 0; i < count * count; i++)
        taps[i] = json_number_value(json_array_get(list, (size_t)(i / count))) *
                  json_number_value(json_array_get(list, (size_t)(i % count))) / (sum * sum);
    return count;
}

/* StyleGAN2: up = 2 is a transposed convolution, then the filter; noise is added to the result. Gradients of the result
 * need the plan, which the caller destroys. */
static alf_tensor *run_stylegan2(alf_ctx *ctx, const json_t *p, alf_tensor *x, alf_tensor *w, alf_tensor *s,
                                 alf_tensor *noise, alf_upfirdn **plan)
{
    const int      up = (int)json_integer_value(json_object_get(p, "up")), k = (int)alf_tensor_dim(w, 2);
    const int      padding = (int)json_integer_value(json_object_get(p, "padding"));
    alf_modulation spec = {.conv = alf_conv_spec_default(),
                           .demodulate = json_is_true(json_object_get(p, "demodulate"))};
    assert_int_equal(json_integer_value(json_object_get(p, "down")), 1);
    assert_int_equal(json_is_true(json_object_get(p, "flip_weight")), up == 1);
    if (up == 1)
        spec.conv.padding = padding;
    else
        spec.conv = (alf_conv_spec){.stride = up, .transposed = true};
    alf_tensor *y = alf_modulated_conv2d(ctx, x, w, s, NULL, &spec);
    if (up > 1) {
        double           taps[64];
        int              count = filter_taps(json_object_get(p, "resample_filter"), taps);
        alf_upfirdn_spec resample = alf_upfirdn_spec_default();
        resample.filter = (alf_taps){.rank = 2, .width = count, .height = count, .values = taps};
        alf_upfirdn_spec_upsample(&resample, up);
        resample.up = 1;
        for (int i = 0; i < 4; i++) resample.padding[i] += padding - (i % 2 == 0 ? k - 1 : k - up);
        resample.in_h = alf_tensor_dim(y, 2);
        resample.in_w = alf_tensor_dim(y, 3);
        test_ok(ctx, alf_upfirdn_create(ctx, &resample, plan));
        y = alf_upfirdn2d(ctx, y, *plan);
    }
    return noise ? alf_add(ctx, y, noise) : y;
}

static void check(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name, const char *part,
                  const alf_tensor *got, double tolerance)
{
    double *values = malloc((size_t)(alf_tensor_count(got) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, got, values));
    golden_check(report, archive, name, part, alf_tensor_count(got), values, tolerance);
    free(values);
}

static void run_case(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name,
                     double tolerance)
{
    json_t      *p = json_loads(alf_archive_meta(archive, name), 0, NULL);
    alf_tensor  *x = alf_variable(ctx, field(ctx, archive, name, "x"));
    alf_tensor  *w = alf_variable(ctx, field(ctx, archive, name, "w"));
    alf_tensor  *s = alf_variable(ctx, field(ctx, archive, name, "s")), *noise = field(ctx, archive, name, "noise");
    alf_tensor  *dy = field(ctx, archive, name, "dy"), *grads[3], *y;
    alf_upfirdn *plan = NULL;
    assert_non_null(p);
    if (strncmp(name, "sg3", 3) == 0)
        y = run_stylegan3(ctx, p, x, w, s);
    else
        y = run_stylegan2(ctx, p, x, w, s, noise, &plan);
    check(report, ctx, archive, name, "y", y, tolerance);
    test_ok(ctx, alf_grad(ctx, 1, &y, &dy, 3, (alf_tensor *[]){x, w, s}, false, grads));
    check(report, ctx, archive, name, "dx", grads[0], tolerance);
    check(report, ctx, archive, name, "dw", grads[1], tolerance);
    check(report, ctx, archive, name, "ds", grads[2], tolerance);
    report->cases++;
    alf_upfirdn_destroy(plan);
    json_decref(p);
}

static void run_file(golden_report *report, void *user)
{
    const setting *s = user;
    alf_ctx       *ctx = test_ctx(s->backend, ALF_ISA_AUTO);
    alf_archive   *archive;
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++)
        run_case(report, ctx, archive, alf_archive_meta_key(archive, i), s->tolerance);
    alf_archive_destroy(archive);
    alf_ctx_destroy(ctx);
}

static void modulated_convolution_and_its_gradients_are_golden_on_cpu(void **state)
{
    (void)state;
    golden_run("modulated_conv2d", ".safetensors", "cpu", run_file, &(setting){ALF_BACKEND_CPU, 2e-6});
}

static void modulated_convolution_and_its_gradients_are_golden_on_reference(void **state)
{
    (void)state;
    golden_run("modulated_conv2d", ".safetensors", "reference", run_file, &(setting){ALF_BACKEND_REFERENCE, 2e-7});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modulated_convolution_and_its_gradients_are_golden_on_cpu),
        cmocka_unit_test(modulated_convolution_and_its_gradients_are_golden_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
