/* Golden networks: mapping, truncation, images, mixing, transforms and every layer's activation, on the
 * reference and on every instruction set that this machine has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/generator.h"
#include "engines.h"
#include "golden.h"

typedef struct {
    const engine *engine;
    double        tolerance;
} setting;

/* One file under test. */
typedef struct {
    golden_report *report;
    alf_ctx       *ctx;
    alf_archive   *archive;
    alf_generator *g;
    double         tolerance;
} bench;

static alf_tensor *tensor_of(bench *b, const char *name)
{
    const alf_array *array = alf_archive_find(b->archive, name);
    return array ? alf_tensor_from_array(b->ctx, array) : NULL;
}

/* Compares a tensor with the array "<group>.<field>", if the file has it. */
static void check(bench *b, const char *group, const char *field, alf_tensor *x)
{
    char name[160];
    snprintf(name, sizeof name, "%s.%s", group, field);
    if (!alf_archive_find(b->archive, name)) return;
    double *values = malloc((size_t)(alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(b->ctx, alf_tensor_read(b->ctx, x, values));
    golden_check(b->report, b->archive, group, field, alf_tensor_count(x), values, b->tolerance);
    b->report->cases++;
    free(values);
}

static void check_layer(void *user, const char *layer, alf_tensor *x)
{
    check(user, "act", layer, x);
}

/* The other sample's styles: the batch turned by one. */
static alf_tensor *rotate_batch(alf_ctx *ctx, alf_tensor *ws)
{
    int64_t n = alf_tensor_dim(ws, 0);
    if (n == 1) return ws;
    return alf_concat(ctx, alf_slice(ctx, ws, 0, 1, n - 1), alf_slice(ctx, ws, 0, 0, 1), 0);
}

static void run_network(bench *b)
{
    alf_ctx    *ctx = b->ctx;
    alf_tensor *z = tensor_of(b, "io.z"), *c = tensor_of(b, "io.c");
    assert_non_null(z);

    alf_tensor *ws = alf_generator_map(b->g, z, c, 1, -1);
    alf_tensor *ws_trunc = alf_generator_map(b->g, z, c, 0.6, 5);
    check(b, "io", "ws", ws);
    check(b, "io", "ws_trunc", ws_trunc);

    alf_synthesis_options options = alf_synthesis_options_default();
    options.observe = check_layer;
    options.observe_user = b;
    check(b, "io", "img", alf_generator_synthesize(b->g, ws, &options));
    options.observe = NULL;
    check(b, "io", "img_trunc", alf_generator_synthesize(b->g, ws_trunc, &options));
    check(b, "io", "img_mix6",
          alf_generator_synthesize(b->g, alf_generator_mix(b->g, ws, rotate_batch(ctx, ws), 6), &options));
    if (alf_archive_find(b->archive, "io.transform")) {
        double *transform = golden_values(b->archive, "io.transform", NULL);
        options.transform = transform;
        check(b, "io", "img_transform", alf_generator_synthesize(b->g, ws, &options));
        options.transform = NULL;
        free(transform);
    }
    options.noise = ALF_NOISE_NONE;
    check(b, "io", "img_none", alf_generator_synthesize(b->g, ws, &options));
    assert_int_equal(alf_ctx_status(ctx), ALF_OK);

    int expected =
        golden_count(b->archive, "act.") + golden_count(b->archive, "io.img") + golden_count(b->archive, "io.ws");
    if (b->report->cases != expected || !alf_archive_find(b->archive, "io.img"))
        fail_msg("%s: %d arrays were compared, the file has %d", b->report->file, b->report->cases, expected);
}

static void run_file(golden_report *report, void *user)
{
    const setting *s = user;
    bench          b = {.report = report, .ctx = engine_ctx(s->engine), .tolerance = s->tolerance};
    test_ok(b.ctx, alf_archive_open(b.ctx, report->path, &b.archive));
    test_ok(b.ctx, alf_generator_from_archive(b.ctx, b.archive, NULL, &b.g));
    run_network(&b);
    alf_generator_destroy(b.g);
    alf_archive_destroy(b.archive);
    alf_ctx_destroy(b.ctx);
}

static void run_engines(engine_kind kind, double tolerance)
{
    engine engines[MAX_ENGINES];
    int    count = engine_list(engines);
    for (int i = 0; i < count; i++)
        if (engines[i].kind == kind)
            golden_run("stylegan", ".safetensors", engines[i].label, run_file, &(setting){&engines[i], tolerance});
}

static void networks_give_the_golden_images_on_every_instruction_set(void **state)
{
    (void)state;
    run_engines(ENGINE_F32, 1e-5);
}

static void networks_give_the_golden_images_on_reference(void **state)
{
    (void)state;
    run_engines(ENGINE_NAIVE, 2e-7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_give_the_golden_images_on_every_instruction_set),
        cmocka_unit_test(networks_give_the_golden_images_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
