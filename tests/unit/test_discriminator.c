/* Discriminators: what holds of them whatever their numbers are. */
#include "aliasfree/discriminator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/files.h"
#include "aliasfree/generator.h"
#include "files.h"
#include "golden.h"
#include "models/networks.h"

static const alf_architecture architectures[] = {ALF_SKIP, ALF_RESNET, ALF_ORIG};

static alf_discriminator_config small_config(alf_architecture architecture, int c_dim)
{
    alf_discriminator_config config = alf_discriminator_config_default();
    config.img_resolution = 16;
    config.channel_base = 128;
    config.channel_max = 12;
    config.architecture = architecture;
    config.c_dim = c_dim;
    config.mapping_layers = 2;
    return config;
}

static alf_discriminator *create(alf_ctx *ctx, alf_discriminator_config config)
{
    alf_discriminator *d;
    test_ok(ctx, alf_discriminator_create(ctx, &config, 7, &d));
    return d;
}

static alf_tensor *images_of(alf_ctx *ctx, int64_t n)
{
    return alf_tensor_random_normal(ctx, 4, (int64_t[]){n, 3, 16, 16}, 5, 1);
}

static alf_tensor *labels_of(alf_ctx *ctx, int64_t n, int64_t c_dim)
{
    return c_dim ? alf_tensor_random_normal(ctx, 2, (int64_t[]){n, c_dim}, 6, 1) : NULL;
}

static double *values_of(alf_ctx *ctx, const alf_tensor *x)
{
    double *values = malloc((size_t)(alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    return values;
}

static void expect(alf_ctx *ctx, alf_status status, const char *text)
{
    assert_fails(ctx, alf_ctx_status(ctx), status, text, NULL);
}

/* --- judgement --------------------------------------------------------------------------------------------------------- */

static void every_image_gets_one_number_in_every_architecture(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int a = 0; a < 3; a++)
        for (int c_dim = 0; c_dim < 3; c_dim += 2) {
            alf_discriminator *d = create(ctx, small_config(architectures[a], c_dim));
            alf_tensor        *y = alf_discriminator_logits(d, images_of(ctx, 8), labels_of(ctx, 8, c_dim));
            test_ok(ctx, alf_ctx_status(ctx));
            assert_int_equal(alf_tensor_ndim(y), 2);
            assert_int_equal(alf_tensor_dim(y, 0), 8);
            assert_int_equal(alf_tensor_dim(y, 1), 1);
            double *values = values_of(ctx, y);
            for (int i = 1; i < 8; i++) assert_true(isfinite(values[i]) && values[i] != values[0]);
            free(values);
            alf_discriminator_destroy(d);
        }
    alf_ctx_destroy(ctx);
}

/* Logits of 4 images alone and among 8, in groups of `group` (0: none of the statistics). */
static bool company_matters(alf_ctx *ctx, int group, int statistics)
{
    alf_discriminator_config config = small_config(ALF_RESNET, 0);
    config.mbstd_group_size = group;
    config.mbstd_num_channels = statistics;
    alf_discriminator *d = create(ctx, config);
    alf_tensor        *all = images_of(ctx, 8);
    double            *among = values_of(ctx, alf_discriminator_logits(d, all, NULL));
    double            *alone = values_of(ctx, alf_discriminator_logits(d, alf_slice(ctx, all, 0, 0, 4), NULL));
    double             largest = 0;
    for (int i = 0; i < 4; i++) largest = fmax(largest, fabs(among[i] - alone[i]));
    free(among);
    free(alone);
    alf_discriminator_destroy(d);
    return largest > 1e-9;
}

static void statistics_see_the_group_that_an_image_comes_in(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    assert_false(company_matters(ctx, 4, 0));
    assert_false(company_matters(ctx, 1, 1)); /* alone in its group, its deviation is 0 */
    assert_true(company_matters(ctx, 4, 1));
    assert_true(company_matters(ctx, 0, 3));
    alf_ctx_destroy(ctx);
}

/* Sample i is in group i mod (N / group): exchanging images within a group exchanges their logits alone. */
static void groups_of_the_minibatch_are_strided(void **state)
{
    (void)state;
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    alf_discriminator_config config = small_config(ALF_ORIG, 0);
    config.mbstd_group_size = 2;
    alf_discriminator *d = create(ctx, config);
    alf_tensor        *x = images_of(ctx, 4), *halves[2];
    halves[0] = alf_slice(ctx, x, 0, 0, 2);
    halves[1] = alf_slice(ctx, x, 0, 2, 2);
    double *before = values_of(ctx, alf_discriminator_logits(d, x, NULL));
    double *after = values_of(ctx, alf_discriminator_logits(d, alf_concat(ctx, halves[1], halves[0], 0), NULL));
    for (int i = 0; i < 4; i++) assert_true(fabs(after[i] - before[(i + 2) % 4]) < 1e-12);
    free(before);
    free(after);
    alf_discriminator_destroy(d);
    alf_ctx_destroy(ctx);
}

static void logits_have_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    double *first = NULL;
    for (int threads = 1; threads <= 4; threads *= 2) {
        alf_ctx        *ctx;
        alf_ctx_options options = alf_ctx_options_default();
        options.threads = threads;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        alf_discriminator *d = create(ctx, small_config(ALF_RESNET, 3));
        double *values = values_of(ctx, alf_discriminator_logits(d, images_of(ctx, 4), labels_of(ctx, 4, 3)));
        if (first) {
            assert_memory_equal(first, values, 4 * sizeof *values);
            free(values);
        } else {
            first = values;
        }
        alf_discriminator_destroy(d);
        alf_ctx_destroy(ctx);
    }
    free(first);
}

