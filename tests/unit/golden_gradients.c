/* Golden gradients of whole networks, <img, dimg> by styles and parameters, on both backends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/generator.h"
#include "golden.h"

typedef struct {
    alf_backend_kind backend;
    double           tolerance;
} setting;

static void check(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *name, alf_tensor *grad,
                  double tolerance)
{
    char key[160];
    snprintf(key, sizeof key, "grad.%s", name);
    if (!alf_archive_find(archive, key)) return;
    if (!grad) fail_msg("%s: no gradient reached %s", report->file, name);
    double *values = malloc((size_t)(alf_tensor_count(grad) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, grad, values));
    golden_check(report, archive, "grad", name, alf_tensor_count(grad), values, tolerance);
    report->cases++;
    free(values);
}

static void run_network(golden_report *report, alf_generator *g, const alf_archive *archive, double tolerance)
{
    enum { MOST = 1024 };
    alf_tensor      *inputs[MOST], *grads[MOST];
    alf_ctx         *ctx = alf_generator_ctx(g);
    const alf_array *c = alf_archive_find(archive, "io.c");
    alf_tensor      *z = alf_tensor_from_array(ctx, alf_archive_find(archive, "io.z"));
    alf_tensor      *dimg = alf_tensor_from_array(ctx, alf_archive_find(archive, "io.dimg"));
    /* The expectations come from unrounded styles: `reference` maps them again, `cpu` takes them rounded once. A kink of
     * the leaky ReLU that lies between two roundings would show as a jump of the gradient. */
    const bool  rounded = alf_ctx_backend(ctx) == ALF_BACKEND_CPU;
    alf_tensor *mapped = alf_generator_map(g, z, c ? alf_tensor_from_array(ctx, c) : NULL, 1, -1);
    alf_tensor *stored = alf_tensor_from_array(ctx, alf_archive_find(archive, "io.ws"));
    alf_tensor *ws = alf_variable(ctx, rounded ? stored : mapped);
    int         count = 0;
    inputs[count++] = ws;
    alf_generator_require_gradients(g, true);
    for (int i = 0; i < alf_generator_num_tensors(g) && count < MOST; i++)
        if (!alf_generator_tensor_is_buffer(g, i)) inputs[count++] = alf_generator_tensor(g, i);
    alf_tensor *image = alf_generator_synthesize(g, ws, NULL);
    test_ok(ctx, alf_grad(ctx, 1, &image, &dimg, count, inputs, false, grads));
    check(report, ctx, archive, "ws", grads[0], tolerance);
    for (int i = 0, at = 1; i < alf_generator_num_tensors(g); i++)
        if (!alf_generator_tensor_is_buffer(g, i))
            check(report, ctx, archive, alf_generator_tensor_name(g, i), grads[at++], tolerance);
    if (report->cases != golden_count(archive, "grad."))
        fail_msg("%s: %d gradients were compared, the file has %d", report->file, report->cases,
                 golden_count(archive, "grad."));
}

static void run_file(golden_report *report, void *user)
{
    const setting *s = user;
    alf_ctx       *ctx = test_ctx(s->backend, ALF_ISA_AUTO);
    alf_archive   *archive;
    alf_generator *g;
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    if (golden_count(archive, "grad.")) {
        test_ok(ctx, alf_generator_from_archive(ctx, archive, NULL, &g));
        run_network(report, g, archive, s->tolerance);
        alf_generator_destroy(g);
    } else {
        report->cases++; /* a network without stored gradients: golden_networks tests it */
    }
    alf_archive_destroy(archive);
    alf_ctx_destroy(ctx);
}

static void networks_have_the_golden_gradients_on_cpu(void **state)
{
    (void)state;
    golden_run("stylegan", ".safetensors", "cpu", run_file, &(setting){ALF_BACKEND_CPU, 2e-5});
}

static void networks_have_the_golden_gradients_on_reference(void **state)
{
    (void)state;
    golden_run("stylegan", ".safetensors", "reference", run_file, &(setting){ALF_BACKEND_REFERENCE, 2e-7});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_have_the_golden_gradients_on_cpu),
        cmocka_unit_test(networks_have_the_golden_gradients_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
