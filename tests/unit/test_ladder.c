/* The networks of the ladder: every step can be made, stored, differentiated and moved, and the steps' order in how well
 * they follow a translation shows before any training. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "golden.h"
#include "models/networks.h"
#include "tensor/tensor.h"

enum { SIZE = 32, STEPS = 10 };

static const char *step_at(int index)
{
    return alf_ladder_at(index)->letter;
}

static alf_config config_of(alf_ctx *ctx, const char *step, int resolution, int channels)
{
    alf_config config;
    test_ok(ctx, alf_config_named(ctx, step, resolution, 64 * channels, channels, &config));
    config.z_dim = config.w_dim = 16;
    config.mapping_layers = 2;
    return config;
}

static alf_generator *generator_of(alf_ctx *ctx, const alf_config *config, uint64_t seed)
{
    alf_generator *g;
    test_ok(ctx, alf_generator_create(ctx, config, seed, &g));
    return g;
}

static alf_generator *fresh(alf_ctx *ctx, const char *step, int channels)
{
    const alf_config config = config_of(ctx, step, SIZE, channels);
    return generator_of(ctx, &config, 5);
}

static alf_tensor *styles(alf_generator *g, int64_t count)
{
    static const uint32_t seeds[] = {1, 2, 3, 4};
    return alf_generator_map(g, alf_generator_latents(g, count, seeds), NULL, 1, -1);
}

static double *values_of(alf_ctx *ctx, const alf_tensor *x)
{
    double *values = malloc((size_t)(alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    return values;
}

/* The image of one style; to be freed. */
static double *image_of(alf_generator *g, const double *transform)
{
    alf_ctx              *ctx = alf_generator_ctx(g);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = transform;
    return values_of(ctx, alf_generator_synthesize(g, styles(g, 1), &options));
}

static bool has_tensor(const alf_generator *g, const char *name)
{
    for (int i = 0; i < alf_generator_num_tensors(g); i++)
        if (strcmp(alf_generator_tensor_name(g, i), name) == 0) return true;
    return false;
}

/* --- making and storing ------------------------------------------------------------------------------------------- */

/* A copy of the network in another context. */
static alf_generator *copy_in(alf_ctx *ctx, const alf_generator *g)
{
    alf_archive   *archive;
    alf_generator *copy;
    test_ok(ctx, alf_archive_create(ctx, &archive));
    test_ok(ctx, alf_generator_to_archive(g, "G_ema", archive));
    test_ok(ctx, alf_generator_from_archive(ctx, archive, NULL, &copy));
    alf_archive_destroy(archive);
    return copy;
}

static void every_step_gives_the_same_image_on_both_backends(void **state)
{
    double matrix[9];
    (void)state;
    alf_user_transform(0.11, -0.07, 9, matrix);
    for (int i = 0; i < STEPS; i++) {
        alf_ctx       *cpu = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
        alf_ctx       *reference = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
        alf_generator *g = fresh(cpu, step_at(i), 8), *judge = copy_in(reference, g);
        assert_true(alf_generator_has_transform(g) == (i > 0));
        double *got = image_of(g, i > 0 ? matrix : NULL), *expected = image_of(judge, i > 0 ? matrix : NULL);
        assert_allclose(step_at(i), 3 * SIZE * SIZE, got, expected, 2e-5);
        free(got);
        free(expected);
        alf_generator_destroy(g);
        alf_generator_destroy(judge);
        alf_ctx_destroy(cpu);
        alf_ctx_destroy(reference);
    }
}

static void every_step_comes_back_from_its_file(void **state)
{
    alf_ctx *ctx = *state;
    char    *folder = test_temp_folder(), path[4200];
    for (int i = 0; i < STEPS; i++) {
        alf_generator *g = fresh(ctx, step_at(i), 8), *loaded;
        snprintf(path, sizeof path, "%s/%s.safetensors", folder, step_at(i));
        test_ok(ctx, alf_generator_save(g, path));
        test_ok(ctx, alf_generator_load(ctx, path, NULL, &loaded));
        const alf_plan *a = alf_generator_plan(g), *b = alf_generator_plan(loaded);
        assert_int_equal(a->config.family, b->config.family);
        assert_int_equal(a->num_layers, b->num_layers);
        double *x = image_of(g, NULL), *y = image_of(loaded, NULL);
        assert_memory_equal(x, y, 3 * SIZE * SIZE * sizeof *x);
        free(x);
        free(y);
        alf_generator_destroy(g);
        alf_generator_destroy(loaded);
    }
    test_remove_folder(folder);
}