/* --- parameters -------------------------------------------------------------------------------------------------------- */

static void layers_freeze_in_the_order_of_the_blocks(void **state)
{
    (void)state;
    static const char *const order[] = {"b16.fromrgb.", "b16.conv0.", "b16.conv1.", "b16.skip.",
                                        "b8.conv0.",    "b8.conv1.",  "b8.skip."};
    enum { LAYERS = sizeof order / sizeof order[0] };
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int frozen = 0; frozen <= 10; frozen += 2) {
        alf_discriminator_config config = small_config(ALF_RESNET, 0);
        config.freeze_layers = frozen;
        alf_discriminator *d = create(ctx, config);
        int                counted = 0;
        for (int i = 0; i < alf_discriminator_num_tensors(d); i++) {
            const char *name = alf_discriminator_tensor_name(d, i);
            bool        expected = strstr(name, "resample_filter") != NULL;
            for (int l = 0; l < LAYERS && l < frozen; l++) expected |= strncmp(name, order[l], strlen(order[l])) == 0;
            if (alf_discriminator_tensor_is_buffer(d, i) != expected)
                fail_msg("%d frozen: %s is a %s", frozen, name, expected ? "parameter" : "buffer");
            counted += expected && !strstr(name, "resample_filter");
        }
        assert_int_equal(counted, frozen < LAYERS ? 2 * frozen - (frozen >= 4) : 2 * LAYERS - 2); /* skips: no bias */

        alf_discriminator_require_gradients(d, true);
        alf_tensor *y = alf_discriminator_logits(d, images_of(ctx, 4), NULL), *grad;
        alf_tensor *b4 = alf_params_get(alf_discriminator_params(d), "b4.", "conv.weight");
        test_ok(ctx, alf_grad(ctx, 1, &y, NULL, 1, &b4, false, &grad));
        assert_non_null(grad);
        alf_discriminator_destroy(d);
    }
    alf_ctx_destroy(ctx);
}

