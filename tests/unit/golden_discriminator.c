/* Golden discriminators: logits, their gradients along the images, and the gradients of both losses along every
 * parameter, the second of which is itself made of gradients. */
#include <stdio.h>
#include <stdlib.h>

#include "aliasfree/discriminator.h"
#include "golden.h"

enum { MOST = 256 };

typedef struct {
    alf_backend_kind backend;
    double           logits, gradients; /* tolerances */
} setting;

/* One file under test. */
typedef struct {
    const setting     *setting;
    golden_report     *report;
    alf_ctx           *ctx;
    alf_archive       *archive;
    alf_discriminator *d;
    alf_tensor        *parameters[MOST];
    const char        *names[MOST];
    int                count;
} bench;

/* Forced on shapes that would not choose it, the fast convolution's rounding, twice that of the direct one, grows by the
 * statistic over a group and its second derivatives: R1's gradients along biases are 1e-8 beside slopes of 1. */
static double gradient_tolerance(const bench *b)
{
    const bool forced = b->setting->backend == ALF_BACKEND_CPU && alf_ctx_conv(b->ctx) == ALF_CONV_FAST;
    return forced ? 1e-4 : b->setting->gradients;
}

static alf_tensor *tensor_of(bench *b, const char *name)
{
    const alf_array *array = alf_archive_find(b->archive, name);
    return array ? alf_tensor_from_array(b->ctx, array) : NULL;
}

static void check(bench *b, const char *group, const char *field, alf_tensor *x, double tolerance)
{
    double *values = malloc((size_t)(alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(b->ctx, alf_tensor_read(b->ctx, x, values));
    golden_check(b->report, b->archive, group, field, alf_tensor_count(x), values, tolerance);
    b->report->cases++;
    free(values);
}

/* A gradient of zeros may also be none at all: the record does not follow what only moves a kink. */
static void check_zeros(bench *b, const char *group, const char *name, alf_tensor *parameter)
{
    alf_tensor *zeros = alf_tensor_full(b->ctx, alf_tensor_ndim(parameter),
                                        (int64_t[]){alf_tensor_dim(parameter, 0), alf_tensor_dim(parameter, 1),
                                                    alf_tensor_dim(parameter, 2), alf_tensor_dim(parameter, 3)},
                                        0);
    check(b, group, name, zeros, 0);
}

/* Every parameter that has a golden gradient of the loss; no gradient where there is none. */
static void check_parameters(bench *b, const char *group, alf_tensor *loss)
{
    alf_tensor *grads[MOST];
    test_ok(b->ctx, alf_grad(b->ctx, 1, &loss, NULL, b->count, b->parameters, false, grads));
    for (int i = 0; i < b->count; i++) {
        char key[160];
        snprintf(key, sizeof key, "%s.%s", group, b->names[i]);
        bool expected = alf_archive_find(b->archive, key) != NULL;
        if (expected && grads[i])
            check(b, group, b->names[i], grads[i], gradient_tolerance(b));
        else if (expected)
            check_zeros(b, group, b->names[i], b->parameters[i]);
        else if (grads[i])
            fail_msg("%s: a gradient reached %s, the file has none", b->report->file, key);
    }
}

static void check_main_loss(bench *b, alf_tensor *images, alf_tensor *c)
{
    alf_tensor *logits = alf_discriminator_logits(b->d, images, c);
    check(b, "io", "logits", logits, b->setting->logits);
    alf_tensor *loss = alf_softplus(b->ctx, alf_scale_shift(b->ctx, logits, -1, 0));
    check_parameters(b, "grad_main", alf_mean(b->ctx, loss, 1u << 0 | 1u << 1));
}

static void check_r1_loss(bench *b, alf_tensor *images, alf_tensor *c)
{
    alf_tensor *x = alf_variable(b->ctx, images), *slope;
    alf_tensor *logits = alf_discriminator_logits(b->d, x, c);
    test_ok(b->ctx, alf_grad(b->ctx, 1, &logits, NULL, 1, &x, true, &slope));
    check(b, "io", "dlogits_dimg", slope, gradient_tolerance(b));
    alf_tensor *r1 = alf_sum(b->ctx, alf_square(b->ctx, slope), 1u << 1 | 1u << 2 | 1u << 3);
    check(b, "io", "r1", r1, gradient_tolerance(b));
    check_parameters(b, "grad_r1", alf_scale_shift(b->ctx, alf_mean(b->ctx, r1, 1u << 0), 0.5, 0));
}

static void run_file(golden_report *report, void *user)
{
    bench b = {.setting = user, .report = report};
    b.ctx = test_ctx(b.setting->backend, ALF_ISA_AUTO);
    test_ok(b.ctx, alf_archive_open(b.ctx, report->path, &b.archive));
    test_ok(b.ctx, alf_discriminator_from_archive(b.ctx, b.archive, NULL, &b.d));
    alf_discriminator_require_gradients(b.d, true);
    for (int i = 0; i < alf_discriminator_num_tensors(b.d) && b.count < MOST; i++) {
        if (alf_discriminator_tensor_is_buffer(b.d, i)) continue;
        b.parameters[b.count] = alf_discriminator_tensor(b.d, i);
        b.names[b.count++] = alf_discriminator_tensor_name(b.d, i);
    }
    alf_tensor *images = tensor_of(&b, "io.img"), *c = tensor_of(&b, "io.c");
    assert_non_null(images);
    check_main_loss(&b, images, c);
    check_r1_loss(&b, images, c);
    int expected = golden_count(b.archive, "grad_main.") + golden_count(b.archive, "grad_r1.") + 3;
    if (report->cases != expected)
        fail_msg("%s: %d arrays were compared, the file has %d", report->file, report->cases, expected);
    alf_discriminator_destroy(b.d);
    alf_archive_destroy(b.archive);
    alf_ctx_destroy(b.ctx);
}

static void discriminators_give_the_golden_logits_and_gradients_on_cpu(void **state)
{
    (void)state;
    golden_run("discriminator", ".safetensors", "cpu", run_file, &(setting){ALF_BACKEND_CPU, 1e-5, 2e-5});
}

static void discriminators_give_the_golden_logits_and_gradients_on_reference(void **state)
{
    (void)state;
    golden_run("discriminator", ".safetensors", "reference", run_file, &(setting){ALF_BACKEND_REFERENCE, 1e-7, 1e-7});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(discriminators_give_the_golden_logits_and_gradients_on_cpu),
        cmocka_unit_test(discriminators_give_the_golden_logits_and_gradients_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