static void every_step_can_be_made_at_16_pixels(void **state)
{
    alf_ctx *ctx = *state;
    for (int i = 0; i < STEPS; i++) {
        const alf_config config = config_of(ctx, step_at(i), 16, 4);
        alf_generator   *g = generator_of(ctx, &config, 1);
        alf_tensor      *image = alf_generator_synthesize(g, styles(g, 2), NULL);
        test_ok(ctx, alf_ctx_status(ctx));
        assert_int_equal(alf_tensor_dim(image, 0), 2);
        assert_int_equal(alf_tensor_dim(image, 3), 16);
        alf_generator_destroy(g);
    }
}

/* --- gradients ---------------------------------------------------------------------------------------------------- */

/* sum over images of the batch and pixels of image * direction. */
static double projected(alf_generator *g, alf_tensor *ws, const double *direction)
{
    alf_ctx    *ctx = alf_generator_ctx(g);
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *image = alf_generator_synthesize(g, ws, NULL);
    double     *values = values_of(ctx, image), sum = 0;
    for (int64_t i = 0; i < alf_tensor_count(image); i++) sum += values[i] * direction[i];
    free(values);
    alf_scope_close(scope, NULL);
    return sum;
}

static double *normal(alf_ctx *ctx, const alf_tensor *like, uint64_t seed)
{
    return values_of(ctx, alf_tensor_random_normal(ctx, like->ndim, like->shape, seed, 1));
}

/* The derivative along a random direction in all parameters of the synthesis, by the gradients and by differences. */
static void check_gradients(const char *what, const alf_config *config)
{
    const double   step = 1e-6;
    alf_ctx       *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    alf_generator *g = generator_of(ctx, config, 3);
    alf_params    *params = alf_generator_params(g);
    alf_tensor    *ws = styles(g, 2), *inputs[200], *grads[200], *moves[200];
    int            count = 0;
    double         sum = 0;
    for (int i = 0; i < params->count; i++)
        if (!params->items[i].buffer && strncmp(params->items[i].name, "synthesis.", 10) == 0)
            inputs[count++] = params->items[i].tensor;
    for (int i = 0; i < count; i++) /* strengths of noise and the learned transform start at 0, where little shows */
        alf_tensor_lerp(ctx, inputs[i],
                        alf_tensor_random_normal(ctx, inputs[i]->ndim, inputs[i]->shape, 7, (uint64_t)i), 0.1);
    alf_generator_require_gradients(g, true);
    alf_tensor *image = alf_generator_synthesize(g, ws, NULL);
    double     *direction = normal(ctx, image, 11);
    alf_tensor *weights = alf_tensor_from_f64(ctx, image->ndim, image->shape, direction);
    test_ok(ctx, alf_grad(ctx, 1, &image, &weights, count, inputs, false, grads));
    alf_generator_require_gradients(g, false);
    for (int i = 0; i < count; i++) {
        moves[i] = alf_tensor_random_normal(ctx, inputs[i]->ndim, inputs[i]->shape, 13, (uint64_t)i);
        double *move = values_of(ctx, moves[i]), *slope = values_of(ctx, grads[i]);
        for (int64_t k = 0; k < alf_tensor_count(moves[i]); k++) sum += move[k] * slope[k];
        free(move);
        free(slope);
    }
    double sides[2];
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < count; i++) {
            alf_tensor *here = alf_detach(ctx, inputs[i]);
            alf_tensor *there = alf_add(ctx, here, alf_scale_shift(ctx, moves[i], side ? -2 * step : step, 0));
            alf_tensor_lerp(ctx, inputs[i], there, 1);
        }
        sides[side] = projected(g, ws, direction);
    }
    const double difference = (sides[0] - sides[1]) / (2 * step);
    if (!(fabs(difference - sum) < 1e-5 * fabs(sum)))
        fail_msg("%s: derivative %.12g, by differences %.12g", what, sum, difference);
    free(direction);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

static void gradients_are_those_of_differences_along_each_new_path(void **state)
{
    static const char *const steps[] = {"B", "C", "D", "E", "F", "G", "H"};
    (void)state;
    for (int k = 0; k < 7; k++) {
        alf_ctx   *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
        alf_config config = config_of(ctx, steps[k], 16, 3);
        config.use_noise |= k == 3 || k == 4; /* after a plain and after a filtered convolution's */
        if (k == 5) config.filter_family = ALF_FILTERS_LANCZOS;
        check_gradients(steps[k], &config);
        alf_ctx_destroy(ctx);
    }
}

