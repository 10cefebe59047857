/* Generators: what holds of them whatever their numbers are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/files.h"
#include "aliasfree/fir.h"
#include "aliasfree/metrics.h"
#include "files.h"
#include "golden.h"

static alf_config small_config(alf_ctx *ctx, const char *name)
{
    alf_config config;
    test_ok(ctx, alf_config_named(ctx, name, 32, 512, 8, &config));
    config.z_dim = config.w_dim = 16;
    return config;
}

static alf_generator *small_generator(alf_ctx *ctx, const char *name, uint64_t seed)
{
    alf_generator *g;
    alf_config     config = small_config(ctx, name);
    test_ok(ctx, alf_generator_create(ctx, &config, seed, &g));
    return g;
}

static alf_tensor *styles(alf_generator *g, uint32_t seed)
{
    return alf_generator_map(g, alf_generator_latents(g, 1, &seed), NULL, 1, -1);
}

static double *values_of(alf_ctx *ctx, const alf_tensor *x)
{
    double *values = malloc((size_t)(alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    return values;
}

static bool same_values(alf_ctx *ctx, const alf_tensor *a, const alf_tensor *b)
{
    double *x = values_of(ctx, a), *y = values_of(ctx, b);
    bool    same =
        alf_tensor_count(a) == alf_tensor_count(b) && memcmp(x, y, (size_t)alf_tensor_count(a) * sizeof *x) == 0;
    free(x);
    free(y);
    return same;
}

static const char *const names[] = {"stylegan2", "stylegan3-t", "stylegan3-r"};

/* --- parameters -------------------------------------------------------------------------------------------------------- */

static void the_plan_counts_the_parameters_there_are(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int k = 0; k < 3; k++) {
        alf_generator *g = small_generator(ctx, names[k], 1);
        int64_t        total = 0;
        for (int i = 0; i < alf_generator_num_tensors(g); i++)
            if (!alf_generator_tensor_is_buffer(g, i)) total += alf_tensor_count(alf_generator_tensor(g, i));
        assert_int_equal(total, alf_generator_plan(g)->num_parameters);
        alf_generator_destroy(g);
    }
    alf_ctx_destroy(ctx);
}

static void T_and_R_at_256_have_the_parameters_of_the_paper(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double      millions;
    } expected[] = {{"stylegan3-t", 23.3}, {"stylegan3-r", 15.8}};
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int i = 0; i < 2; i++) {
        alf_config config;
        alf_plan  *plan;
        test_ok(ctx, alf_config_named(ctx, expected[i].name, 256, 16384, 512, &config));
        test_ok(ctx, alf_plan_create(ctx, &config, &plan));
        double millions = (double)plan->num_parameters / 1e6;
        if (fabs(millions - expected[i].millions) > 0.05) fail_msg("%s: %.3f million", expected[i].name, millions);
        alf_plan_destroy(plan);
    }
    alf_ctx_destroy(ctx);
}

static void a_seed_decides_every_parameter(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int k = 0; k < 3; k++) {
        alf_generator *a = small_generator(ctx, names[k], 5), *b = small_generator(ctx, names[k], 5);
        alf_generator *c = small_generator(ctx, names[k], 6);
        int            different = 0;
        for (int i = 0; i < alf_generator_num_tensors(a); i++) {
            assert_true(same_values(ctx, alf_generator_tensor(a, i), alf_generator_tensor(b, i)));
            different += !same_values(ctx, alf_generator_tensor(a, i), alf_generator_tensor(c, i));
        }
        assert_true(different > 5);
        alf_generator_destroy(a);
        alf_generator_destroy(b);
        alf_generator_destroy(c);
    }
    alf_ctx_destroy(ctx);
}

