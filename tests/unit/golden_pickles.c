/* Golden pickles: official network files give the images that the original gave for the same NumPy seeds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/files.h"
#include "aliasfree/generator.h"
#include "golden.h"

typedef struct {
    alf_backend_kind backend;
    double           tolerance;
} setting;

static const char *need_meta(const alf_archive *archive, const char *key)
{
    const char *value = alf_archive_meta(archive, key);
    if (!value) fail_msg("%s: metadata %s is missing", alf_archive_path(archive), key);
    return value;
}

static alf_noise_mode noise_mode(const char *text)
{
    return strcmp(text, "random") == 0 ? ALF_NOISE_RANDOM
           : strcmp(text, "none") == 0 ? ALF_NOISE_NONE
                                       : ALF_NOISE_CONST;
}

/* Saved bytes: at most one level off anywhere, 99.9% of them equal. */
static void check_bytes(alf_ctx *ctx, const alf_archive *archive, const char *name, int64_t size, const double *image)
{
    char         field[64];
    alf_picture *picture;
    snprintf(field, sizeof field, "%s.rgb_u8", name);
    const alf_array *expected = alf_archive_find(archive, field);
    if (!expected) fail_msg("%s is missing", field);
    const uint8_t *bytes = expected->data;
    test_ok(ctx, alf_picture_create(ctx, size, size, 3, &picture));
    test_ok(ctx, alf_picture_put(ctx, picture, 0, 0, 3, size, size, image, ALF_BYTES_IMAGE));
    assert_int_equal(expected->count, 3 * size * size);
    int64_t different = 0;
    for (int64_t i = 0; i < expected->count; i++) {
        int off = abs(picture->pixels[i] - bytes[i]);
        if (off > 1) fail_msg("%s: byte %lld is %d off", field, (long long)i, off);
        different += off;
    }
    if (different * 1000 > expected->count)
        fail_msg("%s: %lld of %lld bytes differ", field, (long long)different, (long long)expected->count);
    alf_picture_destroy(picture);
}

static void run_seed(golden_report *report, alf_generator *g, const alf_archive *archive, uint32_t seed,
                     double tolerance)
{
    alf_ctx    *ctx = alf_generator_ctx(g);
    const char *label = need_meta(archive, "class_idx");
    char        name[32];
    snprintf(name, sizeof name, "seed%u", seed);
    alf_scope            *scope = alf_scope_open(ctx);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.noise = noise_mode(need_meta(archive, "noise_mode"));
    alf_tensor *z = alf_generator_latents(g, 1, &seed);
    alf_tensor *c = alf_generator_labels(g, 1, *label ? atoi(label) : 0);
    alf_tensor *ws = alf_generator_map(g, z, c, atof(need_meta(archive, "trunc")), -1);
    alf_tensor *image = alf_generator_synthesize(g, ws, &options);
    double     *values = malloc((size_t)(alf_tensor_count(image) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, image, values));
    golden_check(report, archive, name, "img_f32", alf_tensor_count(image), values, tolerance);
    check_bytes(ctx, archive, name, alf_generator_plan(g)->config.img_resolution, values);
    report->cases++;
    free(values);
    alf_scope_close(scope, NULL);
}

static void run_file(golden_report *report, void *user)
{
    const setting *s = user;
    alf_ctx       *ctx = test_ctx(s->backend, ALF_ISA_AUTO);
    alf_archive   *archive;
    alf_generator *g;
    char           path[4096];
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    snprintf(path, sizeof path, "%s/%s", golden_dir(), need_meta(archive, "network"));
    test_ok(ctx, alf_generator_load(ctx, path, NULL, &g));
    const char *seeds = need_meta(archive, "seeds");
    for (char *end; *seeds; seeds = *end == ',' ? end + 1 : end)
        run_seed(report, g, archive, (uint32_t)strtoul(seeds, &end, 10), s->tolerance);
    alf_generator_destroy(g);
    alf_archive_destroy(archive);
    alf_ctx_destroy(ctx);
}

/* The expected images were computed in float32, so both backends are held to its rounding. */
static void pickled_networks_give_the_original_images_on_cpu(void **state)
{
    (void)state;
    golden_run("", ".expected.safetensors", "cpu", run_file, &(setting){ALF_BACKEND_CPU, 1e-5});
}

static void pickled_networks_give_the_original_images_on_reference(void **state)
{
    (void)state;
    golden_run("", ".expected.safetensors", "reference", run_file, &(setting){ALF_BACKEND_REFERENCE, 1e-5});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pickled_networks_give_the_original_images_on_cpu),
        cmocka_unit_test(pickled_networks_give_the_original_images_on_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