/* What was moved before it was used gives the same image when it rests. */
static void magnitudes_of_plain_layers_move_before_they_are_used(void **state)
{
    alf_ctx              *ctx = *state;
    alf_config            config = config_of(ctx, "D", SIZE, 8);
    alf_synthesis_options options = alf_synthesis_options_default();
    config.magnitude_ema_beta = 0; /* the last power alone */
    alf_generator *g = generator_of(ctx, &config, 1);
    options.update_magnitudes = true;
    alf_tensor *first = alf_generator_synthesize(g, styles(g, 2), &options);
    options.update_magnitudes = false;
    double *moved = values_of(ctx, first),
           *rested = values_of(ctx, alf_generator_synthesize(g, styles(g, 2), &options));
    assert_memory_equal(moved, rested, 2 * 3 * SIZE * SIZE * sizeof *moved);
    free(moved);
    free(rested);
    for (int i = 0; i < alf_generator_num_tensors(g); i++) {
        double value;
        if (!strstr(alf_generator_tensor_name(g, i), "magnitude_ema")) continue;
        test_ok(ctx, alf_tensor_read(ctx, alf_generator_tensor(g, i), &value));
        if (!(value > 0 && value != 1)) fail_msg("%s is %g", alf_generator_tensor_name(g, i), value);
    }
    alf_generator_destroy(g);
}

typedef struct {
    const char *layer;
    int         count;
    double      values[2 * 8 * 4 * 4];
} watch;

static void watch_layer(void *user, const char *layer, alf_tensor *x)
{
    watch *w = user;
    if (strcmp(layer, w->layer) != 0) return;
    w->count = (int)alf_tensor_count(x);
    alf_status status = alf_tensor_read(x->ctx, x, w->values);
    (void)status; /* stays in the context */
}

/* Of a plane of 4x4 samples at a point of the raised grid of 10x10: taps 1 3 3 1 are linear interpolation, 0 outside. */
static double raised_at(const double *plane, int row, int column)
{
    double sum = 0;
    for (int i = 0; i < 16; i++) {
        const double dy = fabs(row - 4.5 - 2 * (i / 4 - 1.5)), dx = fabs(column - 4.5 - 2 * (i % 4 - 1.5));
        sum += fmax(0, 1 - dy / 2) * fmax(0, 1 - dx / 2) * plane[i];
    }
    return sum;
}

/* In D the third layer raises 4x4 to 8x8 samples; its convolution gets one more on each side. */
static void the_magnitude_of_a_layer_that_raises_the_rate_is_of_what_its_convolution_gets(void **state)
{
    alf_ctx              *ctx = *state;
    alf_config            config = config_of(ctx, "D", SIZE, 8);
    alf_synthesis_options options = alf_synthesis_options_default();
    config.magnitude_ema_beta = 0;
    alf_generator *g = generator_of(ctx, &config, 1);
    const char    *before = alf_generator_plan(g)->layers[1].name, *raising = alf_generator_plan(g)->layers[2].name;
    watch          seen = {.layer = before};
    char           prefix[96];
    double         got, power = 0;
    options.update_magnitudes = true;
    options.observe = watch_layer;
    options.observe_user = &seen;
    alf_tensor *image = alf_generator_synthesize(g, styles(g, 2), &options);
    test_ok(ctx, alf_ctx_status(ctx));
    assert_false(alf_tensor_failed(image));
    assert_int_equal(seen.count, 2 * 8 * 4 * 4);
    for (int plane = 0; plane < 16; plane++)
        for (int i = 0; i < 100; i++) power += pow(raised_at(seen.values + 16 * plane, i / 10, i % 10), 2) / 1600;
    snprintf(prefix, sizeof prefix, "synthesis.%s.", raising);
    test_ok(ctx, alf_tensor_read(ctx, alf_params_get(alf_generator_params(g), prefix, "magnitude_ema"), &got));
    if (!(fabs(got / power - 1) < 1e-5)) fail_msg("magnitude %.9g, expected %.9g", got, power);
    alf_generator_destroy(g);
}

/* --- translation -------------------------------------------------------------------------------------------------- */

/* Largest difference between the image under a shift of the input by `pixels` and the shifted image, where both are
 * known, relative to the largest value. */
static double shift_error(alf_generator *g, int pixels)
{
    double inverse[9], worst = 0, largest = 0;
    alf_user_transform((double)pixels / SIZE, 0, 0, inverse);
    double *base = image_of(g, NULL), *moved = image_of(g, inverse);
    for (int row = 0; row < 3 * SIZE; row++)
        for (int x = pixels; x < SIZE; x++) {
            worst = fmax(worst, fabs(moved[row * SIZE + x] - base[row * SIZE + x - pixels]));
            largest = fmax(largest, fabs(base[row * SIZE + x - pixels]));
        }
    free(base);
    free(moved);
    return worst / largest;
}

