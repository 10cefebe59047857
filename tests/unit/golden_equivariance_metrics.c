/* Golden equivariance figures: pooled sums and decibels of whole networks under given transforms. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "golden.h"

static const char *const kind_names[ALF_EQ_KINDS] = {"eqt_int", "eqt_frac", "eqr"};

static double *network_field(const alf_archive *archive, const char *network, const char *part, const alf_array **array)
{
    double *values = golden_field(archive, network, part, array);
    if (!values) fail_msg("%s: %s.%s is missing", alf_archive_path(archive), network, part);
    return values;
}

/* Pools over the latents, each under its own transform. */
static void measure(alf_ctx *ctx, const alf_archive *archive, const char *network, alf_pooled_error sums[ALF_EQ_KINDS])
{
    char             path[4096];
    alf_generator   *g;
    const alf_array *shape;
    double          *z = network_field(archive, network, "z", &shape);
    double          *translate = network_field(archive, network, "translate", NULL);
    double          *angle = network_field(archive, network, "angle", NULL);
    snprintf(path, sizeof path, "%s/%s.safetensors", golden_dir(), network);
    test_ok(ctx, alf_generator_load(ctx, path, NULL, &g));
    for (int64_t i = 0; i < shape->shape[0]; i++) {
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *zi = alf_tensor_from_f64(ctx, 2, (int64_t[]){1, shape->shape[1]}, z + i * shape->shape[1]);
        alf_tensor *ws = alf_generator_map(g, zi, alf_generator_labels(g, 1, 0), 1, -1);
        test_ok(ctx, alf_equivariance_group(g, ws, (1u << ALF_EQ_KINDS) - 1, translate[2 * i], translate[2 * i + 1],
                                            angle[i], sums));
        alf_scope_close(scope, NULL);
    }
    alf_generator_destroy(g);
    free(z);
    free(translate);
    free(angle);
}

static void run_network(golden_report *report, alf_ctx *ctx, const alf_archive *archive, const char *network)
{
    char             name[200];
    alf_pooled_error sums[ALF_EQ_KINDS] = {{0}};
    measure(ctx, archive, network, sums);
    snprintf(name, sizeof name, "f64.%s.sums", network);
    double *expected = golden_values(archive, name, NULL);
    json_t *figures = json_loads(alf_archive_meta(archive, network), 0, NULL);
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        double db = json_number_value(json_object_get(figures, kind_names[k])), got = alf_pooled_error_db(&sums[k], 2);
        double bound = db > 80 ? 0.5 : 0.05; /* above 80 dB the rounding of float32 images shows */
        if (!(fabs(got - db) <= bound)) fail_msg("%s %s: %.4f dB, expected %.4f", network, kind_names[k], got, db);
        if (!(fabs(sums[k].mask - expected[2 * k + 1]) <= 1e-9 * expected[2 * k + 1]))
            fail_msg("%s %s: mask sum %.17g, expected %.17g", network, kind_names[k], sums[k].mask,
                     expected[2 * k + 1]);
        printf("  %s %s %.3f dB (expected %.3f)\n", network, kind_names[k], got, db);
        report->max_error = fmax(report->max_error, fabs(got / db - 1));
        report->cases++;
    }
    json_decref(figures);
    free(expected);
}

static void run_file(golden_report *report, void *user)
{
    alf_ctx *ctx = test_ctx(*(alf_backend_kind *)user, ALF_ISA_AUTO);
    golden_each_case(report, ctx, run_network);
    alf_ctx_destroy(ctx);
}

static void equivariance_figures_are_golden_on_cpu(void **state)
{
    (void)state;
    golden_run("equivariance_metrics", ".safetensors", "cpu", run_file, &(alf_backend_kind){ALF_BACKEND_CPU});
}

static void equivariance_figures_are_golden_on_reference(void **state)
{
    (void)state;
    golden_run("equivariance_metrics", ".safetensors", "reference", run_file,
               &(alf_backend_kind){ALF_BACKEND_REFERENCE});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equivariance_figures_are_golden_on_cpu),
        cmocka_unit_test(equivariance_figures_are_golden_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