static void a_network_goes_through_an_archive_and_a_file_unchanged(void **state)
{
    (void)state;
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    char                    *folder = test_temp_folder(), *path = test_path(folder, "network.safetensors");
    alf_discriminator_config config = small_config(ALF_RESNET, 2);
    config.freeze_layers = 3;
    config.conv_clamp = INFINITY;
    config.cmap_dim = 5;
    config.mbstd_group_size = 0;
    config.mbstd_num_channels = 2;
    config.mapping_lr_multiplier = 0.5;
    config.resample_taps = 2;
    config.resample_filter[0] = config.resample_filter[1] = 1;
    alf_discriminator *d = create(ctx, config), *back;
    alf_archive       *archive;
    test_ok(ctx, alf_archive_create(ctx, &archive));
    test_ok(ctx, alf_discriminator_to_archive(d, "D", archive));
    test_ok(ctx, alf_archive_save(archive, path));
    alf_archive_destroy(archive);
    test_ok(ctx, alf_archive_open(ctx, path, &archive));
    assert_string_equal(alf_archive_meta(archive, "D.class"), "Discriminator");
    test_ok(ctx, alf_discriminator_from_archive(ctx, archive, NULL, &back));

    const alf_discriminator_config *read = alf_discriminator_settings(back);
    assert_int_equal(read->freeze_layers, 3);
    assert_true(isinf(read->conv_clamp));
    assert_int_equal(read->cmap_dim, 5);
    assert_int_equal(read->mbstd_group_size, 0);
    assert_int_equal(read->mbstd_num_channels, 2);
    assert_true(read->mapping_lr_multiplier == 0.5);
    assert_int_equal(read->resample_taps, 2);
    assert_int_equal(read->architecture, ALF_RESNET);
    double *x = values_of(ctx, alf_discriminator_logits(d, images_of(ctx, 4), labels_of(ctx, 4, 2)));
    double *y = values_of(ctx, alf_discriminator_logits(back, images_of(ctx, 4), labels_of(ctx, 4, 2)));
    assert_memory_equal(x, y, 4 * sizeof *x);
    free(x);
    free(y);
    alf_archive_destroy(archive);
    alf_discriminator_destroy(d);
    alf_discriminator_destroy(back);
    free(path);
    test_remove_folder(folder);
    alf_ctx_destroy(ctx);
}

static void discriminators_of_official_pickles_load_beside_their_generators(void **state)
{
    (void)state;
    static const char *const files[] = {"stylegan2-32-cond2.pkl", "stylegan3-t-32.pkl"};
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int i = 0; i < 2; i++) {
        alf_archive       *archive;
        alf_discriminator *d;
        alf_generator     *g;
        char              *path = test_path(GOLDEN_DIR_DEFAULT, files[i]);
        test_ok(ctx, alf_archive_open(ctx, path, &archive));
        test_ok(ctx, alf_discriminator_from_archive(ctx, archive, NULL, &d));
        test_ok(ctx, alf_generator_from_archive(ctx, archive, NULL, &g));
        const alf_config *config = &alf_generator_plan(g)->config;
        assert_int_equal(alf_discriminator_settings(d)->img_resolution, config->img_resolution);
        assert_int_equal(alf_discriminator_settings(d)->c_dim, config->c_dim);
        const uint32_t seeds[] = {1, 2, 3, 4};
        alf_tensor    *labels = alf_generator_labels(g, 4, 0);
        alf_tensor    *ws = alf_generator_map(g, alf_generator_latents(g, 4, seeds), labels, 1, -1);
        double *values = values_of(ctx, alf_discriminator_logits(d, alf_generator_synthesize(g, ws, NULL), labels));
        for (int k = 0; k < 4; k++) assert_true(isfinite(values[k]));
        free(values);

        alf_discriminator *wrong = NULL;
        assert_int_equal(alf_discriminator_from_archive(ctx, archive, "G", &wrong), ALF_ERR_UNSUPPORTED);
        assert_null(wrong);
        expect(ctx, ALF_ERR_UNSUPPORTED, "network G is of class Generator: expected Discriminator");
        alf_generator_destroy(g);
        alf_discriminator_destroy(d);
        alf_archive_destroy(archive);
        free(path);
    }
    alf_ctx_destroy(ctx);
}

/* --- errors ------------------------------------------------------------------------------------------------------------ */