/* In E a layer disturbs less of its margin than it crops. A filtered nonlinearity reaches further, but hardly with any
 * weight. */
static void a_shift_by_a_coarse_sample_is_exact_where_margins_are_wide_enough(void **state)
{
    static const struct {
        const char *step;
        double      least, most; /* of the error */
    } steps[] = {{"C", 1e-2, 10}, {"D", 1e-2, 10}, {"E", 0, 1e-5}, {"F", 0, 1e-3}, {"G", 0, 1e-3}, {"H", 0, 1e-3}};
    for (int k = 0; k < 6; k++) {
        alf_generator *g = fresh(*state, steps[k].step, 16);
        const double   error = shift_error(g, SIZE / 4);
        if (!(error >= steps[k].least && error < steps[k].most)) fail_msg("%s: error %g", steps[k].step, error);
        alf_generator_destroy(g);
    }
}

static double translation_db(alf_generator *g)
{
    alf_pooled_error sums[ALF_EQ_KINDS] = {{0}};
    alf_ctx         *ctx = alf_generator_ctx(g);
    alf_scope       *scope = alf_scope_open(ctx);
    for (int i = 1; i < 4; i++) /* one to three pixels */
        test_ok(ctx,
                alf_equivariance_group(g, styles(g, 2), 1u << ALF_EQT_INT, (double)i / SIZE, -2.0 / SIZE, 0, sums));
    alf_scope_close(scope, NULL);
    return alf_pooled_error_relative_db(&sums[ALF_EQT_INT]);
}

static void fresh_networks_follow_translation_in_the_papers_order_of_the_steps(void **state)
{
    static const struct {
        const char *step;
        double      more; /* dB than the one before, at least */
    } order[] = {{"C", -INFINITY}, {"F", 5}, {"G", 5}, {"T", 10}, {"R", 10}};
    double last = 0;
    for (int k = 0; k < 5; k++) {
        alf_generator *g = fresh(*state, order[k].step, 32);
        const double   db = translation_db(g);
        if (!(db > last + order[k].more)) fail_msg("%s: %.1f dB, the one before %.1f", order[k].step, db, last);
        last = db;
        alf_generator_destroy(g);
    }
}

/* --- ablations ---------------------------------------------------------------------------------------------------- */

static void fixed_features_know_no_style(void **state)
{
    alf_ctx   *ctx = *state;
    alf_config config = config_of(ctx, "T", SIZE, 8);
    config.input_transform = false;
    alf_generator *fixed = generator_of(ctx, &config, 1), *learned = fresh(ctx, "T", 8);
    assert_false(has_tensor(fixed, "synthesis.input.affine.weight"));
    assert_true(has_tensor(learned, "synthesis.input.affine.weight"));
    assert_true(has_tensor(fixed, "synthesis.input.transform"));
    assert_true(alf_generator_has_transform(fixed));
    alf_generator_destroy(fixed);
    alf_generator_destroy(learned);
}

static void noise_put_back_moves_the_image_by_its_strength(void **state)
{
    static const char *const steps[] = {"E", "T", "R"};
    alf_ctx                 *ctx = *state;
    for (int k = 0; k < 3; k++) {
        alf_config config = config_of(ctx, steps[k], SIZE, 8);
        config.use_noise = true;
        alf_generator        *g = generator_of(ctx, &config, 1);
        const alf_layer_plan *l = &alf_generator_plan(g)->layers[1];
        alf_params           *params = alf_generator_params(g);
        char                  prefix[96];
        snprintf(prefix, sizeof prefix, "synthesis.%s.", l->name);
        assert_int_equal(alf_tensor_dim(alf_params_get(params, prefix, "noise_const"), 0), l->conv_out_size);
        double     *without = image_of(g, NULL);
        alf_tensor *strength = alf_params_get(params, prefix, "noise_strength");
        alf_tensor_lerp(ctx, strength, alf_tensor_full(ctx, 1, (int64_t[]){1}, 1), 1);
        double *with = image_of(g, NULL), most = 0;
        for (int i = 0; i < 3 * SIZE * SIZE; i++) most = fmax(most, fabs(with[i] - without[i]));
        assert_true(most > 1e-4);
        free(without);
        free(with);
        alf_generator_destroy(g);
    }
}

