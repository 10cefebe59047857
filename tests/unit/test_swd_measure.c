/* Sliced Wasserstein distance of generators and data sets: what is compared, and what is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "core/core.h"
#include "files.h"

enum { PICTURES = 6, SIZE = 16 };

/* As file_fixture_set_up(); but a context that has computed keeps its scratch, so memory is left to the sanitizers. */
static int set_up(void **state)
{
    static file_fixture fixture;
    fixture = (file_fixture){.ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO), .folder = test_temp_folder()};
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    const file_fixture *f = *state;
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    return 0;
}

/* A folder of pictures, with labels of `classes` classes unless there are none. The caller frees its path. */
static char *make_set(const file_fixture *f, const char *name, int size, int channels, int classes)
{
    char *folder = test_path(f->folder, name), *text = test_path(folder, "dataset.json");
    char  json[512] = "{\"labels\": [", item[64];
    test_ok(f->ctx, alf_make_folder(f->ctx, folder));
    for (int i = 0; i < PICTURES; i++) {
        alf_picture *picture;
        snprintf(item, sizeof item, "%d.png", i);
        char *path = test_path(folder, item);
        test_ok(f->ctx, alf_picture_create(f->ctx, size, size, channels, &picture));
        for (int k = 0; k < size * size * channels; k++)
            picture->pixels[k] = (uint8_t)((k * k / 7 + k * (i + 1) + 13 * i) % 251);
        test_ok(f->ctx, alf_picture_write_png(f->ctx, picture, path));
        alf_picture_destroy(picture);
        free(path);
        snprintf(item, sizeof item, "%s[\"%d.png\", %d]", i ? ", " : "", i, classes ? i % classes : 0);
        snprintf(json + strlen(json), sizeof json - strlen(json), "%s", item);
    }
    snprintf(json + strlen(json), sizeof json - strlen(json), "]}");
    if (classes) test_ok(f->ctx, alf_text_write(f->ctx, text, json));
    free(text);
    return folder;
}

static alf_dataset *open_set(const file_fixture *f, const char *name, int size, int channels, int classes)
{
    alf_dataset_options options = alf_dataset_options_default();
    alf_dataset        *set;
    char               *path = make_set(f, name, size, channels, classes);
    options.labels = classes > 0;
    test_ok(f->ctx, alf_dataset_open(f->ctx, path, &options, &set));
    free(path);
    return set;
}

static alf_generator *make_generator(const file_fixture *f, const char *name, int c_dim)
{
    alf_generator *g;
    alf_config     config;
    test_ok(f->ctx, alf_config_named(f->ctx, name, SIZE, 256, 8, &config));
    config.z_dim = config.w_dim = 8;
    config.c_dim = c_dim;
    test_ok(f->ctx, alf_generator_create(f->ctx, &config, 1, &g));
    return g;
}

static double distance(alf_generator *g, alf_dataset *data, int64_t samples, const alf_swd_options *options)
{
    alf_swd_result result;
    test_ok(alf_generator_ctx(g), alf_measure_swd(g, data, samples, options, &result));
    assert_int_equal(result.levels, 1);
    assert_int_equal(result.resolution[0], SIZE);
    assert_true(result.mean == result.distance[0] && isfinite(result.mean) && result.seconds > 0);
    return result.mean;
}

/* Also when it is walked through more than once. */
static void a_data_set_is_at_0_from_itself_and_not_from_another(void **state)
{
    const file_fixture *f = *state;
    alf_dataset        *a = open_set(f, "a", SIZE, 3, 0), *b = open_set(f, "b", SIZE, 3, 3);
    alf_dataset        *grey = open_set(f, "grey", SIZE, 1, 0);
    alf_swd_result      result;
    test_ok(f->ctx, alf_measure_swd_data(f->ctx, a, a, 3 * PICTURES + 1, NULL, &result));
    assert_true(result.mean == 0);
    test_ok(f->ctx, alf_measure_swd_data(f->ctx, a, b, PICTURES, NULL, &result)); /* the same pictures */
    assert_true(result.mean == 0);
    alf_swd_options few = alf_swd_options_default();
    few.batch = 100;
    test_ok(f->ctx, alf_measure_swd_data(f->ctx, grey, grey, 5, &few, &result));
    assert_true(result.mean == 0);
    assert_fails(f->ctx, alf_measure_swd_data(f->ctx, a, grey, 5, NULL, &result), ALF_ERR_ARGUMENT, "1 channels",
                 "with 3");
    alf_dataset_destroy(a);
    alf_dataset_destroy(b);
    alf_dataset_destroy(grey);
}

static void the_seed_decides_the_distance_of_a_generator(void **state)
{
    const file_fixture      *f = *state;
    alf_dataset             *data = open_set(f, "a", SIZE, 3, 0);
    static const char *const names[] = {"stylegan3-t", "stylegan2"};
    for (int i = 0; i < 2; i++) {
        alf_generator  *g = make_generator(f, names[i], 0);
        alf_swd_options options = alf_swd_options_default();
        const double    standard = distance(g, data, 10, NULL), again = distance(g, data, 10, &options);
        options.seed = 1;
        assert_true(standard > 0 && standard == again);
        assert_true(distance(g, data, 10, &options) != standard);
        alf_generator_destroy(g);
    }
    alf_dataset_destroy(data);
}