static void settings_are_errors_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *kwargs;
        alf_status  status;
        const char *text;
    } cases[] = {
        {"{\"img_resolution\": 24}", ALF_ERR_RANGE, "img_resolution is 24: expected a power of two from 8"},
        {"{\"img_resolution\": 4}", ALF_ERR_FORMAT, "img_resolution is 4"},
        {"{\"z_dim\": 4}", ALF_ERR_UNSUPPORTED, "'z_dim' is not a setting of a discriminator"},
        {"{\"architecture\": \"vit\"}", ALF_ERR_FORMAT, "architecture is \"vit\""},
        {"{\"channel_base\": 100}", ALF_ERR_RANGE, "channel_base is 100"},
        {"{\"cmap_dim\": -1}", ALF_ERR_FORMAT, "cmap_dim is -1: expected null or a number from 0"},
        {"{\"cmap_dim\": 0, \"c_dim\": 2}", ALF_ERR_RANGE, "cmap_dim is 0"},
        {"{\"mapping_kwargs\": {\"num_layers\": 0}}", ALF_ERR_FORMAT, "num_layers is 0"},
        {"{\"mapping_kwargs\": {\"embed_features\": 7}}", ALF_ERR_FORMAT, "embed_features is 7: expected null"},
        {"{\"block_kwargs\": {\"activation\": \"relu\"}}", ALF_ERR_FORMAT, "activation is \"relu\""},
        {"{\"block_kwargs\": {\"freeze_layers\": 1.5}}", ALF_ERR_FORMAT, "freeze_layers is 1.5: expected an integer"},
        {"{\"block_kwargs\": {\"resample_filter\": [1, -1]}}", ALF_ERR_RANGE, "resample_filter sums to 0"},
        {"{\"block_kwargs\": {\"resample_filter\": []}}", ALF_ERR_FORMAT, "a list of 1 to 8 numbers"},
        {"{\"block_kwargs\": 3}", ALF_ERR_FORMAT, "block_kwargs is 3: expected an object"},
        {"{\"epilogue_kwargs\": {\"mbstd_group_size\": 0}}", ALF_ERR_FORMAT, "null or a number from 1"},
        {"{\"epilogue_kwargs\": {\"mbstd_num_channels\": 3}}", ALF_ERR_RANGE,
         "expected a divisor of the 4x4 block's 512"},
        {"{\"conv_clamp\": true}", ALF_ERR_FORMAT, "conv_clamp is true: expected a number"},
        {"[1]", ALF_ERR_FORMAT, "not a JSON object"},
    };
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        alf_discriminator_config config = {.c_dim = -5};
        alf_status status = alf_discriminator_config_from_kwargs(ctx, cases[i].kwargs, "here.pkl", &config);
        assert_fails(ctx, status, cases[i].status, "here.pkl: ", cases[i].text);
        assert_int_equal(config.c_dim, -5);
    }
    alf_discriminator_config config = alf_discriminator_config_default();
    alf_discriminator       *d = NULL;
    config.mbstd_group_size = -1;
    assert_fails(ctx, alf_discriminator_create(ctx, &config, 1, &d), ALF_ERR_RANGE, "mbstd_group_size is -1", NULL);
    assert_fails(ctx, alf_discriminator_create(ctx, NULL, 1, &d), ALF_ERR_ARGUMENT, "config or out is NULL", NULL);
    assert_null(d);
    alf_ctx_destroy(ctx);
}

static void nulls_and_nested_settings_are_read(void **state)
{
    (void)state;
    static const char        kwargs[] = "{\"c_dim\": 3, \"conv_clamp\": null, \"cmap_dim\": null, \"num_fp16_res\": 0,"
                                        " \"epilogue_kwargs\": {\"mbstd_group_size\": null, \"mbstd_num_channels\": 0},"
                                        " \"block_kwargs\": {\"freeze_layers\": 13, \"fp16_channels_last\": false},"
                                        " \"mapping_kwargs\": {\"lr_multiplier\": 0.1, \"activation\": \"lrelu\"}}";
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_discriminator_config config;
    test_ok(ctx, alf_discriminator_config_from_kwargs(ctx, kwargs, "here", &config));
    assert_int_equal(config.c_dim, 3);
    assert_true(isinf(config.conv_clamp));
    assert_int_equal(config.cmap_dim, -1);
    assert_int_equal(config.num_fp16_res, 0);
    assert_int_equal(config.mbstd_group_size, 0);
    assert_int_equal(config.mbstd_num_channels, 0);
    assert_int_equal(config.freeze_layers, 13);
    assert_true(config.mapping_lr_multiplier == 0.1);
    assert_int_equal(config.mapping_layers, 8);
    assert_int_equal(config.img_resolution, 256);
    alf_ctx_destroy(ctx);
}