/* The kernel of a family at u = 2 f_c x. */
static double kernel_of(alf_filter_family family, double u)
{
    const double a = acos(-1) * u;
    if (family == ALF_FILTERS_GAUSSIAN) return exp(-u * u / (2 * 0.4 * 0.4));
    return fabs(u) < 2 ? sin(a) / a * sin(a / 2) / (a / 2) : 0;
}

static void check_taps(alf_generator *g, const alf_layer_plan *l, const char *name, int count, double cutoff)
{
    char prefix[96];
    snprintf(prefix, sizeof prefix, "synthesis.%s.", l->name);
    alf_ctx *ctx = alf_generator_ctx(g);
    double  *taps = values_of(ctx, alf_params_get(alf_generator_params(g), prefix, name)), sum = 0;
    for (int pass = 0; pass < 2; pass++) /* an even number of them, so that none is at 0 */
        for (int i = 0; i < count; i++) {
            const double x = (i - 0.5 * (count - 1)) / l->tmp_rate, k = kernel_of(l->filter_family, 2 * cutoff * x);
            if (pass == 0)
                sum += k;
            else if (!(fabs(taps[i] - k / sum) < 1e-6))
                fail_msg("%s%s: tap %d is %g, expected %g", prefix, name, i, taps[i], k / sum);
        }
    free(taps);
}

static void filters_of_other_families_are_their_kernels_at_the_cutoffs_of_both_sides(void **state)
{
    static const alf_filter_family families[] = {ALF_FILTERS_LANCZOS, ALF_FILTERS_GAUSSIAN};
    for (int k = 0; k < 2; k++) {
        alf_config config = config_of(*state, "T", SIZE, 8);
        config.filter_family = families[k];
        alf_generator  *g = generator_of(*state, &config, 1);
        const alf_plan *plan = alf_generator_plan(g);
        for (int i = 0; i < plan->num_layers - 1; i++) {
            const alf_layer_plan *l = &plan->layers[i];
            check_taps(g, l, "up_filter", l->up_taps, l->in_cutoff);
            check_taps(g, l, "down_filter", l->down_taps, l->out_cutoff);
        }
        alf_generator_destroy(g);
    }
}

/* Each axis changes the image, and the network still comes back from its file. */
static void every_axis_of_the_ablations_changes_the_image(void **state)
{
    alf_ctx   *ctx = *state;
    alf_config configs[8];
    for (int i = 0; i < 8; i++) configs[i] = config_of(ctx, "R", SIZE, 8);
    configs[1].filter_size = 4;
    configs[2].lrelu_upsampling = 4;
    configs[3].first_stopband = pow(2, 3.1);
    configs[4].filter_family = ALF_FILTERS_LANCZOS;
    configs[5].filter_family = ALF_FILTERS_GAUSSIAN;
    configs[6].num_critical = 4;
    configs[7].margin_size = 6;
    double *plain = NULL;
    for (int i = 0; i < 8; i++) {
        alf_generator *g = generator_of(ctx, &configs[i], 5), *copy = copy_in(ctx, g);
        double        *image = image_of(g, NULL), *again = image_of(copy, NULL), most = 0;
        assert_memory_equal(image, again, 3 * SIZE * SIZE * sizeof *image);
        for (int k = 0; i > 0 && k < 3 * SIZE * SIZE; k++) most = fmax(most, fabs(image[k] - plain[k]));
        if (i > 0 && !(most > 1e-5)) fail_msg("axis %d: largest difference %g", i, most);
        free(again);
        if (i == 0)
            plain = image;
        else
            free(image);
        alf_generator_destroy(g);
        alf_generator_destroy(copy);
    }
    free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_gives_the_same_image_on_both_backends),
        CTX_TEST(every_step_comes_back_from_its_file),
        CTX_TEST(every_step_can_be_made_at_16_pixels),
        cmocka_unit_test(gradients_are_those_of_differences_along_each_new_path),
        CTX_TEST(magnitudes_of_plain_layers_move_before_they_are_used),
        CTX_TEST(the_magnitude_of_a_layer_that_raises_the_rate_is_of_what_its_convolution_gets),
        CTX_TEST(a_shift_by_a_coarse_sample_is_exact_where_margins_are_wide_enough),
        CTX_TEST(fresh_networks_follow_translation_in_the_papers_order_of_the_steps),
        CTX_TEST(fixed_features_know_no_style),
        CTX_TEST(noise_put_back_moves_the_image_by_its_strength),
        CTX_TEST(filters_of_other_families_are_their_kernels_at_the_cutoffs_of_both_sides),
        CTX_TEST(every_axis_of_the_ablations_changes_the_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