/* The image tells the two apart, the distance does not. */
static void the_distance_is_measured_with_direct_convolutions(void **state)
{
    static const alf_conv_method methods[] = {ALF_CONV_DIRECT, ALF_CONV_FAST};
    const file_fixture          *f = *state;
    alf_dataset                 *data = open_set(f, "a", SIZE, 3, 0);
    alf_generator               *g = make_generator(f, "stylegan2", 0);
    const alf_conv_method        before = alf_ctx_conv(f->ctx);
    double                       distances[2], image[2][3 * SIZE * SIZE];
    for (int m = 0; m < 2; m++) {
        alf_scope *scope = alf_scope_open(f->ctx);
        alf_ctx_use_conv(f->ctx, methods[m]);
        distances[m] = distance(g, data, 200, NULL); /* values of 8 bits: a few differ */
        assert_int_equal(alf_ctx_conv(f->ctx), methods[m]);
        alf_tensor *z = alf_tensor_random_normal(f->ctx, 2, (int64_t[]){1, 8}, 1, 0);
        alf_tensor *ws = alf_generator_map(g, z, NULL, 1, -1);
        test_ok(f->ctx, alf_tensor_read(f->ctx, alf_generator_synthesize(g, ws, NULL), image[m]));
        alf_scope_close(scope, NULL);
    }
    alf_ctx_use_conv(f->ctx, before);
    assert_memory_not_equal(image[0], image[1], sizeof image[0]);
    assert_true(distances[0] == distances[1]);
    alf_generator_destroy(g);
    alf_dataset_destroy(data);
}

static void labels_come_from_the_data_or_from_the_options(void **state)
{
    const file_fixture *f = *state;
    alf_dataset        *data = open_set(f, "a", SIZE, 3, 3), *bare = open_set(f, "b", SIZE, 3, 0);
    alf_generator      *g = make_generator(f, "stylegan2", 3);
    alf_swd_options     options = alf_swd_options_default();
    alf_swd_result      result;
    const double        mixed = distance(g, data, 12, &options);
    options.class_index = 2;
    assert_true(distance(g, data, 12, &options) != mixed);
    assert_true(distance(g, data, 12, &options) == distance(g, bare, 12, &options));
    options.class_index = 3;
    assert_fails(f->ctx, alf_measure_swd(g, data, 12, &options, &result), ALF_ERR_RANGE, "class 3", "0 to 2");
    assert_fails(f->ctx, alf_measure_swd(g, bare, 12, NULL, &result), ALF_ERR_ARGUMENT, "size 0", "size 3");
    alf_generator_destroy(g);
    alf_dataset_destroy(data);
    alf_dataset_destroy(bare);
}

static void what_does_not_fit_is_refused(void **state)
{
    const file_fixture *f = *state;
    alf_dataset        *data = open_set(f, "a", SIZE, 3, 0), *large = open_set(f, "b", 2 * SIZE, 3, 0);
    alf_dataset        *tiny = open_set(f, "c", 8, 3, 0);
    alf_generator      *g = make_generator(f, "stylegan2", 0);
    alf_swd_options     options = alf_swd_options_default();
    alf_swd_result      result = {.mean = -7};
    assert_fails(f->ctx, alf_measure_swd(g, large, 4, NULL, &result), ALF_ERR_ARGUMENT, "16x16", "32x32");
    assert_fails(f->ctx, alf_measure_swd(g, data, 0, NULL, &result), ALF_ERR_RANGE, "0 images", NULL);
    assert_fails(f->ctx, alf_measure_swd(g, NULL, 4, NULL, &result), ALF_ERR_ARGUMENT, "NULL", NULL);
    assert_fails(f->ctx, alf_measure_swd(g, data, 4, NULL, NULL), ALF_ERR_ARGUMENT, "NULL", NULL);
    assert_fails(f->ctx, alf_measure_swd_data(f->ctx, data, NULL, 4, NULL, &result), ALF_ERR_ARGUMENT, "NULL", NULL);
    assert_fails(f->ctx, alf_measure_swd_data(f->ctx, tiny, tiny, 4, NULL, &result), ALF_ERR_RANGE, "8x8", NULL);
    options.batch = 0;
    assert_fails(f->ctx, alf_measure_swd(g, data, 4, &options, &result), ALF_ERR_RANGE, "batch is 0", NULL);
    assert_true(result.mean == -7);
    alf_generator_destroy(g);
    alf_dataset_destroy(data);
    alf_dataset_destroy(large);
    alf_dataset_destroy(tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_data_set_is_at_0_from_itself_and_not_from_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_seed_decides_the_distance_of_a_generator, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_distance_is_measured_with_direct_convolutions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(labels_come_from_the_data_or_from_the_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