static void inputs_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    alf_ctx           *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_discriminator *plain = create(ctx, small_config(ALF_RESNET, 0));
    alf_discriminator *labelled = create(ctx, small_config(ALF_SKIP, 2));
    alf_tensor        *x = images_of(ctx, 6), *four = images_of(ctx, 4);
    assert_true(alf_tensor_failed(alf_discriminator_logits(plain, x, NULL)));
    expect(ctx, ALF_ERR_ARGUMENT, "a batch of 6 images");
    assert_true(alf_tensor_failed(alf_discriminator_logits(plain, four, labels_of(ctx, 4, 2))));
    expect(ctx, ALF_ERR_ARGUMENT, "without labels");
    assert_true(alf_tensor_failed(alf_discriminator_logits(labelled, four, NULL)));
    expect(ctx, ALF_ERR_ARGUMENT, "labels of a conditional network is NULL");
    assert_true(alf_tensor_failed(alf_discriminator_logits(labelled, four, labels_of(ctx, 3, 2))));
    expect(ctx, ALF_ERR_ARGUMENT, "expected 4 rows of 2 values");
    assert_true(alf_tensor_failed(alf_discriminator_logits(plain, alf_slice(ctx, four, 1, 0, 2), NULL)));
    expect(ctx, ALF_ERR_ARGUMENT, "shape [4, 2, 16, 16]: expected [N, 3, 16, 16]");
    assert_true(alf_tensor_failed(alf_discriminator_logits(plain, NULL, NULL)));
    expect(ctx, ALF_ERR_ARGUMENT, "images for the discriminator is NULL");
    assert_null(alf_discriminator_tensor(plain, 10000));
    assert_null(alf_discriminator_tensor_name(plain, -1));
    assert_false(alf_tensor_failed(alf_discriminator_logits(plain, alf_slice(ctx, x, 0, 0, 3), NULL)));
    test_ok(ctx, alf_ctx_status(ctx));
    alf_discriminator_destroy(plain);
    alf_discriminator_destroy(labelled);
    alf_discriminator_destroy(NULL);
    alf_ctx_destroy(ctx);
}

/* A copy of the archive without `skip` and with another array under `replace`. */
static alf_archive *variant(alf_ctx *ctx, const alf_archive *good, const char *skip, const char *replace,
                            const alf_array *by)
{
    alf_archive *bad;
    test_ok(ctx, alf_archive_create(ctx, &bad));
    for (int64_t i = 0; i < alf_archive_count(good); i++) {
        const alf_array *a = alf_archive_at(good, i);
        if (strcmp(a->name, skip) == 0 || strcmp(a->name, replace) == 0) continue;
        test_ok(ctx, alf_archive_add(bad, a->name, a->dtype, a->ndim, a->shape, a->data));
    }
    for (int64_t i = 0; i < alf_archive_meta_count(good); i++) {
        const char *key = alf_archive_meta_key(good, i);
        test_ok(ctx, alf_archive_set_meta(bad, key, alf_archive_meta(good, key)));
    }
    if (*replace) test_ok(ctx, alf_archive_add(bad, replace, by->dtype, by->ndim, by->shape, by->data));
    return bad;
}