static void a_saved_network_gives_the_same_bits(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    char    *folder = test_temp_folder();
    for (int k = 0; k < 3; k++) {
        alf_generator *a = small_generator(ctx, names[k], 3), *b;
        char           path[4200];
        snprintf(path, sizeof path, "%s/%s.safetensors", folder, names[k]);
        test_ok(ctx, alf_generator_save(a, path));
        test_ok(ctx, alf_generator_load(ctx, path, "G_ema", &b));
        alf_config saved = alf_generator_plan(a)->config, loaded = alf_generator_plan(b)->config;
        assert_int_equal(loaded.family, saved.family);
        assert_int_equal(loaded.conv_kernel, saved.conv_kernel);
        assert_int_equal(loaded.use_radial_filters, saved.use_radial_filters);
        assert_true(same_values(ctx, alf_generator_synthesize(a, styles(a, 1), NULL),
                                alf_generator_synthesize(b, styles(b, 1), NULL)));
        alf_generator_destroy(a);
        alf_generator_destroy(b);
    }
    test_remove_folder(folder);
    alf_ctx_destroy(ctx);
}

/* --- mapping ----------------------------------------------------------------------------------------------------------- */

static void truncation_to_zero_is_the_average_below_the_cutoff(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    alf_generator *g = small_generator(ctx, "stylegan2", 1);
    uint32_t       seed = 4;
    alf_tensor    *z = alf_generator_latents(g, 1, &seed);
    const int64_t  num_ws = alf_generator_plan(g)->num_ws, w_dim = 16;
    double        *full = values_of(ctx, alf_generator_map(g, z, NULL, 1, -1));
    double        *cut = values_of(ctx, alf_generator_map(g, z, NULL, 0, 3));
    double        *half = values_of(ctx, alf_generator_map(g, z, NULL, 0.5, -1));
    for (int64_t i = 0; i < num_ws * w_dim; i++) { /* a fresh network's average is 0 */
        assert_true(cut[i] == (i < 3 * w_dim ? 0 : full[i]));
        assert_true(fabs(half[i] - 0.5 * full[i]) < 1e-12);
    }
    free(full);
    free(cut);
    free(half);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void mixing_takes_the_other_styles_from_the_layer_on(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    alf_generator *g = small_generator(ctx, "stylegan3-t", 1);
    alf_tensor    *a = styles(g, 1), *b = styles(g, 2);
    const int      num_ws = alf_generator_plan(g)->num_ws;
    double        *x = values_of(ctx, a), *y = values_of(ctx, b);
    for (int from = 0; from <= num_ws + 1; from++) {
        double *mixed = values_of(ctx, alf_generator_mix(g, a, b, from));
        for (int i = 0; i < num_ws * 16; i++) assert_true(mixed[i] == (i / 16 < from ? x[i] : y[i]));
        free(mixed);
    }
    free(x);
    free(y);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* --- synthesis --------------------------------------------------------------------------------------------------------- */

static void images_have_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        double *first = NULL;
        int64_t count = 0;
        for (int threads = 1; threads <= 8; threads *= 2) {
            alf_ctx        *ctx;
            alf_ctx_options options = alf_ctx_options_default();
            options.threads = threads;
            assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
            alf_generator *g = small_generator(ctx, names[k], 2);
            alf_tensor    *image = alf_generator_synthesize(g, styles(g, 7), NULL);
            double        *values = values_of(ctx, image);
            count = alf_tensor_count(image);
            if (!first) {
                first = values;
            } else {
                assert_memory_equal(first, values, (size_t)count * sizeof *values);
                free(values);
            }
            alf_generator_destroy(g);
            alf_ctx_destroy(ctx);
        }
        free(first);
    }
}

/* The attenuation of aliases that the plan promises: Kaiser's estimate of its weakest filter. */
static double promised_attenuation(const alf_plan *plan)
{
    double weakest = INFINITY;
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        const double          nyquist = l->tmp_rate / 2;
        if (l->up_taps > 1) weakest = fmin(weakest, alf_kaiser_attenuation(l->up_taps, 2 * l->in_half_width / nyquist));
        if (l->down_taps > 1)
            weakest = fmin(weakest, alf_kaiser_attenuation(l->down_taps, 2 * l->out_half_width / nyquist));
    }
    return weakest;
}

/* An input moved by whole pixels gives the image moved by whole pixels: what is left is aliases, which stay under the
 * image's own variance by what the filters of the plan promise; in fact by 40 dB, as few filters are the weakest. */