static void damaged_networks_are_refused_by_tensor(void **state)
{
    (void)state;
    alf_ctx        *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    const float     numbers[12] = {1, 2, NAN};
    const alf_array nan_array = {.dtype = ALF_F32, .ndim = 1, .shape = {12}, .count = 12, .data = numbers};
    const alf_array short_array = {.dtype = ALF_F32, .ndim = 1, .shape = {2}, .count = 2, .data = numbers};
    const struct {
        const char      *skip, *replace;
        const alf_array *by;
        const char      *text;
    } cases[] = {{"D.b4.out.bias", "", NULL, "tensor D.b4.out.bias is missing"},
                 {"", "D.b8.torgb.bias", &short_array, "tensor D.b8.torgb.bias is not part of this network"},
                 {"", "D.b8.conv0.bias", &nan_array, "tensor D.b8.conv0.bias: element 2 is nan"},
                 {"", "D.b8.conv0.bias", &short_array, "D.b8.conv0.bias has shape [2]: init_kwargs ask for [12]"}};
    alf_discriminator *d = create(ctx, small_config(ALF_SKIP, 0)), *loaded = NULL;
    alf_archive       *good;
    test_ok(ctx, alf_archive_create(ctx, &good));
    test_ok(ctx, alf_discriminator_to_archive(d, "D", good));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        alf_archive *bad = variant(ctx, good, cases[i].skip, cases[i].replace, cases[i].by);
        int64_t      before = alf_ctx_memory_used(ctx);
        assert_fails(ctx, alf_discriminator_from_archive(ctx, bad, NULL, &loaded), ALF_ERR_FORMAT, cases[i].text, NULL);
        assert_null(loaded);
        assert_int_equal(alf_ctx_memory_used(ctx), before);
        alf_archive_destroy(bad);
    }
    assert_fails(ctx, alf_discriminator_from_archive(ctx, good, "D2", &loaded), ALF_ERR_FORMAT, "no network 'D2'",
                 NULL);
    assert_fails(ctx, alf_discriminator_to_archive(d, "", good), ALF_ERR_ARGUMENT, "1 to 80 characters", NULL);
    alf_archive_destroy(good);
    test_ok(ctx, alf_archive_create(ctx, &good));
    assert_fails(ctx, alf_discriminator_from_archive(ctx, good, NULL, &loaded), ALF_ERR_FORMAT, "no discriminator",
                 "a network D");
    alf_archive_destroy(good);
    alf_discriminator_destroy(d);
    alf_ctx_destroy(ctx);
}

static void too_little_memory_is_an_error_and_nothing_leaks(void **state)
{
    (void)state;
    for (int64_t budget = 1 << 12; budget < 1 << 22; budget += budget / 2) {
        alf_ctx                 *ctx = test_ctx_with_budget(budget);
        alf_discriminator       *d = NULL;
        alf_discriminator_config config = small_config(ALF_RESNET, 2);
        if (alf_discriminator_create(ctx, &config, 1, &d) == ALF_OK) {
            alf_tensor *y = alf_discriminator_logits(d, images_of(ctx, 4), labels_of(ctx, 4, 2));
            assert_int_equal(alf_tensor_failed(y), alf_ctx_status(ctx) != ALF_OK);
        }
        if (alf_ctx_status(ctx) != ALF_OK) assert_int_equal(alf_ctx_status(ctx), ALF_ERR_MEMORY);
        assert_true(alf_ctx_memory_peak(ctx) <= budget);
        alf_discriminator_destroy(d);
        alf_ctx_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_image_gets_one_number_in_every_architecture),
        cmocka_unit_test(statistics_see_the_group_that_an_image_comes_in),
        cmocka_unit_test(groups_of_the_minibatch_are_strided),
        cmocka_unit_test(logits_have_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(layers_freeze_in_the_order_of_the_blocks),
        cmocka_unit_test(a_network_goes_through_an_archive_and_a_file_unchanged),
        cmocka_unit_test(discriminators_of_official_pickles_load_beside_their_generators),
        cmocka_unit_test(settings_are_errors_by_name),
        cmocka_unit_test(nulls_and_nested_settings_are_read),
        cmocka_unit_test(inputs_that_do_not_fit_are_refused),
        cmocka_unit_test(damaged_networks_are_refused_by_tensor),
        cmocka_unit_test(too_little_memory_is_an_error_and_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