static void a_shifted_input_gives_a_shifted_image_within_what_the_plan_promises(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (int k = 1; k < 3; k++) {
        alf_generator   *g = small_generator(ctx, names[k], 1);
        alf_pooled_error sums[ALF_EQ_KINDS] = {{0}};
        test_ok(ctx, alf_equivariance_group(g, styles(g, 1), 1u << ALF_EQT_INT, 2.0 / 32, -3.0 / 32, 0, sums));
        double relative = alf_pooled_error_relative_db(&sums[ALF_EQT_INT]);
        double promised = promised_attenuation(alf_generator_plan(g));
        assert_true(promised > 20 && isfinite(promised));
        if (!(relative > fmax(promised, 40))) fail_msg("%s: %.1f dB, promised %.1f", names[k], relative, promised);
        alf_generator_destroy(g);
    }
    alf_ctx_destroy(ctx);
}

static void noise_moves_the_image_only_where_it_has_strength(void **state)
{
    (void)state;
    alf_ctx              *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator        *g;
    alf_synthesis_options none = alf_synthesis_options_default(), random = none, other = none;
    char                  path[4200];
    snprintf(path, sizeof path, "%s/stylegan2-skip-32.safetensors", GOLDEN_DIR_DEFAULT);
    none.noise = ALF_NOISE_NONE;
    random.noise = other.noise = ALF_NOISE_RANDOM;
    other.noise_seed = 9;

    alf_generator *fresh = small_generator(ctx, "stylegan2", 1); /* strengths start at 0 */
    alf_tensor    *ws = styles(fresh, 3);
    assert_true(
        same_values(ctx, alf_generator_synthesize(fresh, ws, NULL), alf_generator_synthesize(fresh, ws, &none)));
    alf_generator_destroy(fresh);

    test_ok(ctx, alf_generator_load(ctx, path, NULL, &g));
    ws = styles(g, 3);
    alf_tensor *fixed = alf_generator_synthesize(g, ws, NULL), *noisy = alf_generator_synthesize(g, ws, &random);
    assert_false(same_values(ctx, fixed, alf_generator_synthesize(g, ws, &none)));
    assert_false(same_values(ctx, fixed, noisy));
    assert_true(same_values(ctx, noisy, alf_generator_synthesize(g, ws, &random)));
    assert_false(same_values(ctx, noisy, alf_generator_synthesize(g, ws, &other)));
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void a_forward_pass_needs_the_memory_of_a_few_layers_not_of_all(void **state)
{
    (void)state;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator *g;
    alf_config     config;
    test_ok(ctx, alf_config_named(ctx, "stylegan3-t", 64, 4096, 64, &config));
    config.z_dim = config.w_dim = 16;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *ws = styles(g, 1);
    test_ok(ctx, alf_ctx_status(ctx));
    int64_t before = alf_ctx_memory_used(ctx), all = 0; /* bytes of every layer's convolution and output */
    for (int i = 0; i < alf_generator_plan(g)->num_layers; i++) {
        const alf_layer_plan *l = &alf_generator_plan(g)->layers[i];
        all += ((l->in_size + 2) * (l->in_size + 2) + l->out_size * l->out_size) * l->out_channels * 4;
    }
    alf_tensor *image = alf_generator_synthesize(g, ws, NULL);
    test_ok(ctx, alf_ctx_status(ctx));
    int64_t scratch = alf_ctx_memory_used(ctx) - before - alf_tensor_count(image) * 4;
    int64_t most = alf_ctx_memory_peak(ctx) - before - scratch;
    if (!(most < all / 3)) fail_msg("%lld of %lld bytes at a time", (long long)most, (long long)all);
    alf_scope_close(scope, NULL);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* --- errors ------------------------------------------------------------------------------------------------------------ */

static void expect(alf_ctx *ctx, alf_status status, const char *text)
{
    if (alf_ctx_status(ctx) != status || !strstr(alf_ctx_message(ctx), text))
        fail_msg("expected '%s', got %d: %s", text, (int)alf_ctx_status(ctx), alf_ctx_message(ctx));
    alf_ctx_clear_error(ctx);
}

static void misuse_is_an_error_that_says_what_was_expected(void **state)
{
    (void)state;
    alf_ctx              *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator        *two = small_generator(ctx, "stylegan2", 1), *three = small_generator(ctx, "stylegan3-t", 1);
    double                matrix[9] = {1, 0, 0, 0, 1, NAN, 0, 0, 1};
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = matrix;
    assert_true(alf_tensor_failed(alf_generator_synthesize(two, styles(two, 0), &options)));
    expect(ctx, ALF_ERR_UNSUPPORTED, "no input transform");
    assert_true(alf_tensor_failed(alf_generator_synthesize(three, styles(three, 0), &options)));
    expect(ctx, ALF_ERR_RANGE, "element 5");
    matrix[5] = 0;
    matrix[6] = 5;
    assert_true(alf_tensor_failed(alf_generator_synthesize(three, styles(three, 0), &options)));
    expect(ctx, ALF_ERR_RANGE, "last row of the user transform is 5 0 1");
    options.transform = NULL;
    options.noise = (alf_noise_mode)77;
    assert_true(alf_tensor_failed(alf_generator_synthesize(two, styles(two, 0), &options)));
    expect(ctx, ALF_ERR_ARGUMENT, "noise mode 77");
    assert_null(alf_generator_tensor(two, 100000));
    assert_null(alf_generator_tensor_name(two, -1));
    assert_true(alf_tensor_failed(alf_generator_synthesize(three, styles(two, 0), NULL)));
    expect(ctx, ALF_ERR_ARGUMENT, "expected [N, 16, 16]");
    assert_true(alf_tensor_failed(alf_generator_synthesize(three, NULL, NULL)));
    expect(ctx, ALF_ERR_ARGUMENT, "NULL");
    alf_tensor *z = alf_tensor_full(ctx, 2, (int64_t[]){1, 17}, 0);
    assert_true(alf_tensor_failed(alf_generator_map(three, z, NULL, 1, -1)));
    expect(ctx, ALF_ERR_ARGUMENT, "16 values");
    assert_true(alf_tensor_failed(alf_generator_map(three, styles(three, 0), NULL, 1, -1)));
    expect(ctx, ALF_ERR_ARGUMENT, "2 dimensions");
    assert_true(alf_tensor_failed(alf_generator_mix(three, styles(three, 0), styles(three, 1), -1)));
    expect(ctx, ALF_ERR_RANGE, "-1");
    alf_tensor *pair = alf_tensor_full(ctx, 4, (int64_t[]){2, 3, 4, 4}, 0);
    assert_int_not_equal(alf_image_save_png(ctx, pair, "pair.png"), ALF_OK);
    expect(ctx, ALF_ERR_ARGUMENT, "[2, 3, 4, 4]");
    alf_config config;
    assert_int_not_equal(alf_config_named(ctx, "stylegan3-r", 32, INT64_MAX, 512, &config), ALF_OK);
    expect(ctx, ALF_ERR_RANGE, "channel_base or channel_max is too large");
    alf_generator_destroy(two);
    alf_generator_destroy(three);
    alf_ctx_destroy(ctx);
}

static void init_kwargs_are_errors_by_name(void **state)
{
    (void)state;
    static const struct {
        alf_family  family;
        const char *kwargs, *text;
    } cases[] = {
        {ALF_STYLEGAN3, "{\"colour\": 1}", "'colour'"},
        {ALF_STYLEGAN3, "{\"architecture\": \"skip\"}", "'architecture'"},
        {ALF_STYLEGAN2, "{\"margin_size\": 3}", "'margin_size'"},
        {ALF_STYLEGAN2, "{\"architecture\": \"dense\"}", "\"orig\""},
        {ALF_STYLEGAN3, "{\"z_dim\": \"512\"}", "z_dim is \"512\""},
        {ALF_STYLEGAN3, "{\"z_dim\": 0}", "1 to 65536"},
        {ALF_STYLEGAN3, "{\"img_resolution\": 48}", "power of two"},
        {ALF_STYLEGAN3, "{\"num_layers\": 4, \"num_critical\": 4}", "num_critical"},
        {ALF_STYLEGAN3, "{\"mapping_kwargs\": {\"depth\": 2}}", "'depth'"},
        {ALF_STYLEGAN3, "{\"mapping_kwargs\": {\"activation\": \"relu\"}}", "lrelu"},
        {ALF_STYLEGAN2, "{\"resample_filter\": [1, \"3\"]}", "resample_filter"},
        {ALF_STYLEGAN2, "{\"resample_filter\": [1, -1]}", "sums to 0"},
        {ALF_STYLEGAN3, "{\"z_dim\": 1", "JSON"},
        {ALF_STYLEGAN3, "[]", "JSON"},
    };
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        alf_config config;
        assert_int_not_equal(alf_config_from_kwargs(ctx, cases[i].family, cases[i].kwargs, "net.pkl", &config), ALF_OK);
        alf_status status = alf_ctx_status(ctx);
        if (!strstr(alf_ctx_message(ctx), "net.pkl")) fail_msg("no file in '%s'", alf_ctx_message(ctx));
        expect(ctx, status, cases[i].text);
    }
    alf_ctx_destroy(ctx);
}

/* A copy of a saved network in which one array is left out, added or replaced. */
static void save_variant(alf_ctx *ctx, const char *from, const char *to, const char *skip, const char *replace,
                         const alf_array *by)
{
    alf_archive *source, *copy;
    test_ok(ctx, alf_archive_open(ctx, from, &source));
    test_ok(ctx, alf_archive_create(ctx, &copy));
    for (int64_t i = 0; i < alf_archive_meta_count(source); i++) {
        const char *key = alf_archive_meta_key(source, i);
        test_ok(ctx, alf_archive_set_meta(copy, key, alf_archive_meta(source, key)));
    }
    for (int64_t i = 0; i < alf_archive_count(source); i++) {
        const alf_array *a = alf_archive_at(source, i);
        if (strcmp(a->name, skip) == 0 || strcmp(a->name, replace) == 0) continue;
        test_ok(ctx, alf_archive_add(copy, a->name, a->dtype, a->ndim, a->shape, a->data));
    }
    if (*replace) test_ok(ctx, alf_archive_add(copy, replace, by->dtype, by->ndim, by->shape, by->data));
    test_ok(ctx, alf_archive_save(copy, to));
    alf_archive_destroy(source);
    alf_archive_destroy(copy);
}

static void damaged_networks_are_refused_by_tensor(void **state)
{
    (void)state;
    const float     numbers[16] = {0, 1, NAN}, negative = -1;
    const alf_array negative_array = {.dtype = ALF_F32, .ndim = 1, .shape = {1}, .count = 1, .data = &negative};
    const alf_array nan_array = {.dtype = ALF_F32, .ndim = 1, .shape = {16}, .count = 16, .data = numbers};
    const alf_array short_array = {.dtype = ALF_F32, .ndim = 1, .shape = {2}, .count = 2, .data = numbers};
    const float     projection[9] = {1, 0, 0, 0, 1, 0, 0.25f, 0, 1};
    const alf_array projecting = {.dtype = ALF_F32, .ndim = 2, .shape = {3, 3}, .count = 9, .data = projection};
    alf_ctx        *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    char           *folder = test_temp_folder();
    char            good[4200], bad[4200];
    alf_generator  *g = small_generator(ctx, "stylegan3-t", 3), *loaded = NULL;
    snprintf(good, sizeof good, "%s/good.safetensors", folder);
    snprintf(bad, sizeof bad, "%s/bad.safetensors", folder);
    test_ok(ctx, alf_generator_save(g, good));

    const struct {
        const char      *skip, *replace;
        const alf_array *by;
        const char      *text;
    } cases[] = {{"G_ema.mapping.w_avg", "", NULL, "G_ema.mapping.w_avg is missing"},
                 {"", "G_ema.mapping.extra", &nan_array, "G_ema.mapping.extra is not part"},
                 {"", "G_ema.mapping.w_avg", &nan_array, "element 2 is nan"},
                 {"", "G_ema.synthesis.L0_36_8.magnitude_ema", &negative_array, "L0_36_8.magnitude_ema is -1"},
                 {"", "G_ema.synthesis.input.transform", &projecting, "transform: its last row is 0.25 0 1: expected"},
                 {"G_ema.synthesis.input.freqs", "", NULL, "not a StyleGAN2 or StyleGAN3"},
                 {"", "G_ema.mapping.w_avg", &short_array, "shape [2]: init_kwargs ask for [16]"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        save_variant(ctx, good, bad, cases[i].skip, cases[i].replace, cases[i].by);
        int64_t before = alf_ctx_memory_used(ctx);
        assert_int_equal(alf_generator_load(ctx, bad, NULL, &loaded), ALF_ERR_FORMAT);
        assert_null(loaded);
        assert_int_equal(alf_ctx_memory_used(ctx), before);
        if (!strstr(alf_ctx_message(ctx), bad)) fail_msg("no file in '%s'", alf_ctx_message(ctx));
        expect(ctx, ALF_ERR_FORMAT, cases[i].text);
    }
    assert_int_not_equal(alf_generator_load(ctx, good, "D", &loaded), ALF_OK);
    expect(ctx, ALF_ERR_FORMAT, "no network 'D'");
    alf_generator_destroy(g);
    test_remove_folder(folder);
    alf_ctx_destroy(ctx);
}

static bool stop_at_layer_three(void *user, const char *what, int64_t done, int64_t total)
{
    (void)total;
    *(int64_t *)user = done;
    return strcmp(what, "synthesis") != 0 || done < 3;
}

static void synthesis_can_be_cancelled_between_layers(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        int64_t         last = 0;
        alf_ctx        *ctx;
        alf_ctx_options options = alf_ctx_options_default();
        options.progress = stop_at_layer_three;
        options.progress_user = &last;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        alf_generator *g = small_generator(ctx, names[k], 1);
        assert_true(alf_tensor_failed(alf_generator_synthesize(g, styles(g, 1), NULL)));
        assert_int_equal(alf_ctx_status(ctx), ALF_ERR_CANCELLED);
        assert_int_equal(last, 3);
        alf_generator_destroy(g);
        alf_ctx_destroy(ctx);
    }
}

static void too_little_memory_is_an_error_and_nothing_leaks(void **state)
{
    (void)state;
    for (int64_t budget = 1 << 13; budget < 1 << 24; budget += budget / 2) {
        alf_ctx        *ctx;
        alf_generator  *g = NULL;
        alf_ctx_options options = alf_ctx_options_default();
        options.max_memory = budget;
        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        alf_config config = small_config(ctx, "stylegan3-r");
        if (alf_generator_create(ctx, &config, 1, &g) == ALF_OK) {
            alf_tensor *image = alf_generator_synthesize(g, styles(g, 1), NULL);
            assert_int_equal(alf_tensor_failed(image), alf_ctx_status(ctx) != ALF_OK);
        }
        if (alf_ctx_status(ctx) != ALF_OK) assert_int_equal(alf_ctx_status(ctx), ALF_ERR_MEMORY);
        assert_true(alf_ctx_memory_peak(ctx) <= budget);
        alf_generator_destroy(g);
        alf_ctx_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_counts_the_parameters_there_are),
        cmocka_unit_test(T_and_R_at_256_have_the_parameters_of_the_paper),
        cmocka_unit_test(a_seed_decides_every_parameter),
        cmocka_unit_test(a_saved_network_gives_the_same_bits),
        cmocka_unit_test(truncation_to_zero_is_the_average_below_the_cutoff),
        cmocka_unit_test(mixing_takes_the_other_styles_from_the_layer_on),
        cmocka_unit_test(images_have_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(a_shifted_input_gives_a_shifted_image_within_what_the_plan_promises),
        cmocka_unit_test(noise_moves_the_image_only_where_it_has_strength),
        cmocka_unit_test(a_forward_pass_needs_the_memory_of_a_few_layers_not_of_all),
        cmocka_unit_test(misuse_is_an_error_that_says_what_was_expected),
        cmocka_unit_test(init_kwargs_are_errors_by_name),
        cmocka_unit_test(damaged_networks_are_refused_by_tensor),
        cmocka_unit_test(synthesis_can_be_cancelled_between_layers),
        cmocka_unit_test(too_little_memory_is_an_error_and_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
